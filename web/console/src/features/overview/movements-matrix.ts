/** Movements as rows (from → to) over days, the largest first; the tail is summed. Pure. */
import type { Overview } from "@perennial/api-client";
import { addDays } from "@perennial/ui";

export type MovementRow = { key: string; from: string | null; to: string; days: number[]; total: number };

export function movementsMatrix(movements: Overview["movements"], today: string, dayCount: number, most: number) {
  const days = Array.from({ length: dayCount }, (_, i) => addDays(today, i - dayCount + 1));
  const rows = new Map<string, MovementRow>();
  for (const { day, from, to, members } of movements) {
    const at = days.indexOf(day);
    if (at < 0) continue;
    const key = `${from ?? ""}→${to}`;
    const row = rows.get(key) ?? { key, from, to, days: days.map(() => 0), total: 0 };
    row.days[at] = (row.days[at] ?? 0) + members;
    row.total += members;
    rows.set(key, row);
  }
  const sorted = [...rows.values()].sort((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1));
  const rest = sorted.slice(most);
  return { days, rows: sorted.slice(0, most), rest: { kinds: rest.length, members: rest.reduce((sum, row) => sum + row.total, 0) } };
}
