/** What the metrics room shows, as kept in the address. Days left out: from the beginning, up to the newest thing anybody did. */
import { choice, day, text } from "../../url/url-state";

export const VIEWS = ["repurchase", "retention", "funnel", "contribution"] as const;
export const UNITS = ["day", "week", "month"] as const;
export const COUNTS = ["calendar", "own"] as const;
export const RETENTIONS = ["classic", "rolling", "bracket"] as const;
export const STARTS = ["first_purchase", "registration"] as const;
export const ROWS = ["time", "channel", "store"] as const;
export const SHOWN = ["rate", "count", "money"] as const;
export const HORIZONS = ["90", "180", "365", "730"] as const;

export const ROOM_STATE = {
  view: choice(VIEWS, "repurchase"),
  from: day(),
  to: day(),
  as_of: day(),
  by: choice(UNITS, "month"),
  count: choice(COUNTS, "calendar"),
  retention: choice(RETENTIONS, "classic"),
  start: choice(STARTS, "first_purchase"),
  rows: choice(ROWS, "time"),
  behaviour: text(),
  show: choice(SHOWN, "rate"),
  as: choice<RoomState["as"]>(["heat", "curve"], "heat"),
  horizon: choice(HORIZONS, "365"),
  model: choice<RoomState["model"]>(["step", "bucket"], "step"),
};

export type RoomState = {
  view: (typeof VIEWS)[number];
  from: string | null;
  /** The last day, included; the API is told the day after. */
  to: string | null;
  as_of: string | null;
  by: (typeof UNITS)[number];
  count: (typeof COUNTS)[number];
  retention: (typeof RETENTIONS)[number];
  start: (typeof STARTS)[number];
  rows: (typeof ROWS)[number];
  behaviour: string;
  show: (typeof SHOWN)[number];
  as: "heat" | "curve";
  horizon: (typeof HORIZONS)[number];
  model: "step" | "bucket";
};

export type Room = { state: RoomState; change: (by: Partial<RoomState>) => void; today: string };
