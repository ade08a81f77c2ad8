/** The rooms, in groups, as the navigation shows them. A new room adds its row here, its route in app.tsx and its name under `shell.nav`. */
import { Activity, FileUp, LayoutDashboard, Store, MailWarning, Plug, Scale, Users, Waypoints, type LucideIcon } from "lucide-react";
import type { Texts } from "../texts/en";

export type Room = { to: string; key: Exclude<keyof Texts["shell"]["nav"], "label" | "more" | "group">; Icon: LucideIcon };
export type Group = { key: keyof Texts["shell"]["nav"]["group"]; rooms: Room[] };

/** `work`: what a team does all day; `data`: what comes in; `manage`: who may do what, and whether all is well. */
export const GROUPS: Group[] = [
  {
    key: "work",
    rooms: [
      { to: "/", key: "overview", Icon: LayoutDashboard },
      { to: "/members", key: "members", Icon: Users },
      { to: "/lifecycle", key: "lifecycle", Icon: Waypoints },
      { to: "/policies", key: "policies", Icon: Scale },
    ],
  },
  {
    key: "data",
    rooms: [
      { to: "/imports", key: "imports", Icon: FileUp },
      { to: "/sources", key: "sources", Icon: Plug },
      { to: "/events", key: "events", Icon: Activity },
      { to: "/dead-letters", key: "letters", Icon: MailWarning },
      { to: "/catalogue", key: "catalogue", Icon: Store },
    ],
  },
  { key: "manage", rooms: [] },
];

/** A phone's bar has room for so many beside "more". */
export const PHONE_ROOMS_MAX = 3;
