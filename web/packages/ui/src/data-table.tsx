/** A plain, semantic table: sortable heads are buttons, rows may be links, and on a phone each row becomes a card. */
import type { ReactNode } from "react";

export type Column<Row> = {
  key: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  align?: "end";
  /** On a phone: the heading of the card, a labelled line (default), or left out. */
  phone?: "title" | "line" | "none";
  sort?: "asc" | "desc" | "none";
  width?: string;
};

type Props<Row> = {
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  onSort?: (key: string) => void;
  dense?: boolean;
  /** Keep table rows on a phone, for tables narrow enough. */
  keepRows?: boolean;
  busy?: boolean;
  /** Rows may be chosen: a box in front of each, and one for all of the page. */
  choice?: { chosen: ReadonlySet<string>; label: (row: Row) => string; all: string; toggle: (keys: string[], on: boolean) => void };
};

export function DataTable<Row>({ caption, columns, rows, rowKey, onSort, dense, keepRows, busy, choice }: Props<Row>) {
  const keys = choice ? rows.map(rowKey) : [];
  const every = keys.length > 0 && keys.every((key) => choice?.chosen.has(key));
  const className = ["data-table", dense && "dense", !keepRows && "cards", busy && "busy"].filter(Boolean).join(" ");
  return (
    <table className={className} aria-busy={busy || undefined}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {choice && (
            <th scope="col" className="choice">
              <input type="checkbox" aria-label={choice.all} checked={every} onChange={() => choice.toggle(keys, !every)} />
            </th>
          )}
          {columns.map((column) => (
            <th key={column.key} scope="col" className={cellClass(column)} style={{ width: column.width }} aria-sort={ariaSort(column.sort)}>
              {column.sort && onSort ? (
                <button type="button" className="sort" data-sort={column.sort} onClick={() => onSort(column.key)}>
                  {column.head}
                  <span className="sort-arrow" aria-hidden="true" />
                </button>
              ) : (
                column.head
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} data-chosen={choice?.chosen.has(rowKey(row)) || undefined}>
            {choice && (
              <td className="choice">
                <input
                  type="checkbox"
                  aria-label={choice.label(row)}
                  checked={choice.chosen.has(rowKey(row))}
                  onChange={(event) => choice.toggle([rowKey(row)], event.target.checked)}
                />
              </td>
            )}
            {columns.map((column) => (
              <td key={column.key} className={cellClass(column)}>
                {!keepRows && column.phone !== "title" && <span className="cell-label">{column.head}</span>}
                <span className="cell-value">{column.cell(row)}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cellClass<Row>(column: Column<Row>) {
  return [column.align === "end" && "end", `phone-${column.phone ?? "line"}`].filter(Boolean).join(" ");
}

function ariaSort(sort: Column<unknown>["sort"]) {
  if (sort === "asc") return "ascending";
  if (sort === "desc") return "descending";
  return undefined;
}
