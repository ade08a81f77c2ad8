/** Intervals in bins of equal width, at most so many that bars can be told apart. */
export type Bin = { from: number; to: number; count: number };

const BINS_MAX = 60;
const WIDTHS = [1, 7, 14, 30, 90, 365];

/** Lengths in days with how often they occurred, ascending. Bins without any are kept: a gap is seen as one. */
export function binsOf(counts: readonly { days: number; count: number }[]): Bin[] {
  const longest = counts.at(-1)?.days;
  if (longest === undefined) return [];
  const width = WIDTHS.find((days) => longest / days < BINS_MAX && (days > 1 || longest < BINS_MAX)) ?? 365;
  const bins = Array.from({ length: Math.floor(longest / width) + 1 }, (_, at) => ({ from: at * width, to: (at + 1) * width - 1, count: 0 }));
  for (const { days, count } of counts) bins[Math.floor(days / width)]!.count += count;
  return bins;
}
