/** What a column says: a field, a further identity, or nothing. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportColumn } from "@perennial/api-client";
import { FIELD_GROUPS, IDENTITIES, identityChoice, identityOf } from "./choices";

/** Guesses below this are marked to be looked at. */
const SURE = 0.6;

type Props = { column: ImportColumn; value: string | undefined; onChange: (choice: string | undefined) => void };

export function FieldSelect({ column, value, onChange }: Props) {
  const { t } = useTranslation();
  const other = value && identityOf(value);
  const kinds = [...new Set([...IDENTITIES, ...(other ? [other] : [])])];
  const groups = FIELD_GROUPS.map((group) => ({
    label: t(`imports.field_group.${group.key}`),
    title: group.key,
    options: group.fields.map((field) => ({ value: field as string, label: t(`imports.field.${field}`) })),
  }));
  const identities = kinds.map((kind) => ({ value: identityChoice(kind), label: t("imports.field_identity", { kind }) }));
  const isUnsure = value !== undefined && value === column.field && column.confidence < SURE;
  return (
    <Select
      className="import-field"
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      status={isUnsure ? "warning" : undefined}
      value={value}
      placeholder={t("imports.field_none")}
      options={[...groups, { label: t("imports.field_group.identities"), title: IDENTITIES.join(" "), options: identities }]}
      onChange={(choice: string | undefined) => onChange(choice)}
      aria-label={t("imports.field_of", { column: column.name })}
      popupMatchSelectWidth={false}
    />
  );
}
