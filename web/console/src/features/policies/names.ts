/** Names and colours of a draft's stages: as the draft has them, else as the stored model does. */
import { stageColor } from "@perennial/ui";
import { usePreferences } from "../../app/preferences";
import { useWords } from "../../app/words";
import { useStages } from "../lifecycle/models";
import type { Draft } from "./draft";

export function useNamed(draft: Draft) {
  const words = useWords();
  const { appearance } = usePreferences();
  const stored = useStages(draft.id);
  return (id: string) => {
    const at = draft.stages.findIndex((stage) => stage.id === id);
    const stage = draft.stages[at];
    if (!stage) return stored.of(id);
    return { name: words(stage.name), color: stageColor(stage, at, appearance) };
  };
}
