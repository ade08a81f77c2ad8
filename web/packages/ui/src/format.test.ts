import { expect, test } from "vitest";
import { addDays, createFormat, daysBetween, decimal, endOfDay } from "./format";

const zh = createFormat("zh-CN", "Asia/Shanghai");
const en = createFormat("en", "Asia/Shanghai");
const money = (minor: number, currency = "CNY", scale = 2) => ({ minor, currency, scale });

test.each([
  [21250, 2, "212.50"],
  [5, 2, "0.05"],
  [0, 2, "0.00"],
  [-5, 2, "-0.05"],
  [1234, 0, "1234"],
  [9007199254740991, 2, "90071992547409.91"],
])("minor units %i at scale %i are exactly %s", (minor, scale, expected) => {
  expect(decimal(money(minor, "CNY", scale))).toBe(expected);
});

test("money carries its own currency and scale in both languages", () => {
  expect(zh.money(money(123456789))).toBe("¥1,234,567.89");
  expect(en.money(money(-1250))).toBe("-¥12.50");
  expect(en.money(money(500, "JPY", 0))).toBe("¥500");
  expect(en.money(money(9007199254740991, "USD"))).toBe("$90,071,992,547,409.91");
});

test("a share without a base is nothing, not a division by zero", () => {
  expect(en.share(1, 3)).toBe("33.3%");
  expect(en.share(0, 0)).toBe("–");
});

test("a difference shows its sign", () => {
  expect([zh.signed(1200), zh.signed(-3), zh.signed(0)]).toEqual(["+1,200", "−3", "0"]);
});

test("an instant is told in the brand's time zone, not the browser's", () => {
  expect(zh.instant("2026-11-22T16:30:00.000Z")).toBe("2026-11-23 00:30");
  expect(createFormat("en", "America/New_York").dayOf("2026-11-22T02:00:00Z")).toBe("2026-11-21");
});

test("a day never moves with a time zone", () => {
  const format = createFormat("en", "Pacific/Auckland");
  expect([format.monthDay("2026-03-01"), zh.monthDay("2026-03-01")]).toEqual(["1 Mar", "3/1"]);
});

test("days are counted across a leap day and a year", () => {
  expect(daysBetween("2028-02-28", "2028-03-01")).toBe(2);
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
});

test.each([
  ["2026-11-22", "Asia/Shanghai", "2026-11-22T15:59:59.999Z"],
  ["2026-03-08", "America/New_York", "2026-03-09T03:59:59.999Z"],
  ["2026-11-01", "America/New_York", "2026-11-02T04:59:59.999Z"],
  ["2026-06-30", "UTC", "2026-06-30T23:59:59.999Z"],
])("the end of %s in %s is %s", (day, zone, expected) => {
  expect(endOfDay(day, zone)).toBe(expected);
});

test("numbers of models keep the digits that say something, estimates of money the currency's decimals", () => {
  const format = createFormat("en", "UTC");
  expect([format.significant(0.24259452), format.significant(11668.73, 3), format.significant(null)]).toEqual(["0.2426", "11,700", "–"]);
  expect([format.fixed(0.7, 3), format.amount(35.1704, "USD"), format.amount(35.6, "JPY")]).toEqual(["0.700", "$35.17", "¥36"]);
});
