/** A flow between two days as the chart and the table need it. Pure. */
import type { Flow } from "@perennial/api-client";

export const JOINED = "joined";
export type Link = { from: string; to: string; members: number };

/** All links, members who joined in between as links from `JOINED`; optionally without those who stayed. */
export function linksOf(flow: Flow, movedOnly: boolean): Link[] {
  const arrived = flow.arrived.map(({ to, members }) => ({ from: JOINED, to, members }));
  return [...flow.links, ...arrived].filter((link) => link.members > 0 && !(movedOnly && link.from === link.to));
}

export function summaryOf(flow: Flow) {
  const sum = (links: readonly { members: number }[]) => links.reduce((total, link) => total + link.members, 0);
  const stayed = sum(flow.links.filter((link) => link.from === link.to));
  return { stayed, moved: sum(flow.links) - stayed, arrived: sum(flow.arrived) };
}

/** Rows and columns in display order, only those that occur. */
export function matrixOf(links: readonly Link[], order: readonly string[]) {
  const place = (id: string) => (id === JOINED ? -1 : order.includes(id) ? order.indexOf(id) : order.length);
  const sorted = (ids: string[]) => [...new Set(ids)].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  const rows = sorted(links.map((link) => link.from));
  const columns = sorted(links.map((link) => link.to));
  const cells = new Map(links.map((link) => [`${link.from}→${link.to}`, link.members]));
  const at = (from: string, to: string) => cells.get(`${from}→${to}`) ?? 0;
  return {
    rows,
    columns,
    at,
    ofRow: (from: string) => columns.reduce((sum, to) => sum + at(from, to), 0),
    ofColumn: (to: string) => rows.reduce((sum, from) => sum + at(from, to), 0),
  };
}
