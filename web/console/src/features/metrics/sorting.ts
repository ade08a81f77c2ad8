/** Rows in the order of one column; pressed again, the other way round. What has no value comes last either way. */
import { useState } from "react";

export type SortValue = string | number | null | undefined;

export function sortedBy<Row>(rows: readonly Row[], value: (row: Row) => SortValue, descending: boolean): Row[] {
  const rank = (a: SortValue, b: SortValue) => {
    const [none, other] = [a === null || a === undefined, b === null || b === undefined];
    if (none || other) return Number(none) - Number(other);
    const compared = typeof a === "string" ? a.localeCompare(String(b)) : Number(a) - Number(b);
    return descending ? -compared : compared;
  };
  return [...rows].sort((a, b) => rank(value(a), value(b)));
}

export function useSorting<Row>(rows: readonly Row[], values: Record<string, (row: Row) => SortValue>, first: string) {
  const [by, change] = useState({ key: first, descending: true });
  const value = values[by.key] ?? values[first]!;
  const direction = (key: string): "asc" | "desc" | "none" => (key !== by.key ? "none" : by.descending ? "desc" : "asc");
  return {
    rows: sortedBy(rows, value, by.descending),
    direction,
    onSort: (key: string) => change((held) => ({ key, descending: held.key === key ? !held.descending : true })),
  };
}
