import { expect, test } from "vitest";
import { drawn, survivalAt } from "./survival-curve";

const point = (days: number, survival: number) => ({ days, survival, at_risk: 10, low: survival / 2, high: 1 });
const cohort = { cohort: "1997", members: 10, ended: 5, median: 200, observed_days: 400, curve: [point(180, 0.6), point(200, 0.5)] };

test("a curve holds its value until the next point, is whole before the first, and unknown beyond what was observed", () => {
  expect(survivalAt(cohort, 179)).toEqual({ survival: 1, low: 1, high: 1 });
  expect(survivalAt(cohort, 180)?.survival).toBe(0.6);
  expect(survivalAt(cohort, 199)?.survival).toBe(0.6);
  expect(survivalAt(cohort, 400)?.survival).toBe(0.5);
  expect(survivalAt(cohort, 401)).toBeNull();
});

test("it is drawn from the first day to the last observed", () => {
  expect(drawn(cohort)).toEqual([[0, 1], [180, 0.6], [200, 0.5], [400, 0.5]]);
  expect(drawn({ ...cohort, curve: [] })).toEqual([[0, 1], [400, 1]]);
});
