/** How ordinary members and sales moved while the number of super users did, beside what is commonly claimed. */
import { useTranslation } from "react-i18next";
import type { SuperUsers } from "@perennial/api-client";
import { DataTable, NOTHING } from "@perennial/ui";
import { useFormat } from "../../app/words";

export function Observed({ data, range }: { data: SuperUsers; range: (of: number[], unit: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { observed, claimed } = data;
  const percent = (value: number) => `${value > 0 ? "+" : ""}${format.fixed(value, 1)} %`;
  const rows = observed && [
    { key: "supers", change: observed.supers, per: null, claim: null },
    { key: "ordinary", change: observed.ordinary, per: observed.ordinary_per_percent, claim: claimed.ordinary },
    { key: "money", change: observed.money, per: observed.money_per_percent, claim: claimed.money },
  ];
  return (
    <section id="super-observed">
      <h3>{t("worth.super.observed")}</h3>
      <p className="soft">{t("worth.super.no_cause")}</p>
      {rows ? (
        <DataTable
          caption={t("worth.super.observed")}
          dense
          rows={rows}
          rowKey={(row) => row.key}
          columns={[
            { key: "what", head: t("worth.super.what"), phone: "title", cell: (row) => (row.key === "supers" ? t("worth.super.title") : t(`worth.super.moved.${row.key as "money"}`)) },
            { key: "change", head: t("worth.super.change", { days: 360 }), align: "end", cell: (row) => percent(row.change) },
            { key: "per", head: t("worth.super.per"), align: "end", cell: (row) => <strong>{row.per === null ? NOTHING : percent(row.per)}</strong> },
            { key: "claim", head: t("worth.super.claim"), align: "end", cell: (row) => (row.claim === null ? NOTHING : range(row.claim, " %")) },
          ]}
        />
      ) : (
        <p>{t("worth.super.unobserved")}</p>
      )}
      <DataTable
        caption={t("worth.super.points")}
        dense
        rows={data.points}
        rowKey={(one) => one.day}
        columns={[
          { key: "day", head: t("worth.super.day"), phone: "title", cell: (one) => one.day },
          { key: "supers", head: t("worth.super.title"), align: "end", cell: (one) => format.count(one.supers) },
          { key: "ordinary", head: t("worth.super.moved.ordinary"), align: "end", cell: (one) => format.count(one.ordinary) },
          { key: "money", head: t("worth.super.moved.money"), align: "end", cell: (one) => format.money(one.money) },
        ]}
      />
    </section>
  );
}
