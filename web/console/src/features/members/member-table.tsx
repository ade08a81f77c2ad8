import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { MemberRow } from "@perennial/api-client";
import { Badge, DataTable, NOTHING, shortMember, StageMark } from "@perennial/ui";
import { useFormat } from "../../app/words";
import type { Stages } from "../lifecycle/models";
import type { ListState, Sort } from "./list-state";

type Props = { rows: readonly MemberRow[]; stages: Stages; state: ListState; busy: boolean; onSort: (key: string) => void };

export function MemberTable({ rows, stages, state, busy, onSort }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const sort = (key: Sort) => (state.sort === key ? state.order : "none");
  const stageOf = (row: MemberRow) => {
    const stage = stages.of(row.stage);
    return <StageMark color={stage.color} name={stage.name} />;
  };
  return (
    <DataTable
      caption={t("members.caption")}
      busy={busy}
      rows={rows}
      rowKey={(row) => row.member}
      onSort={onSort}
      columns={[
        {
          key: "member",
          head: t("members.column.member"),
          phone: "title",
          cell: (row) => (
            <span className="member-cell">
              <Link className="member-link member-id" to={`/members/${encodeURIComponent(row.member)}`}>
                {row.name ?? row.number ?? shortMember(row.member)}
              </Link>
              {(row.name ?? row.number) !== null && (
                <span className="member-number member-id" title={row.member}>
                  {row.name !== null && row.number !== null ? row.number : shortMember(row.member)}
                </span>
              )}
              <span className="phone-only">{stageOf(row)}</span>
            </span>
          ),
        },
        { key: "stage", head: t("members.column.stage"), phone: "none", cell: stageOf },
        {
          key: "life",
          head: t("members.column.life"),
          cell: (row) => (row.life > 1 ? <Badge tone="accent">{t("members.nth_life", { n: row.life })}</Badge> : row.life === 1 ? t("members.nth_life", { n: 1 }) : NOTHING),
        },
        {
          key: "recency",
          head: t("members.column.recency"),
          align: "end",
          sort: sort("recency"),
          cell: (row) => (row.recency === null ? NOTHING : format.count(row.recency)),
        },
        { key: "f_life", head: t("members.column.f_life"), align: "end", cell: (row) => format.count(row.f_life) },
        { key: "orders", head: t("members.column.f_total"), align: "end", sort: sort("orders"), cell: (row) => format.count(row.f_total) },
        { key: "money", head: t("members.column.money"), align: "end", sort: sort("money"), cell: (row) => format.money(row.money) },
        { key: "first", head: t("members.column.first"), align: "end", phone: "none", sort: sort("first"), cell: (row) => format.day(row.first_purchase_on) },
        { key: "last", head: t("members.column.last"), align: "end", cell: (row) => format.day(row.last_purchase_on) },
      ]}
    />
  );
}
