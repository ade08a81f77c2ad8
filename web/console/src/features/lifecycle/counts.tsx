/** Members per stage on any day, against an earlier day: bars and table in one. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { StageCounts } from "@perennial/api-client";
import { addDays, DataTable, Delta, Empty, Panel, ShareBar, StageMark } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { DayField } from "./day-field";
import { useStageCounts, type ShownStage, type Stages } from "./models";
import { COMPARE, type Room } from "./room-state";

export function Counts({ room, stages }: { room: Room; stages: Stages }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, change, today, first } = room;
  const asOf = state.as_of ?? today;
  const earlier = addDays(asOf, -Number(state.compare));
  const counts = useStageCounts(stages.model?.id, asOf);
  const before = useStageCounts(stages.model?.id, earlier);
  return (
    <Panel
      flush
      id="lifecycle-counts"
      title={t("lifecycle.counts.title")}
      note={
        counts.data &&
        t("lifecycle.counts.note", {
          day: counts.data.as_of,
          members: format.count(counts.data.members),
          buyers: format.count(counts.data.buyers),
        })
      }
      actions={
        <>
          <DayField name="as-of" label={t("lifecycle.as_of")} value={asOf} onChange={(as_of) => change({ as_of })} />
          <span className="day-field">
            <label htmlFor="lifecycle-compare">{t("lifecycle.compare")}</label>
            <Select
              id="lifecycle-compare"
              className="compare"
              value={state.compare}
              onChange={(compare) => change({ compare })}
              options={COMPARE.map((value) => ({
                value,
                label: value === "365" ? t("lifecycle.compare_year") : t("lifecycle.compare_days", { count: Number(value), n: value }),
              }))}
            />
          </span>
        </>
      }
    >
      <Answer of={counts} rows={11}>
        {(data) =>
          data.members === 0 ? (
            <Empty title={t("lifecycle.counts.none")}>{first && t("lifecycle.counts.none_teach", { day: first })}</Empty>
          ) : (
            <CountsTable counts={data} before={before.data} earlier={earlier} stages={stages} busy={counts.isPlaceholderData} />
          )
        }
      </Answer>
    </Panel>
  );
}

type Props = { counts: StageCounts; before: StageCounts | undefined; earlier: string; stages: Stages; busy: boolean };

function CountsTable({ counts, before, earlier, stages, busy }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const now = (stage: ShownStage) => counts.stages[stage.id] ?? 0;
  const then = (stage: ShownStage) => before?.stages[stage.id] ?? 0;
  const most = Math.max(1, ...stages.list.map(now));
  return (
    <DataTable
      caption={t("lifecycle.counts.caption", { day: counts.as_of })}
      keepRows
      busy={busy}
      rows={stages.list}
      rowKey={(stage) => stage.id}
      columns={[
        {
          key: "stage",
          head: t("lifecycle.counts.stage"),
          cell: (stage) => (
            <Link className="plain" to={`/members?${new URLSearchParams({ stage: stage.id, model: counts.model })}`}>
              <StageMark color={stage.color} name={stage.name} />
            </Link>
          ),
        },
        { key: "bar", head: "", width: "30%", phone: "none", cell: (stage) => <ShareBar part={now(stage)} of={most} color={stage.color} /> },
        { key: "members", head: t("lifecycle.counts.members"), align: "end", cell: (stage) => <strong>{format.count(now(stage))}</strong> },
        { key: "share", head: t("lifecycle.counts.share"), align: "end", cell: (stage) => format.share(now(stage), counts.members) },
        {
          key: "before",
          head: t("lifecycle.counts.before", { day: earlier }),
          align: "end",
          phone: "none",
          cell: (stage) => (before ? <span className="soft">{format.count(then(stage))}</span> : ""),
        },
        {
          key: "change",
          head: t("lifecycle.counts.change"),
          align: "end",
          cell: (stage) => (before ? <Delta value={now(stage) - then(stage)} text={format.signed(now(stage) - then(stage))} /> : ""),
        },
        {
          key: "rule",
          head: t("lifecycle.counts.rule"),
          phone: "none",
          width: "26%",
          cell: (stage) => <span className="rule">{stage.stage && words(stage.stage.sentence)}</span>,
        },
      ]}
    />
  );
}
