/** What the list of members shows, as kept in the address. */
import type { MembersQuery } from "@perennial/api-client";
import { choice, text, type Field } from "../../url/url-state";
import { PAGE_SIZE } from "./queries";

export const SORTS = ["recency", "orders", "money", "first"] as const;
export type Sort = (typeof SORTS)[number];
export type Order = "asc" | "desc";

/** The columns a table may show, in order; the first is always there. */
export const COLUMNS = ["stage", "life", "recency", "f_life", "orders", "money", "first", "last"] as const;
export type ColumnKey = (typeof COLUMNS)[number];

/** A column as the export names it. */
export const EXPORTED: Record<ColumnKey, string[]> = {
  stage: ["stage"],
  life: ["life"],
  recency: ["recency_days"],
  f_life: ["f_life"],
  orders: ["f_total"],
  money: ["money", "currency"],
  first: ["first_purchase_on"],
  last: ["last_purchase_on"],
};

const columns: Field<ColumnKey[]> = {
  parse: (found) => {
    if (found === null) return [...COLUMNS];
    const asked = found.split(",");
    return COLUMNS.filter((column) => asked.includes(column));
  },
  print: (value) => (value.length === COLUMNS.length ? null : value.join(",")),
};

export type ListState = { columns: ColumnKey[]; condition: string; list: string; q: string; stage: string; model: string; sort: Sort; order: Order; cursor: string; page: number };

const page: Field<number> = {
  parse: (found) => (found && /^[1-9]\d{0,5}$/.test(found) ? Number(found) : 1),
  print: (value) => (value === 1 ? null : String(value)),
};

export const LIST_STATE = {
  q: text(),
  condition: text(),
  list: text(),
  columns,
  stage: text(),
  model: text(),
  sort: choice(SORTS, "recency"),
  order: choice(["asc", "desc"], "asc"),
  cursor: text(),
  page,
};

/** The direction a column starts with: what an operator looks for first. */
export const FIRST_ORDER: Record<Sort, Order> = { recency: "asc", orders: "desc", money: "desc", first: "desc" };

export function nextSort(state: Pick<ListState, "sort" | "order">, sort: Sort): Pick<ListState, "sort" | "order"> {
  if (state.sort !== sort) return { sort, order: FIRST_ORDER[sort] };
  return { sort, order: state.order === "asc" ? "desc" : "asc" };
}

/** A changed condition starts again from the first page: a cursor belongs to the list it came from. */
export const FROM_START = { cursor: "", page: 1 } as const;

export function askedFor(state: ListState): MembersQuery {
  return {
    q: state.q || undefined,
    stage: state.stage || undefined,
    condition: state.condition || undefined,
    list: state.list || undefined,
    model: state.model || undefined,
    sort: state.sort,
    order: state.order,
    cursor: state.cursor || undefined,
    limit: PAGE_SIZE,
  };
}
