import { expect, test } from "vitest";
import { addedStage, isSame, movedStage, withoutStage, withStage, type Draft } from "./draft";

const label = { en: "x", zh: "x" };
const stage = (id: string, when?: string) => ({ id, group: "g", name: label, when });
const draft: Draft = {
  id: "m",
  name: label,
  groups: [{ id: "g", name: label }],
  stages: [stage("a", "f_life = 1"), stage("b", "f_life = 2"), stage("rest")],
  display: ["rest", "b", "a"],
};
const ids = (of: Draft) => of.stages.map((one) => one.id);

test("a stage moves within the tested ones, and the catch-all stays last", () => {
  expect(ids(movedStage(draft, 1, -1))).toEqual(["b", "a", "rest"]);
  expect(ids(movedStage(draft, 0, -1))).toEqual(["a", "b", "rest"]);
  expect(ids(movedStage(draft, 1, 1))).toEqual(["a", "b", "rest"]);
  expect(ids(movedStage(draft, 2, -1))).toEqual(["a", "b", "rest"]);
});

test("a new stage comes before the catch-all under a free id, a removed one leaves the order of showing", () => {
  const once = addedStage(draft, label);
  expect(ids(addedStage(once, label))).toEqual(["a", "b", "stage-1", "stage-2", "rest"]);
  const without = withoutStage(draft, "b");
  expect(ids(without)).toEqual(["a", "rest"]);
  expect(without.display).toEqual(["rest", "a"]);
});

test("changing a stage leaves the others and the draft before alone", () => {
  const changed = withStage(draft, "a", { when: "f_life >= 1" });
  expect(changed.stages[0]!.when).toBe("f_life >= 1");
  expect(isSame(draft, changed)).toBe(false);
  expect(isSame(draft, withStage(changed, "a", { when: "f_life = 1" }))).toBe(true);
});
