/** What the value room shows, as kept in the address. */
import { choice, day } from "../../url/url-state";

export const VIEWS = ["rfm", "models", "holdout"] as const;
export const WINDOWS = ["90", "180", "365", "730"] as const;
export const CUTS = ["mean", "median"] as const;

export type RoomState = {
  view: (typeof VIEWS)[number];
  window: (typeof WINDOWS)[number];
  cut: (typeof CUTS)[number];
  until: string | null;
  to: string | null;
};

export const ROOM_STATE = {
  view: choice(VIEWS, "rfm"),
  window: choice(WINDOWS, "365"),
  cut: choice(CUTS, "mean"),
  until: day(),
  to: day(),
};

export type Room = { state: RoomState; change: (by: Partial<RoomState>) => void; today: string };
