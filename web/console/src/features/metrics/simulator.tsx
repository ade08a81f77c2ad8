/** What more second, third, later purchases would bring: the funnel observed, and the same with some numbers changed. */
import { Button, InputNumber, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SimulatedScenario, Simulation } from "@perennial/api-client";
import { DataTable, decimal, NOTHING, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { useDefinition } from "./parts";
import { periodOf, useSimulation } from "./queries";
import type { Room } from "./room-state";

/** Numbers put in place of those observed; null leaves one as it is. */
type Edits = { buyers: number | null; carried: number | null; conversions: (number | null)[]; values: (number | null)[] };
const NONE: Edits = { buyers: null, carried: null, conversions: [null, null, null], values: [null, null, null] };

export function Simulator({ room }: { room: Room }) {
  const { t } = useTranslation();
  const { model, horizon } = room.state;
  const observed = { ...periodOf(room.state), horizon_days: Number(horizon) };
  const base = useSimulation({ model, observed });
  const define = useDefinition(base.data);
  return (
    <Panel
      id="metrics-simulator"
      title={t("metrics.simulator.title")}
      note={define(`simulate.${model}`)}
      actions={
        <Segmented
          aria-label={t("metrics.simulator.model")}
          value={model}
          onChange={(chosen) => room.change({ model: chosen })}
          options={(["step", "bucket"] as const).map((value) => ({ value, label: t(`metrics.simulator.${value}`) }))}
        />
      }
    >
      <Answer of={base} rows={6}>
        {(data) => <Scenario base={data} room={room} observed={observed} />}
      </Answer>
    </Panel>
  );
}

type ScenarioProps = { base: Simulation; room: Room; observed: { from?: string; to?: string; as_of?: string; horizon_days: number } };

function Scenario({ base, room, observed }: ScenarioProps) {
  const { t } = useTranslation();
  const [edits, edit] = useState(NONE);
  const first = base.scenarios[0]!;
  const scale = first.sales.scale;
  const scenario = {
    buyers: edits.buyers ?? undefined,
    carried_over: edits.carried ?? undefined,
    conversions: first.conversions.map((share, at) => {
      const typed = edits.conversions[at] ?? null;
      return typed === null ? share : typed / 100;
    }),
    // As observed they are not rounded to the minor unit: they are left to the server until one is changed.
    values: edits.values.every((value) => value === null) ? undefined : first.values.map((value, at) => edits.values[at]?.toFixed(scale) ?? decimal(value)),
  };
  const told = useSimulation({ model: room.state.model, observed, scenarios: [scenario] });
  const isEdited = edits !== NONE;
  return (
    <>
      <div className="simulator-fields" role="group" aria-label={t("metrics.simulator.change")}>
        <Field label={t("metrics.simulator.buyers")} value={edits.buyers ?? first.buyers} min={0} onChange={(buyers) => edit({ ...edits, buyers })} />
        {first.conversions.map((share, at) => (
          <Field
            key={`c${at}`}
            label={t(`metrics.simulator.conversion.${at}` as "metrics.simulator.conversion.0")}
            value={edits.conversions[at] ?? Number((share * 100).toFixed(2))}
            suffix="%"
            min={0}
            max={at === first.conversions.length - 1 ? 99.99 : 100}
            onChange={(value) => edit({ ...edits, conversions: edits.conversions.with(at, value) })}
          />
        ))}
        {first.values.map((value, at) => (
          <Field
            key={`v${at}`}
            label={t(`metrics.simulator.value_${room.state.model}.${at}` as "metrics.simulator.value_step.0")}
            value={edits.values[at] ?? Number(decimal(value))}
            min={0}
            onChange={(changed) => edit({ ...edits, values: edits.values.with(at, changed) })}
          />
        ))}
        <Field label={t("metrics.simulator.carried")} value={edits.carried ?? 0} min={0} onChange={(carried) => edit({ ...edits, carried })} />
        <Button disabled={!isEdited} onClick={() => edit(NONE)}>
          {t("metrics.simulator.reset")}
        </Button>
      </div>
      <Answer of={told} rows={4}>
        {(data) => <Outcome data={data} />}
      </Answer>
    </>
  );
}

type FieldProps = { label: string; value: number; suffix?: string; min: number; max?: number; onChange: (value: number | null) => void };

function Field({ label, value, suffix, min, max, onChange }: FieldProps) {
  return (
    <label className="metric-choice">
      <span>{label}</span>
      <InputNumber value={value} min={min} max={max} suffix={suffix} onChange={onChange} controls={false} />
    </label>
  );
}

function Outcome({ data }: { data: Simulation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [base, changed] = data.scenarios as [SimulatedScenario, SimulatedScenario];
  const whole = (value: number) => format.count(Math.round(value));
  const rows = [
    ...base.rows.map((row, at) => ({ key: String(row.number), is: row, would: changed.rows[at]!, name: nameOf(row.number, at === base.rows.length - 1) })),
    { key: "all", is: base, would: changed, name: t("metrics.simulator.all") },
  ];
  function nameOf(number: number, last: boolean) {
    return t(last ? `metrics.simulator.last_${data.model as "step" | "bucket"}` : `metrics.simulator.row_${data.model as "step" | "bucket"}`, { n: number });
  }
  return (
    <>
      <p className="simulator-uplift" role="status">
        {t("metrics.simulator.uplift", { sales: format.money(changed.sales), share: changed.uplift === null ? NOTHING : signedShare(changed.uplift, format.share) })}
      </p>
      <DataTable
        caption={t("metrics.simulator.caption")}
        rows={rows}
        rowKey={(row) => row.key}
        columns={[
          { key: "name", head: t("metrics.simulator.orders_of"), phone: "title", cell: (row) => row.name },
          { key: "orders", head: t("metrics.simulator.orders"), align: "end", cell: (row) => whole(row.is.orders) },
          { key: "orders2", head: t("metrics.simulator.orders_then"), align: "end", cell: (row) => <strong>{whole(row.would.orders)}</strong> },
          { key: "sales", head: t("metrics.simulator.sales"), align: "end", cell: (row) => format.money(row.is.sales) },
          { key: "sales2", head: t("metrics.simulator.sales_then"), align: "end", cell: (row) => <strong>{format.money(row.would.sales)}</strong> },
        ]}
      />
    </>
  );
}

function signedShare(uplift: number, share: (part: number, of: number) => string): string {
  return `${uplift > 0 ? "+" : ""}${share(uplift, 1)}`;
}
