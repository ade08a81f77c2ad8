/** Where each life lies on a strip of time from the first purchase to today, in percent. Pure. */
import type { MemberDetail } from "@perennial/api-client";
import { daysBetween } from "@perennial/ui";

export type Life = MemberDetail["lives"][number];
export type Placed = { life: Life; left: number; width: number };

export function placeLives(lives: readonly Life[], today: string): { placed: Placed[]; years: { year: string; left: number }[] } {
  const first = lives[0]?.from;
  if (!first) return { placed: [], years: [] };
  const span = Math.max(1, daysBetween(first, today));
  const at = (day: string) => Math.min(100, Math.max(0, (daysBetween(first, day) / span) * 100));
  const placed = lives.map((life) => {
    const left = at(life.from);
    return { life, left, width: at(life.to ?? today) - left };
  });
  const years = [];
  for (let year = Number(first.slice(0, 4)) + 1; year <= Number(today.slice(0, 4)); year += 1)
    years.push({ year: String(year), left: at(`${year}-01-01`) });
  return { placed, years };
}
