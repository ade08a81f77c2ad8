/** The server's tree of a condition, as far as the builder shows it; what it does not know it keeps as it came. */
export type Aggregate = { aggregate: string; fact: string; measure?: string; where?: Group; days?: number; endingDaysAgo?: number };
export type Operand = Aggregate | { field: string } | { [key: string]: unknown };
export type Value = string | number | boolean | null | { day: string };
export type Rule = { field: string; operator: string; operand?: Operand; valueSource?: string; value?: Value | Value[] | unknown };
export type Group = { combinator: "and" | "or"; not: boolean; rules: Node[] };
export type Node = Group | Rule;

export const isGroup = (node: Node): node is Group => "combinator" in node;
export const isAggregate = (operand: Operand | undefined): operand is Aggregate => operand !== undefined && "aggregate" in operand;

export const COMPARISONS = ["=", "!=", "<", "<=", ">", ">="] as const;
const ORDERED = [...COMPARISONS, "between", "notBetween", "null", "notNull"];

/** The operators that make sense for a field of this type. */
export function operatorsOf(type: string): string[] {
  if (type === "bool") return ["holds", "null", "notNull"];
  if (type === "text") return ["=", "!=", "in", "notIn", "beginsWith", "contains", "endsWith", "null", "notNull"];
  return ORDERED;
}

/** The builder shows a rule by fields; another is shown as text. */
export function isSimple(rule: Rule): boolean {
  if (rule.operand !== undefined && !(isAggregate(rule.operand) && rule.operand.where === undefined)) return false;
  return rule.valueSource === undefined || rule.valueSource === "value";
}

const LIST = ["between", "notBetween", "in", "notIn"];
const BARE = ["null", "notNull", "holds"];

/** A rule with another operator keeps its value where that fits. */
export function withOperator(rule: Rule, operator: string): Rule {
  const base = { field: rule.field, operator, ...(rule.operand === undefined ? {} : { operand: rule.operand }) };
  if (BARE.includes(operator)) return base;
  const held = (Array.isArray(rule.value) ? rule.value[0] : rule.value) as Value | undefined;
  const one = held ?? 0;
  const value = operator.toLowerCase().endsWith("between") ? [one, one] : LIST.includes(operator) ? [one] : one;
  return { ...base, valueSource: "value", value };
}

/** What a person typed as the value of a field of this type. */
export function readValue(text: string, type: string): Value {
  if (type === "text") return text;
  if (type === "day") return { day: text };
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? text : number;
}

export function showValue(value: unknown): string {
  if (typeof value === "object" && value !== null && "day" in value) return String(value.day);
  return value === null || value === undefined ? "" : String(value);
}

export function replaced(group: Group, at: number, node: Node | null): Group {
  const rules = group.rules.flatMap((held, place) => (place !== at ? [held] : node === null ? [] : [node]));
  return { ...group, rules };
}
