import type { TimelineEntry } from "@perennial/api-client";
import { expect, test } from "vitest";
import { timelineDays } from "./timeline-days";

const NOTHING = { consent: null, order: null, change: null, retracted: false, superseded_by: null };
const order = (day: string, rest: Partial<TimelineEntry> = {}): TimelineEntry => ({
  at: `${day}T04:00:00.000Z`, day, kind: "order.placed", origin: "live", fact: `f_${day}`, recorded_at: `${day}T04:01:00.000Z`, ...NOTHING, ...rest,
});
const change = (day: string, effect: string | null, rest: Partial<TimelineEntry> = {}): TimelineEntry => ({
  at: `${day}T04:00:00.000Z`, day, kind: "stage.changed", origin: "live", ...NOTHING, fact: null, recorded_at: null,
  change: { model: "rf", from: "new.first", to: "regular.active", life: 1, reactivated: false, policy_version: 1, effect }, ...rest,
});

test("entries of one day stand together, also across a page border", () => {
  const days = timelineDays([[order("2026-03-02"), change("2026-03-01", "e1")], [order("2026-03-01")]]);
  expect(days.map((one) => [one.day, one.entries.length])).toEqual([["2026-03-02", 1], ["2026-03-01", 2]]);
});

test("an entry that came with two pages is shown once", () => {
  expect(timelineDays([[order("2026-03-01")], [order("2026-03-01")]])[0]?.entries).toHaveLength(1);
});

test("a fact recorded days later is late; an import of history is not late but imported", () => {
  const late = order("2026-03-01", { recorded_at: "2026-03-05T05:00:00.000Z" });
  const old = order("2024-03-01", { recorded_at: "2026-03-05T05:00:00.000Z", origin: "backfill" });
  const [a, b] = timelineDays([[late, old]]).map((one) => one.entries[0]);
  expect([a?.marks, a?.lateDays]).toEqual([["late"], 4]);
  expect(b?.marks).toEqual(["backfill"]);
});

test("a superseded decision is dimmed and its correction is marked", () => {
  const was = change("2026-03-01", "e1", { superseded_by: "e2" });
  const is = change("2026-03-01", "e2", { kind: "stage.corrected", origin: "correction" });
  const [shown] = timelineDays([[is, was]]);
  expect(shown?.entries.map((one) => [one.marks, one.dimmed])).toEqual([[["correction"], false], [["superseded"], true]]);
});

test("a reconstructed decision and a retracted fact say so", () => {
  const days = timelineDays([[change("2026-03-02", null, { origin: "reconstructed" }), order("2026-03-01", { retracted: true })]]);
  expect(days.map((one) => one.entries[0]?.marks)).toEqual([["reconstructed"], ["retracted"]]);
});
