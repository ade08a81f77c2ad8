/** Reading a survival curve: a step function that is 1 until the first point, and unknown beyond what was observed. */
import type { Survival } from "@perennial/api-client";

type Cohort = Survival["cohorts"][number];
type At = { survival: number; low: number | null; high: number | null };

export function survivalAt(cohort: Pick<Cohort, "curve" | "observed_days">, days: number): At | null {
  if (days > cohort.observed_days) return null;
  const point = cohort.curve.filter((one) => one.days <= days).at(-1);
  return point ?? { survival: 1, low: 1, high: 1 };
}

/** The curve as points to draw, from the first day to the last that was observed. */
export function drawn(cohort: Cohort): [number, number][] {
  const points = cohort.curve.map((point): [number, number] => [point.days, point.survival]);
  return [[0, 1], ...points, [cohort.observed_days, points.at(-1)?.[1] ?? 1]];
}
