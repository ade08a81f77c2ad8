/** One stage's daily numbers out of everybody's. Pure. */
import type { Daily } from "@perennial/api-client";

export type DailyRow = { day: string; in: number; out: number; members: number };

export const rowsOf = (daily: Daily, stage: string): DailyRow[] =>
  daily.days.map(({ day, in: came, out, members }) => ({
    day,
    in: came[stage] ?? 0,
    out: out[stage] ?? 0,
    members: members[stage] ?? 0,
  }));

export function sumsOf(rows: readonly DailyRow[]) {
  const came = rows.reduce((sum, row) => sum + row.in, 0);
  const left = rows.reduce((sum, row) => sum + row.out, 0);
  return { in: came, out: left, net: came - left };
}

/** The stage with the most coming and going: the one worth showing first. */
export function busiest(daily: Daily, order: readonly string[]): string {
  let best = order[0] ?? "";
  let most = -1;
  for (const stage of order) {
    const { in: came, out } = sumsOf(rowsOf(daily, stage));
    if (came + out > most) [best, most] = [stage, came + out];
  }
  return best;
}
