/** What a card is: a room with its address, in the place and over the days somebody chose. */
import type { Dashboard } from "@perennial/api-client";
import { addDays } from "@perennial/ui";

export type Card = Dashboard["cards"][number];
export const ROOMS = ["overview", "lifecycle", "metrics", "value", "sql"] as const;
export type CardRoom = (typeof ROOMS)[number];

/** As many as the server takes. */
export const CARDS_MAX = 24;
/** Where each room is in the console. */
export const PATHS: Record<CardRoom, string> = { overview: "/", lifecycle: "/lifecycle", metrics: "/analysis", value: "/value", sql: "/sql" };
/** Rooms that ask about a stretch of days. */
const DATED: string[] = ["lifecycle", "metrics"];
export const LAST_DAYS = [30, 90, 180, 365];

export const isDated = (card: Card) => DATED.includes(card.room);

/** The room that is pinned as its address says; a statement is pinned by the room itself. */
export function roomOf(path: string): CardRoom | undefined {
  return ROOMS.find((room) => room !== "sql" && PATHS[room] === path);
}

/** The address the room is asked by today. */
export function addressOf(card: Card, today: string): URLSearchParams {
  const search = new URLSearchParams(card.query);
  if (card.last_days && isDated(card)) {
    search.set("from", addDays(today, 1 - card.last_days));
    search.set("to", today);
    search.delete("as_of");
  }
  return search;
}

export function moved(cards: Card[], at: number, by: number): Card[] {
  const to = at + by;
  if (to < 0 || to >= cards.length) return cards;
  const next = [...cards];
  const [card] = next.splice(at, 1);
  next.splice(to, 0, card!);
  return next;
}

export function changed(cards: Card[], at: number, by: Partial<Card>): Card[] {
  return cards.map((card, place) => (place === at ? { ...card, ...by } : card));
}

/** What is offered where nobody has pinned anything yet. */
export const OFFERED: { key: "figures" | "stages" | "repurchase" | "retention" | "funnel" | "contribution" | "rfm" | "warnings" | "equity"; card: Card }[] = [
  { key: "figures", card: offered("overview", "", true) },
  { key: "stages", card: offered("lifecycle", "", true) },
  { key: "repurchase", card: offered("metrics", "", false, 365) },
  { key: "retention", card: offered("metrics", "view=retention", true, 365) },
  { key: "funnel", card: offered("metrics", "view=funnel", false) },
  { key: "contribution", card: offered("metrics", "view=contribution", false, 365) },
  { key: "rfm", card: offered("value", "", false) },
  { key: "warnings", card: offered("value", "view=warnings", true) },
  { key: "equity", card: offered("value", "view=equity", true) },
];

function offered(room: CardRoom, query: string, wide: boolean, last_days?: number): Card {
  return { room, query, title: "", wide, ...(last_days && { last_days }) };
}
