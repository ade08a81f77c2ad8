import { expect, test } from "vitest";
import { sortedBy } from "./sorting";

test("rows stand in the order of a column, and what has no value last either way", () => {
  const rows = [{ rate: 0.2 }, { rate: null }, { rate: 0.5 }];
  expect(sortedBy(rows, (row) => row.rate, true).map((row) => row.rate)).toEqual([0.5, 0.2, null]);
  expect(sortedBy(rows, (row) => row.rate, false).map((row) => row.rate)).toEqual([0.2, 0.5, null]);
  expect(sortedBy([{ item: "b" }, { item: "a" }], (row) => row.item, false).map((row) => row.item)).toEqual(["a", "b"]);
});
