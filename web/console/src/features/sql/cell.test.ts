import { expect, test } from "vitest";
import { inserted, shown } from "./cell";

test("a name is put where the caret stands, apart from its neighbours", () => {
  expect(inserted("SELECT  FROM", "day", 7, 7)).toEqual({ text: "SELECT day FROM", caret: 10 });
  expect(inserted("SELECT day", "net", 10, 10)).toEqual({ text: "SELECT day net", caret: 14 });
  expect(inserted("count(x)", "member", 6, 7)).toEqual({ text: "count(member)", caret: 12 });
  expect(inserted("", "orders", 0, 0)).toEqual({ text: "orders", caret: 6 });
});

test("exact digits stay as they came, and nothing is told from an empty text", () => {
  expect([shown("120.50"), shown(9007199254740991), shown(false), shown(["a", null])]).toEqual(["120.50", "9007199254740991", "false", "a, "]);
  expect([shown(null), shown("")]).toEqual([null, ""]);
});
