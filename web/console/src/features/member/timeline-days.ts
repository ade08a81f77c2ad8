/** The timeline as days with entries, each entry with the marks a reader must see. Pure. */
import type { TimelineEntry } from "@perennial/api-client";

export type Mark = "timer" | "backfill" | "late" | "reconstructed" | "correction" | "superseded" | "retracted" | "reactivated";
export type Entry = { entry: TimelineEntry; marks: Mark[]; lateDays: number; dimmed: boolean };
export type TimelineDay = { day: string; entries: Entry[] };
export type Show = "all" | "orders" | "behaviours" | "decisions";

const DAY_MS = 86_400_000;

export const isDecision = (entry: TimelineEntry) => entry.kind === "stage.changed" || entry.kind === "stage.corrected";

/** Whole days between happening and recording; an import of old history is not "late", it says so itself. */
function lateDays(entry: TimelineEntry): number {
  if (!entry.recorded_at || entry.origin !== "live") return 0;
  return Math.max(0, Math.floor((Date.parse(entry.recorded_at) - Date.parse(entry.at)) / DAY_MS));
}

function marksOf(entry: TimelineEntry, late: number): Mark[] {
  const marks: Mark[] = [];
  if (entry.origin === "reconstructed" || entry.origin === "backfill") marks.push(entry.origin);
  if (entry.origin === "timer") marks.push("timer");
  if (entry.origin === "correction" || entry.kind === "stage.corrected") marks.push("correction");
  if (late > 0 && !isDecision(entry)) marks.push("late");
  if (entry.change?.reactivated) marks.push("reactivated");
  if (entry.superseded_by) marks.push("superseded");
  if (entry.retracted || entry.origin === "retraction") marks.push("retracted");
  return marks;
}

/** Pages in the order the server gave them; an entry that came twice (pages shift when facts arrive) is kept once. */
export function timelineDays(pages: readonly (readonly TimelineEntry[])[]): TimelineDay[] {
  const days: TimelineDay[] = [];
  const seen = new Set<string>();
  for (const entry of pages.flat()) {
    const key = keyOf(entry);
    if (seen.has(key)) continue;
    seen.add(key);
    const late = lateDays(entry);
    const marks = marksOf(entry, late);
    const placed = { entry, marks, lateDays: late, dimmed: marks.includes("superseded") || marks.includes("retracted") };
    const last = days.at(-1);
    if (last?.day === entry.day) last.entries.push(placed);
    else days.push({ day: entry.day, entries: [placed] });
  }
  return days;
}

export function keyOf(entry: TimelineEntry): string {
  return [entry.kind, entry.at, entry.fact, entry.change?.effect, entry.change?.model, entry.change?.to].join(" ");
}
