import { expect, test } from "vitest";
import { shortKeys, shortMember } from "./ids";

test("a row's digest is shortened wherever it stands; other ids stay", () => {
  expect(shortKeys("row:ccec69bbb5ad84db753a6ef37cecccbc#1 · USD 11.49")).toBe("ccec69bb · USD 11.49");
  expect(shortKeys("row:ccec69bbb5ad84db753a6ef37cecccbc#2")).toBe("ccec69bb#2");
  expect(shortKeys("E20261122-0007")).toBe("E20261122-0007");
});

test("a member's id keeps enough to tell members apart", () => {
  expect(shortMember("m_8vf51b7250d1z")).toBe("m_8vf51b72");
});
