/** The first refused rows: where, and why. */
import { DataTable } from "@perennial/ui";
import { useTranslation } from "react-i18next";
import type { ImportProblem } from "@perennial/api-client";
import { useFormat, useWords } from "../../app/words";

export function Problems({ rows, title }: { rows: readonly ImportProblem[]; title: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  return (
    <section className="import-problems">
      <h3>{title}</h3>
      <DataTable
        caption={title}
        dense
        rows={rows}
        rowKey={(row) => String(row.line)}
        columns={[
          { key: "line", head: t("imports.line"), align: "end", phone: "title", cell: (row) => format.count(row.line) },
          { key: "reason", head: t("imports.reason"), cell: (row) => words(row.reason) },
        ]}
      />
    </section>
  );
}
