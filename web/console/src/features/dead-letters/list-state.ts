/** What the list of dead letters shows, as kept in the address. */
import { choice, text } from "../../url/url-state";

export const STATES = ["open", "replayed", "discarded"] as const;
export type LetterState = { source: string; code: string; state: (typeof STATES)[number]; cursor: string };

export const LIST_STATE = { source: text(), code: text(), state: choice(STATES, "open"), cursor: text() };
