/** The rooms, in groups, as the navigation shows them. A new room adds its row here, its route in app.tsx and its name under `shell.nav`. */
import { Activity, ChartSpline, FileUp, Gem, HeartPulse, LayoutDashboard, MailWarning, PanelsTopLeft, Plug, Scale, ScrollText, Settings, Store, Terminal, Users, Waypoints, type LucideIcon } from "lucide-react";
import type { Texts } from "../texts/en";

export type Room = { to: string; key: Exclude<keyof Texts["shell"]["nav"], "label" | "more" | "group">; Icon: LucideIcon; /** What one must be permitted to see it. */ need?: string };
export type Group = { key: keyof Texts["shell"]["nav"]["group"]; rooms: Room[] };

/** `work`: what a team does all day; `data`: what comes in; `manage`: who may do what, and whether all is well. */
export const GROUPS: Group[] = [
  {
    key: "work",
    rooms: [
      { to: "/", key: "overview", Icon: LayoutDashboard, need: "read" },
      { to: "/members", key: "members", Icon: Users },
      { to: "/lifecycle", key: "lifecycle", Icon: Waypoints, need: "read" },
      { to: "/analysis", key: "metrics", Icon: ChartSpline, need: "read" },
      { to: "/value", key: "value", Icon: Gem, need: "read" },
      { to: "/dashboards", key: "dashboards", Icon: PanelsTopLeft, need: "read" },
      { to: "/sql", key: "sql", Icon: Terminal, need: "sql" },
      { to: "/policies", key: "policies", Icon: Scale, need: "operate" },
    ],
  },
  {
    key: "data",
    rooms: [
      { to: "/imports", key: "imports", Icon: FileUp, need: "operate" },
      { to: "/sources", key: "sources", Icon: Plug, need: "read" },
      { to: "/events", key: "events", Icon: Activity, need: "read" },
      { to: "/dead-letters", key: "letters", Icon: MailWarning, need: "operate" },
      { to: "/catalogue", key: "catalogue", Icon: Store, need: "read" },
    ],
  },
  {
    key: "manage",
    rooms: [
      { to: "/settings", key: "settings", Icon: Settings },
      { to: "/audit", key: "audit", Icon: ScrollText, need: "audit" },
      { to: "/health", key: "health", Icon: HeartPulse, need: "health" },
    ],
  },
];

/** A phone's bar has room for so many beside "more". */
export const PHONE_ROOMS_MAX = 3;
