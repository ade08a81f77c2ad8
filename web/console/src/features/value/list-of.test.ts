import { expect, test } from "vitest";
import { listOf } from "./list-of";

test("a condition survives the way into the address", () => {
  const condition = "recency <= 30 AND sum(purchase.money within 365 days) >= 80.50";
  expect(new URLSearchParams(listOf(condition).split("?")[1]).get("condition")).toBe(condition);
});
