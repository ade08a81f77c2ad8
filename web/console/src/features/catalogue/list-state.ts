/** What the catalogue shows, as kept in the address. */
import { choice, text, type Field } from "../../url/url-state";
import { KINDS, type Kind } from "./kinds";

export const STATES = ["active", "retired", "all"] as const;

export type ListState = { kind: Kind; q: string; state: (typeof STATES)[number]; page: number; entry: string };

const page: Field<number> = {
  parse: (found) => (found && /^[1-9]\d{0,5}$/.test(found) ? Number(found) : 1),
  print: (value) => (value === 1 ? null : String(value)),
};

export const LIST_STATE = { kind: choice(KINDS, "products"), q: text(), state: choice(STATES, "active"), page, entry: text() };
