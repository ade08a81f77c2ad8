import { expect, test } from "vitest";
import type { ImportColumn, ImportReading } from "@perennial/api-client";
import { choicesOf, choose, FIELD_GROUPS, withChoices } from "./choices";

const column = (name: string, field: string | null, identity: string | null = null): ImportColumn => ({ name, field, identity, confidence: 1, filled: 1, samples: [] });
const reading = { preset: "generic", source: "pos", shift_to_today: false, mapping: { encoding: "gbk", columns: { phone: "x" } } } as unknown as ImportReading;

test("a form's choices become the mapping they came from", () => {
  const choices = choicesOf([column("单号", "order_id"), column("旺旺", null, "taobao"), column("备注", null)]);
  expect(withChoices(reading, choices).mapping).toEqual({ encoding: "gbk", columns: { order_id: "单号" }, identities: { taobao: "旺旺" } });
});

test("a field chosen for another column leaves the one it had", () => {
  expect(choose({ a: "amount", b: "paid_at" }, "c", "amount")).toEqual({ b: "paid_at", c: "amount" });
  expect(choose({ a: "amount" }, "a", undefined)).toEqual({});
});

test("no field is offered twice", () => {
  const all = FIELD_GROUPS.flatMap((group) => group.fields);
  expect(new Set(all).size).toBe(all.length);
});
