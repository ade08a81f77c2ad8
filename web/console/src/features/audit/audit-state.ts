/** What the audit room shows, as kept in the address. */
import type { AuditQuery } from "@perennial/api-client";
import { day, text } from "../../url/url-state";

export type AuditState = { who: string; what: string; member: string; from: string | null; to: string | null; cursor: string };

export const AUDIT_STATE = { who: text(), what: text(), member: text(), from: day(), to: day(), cursor: text() };

export const ALL: AuditState = { who: "", what: "", member: "", from: null, to: null, cursor: "" };

export function askedFor(state: AuditState): AuditQuery {
  return {
    who: state.who || undefined,
    what: state.what || undefined,
    member: state.member || undefined,
    from: state.from ?? undefined,
    to: state.to ?? undefined,
    cursor: state.cursor || undefined,
    limit: 50,
  };
}
