/** What every metric has: its period, what it rests on, its figures with their definitions, its table as a file. */
import { Button, Select } from "antd";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { metricExportUrl, type MetricBasis } from "@perennial/api-client";
import { addDays, NOTHING } from "@perennial/ui";
import { useFormat, useWords } from "../../app/words";
import { DayField } from "../lifecycle/day-field";
import type { Metric } from "./queries";
import { ITEMS, type Room } from "./room-state";

const QUICK = [90, 365];

export function PeriodFields({ room, children }: { room: Room; children?: ReactNode }) {
  const { t } = useTranslation();
  const { state, change, today } = room;
  const end = state.as_of ?? today;
  return (
    <div className="day-fields">
      <DayField name="from" label={t("metrics.from")} value={state.from} allowClear placeholder={t("metrics.from_start")} onChange={(from) => change({ from })} />
      <DayField name="to" label={t("metrics.to")} value={state.to} allowClear placeholder={t("metrics.to_end")} onChange={(to) => change({ to })} />
      <DayField name="as-of" label={t("metrics.as_of")} value={state.as_of} allowClear placeholder={t("metrics.newest")} onChange={(as_of) => change({ as_of })} />
      <span className="quick" role="group" aria-label={t("metrics.quick")}>
        {QUICK.map((days) => (
          <Button key={days} size="small" type="text" onClick={() => change({ from: addDays(end, 1 - days), to: end })}>
            {t("metrics.last", { n: days })}
          </Button>
        ))}
        <Button size="small" type="text" onClick={() => change({ from: null, to: null })}>
          {t("metrics.all_time")}
        </Button>
      </span>
      {children}
    </div>
  );
}

/** As of when, with data up to when; and the table as a file. */
export function Basis({ basis, metric, query }: { basis: MetricBasis; metric: Metric; query: Record<string, string | number | undefined> }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="metric-basis">
      <span className="soft">
        {t("metrics.basis", { day: basis.as_of, newest: basis.data_up_to ? format.instant(basis.data_up_to) : NOTHING })}
      </span>
      <span className="metric-files">
        {(["xlsx", "csv"] as const).map((kind) => (
          <Button key={kind} size="small" icon={<Download size={14} aria-hidden="true" />} href={metricExportUrl(metric, { ...query, format: kind })} download>
            {t(`metrics.file.${kind}`)}
          </Button>
        ))}
      </span>
    </div>
  );
}

/** A few words to choose from, with what they are for above. */
export function Choice<Value extends string>({ id, label, value, options, onChange }: { id: string; label: string; value: Value; options: { value: Value; label: string }[]; onChange: (value: Value) => void }) {
  return (
    <span className="day-field">
      <label htmlFor={id}>{label}</label>
      <Select id={id} value={value} onChange={onChange} options={options} />
    </span>
  );
}

/** By category or by product. */
export function ItemsChoice({ room }: { room: Room }) {
  const { t } = useTranslation();
  const options = ITEMS.map((value) => ({ value, label: t(`metrics.products.level.${value}`) }));
  return <Choice id="metric-items" label={t("metrics.products.by")} value={room.state.items} options={options} onChange={(items) => room.change({ items, item: "" })} />;
}

export function useDefinition(basis: Pick<MetricBasis, "definitions"> | undefined) {
  const words = useWords();
  return (key: string) => {
    const found = basis?.definitions.find((one) => one.key === key);
    return found ? words(found) : "";
  };
}

/** A number with its name above and its definition below; pressed, it opens the members behind it. */
export function Figure({ name, value, definition, onOpen }: { name: string; value: string; definition: string; onOpen?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="stat">
      <dt>{name}</dt>
      <dd>
        {onOpen ? (
          <button type="button" className="stat-value number-open" aria-label={t("metrics.behind.open", { name, value })} onClick={onOpen}>
            {value}
          </button>
        ) : (
          <span className="stat-value">{value}</span>
        )}
        <span className="stat-hint">{definition}</span>
      </dd>
    </div>
  );
}

/** A number in a table that opens the members behind it. */
export function Open({ name, value, onOpen }: { name: string; value: string; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="number-open" aria-label={t("metrics.behind.open", { name, value })} onClick={onOpen}>
      {value}
    </button>
  );
}
