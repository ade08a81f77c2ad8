/** The tabs of the settings. A new one adds its row here, its file beside it, and its name under `settings.tab`. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { Texts } from "../../texts/en";

export type Tab = {
  key: keyof Texts["settings"]["tab"];
  /** What one must be permitted to see it; without one anybody signed in may. */
  need?: string;
  Page: LazyExoticComponent<ComponentType>;
};

export const TABS: Tab[] = [
  { key: "fields", need: "operate", Page: lazy(async () => ({ default: (await import("./fields")).FieldSettings })) },
  { key: "consents", need: "operate", Page: lazy(async () => ({ default: (await import("./consent-settings")).ConsentSettings })) },
  { key: "join-form", need: "operate", Page: lazy(async () => ({ default: (await import("./join-form")).JoinFormSettings })) },
  { key: "users", need: "own", Page: lazy(async () => ({ default: (await import("./users")).Users })) },
  { key: "keys", need: "own", Page: lazy(async () => ({ default: (await import("./keys")).Keys })) },
  { key: "security", Page: lazy(async () => ({ default: (await import("./security")).Security })) },
];
