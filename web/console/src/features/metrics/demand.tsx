/** How many purchases of each product the coming weeks will take, by store: what to have there in time. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Demand } from "@perennial/api-client";
import { DataTable, Empty, Panel } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { Basis, Choice, Open, useDefinition } from "./parts";
import { demandOf, useDemand, type Behind } from "./queries";
import { WEEKS, type Room } from "./room-state";
import { useSorting, type SortValue } from "./sorting";

const Bars = lazy(() => import("./charts/demand-bars"));

type Props = { room: Room; open: (behind: Behind) => void };
type Row = Demand["rows"][number];
type Expected = Row["weeks"][number];
/** The most that a file holds. */
const FILE_ROWS = 10_000;
/** More weeks than this stand in the file alone. */
const SHOWN = 4;

export function DemandPanel({ room, open }: Props) {
  const { t } = useTranslation();
  const { state, change } = room;
  const asked = useDemand(state);
  const define = useDefinition(asked.data);
  return (
    <Panel id="metrics-demand" title={t("metrics.demand.title")} note={define("demand")}>
      <div className="day-fields">
        <Choice id="demand-weeks" label={t("metrics.demand.ahead")} value={state.weeks} options={WEEKS.map((value) => ({ value, label: t("metrics.demand.weeks", { n: value }) }))} onChange={(weeks) => change({ weeks })} />
      </div>
      <Answer of={asked} rows={8}>
        {(data) => (
          <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
            {data.rows.length === 0 ? <Empty title={t("metrics.due.none")}>{t("metrics.due.none_teach", { n: data.least })}</Empty> : <Shown data={data} room={room} open={open} />}
            <Basis basis={data} metric="demand" query={{ ...demandOf(state), top: FILE_ROWS }} />
          </div>
        )}
      </Answer>
    </Panel>
  );
}

const VALUES: Record<string, (row: Row) => SortValue> = {
  item: (row) => row.item,
  store: (row) => row.store,
  members: (row) => row.members,
  all: (row) => row.purchases,
  pieces: (row) => pieces(row),
};

const pieces = (row: Row) => row.weeks.reduce((sum, week) => sum + week.pieces, 0);

function Shown({ data, room, open }: Props & { data: Demand }) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const { rows, direction, onSort } = useSorting(data.rows, VALUES, "all");
  const few = (value: number) => (value < 10 ? value.toFixed(1) : format.count(Math.round(value)));
  const range = (week: Expected) => `${format.count(Math.floor(week.low))}–${format.count(Math.ceil(week.high))}`;
  const store = (row: Row) => row.store || t("metrics.retention.unnamed");
  const behind = (row: Row) => () =>
    open({ metric: "demand", title: `${row.item} · ${store(row)}`, query: { ...demandOf(room.state), item: row.item, as_of: data.as_of, cell: `store:${row.store}` } });
  const weeks = data.weeks.slice(0, SHOWN).map((week, at) => ({
    key: week.from,
    head: t("metrics.demand.week", { n: at + 1 }),
    align: "end" as const,
    cell: (row: Row) => {
      const of = row.weeks[at]!;
      return (
        <>
          <strong>{few(of.purchases)}</strong> <span className="soft">{range(of)}</span>
        </>
      );
    },
  }));
  return (
    <>
      <p className="chart-summary">{t("metrics.demand.told", { items: format.count(data.items), rows: format.count(data.found), shown: format.count(data.rows.length), left_out: format.count(data.left_out) })}</p>
      <Suspense fallback={<Loading rows={6} />}>
        <Bars weeks={data.weeks} label={t("metrics.demand.aria")} />
      </Suspense>
      <DataTable
        caption={t("metrics.demand.title")}
        dense
        rows={rows}
        rowKey={(row) => `${row.item} at ${row.store}`}
        onSort={onSort}
        columns={[
          { key: "item", head: t("metrics.products.item"), phone: "title", sort: direction("item"), cell: (row) => row.item },
          { key: "store", head: t("metrics.demand.store"), sort: direction("store"), cell: store },
          { key: "members", head: t("metrics.demand.members"), align: "end", sort: direction("members"), cell: (row) => <Open name={`${row.item} · ${store(row)}`} value={format.count(row.members)} onOpen={behind(row)} /> },
          ...weeks,
          { key: "all", head: t("metrics.demand.all", { n: data.weeks.length }), align: "end", sort: direction("all"), cell: (row) => few(row.purchases) },
          { key: "pieces", head: t("metrics.demand.pieces"), align: "end", sort: direction("pieces"), cell: (row) => few(pieces(row)) },
        ]}
      />
      <p className="soft">
        {define("demand.interval")} {t("metrics.demand.pieces")}: {define("demand.pieces")}
      </p>
    </>
  );
}
