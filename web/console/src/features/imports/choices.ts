/** Which column says what, as the form holds it: one choice a column. */
import type { ImportColumn, ImportReading } from "@perennial/api-client";
import type { Texts } from "../../texts/en";

export type FieldName = keyof Texts["imports"]["field"];

/** In the order in which somebody looks for them. */
export const FIELD_GROUPS: { key: keyof Texts["imports"]["field_group"]; fields: FieldName[] }[] = [
  { key: "order", fields: ["order_id", "paid_at", "created_at", "cancelled_at", "modified_at", "status", "amount", "currency", "channel", "store"] },
  { key: "person", fields: ["number", "phone", "email", "wechat_union", "wechat_open", "name", "address"] },
  { key: "line", fields: ["sku", "product", "category", "quantity", "line_paid", "line_list", "unit_price", "discount"] },
  { key: "refund", fields: ["refunded", "refunded_at", "refund_of"] },
];

/** Further identities the form offers; others that a mapping holds are kept. */
export const IDENTITIES = ["taobao", "douyin", "jd", "youzan"] as const;
const IDENTITY = "identity:";

export type Choices = Record<string, string>;

export function choicesOf(columns: readonly ImportColumn[]): Choices {
  const choices: Choices = {};
  for (const { name, field, identity } of columns) {
    if (identity) choices[name] = IDENTITY + identity;
    else if (field) choices[name] = field;
  }
  return choices;
}

/** A field has one column: chosen elsewhere, it leaves the column it had. */
export function choose(choices: Choices, column: string, choice: string | undefined): Choices {
  const next: Choices = {};
  for (const [name, held] of Object.entries(choices)) if (name !== column && held !== choice) next[name] = held;
  if (choice) next[column] = choice;
  return next;
}

export function withChoices(reading: ImportReading, choices: Choices): ImportReading {
  const columns: Record<string, string> = {};
  const identities: Record<string, string> = {};
  for (const [name, choice] of Object.entries(choices)) {
    if (choice.startsWith(IDENTITY)) identities[choice.slice(IDENTITY.length)] = name;
    else columns[choice] = name;
  }
  return { ...reading, mapping: { ...reading.mapping, columns, identities } };
}

export const identityChoice = (kind: string) => IDENTITY + kind;
export const identityOf = (choice: string) => (choice.startsWith(IDENTITY) ? choice.slice(IDENTITY.length) : undefined);
