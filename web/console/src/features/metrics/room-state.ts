/** What the metrics room shows, as kept in the address. Days left out: from the beginning, up to the newest thing anybody did. */
import { choice, day, text } from "../../url/url-state";

export const VIEWS = ["repurchase", "retention", "funnel", "contribution", "products", "due", "baskets", "cross"] as const;
export const UNITS = ["day", "week", "month"] as const;
export const COUNTS = ["calendar", "own"] as const;
export const RETENTIONS = ["classic", "rolling", "bracket"] as const;
export const STARTS = ["first_purchase", "registration"] as const;
export const ROWS = ["time", "channel", "store"] as const;
export const SHOWN = ["rate", "count", "money"] as const;
export const ITEMS = ["category", "sku"] as const;
/** How often a member must have bought an item to be reminded of it. */
export const TIMES = ["1", "2", "3", "5"] as const;
export const AHEAD = ["0", "7", "14", "30"] as const;
export const WEEKS = ["4", "8", "12"] as const;
export const SUPPORTS = ["0.001", "0.005", "0.01", "0.02", "0.05"] as const;
export const CONFIDENCES = ["0.1", "0.2", "0.3", "0.5", "0.7"] as const;
export const GROUPS = ["stage", "rfm", "channel"] as const;
export const ACQUIRED = ["everyone", "source", "channel"] as const;
export const CROSSED = ["everyone", "channel", "stage", "rfm"] as const;
export const CROSS_SHOWN = ["buyers", "lines", "money"] as const;
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
  acquired: choice(ACQUIRED, "everyone"),
  model: choice<RoomState["model"]>(["step", "bucket"], "step"),
  groups: choice(GROUPS, "stage"),
  crossed: choice(CROSSED, "everyone"),
  group: text(),
  cell: choice(CROSS_SHOWN, "buyers"),
  items: choice(ITEMS, "category"),
  item: text(),
  times: choice(TIMES, "2"),
  ahead: choice(AHEAD, "14"),
  weeks: choice(WEEKS, "4"),
  support: choice(SUPPORTS, "0.01"),
  confidence: choice(CONFIDENCES, "0.3"),
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
  acquired: (typeof ACQUIRED)[number];
  model: "step" | "bucket";
  groups: (typeof GROUPS)[number];
  crossed: (typeof CROSSED)[number];
  /** The stage or channel whose cross table is shown; everyone where empty. */
  group: string;
  cell: (typeof CROSS_SHOWN)[number];
  items: (typeof ITEMS)[number];
  /** Whose due list is shown; everything where empty. */
  item: string;
  times: (typeof TIMES)[number];
  ahead: (typeof AHEAD)[number];
  weeks: (typeof WEEKS)[number];
  support: (typeof SUPPORTS)[number];
  confidence: (typeof CONFIDENCES)[number];
};

export type Room = { state: RoomState; change: (by: Partial<RoomState>) => void; today: string };
