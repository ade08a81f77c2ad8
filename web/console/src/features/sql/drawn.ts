/** How an answer can be drawn: the first column that is no number names, the columns that are numbers are drawn. */
import type { SqlAnswer } from "@perennial/api-client";
import { isNumber, shown } from "./cell";

export const WAYS = ["table", "bars", "line"] as const;
export type Way = (typeof WAYS)[number];
/** More bars than this are no picture. */
export const POINTS_MAX = 200;

export type Drawn = { names: string[]; series: { name: string; values: (number | null)[] }[] };

/** Instants that are all midnights stand for days. */
const MIDNIGHT = /^(\d{4}-\d{2}-\d{2})T00:00:00(\.0+)?(Z|[+-]\d{2}:\d{2})?$/;
const days = (names: string[]) => (names.every((name) => MIDNIGHT.test(name)) ? names.map((name) => name.slice(0, 10)) : names);

/** Null where there is nothing to draw: no number, or no row. */
export function drawn({ columns, rows }: Pick<SqlAnswer, "columns" | "rows">): Drawn | null {
  const numbers = columns.flatMap((column, at) => (isNumber(column.type) ? [at] : []));
  const naming = columns.findIndex((column) => !isNumber(column.type));
  // Where all are numbers the first one names, as a year does.
  const by = naming >= 0 ? naming : numbers.length > 1 ? numbers[0]! : -1;
  const values = numbers.filter((at) => at !== by);
  if (values.length === 0 || rows.length === 0) return null;
  const taken = rows.slice(0, POINTS_MAX) as unknown[][];
  return {
    names: days(taken.map((row, line) => (by < 0 ? String(line + 1) : (shown(row[by]) ?? "")))),
    series: values.map((at) => ({ name: columns[at]!.name, values: taken.map((row) => (shown(row[at]) === null ? null : Number(row[at]))) })),
  };
}
