/** What becomes of those who began together: heat map (a table) or curves. */
import { Input, Segmented, Select } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Cohorts } from "@perennial/api-client";
import { Empty, Panel } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { HeatMap } from "./heat-map";
import { Basis, PeriodFields, useDefinition } from "./parts";
import { cohortOf, useCohorts, type Behind } from "./queries";
import { COUNTS, RETENTIONS, ROWS, SHOWN, STARTS, UNITS, type Room } from "./room-state";

const Curves = lazy(() => import("./charts/retention-curves"));
/** So many curves can be told apart; the heat map has them all. */
const DRAWN_MAX = 6;

export function RetentionView({ room, open }: { room: Room; open: (behind: Behind) => void }) {
  const { t } = useTranslation();
  const { state, change } = room;
  const asked = useCohorts(state);
  const define = useDefinition(asked.data);
  return (
    <Panel
      id="metrics-retention"
      title={t("metrics.retention.title")}
      note={define("cohort")}
      actions={
        <Segmented
          aria-label={t("metrics.retention.as")}
          value={state.as}
          onChange={(as) => change({ as })}
          options={(["heat", "curve"] as const).map((value) => ({ value, label: t(`metrics.retention.${value}`) }))}
        />
      }
    >
      <PeriodFields room={room} />
      <Choices room={room} />
      <p className="soft">{[define(`cohort.${state.retention}`), define(state.show === "money" ? "cohort.money" : "cohort.rate")].join(" ")}</p>
      <Answer of={asked} rows={12}>
        {(data) =>
          data.all.members === 0 ? (
            <Empty title={t("metrics.nobody")}>{t("metrics.nobody_teach")}</Empty>
          ) : (
            <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
              <Shown data={data} room={room} open={open} />
              <Basis basis={data} metric="cohort" query={cohortOf(state)} />
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}

function Shown({ data, room, open }: { data: Cohorts; room: Room; open: (behind: Behind) => void }) {
  const { t } = useTranslation();
  if (room.state.as === "heat") return <HeatMap data={data} room={room} open={open} />;
  return (
    <>
      <Suspense fallback={<Loading rows={12} />}>
        <Curves data={data} rows={data.rows.slice(-DRAWN_MAX)} label={t("metrics.retention.aria")} />
      </Suspense>
      {data.rows.length > DRAWN_MAX && <p className="soft">{t("metrics.retention.drawn", { n: DRAWN_MAX })}</p>}
      <details className="metric-table">
        <summary>{t("metrics.as_table")}</summary>
        <HeatMap data={data} room={room} open={open} />
      </details>
    </>
  );
}

function Choices({ room: { state, change } }: { room: Room }) {
  const { t } = useTranslation();
  return (
    <div className="metric-choices">
      <Choice name="by" values={UNITS} value={state.by} change={(by) => change({ by })} label={(value) => t(`metrics.retention.unit.${value}`)} />
      <Choice name="count" values={COUNTS} value={state.count} change={(count) => change({ count })} label={(value) => t(`metrics.retention.counting.${value}`)} />
      <Choice name="retention" values={RETENTIONS} value={state.retention} change={(retention) => change({ retention })} label={(value) => t(`metrics.retention.kind.${value}`)} />
      <Choice name="start" values={STARTS} value={state.start} change={(start) => change({ start })} label={(value) => t(`metrics.retention.zero.${value}`)} />
      <Choice name="rows" values={ROWS} value={state.rows} change={(rows) => change({ rows })} label={(value) => t(`metrics.retention.row.${value}`)} />
      <Choice name="show" values={SHOWN} value={state.show} change={(show) => change({ show })} label={(value) => t(`metrics.retention.shown.${value}`)} />
      <label className="metric-choice">
        <span>{t("metrics.retention.behaviour")}</span>
        <Input
          key={state.behaviour}
          defaultValue={state.behaviour}
          placeholder={t("metrics.retention.behaviour_buy")}
          onPressEnter={(event) => change({ behaviour: event.currentTarget.value })}
          onBlur={(event) => event.currentTarget.value !== state.behaviour && change({ behaviour: event.currentTarget.value })}
        />
      </label>
    </div>
  );
}

type ChoiceProps<T extends string> = { name: "by" | "count" | "retention" | "start" | "rows" | "show"; values: readonly T[]; value: T; change: (value: T) => void; label: (value: T) => string };

function Choice<T extends string>({ name, values, value, change, label }: ChoiceProps<T>) {
  const { t } = useTranslation();
  const id = `metric-${name}`;
  return (
    <span className="metric-choice">
      <label htmlFor={id}>{t(`metrics.retention.choose.${name}`)}</label>
      <Select id={id} value={value} onChange={change} options={values.map((one) => ({ value: one, label: label(one) }))} popupMatchSelectWidth={false} />
    </span>
  );
}
