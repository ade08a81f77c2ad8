/** A cell as text. Numbers are shown as they came: grouping them would hide that they are exact. */
export function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((one) => shown(one) ?? "").join(", ");
  return String(value);
}

export const isNumber = (type: string) => type === "int" || type === "float" || type === "decimal";

/** The statement with a name put where the caret stands, apart from what is beside it; and where the caret goes. */
export function inserted(statement: string, name: string, from: number, to: number): { text: string; caret: number } {
  const before = statement.slice(0, from);
  const after = statement.slice(to);
  const lead = before === "" || /[\s(.,]$/.test(before) ? "" : " ";
  const tail = after === "" || /^[\s),.;]/.test(after) ? "" : " ";
  return { text: before + lead + name + tail + after, caret: before.length + lead.length + name.length };
}
