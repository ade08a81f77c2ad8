/** What the models would have foretold: fitted up to one day, held against what came until another. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { ValueHoldout } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { DayField } from "../lifecycle/day-field";
import { modelName } from "./model-names";
import { useHoldout } from "./queries";
import type { Room } from "./room-state";

const Tracking = lazy(() => import("./charts/tracking"));

export function HoldoutView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, change, today } = room;
  const to = state.to ?? today;
  const holdout = useHoldout(state.until, to);
  const note = holdout.data && t("value.holdout.note", { until: holdout.data.until, to: holdout.data.to, n: format.count(holdout.data.buyers), returned: format.count(holdout.data.returned) });
  return (
    <div className="value-room">
      <Panel
        flush
        id="holdout-models"
        title={t("value.holdout.title")}
        note={note}
        actions={
          <>
            <DayField name="until" label={t("value.holdout.until")} value={state.until ?? holdout.data?.until ?? null} onChange={(until) => change({ until })} />
            <DayField name="to" label={t("value.holdout.to")} value={to} onChange={(day) => change({ to: day })} />
          </>
        }
      >
        <Answer of={holdout} rows={6}>
          {(data) => (data.buyers === 0 ? <Empty title={t("value.holdout.none")} /> : <Judged held={data} />)}
        </Answer>
      </Panel>
      {holdout.data && holdout.data.buyers > 0 && (
        <>
          <Panel id="tracking" title={t("value.tracking.title")} note={t("value.tracking.note")}>
            <Suspense fallback={<Loading rows={10} />}>
              <Tracking held={holdout.data} label={t("value.tracking.aria")} />
            </Suspense>
            <TrackingTable held={holdout.data} />
          </Panel>
          <Bins held={holdout.data} />
        </>
      )}
    </div>
  );
}

type Model = ValueHoldout["models"][number];

function Judged({ held }: { held: ValueHoldout }) {
  const { t } = useTranslation();
  const format = useFormat();
  const auc = (value: number | null | undefined) => (value === null || value === undefined ? NOTHING : format.fixed(value, 3));
  const name = (model: Model) => modelName(model.asked) + (model.model === model.asked ? "" : ` → ${modelName(model.model)}`);
  return (
    <>
      <p className="value-rule">{t("value.holdout.rule")}</p>
      <DataTable
        caption={t("value.holdout.title")}
        rows={held.models}
        rowKey={(model) => model.asked}
        columns={[
          { key: "model", head: t("value.holdout.model"), phone: "title", cell: name },
          { key: "expected", head: t("value.holdout.expected"), align: "end", cell: (model) => <strong>{format.count(Math.round(model.expected))}</strong> },
          { key: "actual", head: t("value.holdout.actual"), align: "end", cell: () => format.count(held.purchases) },
          { key: "bias", head: t("value.holdout.bias"), align: "end", cell: (model) => format.share(model.expected - held.purchases, held.purchases) },
          { key: "error", head: t("value.holdout.error"), align: "end", cell: (model) => format.fixed(model.mean_error, 3) },
          { key: "auc", head: t("value.holdout.auc_purchases"), align: "end", cell: (model) => <strong>{auc(model.auc_purchases)}</strong> },
          { key: "alive", head: t("value.holdout.auc_alive"), align: "end", cell: (model) => auc(model.auc_alive) },
        ]}
      />
    </>
  );
}

function TrackingTable({ held }: { held: ValueHoldout }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <details className="daily-table">
      <summary>{t("value.tracking.table")}</summary>
      <DataTable
        caption={t("value.tracking.title")}
        dense
        rows={held.tracking}
        rowKey={(point) => point.day}
        columns={[
          { key: "day", head: t("value.tracking.day"), phone: "title", cell: (point) => point.day },
          { key: "actual", head: t("value.holdout.actual"), align: "end", cell: (point) => <strong>{format.count(point.actual)}</strong> },
          ...held.models.map((model, at) => ({
            key: model.asked,
            head: modelName(model.asked),
            align: "end" as const,
            cell: (point: ValueHoldout["tracking"][number]) => format.count(Math.round(point.expected[at] ?? 0)),
          })),
        ]}
      />
    </details>
  );
}

function Bins({ held }: { held: ValueHoldout }) {
  const { t } = useTranslation();
  const format = useFormat();
  type Bin = ValueHoldout["bins"][number];
  return (
    <Panel flush id="bins" title={t("value.bins.title")} note={t("value.bins.note")}>
      <DataTable
        caption={t("value.bins.title")}
        rows={held.bins}
        rowKey={(bin) => String(bin.repeats)}
        columns={[
          { key: "repeats", head: t("value.bins.repeats"), phone: "title", cell: (bin) => t(bin.and_more ? "value.bins.and_more" : "value.bins.exactly", { n: bin.repeats }) },
          { key: "members", head: t("value.bins.members"), align: "end", cell: (bin) => format.count(bin.members) },
          { key: "actual", head: t("value.holdout.actual"), align: "end", cell: (bin) => <strong>{format.fixed(bin.actual, 3)}</strong> },
          ...held.models.map((model, at) => ({
            key: model.asked,
            head: modelName(model.asked),
            align: "end" as const,
            cell: (bin: Bin) => format.fixed(bin.expected[at] ?? 0, 3),
          })),
        ]}
      />
    </Panel>
  );
}
