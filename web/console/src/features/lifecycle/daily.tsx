/** Members entering and leaving one stage, day by day. */
import { Select } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Daily } from "@perennial/api-client";
import { addDays, DataTable, daysBetween, Empty, Panel, StageMark } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { busiest, rowsOf, sumsOf } from "./daily-rows";
import type { Stages } from "./models";
import { useDaily } from "./queries";
import { RangeFields } from "./range-fields";
import type { Room } from "./room-state";

const InOut = lazy(() => import("./charts/in-out"));
const DAYS_MAX = 400;

export function DailyView({ room, stages }: { room: Room; stages: Stages }) {
  const { t } = useTranslation();
  const { state, change, today } = room;
  const to = state.to ?? today;
  const from = state.from ?? addDays(to, -90);
  const problem = from >= to ? t("lifecycle.date_order") : daysBetween(from, to) >= DAYS_MAX ? t("lifecycle.daily.too_long") : null;
  const daily = useDaily(stages.model?.id, { from, to }, problem === null);
  const order = stages.list.map((stage) => stage.id);
  const chosen = order.includes(state.stage) ? state.stage : daily.data ? busiest(daily.data, order) : "";
  return (
    <Panel id="lifecycle-daily" title={t("lifecycle.daily.title", { stage: stages.of(chosen).name })}>
      <div className="day-fields">
        <span className="day-field">
          <label htmlFor="daily-stage">{t("lifecycle.daily.stage")}</label>
          <Select
            id="daily-stage"
            className="stage-select"
            popupMatchSelectWidth={false}
            value={chosen || undefined}
            onChange={(stage) => change({ stage })}
            options={stages.list.map((stage) => ({ value: stage.id, label: <StageMark color={stage.color} name={stage.name} /> }))}
          />
        </span>
        <RangeFields room={room} from={from} to={to} />
      </div>
      {problem ? (
        <Empty title={problem} />
      ) : (
        <Answer of={daily} rows={12}>
          {(data) => (
            <div className={daily.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={daily.isPlaceholderData}>
              <Shown daily={data} stage={chosen} stages={stages} />
            </div>
          )}
        </Answer>
      )}
    </Panel>
  );
}

function Shown({ daily, stage, stages }: { daily: Daily; stage: string; stages: Stages }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = rowsOf(daily, stage);
  const sums = sumsOf(rows);
  const { name, color } = stages.of(stage);
  const changed = rows.filter((row) => row.in > 0 || row.out > 0).reverse();
  return (
    <>
      <p className="chart-summary">
        {t("lifecycle.daily.summary", { in: format.count(sums.in), out: format.count(sums.out), net: format.signed(sums.net) })}
      </p>
      <Suspense fallback={<Loading rows={12} />}>
        <InOut rows={rows} color={color} label={t("lifecycle.daily.aria", { stage: name })} />
      </Suspense>
      {changed.length === 0 ? (
        <Empty title={t("lifecycle.daily.none")} />
      ) : (
        <details className="daily-table">
          <summary>{t("lifecycle.daily.table")}</summary>
          <DataTable
            caption={t("lifecycle.daily.caption", { stage: name })}
            dense
            keepRows
            rows={changed}
            rowKey={(row) => row.day}
            columns={[
              { key: "day", head: t("lifecycle.daily.day"), cell: (row) => format.day(row.day) },
              { key: "in", head: t("lifecycle.daily.in"), align: "end", cell: (row) => format.count(row.in) },
              { key: "out", head: t("lifecycle.daily.out"), align: "end", cell: (row) => format.count(row.out) },
              { key: "net", head: t("lifecycle.daily.net"), align: "end", cell: (row) => format.signed(row.in - row.out) },
              { key: "members", head: t("lifecycle.daily.members"), align: "end", cell: (row) => format.count(row.members) },
            ]}
          />
        </details>
      )}
    </>
  );
}
