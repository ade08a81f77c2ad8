/** What the value room shows, as kept in the address. */
import { choice, day, text, type Field } from "../../url/url-state";

export const VIEWS = ["rfm", "warnings", "equity", "super", "alike", "kinds", "delivered", "models", "holdout"] as const;
/** What a super user does. */
export const TESTS = ["looked", "carted", "bought", "spoke", "referred"] as const;
export const KINDS = ["purchase", "word_of_mouth", "information", "knowledge", "trading"] as const;
export const RANKED = ["total", ...KINDS] as const;
/** Models of purchases, the usual one first. */
export const FITTED = ["mbgnbd", "paretonbd", "bgnbd", "nbd"] as const;
export const MOVEMENTS = ["new", "grown", "retained", "shrunk", "lost"] as const;
export const WINDOWS = ["90", "180", "365", "730"] as const;
export const CUTS = ["mean", "median"] as const;

export type RoomState = {
  view: (typeof VIEWS)[number];
  window: (typeof WINDOWS)[number];
  cut: (typeof CUTS)[number];
  /** `channel:web`, `category:Tea`; empty for all purchases. */
  within: string;
  until: string | null;
  to: string | null;
  from: string | null;
  /** Empty: the one in force. */
  model: string;
  margin: string;
  months: string;
  discount: string;
  /** Kinds of value that equity counts in beside purchases, commas between them. */
  with: string;
  /** How often a super user does each, at least. */
  looked: string;
  carted: string;
  bought: string;
  spoke: string;
  referred: string;
  /** Whose list of the kinds of value. */
  by: (typeof RANKED)[number];
  /** Whose likes are looked for: a condition, or so many percent of the top. */
  like: string;
  /** A fixed list, instead. */
  list: string;
  top: string;
};

/** A number as it is written; what is none counts as absent. */
function number(usual: string): Field<string> {
  const given = (found: string | null) => found !== null && found !== "" && Number.isFinite(Number(found));
  return { parse: (found) => (given(found) ? found! : usual), print: (value) => (given(value) && value !== usual ? value : null) };
}

export const ROOM_STATE = {
  view: choice(VIEWS, "rfm"),
  window: choice(WINDOWS, "365"),
  cut: choice(CUTS, "mean"),
  within: text(),
  until: day(),
  to: day(),
  from: day(),
  model: text(),
  margin: number("100"),
  months: number("36"),
  discount: number("10"),
  with: text(),
  looked: number("1"),
  carted: number("1"),
  bought: number("3"),
  spoke: number("1"),
  referred: number("1"),
  by: choice(RANKED, "total"),
  like: text(),
  list: text(),
  top: number("20"),
};

export type Room = { state: RoomState; change: (by: Partial<RoomState>) => void; today: string };

export function rfmOf({ window, cut, within }: RoomState): { window: number; cut: string; channel?: string; category?: string } {
  const [kind, name] = [within.split(":", 1)[0], within.slice(within.indexOf(":") + 1)];
  return { window: Number(window), cut, ...(kind === "channel" && name && { channel: name }), ...(kind === "category" && name && { category: name }) };
}

/** What is asked of the server; the first day is its own where none is given. */
export type EquityAsked = { from?: string; to: string; model?: string; margin: string; months: string; discount: string; with?: string };

export function equityOf({ state, today }: Room): EquityAsked {
  const { from, model, margin, months, discount, with: counted } = state;
  return { to: state.to ?? today, margin, months, discount, ...(from && { from }), ...(model && { model }), ...(counted && { with: counted }) };
}

export function superOf({ state }: Room) {
  const { window, looked, carted, bought, spoke, referred } = state;
  return { window, looked, carted, bought, spoke, referred };
}

export function alikeOf({ state: { like, list, top, until } }: Room): Record<string, string> {
  if (list) return { list };
  return like ? { condition: like } : { top, ...(until && { until }) };
}
