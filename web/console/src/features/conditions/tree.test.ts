import { expect, test } from "vitest";
import { isSimple, operatorsOf, readValue, replaced, showValue, withOperator, type Group } from "./tree";

test("a value is kept where the new operator can take it", () => {
  const rule = { field: "recency", operator: "<", valueSource: "value", value: 90 };
  expect(withOperator(rule, ">=")).toEqual({ ...rule, operator: ">=" });
  expect(withOperator(rule, "between")).toEqual({ ...rule, operator: "between", value: [90, 90] });
  expect(withOperator(withOperator(rule, "between"), "<=").value).toBe(90);
  expect(withOperator(rule, "null")).toEqual({ field: "recency", operator: "null" });
});

test("what the builder cannot show is left to the text", () => {
  expect(isSimple({ field: "recency", operator: "<", valueSource: "value", value: 1 })).toBe(true);
  expect(isSimple({ field: "expression", operator: ">=", valueSource: "value", value: 3, operand: { aggregate: "count", fact: "order", days: 90 } })).toBe(true);
  expect(isSimple({ field: "a", operator: "<", valueSource: "field", value: "b" })).toBe(false);
  expect(isSimple({ field: "expression", operator: ">", valueSource: "value", value: 3, operand: { operator: "+", left: 1, right: 2 } })).toBe(false);
});

test("values are typed as their field is", () => {
  expect(readValue("30", "int")).toBe(30);
  expect(readValue("30", "text")).toBe("30");
  expect(showValue(readValue("2026-11-22", "day"))).toBe("2026-11-22");
  expect(readValue("x", "int")).toBe("x");
  expect(operatorsOf("bool")).not.toContain("<");
});

test("a node is replaced or taken out at its place", () => {
  const group: Group = { combinator: "and", not: false, rules: [{ field: "a", operator: "null" }, { field: "b", operator: "null" }] };
  expect(replaced(group, 0, null).rules).toEqual([group.rules[1]]);
  expect(replaced(group, 1, { field: "c", operator: "null" }).rules[1]).toEqual({ field: "c", operator: "null" });
});
