/** How long members stay in each stage, how long they take to grow up, and how long their prime lasts. */
import { useTranslation } from "react-i18next";
import type { Times } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel, StageMark } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { DayField } from "./day-field";
import type { Stages } from "./models";
import { useTimes } from "./queries";
import type { Room } from "./room-state";
import "./times.css";

type Summary = Times["stages"][number]["time"];

export function TimesView({ room, stages }: { room: Room; stages: Stages }) {
  const { t } = useTranslation();
  const { state, change, today } = room;
  const asOf = state.as_of ?? today;
  const times = useTimes(stages.model?.id, asOf);
  return (
    <div className="times">
      <Panel
        flush
        id="lifecycle-times"
        title={t("lifecycle.times.title")}
        note={t("lifecycle.times.note")}
        actions={<DayField name="as-of" label={t("lifecycle.as_of")} value={asOf} onChange={(as_of) => change({ as_of })} />}
      >
        <Answer of={times} rows={11}>
          {(data) => (data.stages.every(({ time }) => time.count === 0) ? <Empty title={t("lifecycle.counts.none")} /> : <StageTimes times={data} stages={stages} />)}
        </Answer>
      </Panel>
      {times.data?.growing_up && times.data.prime && (
        <div className="times-pair">
          <Milestones id="growing-up" summary={times.data.growing_up} />
          <Milestones id="prime" summary={times.data.prime} />
        </div>
      )}
    </div>
  );
}

function useDays() {
  const { t } = useTranslation();
  const format = useFormat();
  return (days: number | null) => (days === null ? NOTHING : t("lifecycle.times.days", { count: days, n: format.count(days) }));
}

function StageTimes({ times, stages }: { times: Times; stages: Stages }) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = useDays();
  return (
    <DataTable
      caption={t("lifecycle.times.caption", { day: times.as_of })}
      rows={times.stages.filter(({ time }) => time.count > 0)}
      rowKey={({ stage }) => stage}
      columns={[
        { key: "stage", head: t("lifecycle.counts.stage"), phone: "title", cell: ({ stage }) => <StageMark color={stages.of(stage).color} name={stages.of(stage).name} /> },
        { key: "count", head: t("lifecycle.times.spells"), align: "end", cell: ({ time }) => format.count(time.count) },
        { key: "ongoing", head: t("lifecycle.times.ongoing"), align: "end", cell: ({ time }) => format.count(time.count - time.ended) },
        { key: "median", head: t("lifecycle.times.median"), align: "end", cell: ({ time }) => <strong>{days(time.p50)}</strong> },
        { key: "middle", head: t("lifecycle.times.middle"), align: "end", cell: ({ time }) => t("lifecycle.times.range", { from: days(time.p25), to: days(time.p75) }) },
        { key: "bins", head: t("lifecycle.times.distribution"), width: "26%", phone: "none", cell: ({ stage, time }) => <Bars summary={time} color={stages.of(stage).color} /> },
      ]}
    />
  );
}

/** Ended spells by length; the same figures stand in its title, for those who cannot see it. */
function Bars({ summary, color }: { summary: Summary; color: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(1, ...summary.bins.map((bin) => bin.count));
  const told = (bin: Summary["bins"][number]) =>
    bin.to === null
      ? t("lifecycle.times.bin_open", { from: format.count(bin.from), count: format.count(bin.count) })
      : t("lifecycle.times.bin", { from: format.count(bin.from), to: format.count(bin.to - 1), count: format.count(bin.count) });
  return (
    <span className="times-bars" role="img" aria-label={summary.bins.filter((bin) => bin.count > 0).map(told).join("; ")}>
      {summary.bins.map((bin) => (
        <span key={bin.from} title={told(bin)} style={{ height: `${(bin.count / most) * 100}%`, background: color }} />
      ))}
    </span>
  );
}

function Milestones({ id, summary }: { id: "growing-up" | "prime"; summary: Summary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = useDays();
  const key = id === "prime" ? "prime" : "growing";
  return (
    <Panel id={id} title={t(`lifecycle.times.${key}.title`)} note={t(`lifecycle.times.${key}.note`)}>
      <p className="chart-summary">
        {t(`lifecycle.times.${key}.summary`, { count: format.count(summary.count), ended: format.count(summary.ended), median: days(summary.p50) })}
      </p>
      <DataTable
        caption={t(`lifecycle.times.${key}.title`)}
        dense
        keepRows
        rows={summary.milestones}
        rowKey={(row) => String(row.days)}
        columns={[
          { key: "days", head: t("lifecycle.times.within"), cell: (row) => days(row.days) },
          { key: "share", head: t(`lifecycle.times.${key}.share`), align: "end", cell: (row) => format.share(row.share, 1) },
        ]}
      />
    </Panel>
  );
}
