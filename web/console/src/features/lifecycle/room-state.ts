/** What the lifecycle room shows, as kept in the address; an absent day means "counted from today". */
import { choice, day, flag, text } from "../../url/url-state";

export const VIEWS = ["counts", "flow", "daily", "times", "survival"] as const;
export const COHORTS = ["month", "quarter", "year"] as const;
export const COMPARE = ["7", "30", "90", "365"] as const;

export const ROOM_STATE = {
  view: choice(VIEWS, "counts"),
  model: text(),
  as_of: day(),
  compare: choice(COMPARE, "30"),
  from: day(),
  to: day(),
  as: choice<RoomState["as"]>(["chart", "table"], "chart"),
  moved: flag(),
  stage: text(),
  cohort: choice(COHORTS, "quarter"),
};

export type RoomState = {
  view: (typeof VIEWS)[number];
  model: string;
  as_of: string | null;
  compare: (typeof COMPARE)[number];
  from: string | null;
  to: string | null;
  as: "chart" | "table";
  moved: boolean;
  stage: string;
  cohort: (typeof COHORTS)[number];
};

export type Room = { state: RoomState; change: (by: Partial<RoomState>) => void; today: string; first: string | null };
