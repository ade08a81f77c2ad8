/** Who slips away: by expected loss, with reasons and what to do; below, how well such rankings would have done. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ValueJudgement, ValueWarnings } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { Files, More, useMemberColumn } from "./list-parts";
import { modelName } from "./model-names";
import { useJudgement, useWarnings } from "./queries";
import { FITTED, type Room } from "./room-state";

type Row = ValueWarnings["items"][number];

/** A model by name, or the one in force. */
export function ByModel({ id, room }: { id: string; room: Room }) {
  const { t } = useTranslation();
  const options = [{ value: "", label: t("value.by.in_force") }, ...FITTED.map((value) => ({ value, label: modelName(value) }))];
  return (
    <span className="day-field">
      <label htmlFor={id}>{t("value.versions.model")}</label>
      <Select id={id} value={room.state.model} onChange={(model) => room.change({ model })} options={options} />
    </span>
  );
}

export function useByNote() {
  const { t } = useTranslation();
  return (by: ValueWarnings["by"]) => (by.version ? t("value.by.version", { model: modelName(by.model), n: by.version }) : t("value.by.fitted", { model: modelName(by.model), until: by.until }));
}

export function WarningsView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const by = useByNote();
  const pages = useWarnings(room.state.model);
  const first = pages.data?.pages[0];
  const note = first && t("value.warning.note", { n: format.count(first.total), of: format.count(first.current), within: first.within, loss: format.money(first.loss) });
  return (
    <div className="value-room">
      <Panel
        flush
        id="warnings"
        title={t("value.warning.title")}
        note={note}
        actions={
          <>
            <ByModel id="warnings-model" room={room} />
            <Files list name="warnings" query={{ model: room.state.model }} />
          </>
        }
      >
        {first && <p className="value-rule">{t("value.warning.rule", { by: by(first.by) })}</p>}
        <Answer of={pages} rows={10}>
          {({ pages: read }) => {
            const rows = read.flatMap((page) => page.items);
            if (rows.length === 0) return <Empty title={t("value.warning.none")} />;
            return (
              <>
                <WarningsTable rows={rows} />
                <More pages={pages} />
              </>
            );
          }}
        </Answer>
      </Panel>
      <Judged model={room.state.model} />
    </div>
  );
}

function WarningsTable({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation();
  const member = useMemberColumn();
  const words = useWords();
  const format = useFormat();
  return (
    <DataTable
      caption={t("value.warning.title")}
      rows={rows}
      rowKey={(row) => row.member}
      columns={[
        member,
        {
          key: "reasons",
          head: t("value.warning.reasons"),
          width: "34%",
          cell: (row) => (
            <ul className="value-reasons">
              {row.reasons.map((reason) => (
                <li key={reason.code}>{words(reason.text)}</li>
              ))}
            </ul>
          ),
        },
        { key: "alive", head: t("value.warning.alive"), align: "end", cell: (row) => format.fixed(row.p_alive, 2) },
        { key: "expected", head: t("value.warning.expected"), align: "end", cell: (row) => format.fixed(row.expected, 2) },
        { key: "loss", head: t("value.warning.loss"), align: "end", cell: (row) => <strong>{format.money(row.loss)}</strong> },
        { key: "action", head: t("value.warning.action"), width: "20%", cell: (row) => words(row.action.text) },
      ]}
    />
  );
}

const RANKINGS = ["expected_purchases", "p_alive", "silence", "silence_percentile"] as const;

function Judged({ model }: { model: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const judgement = useJudgement(model);
  const told = (value: number | null | undefined) => (value === null || value === undefined ? NOTHING : format.fixed(value, 3));
  const name = (one: ValueJudgement["rankings"][number]) => t(`value.judged.by.${RANKINGS.find((held) => held === one.ranking) ?? "silence"}`);
  const note = (data: ValueJudgement) =>
    t("value.judged.note", { model: modelName(data.model), until: data.until, to: data.to, n: format.count(data.buyers), returned: format.count(data.returned), current: format.count(data.current), back: format.count(data.current_returned) });
  return (
    <Panel flush id="judged" title={t("value.judged.title")} note={judgement.data && note(judgement.data)}>
      <p className="value-rule">{t("value.judged.rule")}</p>
      <Answer of={judgement} rows={4}>
        {(data) => (
          <DataTable
            caption={t("value.judged.title")}
            dense
            rows={data.rankings}
            rowKey={(one) => one.ranking}
            columns={[
              { key: "by", head: t("value.judged.ranking"), phone: "title", cell: name },
              { key: "current", head: t("value.judged.among_current"), align: "end", cell: (one) => <strong>{told(one.among_current)}</strong> },
              { key: "all", head: t("value.judged.among_all"), align: "end", cell: (one) => told(one.among_all) },
            ]}
          />
        )}
      </Answer>
    </Panel>
  );
}
