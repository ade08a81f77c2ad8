import { expect, test } from "vitest";
import { binsOf } from "./interval-bins";

test("every interval stands in one bin, and bins without any are kept", () => {
  const bins = binsOf([{ days: 0, count: 2 }, { days: 6, count: 1 }, { days: 7, count: 4 }, { days: 400, count: 1 }]);
  expect(bins[0]).toEqual({ from: 0, to: 6, count: 3 });
  expect(bins[1]).toEqual({ from: 7, to: 13, count: 4 });
  expect(bins[2]!.count).toBe(0);
  expect(bins.at(-1)).toEqual({ from: 399, to: 405, count: 1 });
  expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(8);
});

test("short intervals are told by the day, long ones by wider bins, none by none", () => {
  expect(binsOf([{ days: 3, count: 1 }]).map((bin) => bin.from)).toEqual([0, 1, 2, 3]);
  expect(binsOf([{ days: 4000, count: 1 }]).length).toBeLessThanOrEqual(60);
  expect(binsOf([])).toEqual([]);
});
