/** Five kinds of value: what members bring beside buying, by the brand's own weights. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ValueKinds } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { listOf } from "./list-of";
import { Files, More, useMemberColumn } from "./list-parts";
import { useKinds } from "./queries";
import { KINDS, RANKED, WINDOWS, type Room } from "./room-state";
import { SignalsPanel } from "./signals";
import { useList } from "./use-list";

export function KindsView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, change } = room;
  const pages = useKinds(state.window, state.by);
  const first = pages.data?.pages[0];
  const window = (
    <span className="day-field">
      <label htmlFor="kinds-window">{t("value.rfm.window")}</label>
      <Select id="kinds-window" value={state.window} onChange={(value) => change({ window: value })} options={WINDOWS.map((value) => ({ value, label: t("worth.days", { n: value }) }))} />
    </span>
  );
  return (
    <div className="value-room">
      <Panel flush id="kinds" title={t("worth.kinds.title")} note={first && t("worth.kinds.note", { day: first.as_of })} actions={window}>
        <p className="value-rule">{t("worth.kinds.teach")}</p>
        <Answer of={pages} rows={8}>{({ pages: [data] }) => <Sources data={data!} />}</Answer>
      </Panel>
      {first && (
        <Panel flush id="kinds-list" title={t("worth.kinds.list")} note={t("worth.kinds.listed", { n: format.count(first.total) })} actions={<Ranked room={room} />}>
          {first.total === 0 ? <Empty title={t("worth.kinds.none")}>{t("worth.kinds.none_teach")}</Empty> : <Members rows={pages.data!.pages.flatMap((page) => page.items)} />}
          <More pages={pages} />
        </Panel>
      )}
      <SignalsPanel />
    </div>
  );
}

function Ranked({ room: { state, change } }: { room: Room }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="day-field">
        <label htmlFor="kinds-by">{t("worth.kinds.by")}</label>
        <Select id="kinds-by" value={state.by} onChange={(by) => change({ by })} options={RANKED.map((value) => ({ value, label: t(`worth.kind.${value}`) }))} />
      </span>
      <Files list name="kinds" query={{ window: state.window, by: state.by }} />
    </>
  );
}

const SOURCES = ["purchases", "share", "referral", "feedback", "review", "survey", "adopted", "bulk_orders"] as const;
type Source = ValueKinds["sources"][number];

function Sources({ data }: { data: ValueKinds }) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useList();
  const source = (one: Source) => t(`worth.source.${SOURCES.find((held) => held === one.source) ?? "purchases"}`);
  const kind = (one: Source) => t(`worth.kind.${KINDS.find((held) => held === one.kind) ?? "purchase"}`);
  const weight = (one: Source) => (one.worth ? format.money(one.worth) : t("worth.kinds.percent", { n: one.percent }));
  const counts = (one: Source) => (one.pieces ? t("worth.kinds.pieces", { n: one.pieces }) : one.source === "purchases" ? NOTHING : list(one.names) || t("worth.nameless"));
  const members = (one: Source) => (one.condition && one.members > 0 ? <Link to={listOf(one.condition)}>{format.count(one.members)}</Link> : format.count(one.members));
  const unheard = data.sources.filter((one) => one.events === 0 && one.worth);
  return (
    <>
      <DataTable
        caption={t("worth.kinds.title")}
        rows={data.sources}
        rowKey={(one) => one.source}
        columns={[
          { key: "source", head: t("worth.kinds.source"), phone: "title", cell: source },
          { key: "kind", head: t("worth.kinds.kind"), cell: kind },
          { key: "counts", head: t("worth.super.counts"), width: "26%", cell: (one) => <span className="value-names">{counts(one)}</span> },
          { key: "members", head: t("value.rfm.members"), align: "end", cell: members },
          { key: "events", head: t("worth.kinds.events"), align: "end", cell: (one) => format.count(one.events) },
          { key: "weight", head: t("worth.kinds.weight"), align: "end", cell: weight },
          { key: "value", head: t("worth.kinds.value"), align: "end", cell: (one) => <strong>{format.money(one.value)}</strong> },
        ]}
      />
      {unheard.length > 0 && <p className="value-rule">{t("worth.kinds.unheard", { what: list(unheard.map(source)) })}</p>}
    </>
  );
}

function Members({ rows }: { rows: ValueKinds["items"] }) {
  const { t } = useTranslation();
  const member = useMemberColumn();
  const format = useFormat();
  return (
    <DataTable
      caption={t("worth.kinds.list")}
      rows={rows}
      rowKey={(row) => row.member}
      columns={[
        member,
        ...KINDS.map((kind) => ({ key: kind, head: t(`worth.kind.${kind}`), align: "end" as const, cell: (row: ValueKinds["items"][number]) => format.money(row[kind]) })),
        { key: "total", head: t("worth.kind.total"), align: "end", cell: (row) => <strong>{format.money(row.total)}</strong> },
      ]}
    />
  );
}
