import { expect, test } from "vitest";
import { movementsMatrix } from "../overview/movements-matrix";
import { placeLives } from "../member/lives-strip";
import { busiest, rowsOf, sumsOf } from "./daily-rows";
import { JOINED, linksOf, matrixOf, summaryOf } from "./flow-links";

const flow = {
  from: "2026-01-01", to: "2026-02-01", data_up_to: "",
  links: [{ from: "a", to: "a", members: 5 }, { from: "a", to: "b", members: 2 }, { from: "z", to: "b", members: 1 }],
  arrived: [{ to: "a", members: 3 }],
};

test("everybody of the flow is counted once: stayed, moved or joined", () => {
  expect(summaryOf(flow)).toEqual({ stayed: 5, moved: 3, arrived: 3 });
});

test("rows and columns stand in display order, joined first, unknown stages last", () => {
  const matrix = matrixOf(linksOf(flow, false), ["b", "a"]);
  expect([matrix.rows, matrix.columns]).toEqual([[JOINED, "a", "z"], ["b", "a"]]);
  expect([matrix.ofRow("a"), matrix.ofColumn("a"), matrix.at("z", "a")]).toEqual([7, 8, 0]);
});

test("only those who moved leaves out who stayed, not who joined", () => {
  expect(linksOf(flow, true).map((link) => link.from)).toEqual(["a", "z", JOINED]);
});

test("movements of seven days become rows, the tail is summed, other days are left out", () => {
  const move = (day: string, to: string, members: number) => ({ day, from: "a", to, members });
  const matrix = movementsMatrix([move("2026-01-07", "b", 1), move("2026-01-01", "b", 4), move("2026-01-03", "c", 2), move("2025-12-31", "c", 9)], "2026-01-07", 7, 1);
  expect(matrix.rows).toEqual([{ key: "a→b", from: "a", to: "b", days: [4, 0, 0, 0, 0, 0, 1], total: 5 }]);
  expect(matrix.rest).toEqual({ kinds: 1, members: 2 });
});

test("a life still open reaches to today", () => {
  const money = { minor: 0, currency: "CNY", scale: 2 };
  const { placed, years } = placeLives([{ life: 1, from: "2025-12-22", to: "2026-01-01", purchases: 2, money }, { life: 2, from: "2026-01-11", to: null, purchases: 1, money }], "2026-01-31");
  expect(placed.map(({ left, width }) => [left, width])).toEqual([[0, 25], [50, 50]]);
  expect(years).toEqual([{ year: "2026", left: 25 }]);
});

test("the busiest stage is shown first; a stage the day does not name counts zero", () => {
  const daily = { data_up_to: "", days: [{ day: "2026-01-01", in: { b: 2 }, out: { b: 1 }, members: { a: 4, b: 3 } }] };
  expect(busiest(daily, ["a", "b"])).toBe("b");
  expect(rowsOf(daily, "a")).toEqual([{ day: "2026-01-01", in: 0, out: 0, members: 4 }]);
  expect(sumsOf(rowsOf(daily, "b"))).toEqual({ in: 2, out: 1, net: 1 });
});
