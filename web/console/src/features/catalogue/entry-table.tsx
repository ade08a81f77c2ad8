import { useTranslation } from "react-i18next";
import type { CatalogueEntry } from "@perennial/api-client";
import { Badge, DataTable, NOTHING, type Column } from "@perennial/ui";
import { FIELDS, isNumber, type Kind } from "./kinds";

type Props = { kind: Kind; rows: readonly CatalogueEntry[]; busy: boolean; onOpen: (id: string) => void };

export function EntryTable({ kind, rows, busy, onOpen }: Props) {
  const { t } = useTranslation();
  const columns: Column<CatalogueEntry>[] = FIELDS[kind].map((field) => ({
    key: field,
    head: t(`catalogue.field.${field}`),
    align: isNumber(field) ? "end" : undefined,
    phone: field === "name" ? "title" : "line",
    cell: (row) =>
      field === "name" ? (
        <span className="entry-cell">
          <button type="button" className="entry-link" onClick={() => onOpen(row.id)}>
            {row.fields.name}
          </button>
          {row.state === "retired" && <Badge>{t("catalogue.state.retired")}</Badge>}
        </span>
      ) : (
        (row.fields[field] ?? NOTHING)
      ),
  }));
  const id: Column<CatalogueEntry> = { key: "id", head: t(`catalogue.id.${kind}`), cell: (row) => <span className="entry-id">{row.id}</span> };
  return <DataTable caption={t(`catalogue.kind.${kind}`)} busy={busy} rows={rows} rowKey={(row) => row.id} columns={[columns[0]!, id, ...columns.slice(1)]} />;
}
