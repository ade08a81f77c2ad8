import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { MemberRow } from "@perennial/api-client";
import { Badge, DataTable, NOTHING, shortMember, StageMark, type Column } from "@perennial/ui";
import { useFormat } from "../../app/words";
import type { Stages } from "../lifecycle/models";
import type { ColumnKey, ListState, Sort } from "./list-state";

type Props = {
  rows: readonly MemberRow[];
  stages: Stages;
  state: ListState;
  busy: boolean;
  chosen: ReadonlySet<string>;
  onChoose: (members: string[], on: boolean) => void;
  onSort: (key: string) => void;
};

const nameOf = (row: MemberRow) => row.name ?? row.number ?? shortMember(row.member);

export function MemberTable({ rows, stages, state, busy, chosen, onChoose, onSort }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const sort = (key: Sort) => (state.sort === key ? state.order : "none");
  const stageOf = (row: MemberRow) => {
    const stage = stages.of(row.stage);
    return <StageMark color={stage.color} name={stage.name} />;
  };
  const count = (value: number | null) => (value === null ? NOTHING : format.count(value));
  const columns: Record<ColumnKey, Column<MemberRow>> = {
    stage: { key: "stage", head: t("members.column.stage"), phone: "none", cell: stageOf },
    life: {
      key: "life",
      head: t("members.column.life"),
      cell: (row) => (row.life === 0 ? NOTHING : row.life > 1 ? <Badge tone="accent">{t("members.nth_life", { n: row.life })}</Badge> : t("members.nth_life", { n: 1 })),
    },
    recency: { key: "recency", head: t("members.column.recency"), align: "end", sort: sort("recency"), cell: (row) => count(row.recency) },
    f_life: { key: "f_life", head: t("members.column.f_life"), align: "end", cell: (row) => count(row.f_life) },
    orders: { key: "orders", head: t("members.column.orders"), align: "end", sort: sort("orders"), cell: (row) => count(row.f_total) },
    money: { key: "money", head: t("members.column.money"), align: "end", sort: sort("money"), cell: (row) => format.money(row.money) },
    first: { key: "first", head: t("members.column.first"), align: "end", phone: "none", sort: sort("first"), cell: (row) => format.day(row.first_purchase_on) },
    last: { key: "last", head: t("members.column.last"), align: "end", cell: (row) => format.day(row.last_purchase_on) },
  };
  const member: Column<MemberRow> = {
    key: "member",
    head: t("members.column.member"),
    phone: "title",
    cell: (row) => (
      <span className="member-cell">
        <Link className="member-link member-id" to={`/members/${encodeURIComponent(row.member)}`}>
          {nameOf(row)}
        </Link>
        {(row.name ?? row.number) !== null && (
          <span className="member-number member-id" title={row.member}>
            {row.name !== null && row.number !== null ? row.number : shortMember(row.member)}
          </span>
        )}
        {state.columns.includes("stage") && <span className="phone-only">{stageOf(row)}</span>}
      </span>
    ),
  };
  return (
    <DataTable
      caption={t("members.caption")}
      busy={busy}
      rows={rows}
      rowKey={(row) => row.member}
      onSort={onSort}
      choice={{ chosen, toggle: onChoose, all: t("members.choose.page"), label: (row) => t("members.choose.one", { name: nameOf(row) }) }}
      columns={[member, ...state.columns.map((key) => columns[key])]}
    />
  );
}
