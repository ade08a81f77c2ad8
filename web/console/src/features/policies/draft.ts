/** A lifecycle model's document as the server keeps it, and small changes to it. What it means is not known here. */
export type Label = { en: string; zh: string };
export type StageText = { id: string; group: string; name: Label; when?: string };
export type Draft = {
  id: string;
  name: Label;
  groups: { id: string; name: Label }[];
  let?: { name: string; is: string; label: Label }[];
  stages: StageText[];
  display?: string[];
};

export function withStage(draft: Draft, id: string, by: Partial<StageText>): Draft {
  return { ...draft, stages: draft.stages.map((stage) => (stage.id === id ? { ...stage, ...by } : stage)) };
}

/** One place earlier or later in the order of testing; the catch-all stays last. */
export function movedStage(draft: Draft, at: number, by: -1 | 1): Draft {
  const to = at + by;
  if (to < 0 || to >= draft.stages.length - 1 || at >= draft.stages.length - 1) return draft;
  const stages = [...draft.stages];
  [stages[at], stages[to]] = [stages[to]!, stages[at]!];
  return { ...draft, stages };
}

export function withoutStage(draft: Draft, id: string): Draft {
  return { ...draft, stages: draft.stages.filter((stage) => stage.id !== id), display: draft.display?.filter((one) => one !== id) };
}

/** A new stage before the catch-all, under an id nobody has. */
export function addedStage(draft: Draft, name: Label): Draft {
  let n = 1;
  while (draft.stages.some((stage) => stage.id === `stage-${n}`)) n += 1;
  const stage: StageText = { id: `stage-${n}`, group: draft.groups[0]?.id ?? "", name, when: "f_life >= 1" };
  const last = draft.stages.length - 1;
  return { ...draft, stages: [...draft.stages.slice(0, last), stage, ...draft.stages.slice(last)] };
}

export const isSame = (one: Draft, other: Draft) => JSON.stringify(one) === JSON.stringify(other);
