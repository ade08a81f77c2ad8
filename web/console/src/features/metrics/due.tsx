/** Who will need what next: overdue first, with the stretch of days and what it rests on. */
import { Button } from "antd";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { metricExportUrl, type DueProducts } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel, shortMember } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { DayField } from "../lifecycle/day-field";
import { useMay } from "../session/queries";
import { DemandPanel } from "./demand";
import { Choice, Figure, ItemsChoice, Open, useDefinition } from "./parts";
import { dueOf, useDue, type Behind } from "./queries";
import { AHEAD, TIMES, type Room } from "./room-state";

type Props = { room: Room; open: (behind: Behind) => void };
type Row = DueProducts["rows"][number];
const STATES = ["overdue", "due", "soon"] as const;
/** The most that a file holds. */
const FILE_ROWS = 10_000;

export function DueView({ room, open }: Props) {
  const { t } = useTranslation();
  const { state, change } = room;
  const asked = useDue(state);
  const define = useDefinition(asked.data);
  return (
    <>
      <Panel id="metrics-due" title={t("metrics.due.title")} note={define("due")}>
        <div className="day-fields">
          <DayField name="as-of" label={t("metrics.as_of")} value={state.as_of} allowClear placeholder={t("metrics.newest")} onChange={(as_of) => change({ as_of })} />
          <ItemsChoice room={room} />
          <Choice id="due-times" label={t("metrics.due.times")} value={state.times} options={TIMES.map((value) => ({ value, label: t("metrics.due.times_of", { n: value }) }))} onChange={(times) => change({ times })} />
          <Choice id="due-ahead" label={t("metrics.due.ahead")} value={state.ahead} options={AHEAD.map((value) => ({ value, label: t("metrics.funnel.days", { n: value }) }))} onChange={(ahead) => change({ ahead })} />
          {state.item && (
            <Button size="small" onClick={() => change({ item: "" })}>
              {t("metrics.due.all_items", { item: state.item })}
            </Button>
          )}
        </div>
        <Answer of={asked} rows={10}>
          {(data) => (
            <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
              {data.items === 0 ? <Empty title={t("metrics.due.none")}>{t("metrics.due.none_teach", { n: data.least })}</Empty> : <Shown data={data} room={room} open={open} />}
            </div>
          )}
        </Answer>
      </Panel>
      <DemandPanel room={room} open={open} />
    </>
  );
}

function Shown({ data, room, open }: Props & { data: DueProducts }) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const behind = (cell: string, title: string) => () => open({ metric: "due", title, query: { ...dueOf(room.state), as_of: data.as_of, cell } });
  const hints = { overdue: define("due.range"), due: t("metrics.due.pairs"), soon: t("metrics.due.stopped", { n: format.count(data.stopped) }) };
  return (
    <>
      <dl className="figures metric-figures three">
        {STATES.map((state) => (
          <Figure key={state} name={t(`metrics.due.state.${state}`)} value={format.count(data[state])} definition={hints[state]} onOpen={behind(state, t(`metrics.due.state.${state}`))} />
        ))}
      </dl>
      {data.rows.length === 0 ? <Empty title={t("metrics.due.nobody")} /> : <List rows={data.rows} />}
      <ByItem data={data} room={room} open={open} />
      <Files data={data} room={room} />
    </>
  );
}

function List({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const state = (row: Row) => t(`metrics.due.state.${STATES.find((held) => held === row.state) ?? "due"}`);
  return (
    <DataTable
      caption={t("metrics.due.title")}
      dense
      rows={rows}
      rowKey={(row) => `${row.member} ${row.item}`}
      columns={[
        { key: "member", head: t("metrics.behind.member"), phone: "title", cell: (row) => <Link to={`/members/${encodeURIComponent(row.member)}`}>{row.name ?? row.number ?? shortMember(row.member)}</Link> },
        { key: "item", head: t("metrics.products.item"), cell: (row) => row.item },
        { key: "state", head: t("metrics.due.when"), cell: (row) => <strong>{state(row)}</strong> },
        { key: "on", head: t("metrics.due.expected"), align: "end", cell: (row) => format.day(row.on) },
        { key: "range", head: t("metrics.due.range"), align: "end", phone: "none", cell: (row) => `${format.day(row.from)} – ${format.day(row.to)}` },
        { key: "evidence", head: t("metrics.due.evidence"), width: "32%", cell: (row) => words(row.evidence) },
      ]}
    />
  );
}

function ByItem({ data, room, open }: Props & { data: DueProducts }) {
  const { t } = useTranslation();
  const format = useFormat();
  const number = (item: string, cell: (typeof STATES)[number], count: number) => {
    const title = `${item} · ${t(`metrics.due.state.${cell}`)}`;
    return count === 0 ? NOTHING : <Open name={title} value={format.count(count)} onOpen={() => open({ metric: "due", title, query: { ...dueOf(room.state), item, as_of: data.as_of, cell } })} />;
  };
  return (
    <details className="metric-table">
      <summary>{t("metrics.due.by_item")}</summary>
      <DataTable
        caption={t("metrics.due.by_item")}
        dense
        rows={data.by_item}
        rowKey={(one) => one.item}
        columns={[
          {
            key: "item",
            head: t("metrics.products.item"),
            phone: "title",
            cell: (one) => (
              <button type="button" className="number-open" onClick={() => room.change({ item: one.item })}>
                {one.item}
              </button>
            ),
          },
          { key: "cycle", head: t("metrics.due.cycle"), align: "end", cell: (one) => one.cycle_days },
          ...STATES.map((state) => ({ key: state, head: t(`metrics.due.state.${state}`), align: "end" as const, cell: (one: DueProducts["by_item"][number]) => number(one.item, state, one[state]) })),
        ]}
      />
    </details>
  );
}

function Files({ data, room }: { data: DueProducts; room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  return (
    <div className="metric-basis">
      <span className="soft">{t("metrics.basis", { day: data.as_of, newest: data.data_up_to ? format.instant(data.data_up_to) : NOTHING })}</span>
      {may("export") && (
        <span className="metric-files">
          {(["xlsx", "csv"] as const).map((kind) => (
            <Button key={kind} size="small" icon={<Download size={14} aria-hidden="true" />} href={metricExportUrl("due", { ...dueOf(room.state), top: FILE_ROWS, format: kind })} download>
              {t(`metrics.file.${kind}`)}
            </Button>
          ))}
        </span>
      )}
    </div>
  );
}
