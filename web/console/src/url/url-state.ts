/** A room's state in its address: shareable, survives reload, and the back button undoes a filter. Defaults are left out. */
import { createContext, useCallback, useContext, useMemo } from "react";
import { useSearchParams } from "react-router";

export type Field<T> = { parse: (text: string | null) => T; print: (value: T) => string | null };
type Fields<S> = { [K in keyof S]: Field<S[K]> };

export function text(): Field<string> {
  return { parse: (found) => found?.trim() ?? "", print: (value) => value.trim() || null };
}

export function choice<const T extends string>(values: readonly T[], otherwise: T): Field<T> {
  return {
    parse: (found) => values.find((value) => value === found) ?? otherwise,
    print: (value) => (value === otherwise ? null : value),
  };
}

export function flag(): Field<boolean> {
  return { parse: (found) => found === "1", print: (value) => (value ? "1" : null) };
}

/** A day, or null for "the default of the room"; anything that is not a real day counts as absent. */
export function day(): Field<string | null> {
  return { parse: (found) => (found && isDay(found) ? found : null), print: (value) => value };
}

function isDay(found: string) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(found)) return false;
  const time = Date.parse(`${found}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(found);
}

export function readState<S>(fields: Fields<S>, search: URLSearchParams): S {
  const state = {} as S;
  for (const key of Object.keys(fields) as (keyof S & string)[]) state[key] = fields[key].parse(search.get(key));
  return state;
}

/** The address after a change; keys of others are kept. */
export function writeState<S>(fields: Fields<S>, search: URLSearchParams, change: Partial<S>): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const key of Object.keys(change) as (keyof S & string)[]) {
    const printed = fields[key].print(change[key] as S[typeof key]);
    if (printed === null) next.delete(key);
    else next.set(key, printed);
  }
  return next;
}

/** An address in place of the browser's: how a card of a dashboard shows a room. */
export type GivenAddress = { search: URLSearchParams; change: (next: URLSearchParams) => void };
export const GivenAddressContext = createContext<GivenAddress | null>(null);

/** Whether the room is shown inside something else: it then leaves the browser's title and address alone. */
export const useIsInside = () => useContext(GivenAddressContext) !== null;

export function useUrlState<S>(fields: Fields<S>) {
  const given = useContext(GivenAddressContext);
  const [own, setOwn] = useSearchParams();
  const search = given?.search ?? own;
  const state = useMemo(() => readState(fields, search), [fields, search]);
  const change = useCallback(
    (by: Partial<S>, how?: { replace?: boolean }) => {
      if (given) given.change(writeState(fields, given.search, by));
      else setOwn((before) => writeState(fields, before, by), { replace: how?.replace ?? false, preventScrollReset: true });
    },
    [fields, given, setOwn],
  );
  return [state, change] as const;
}
