/** The one place where money, numbers, days and instants become text. Pure; the brand's time zone is an argument. */
import type { Money } from "@perennial/api-client";

export type Language = "zh-CN" | "en";
export const NOTHING = "–";

export type Format = ReturnType<typeof createFormat>;

/** The amount as an exact decimal text: minor units never pass through a float. */
export function decimal({ minor, scale }: Money): `${number}` {
  const digits = String(Math.abs(minor)).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`;
  return `${minor < 0 ? "-" : ""}${text}` as `${number}`;
}

export function isMoney(value: unknown): value is Money {
  return typeof value === "object" && value !== null && "minor" in value && "currency" in value && "scale" in value;
}

/** A day as the UTC midnight that carries its number, so that no time zone can move it. */
const midnight = (day: string) => new Date(`${day}T00:00:00Z`);

export function createFormat(language: Language, timeZone: string) {
  const locale = language === "zh-CN" ? "zh-CN" : "en-GB";
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const monthDay = new Intl.DateTimeFormat(locale, { timeZone: "UTC", month: language === "en" ? "short" : "numeric", day: "numeric" });
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const isoDay = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });

  const count = (value: number) => whole.format(value);
  const dayOf = (instant: string) => isoDay.format(new Date(instant));
  return {
    language,
    timeZone,
    count,
    /** A difference with its sign; zero without one. */
    signed: (value: number) => (value === 0 ? "0" : `${value > 0 ? "+" : "−"}${count(Math.abs(value))}`),
    share: (part: number, base: number) => (base === 0 ? NOTHING : percent.format(part / base)),
    money: (money: Money) =>
      new Intl.NumberFormat(locale, {
        style: "currency",
        currency: money.currency,
        currencyDisplay: "narrowSymbol",
        minimumFractionDigits: money.scale,
        maximumFractionDigits: money.scale,
      }).format(decimal(money)),
    /** A number of a model, with the digits that say something. */
    significant: (value: number | null | undefined, digits = 4) =>
      value === null || value === undefined ? NOTHING : new Intl.NumberFormat(locale, { maximumSignificantDigits: digits }).format(value),
    /** Always so many decimals. */
    fixed: (value: number, digits: number) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    /** An estimate of money in major units, rounded to the currency's own decimals: what was paid is told by `money`. */
    amount: (value: number, currency: string) => new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(value),
    /** A day as the tables show it: 2026-11-22 reads the same in both languages and sorts by eye. */
    day: (day: string | null | undefined) => day ?? NOTHING,
    monthDay: (day: string) => monthDay.format(midnight(day)),
    dayOf,
    time: (instant: string) => clock.format(new Date(instant)),
    instant: (instant: string) => `${dayOf(instant)} ${clock.format(new Date(instant))}`,
  };
}

/** The time zone of this browser, as a first guess of the brand's. */
export function guessedZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

export function timeZones(): string[] {
  return Intl.supportedValuesOf("timeZone");
}

/** Days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((midnight(to).getTime() - midnight(from).getTime()) / 86_400_000);
}

export function addDays(day: string, days: number): string {
  return new Date(midnight(day).getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

/** The last millisecond of a brand day as an instant: "known at the end of that day". */
export function endOfDay(day: string, timeZone: string): string {
  const wall = midnight(addDays(day, 1)).getTime();
  const first = wall - offsetMs(wall, timeZone);
  return new Date(wall - offsetMs(first, timeZone) - 1).toISOString();
}

function offsetMs(utcMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(new Date(utcMs));
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - Math.floor(utcMs / 1000) * 1000;
}
