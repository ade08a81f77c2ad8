/** Customer delivered value: what members say they get, less what they say it takes them. */
import { Button, Select } from "antd";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { valueExportUrl, type DeliveredValue } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel, Stat } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { useMay } from "../session/queries";
import { useDelivered } from "./queries";
import { WINDOWS, type Room } from "./room-state";
import { SignalsPanel } from "./signals";
import { useList } from "./use-list";

type Aspect = DeliveredValue["aspects"][number];

export function DeliveredView({ room: { state, change } }: { room: Room }) {
  const { t } = useTranslation();
  const found = useDelivered(state.window);
  const window = (
    <span className="day-field">
      <label htmlFor="delivered-window">{t("value.rfm.window")}</label>
      <Select id="delivered-window" value={state.window} onChange={(value) => change({ window: value })} options={WINDOWS.map((value) => ({ value, label: t("worth.days", { n: value }) }))} />
    </span>
  );
  return (
    <div className="value-room">
      <Panel id="delivered" title={t("worth.delivered.title")} note={found.data && t("worth.delivered.note", { day: found.data.as_of })} actions={window}>
        <p className="soft">{t("worth.delivered.teach")}</p>
        <Answer of={found} rows={6}>{(data) => <Balance data={data} />}</Answer>
      </Panel>
      {found.data && found.data.members > 0 && (
        <>
          <Panel flush id="delivered-aspects" title={t("worth.delivered.aspects")} note={t("worth.delivered.weights")} actions={<Files window={state.window} />}>
            <Aspects data={found.data} />
          </Panel>
          <Panel flush id="delivered-months" title={t("worth.delivered.months")}>
            <Months data={found.data} />
          </Panel>
        </>
      )}
      <SignalsPanel />
    </div>
  );
}

function Files({ window }: { window: string }) {
  const { t } = useTranslation();
  if (!useMay()("export")) return null;
  return (["xlsx", "csv"] as const).map((kind) => (
    <Button key={kind} icon={<Download size={14} aria-hidden="true" />} href={valueExportUrl("delivered", { window, format: kind })} download>
      {t(`value.export.${kind}`)}
    </Button>
  ));
}

/** A number with its sign: what is below nothing is a loss to the member. */
function useSigned() {
  const format = useFormat();
  return (value: number) => `${value < 0 ? "−" : "+"}${format.fixed(Math.abs(value), 2)}`;
}

function Balance({ data }: { data: DeliveredValue }) {
  const { t } = useTranslation();
  const format = useFormat();
  const signed = useSigned();
  const { balance } = data;
  if (data.members === 0) return <Empty title={t("worth.delivered.none")}>{t("worth.delivered.none_teach")}</Empty>;
  if (!balance) return <Empty title={t("worth.delivered.few", { n: format.count(data.members) })}>{t("worth.delivered.few_teach", { n: data.shown_from })}</Empty>;
  return (
    <dl className="value-stats">
      <Stat label={t("worth.delivered.value")} value={signed(balance.value)} hint={t("worth.delivered.band", { low: signed(balance.low), high: signed(balance.high) })} />
      <Stat label={t("worth.delivered.benefits")} value={format.fixed(balance.benefits, 2)} hint={t("worth.delivered.of_five")} />
      <Stat label={t("worth.delivered.costs")} value={format.fixed(balance.costs, 2)} hint={t("worth.delivered.most_is_worst")} />
      <Stat label={t("worth.delivered.members")} value={format.count(data.members)} />
    </dl>
  );
}

function Aspects({ data }: { data: DeliveredValue }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  return (
    <DataTable
      caption={t("worth.delivered.aspects")}
      rows={data.aspects}
      rowKey={(one) => one.aspect}
      columns={[
        { key: "aspect", head: t("worth.delivered.aspect"), phone: "title", cell: (one) => words(one.text) },
        { key: "side", head: t("worth.delivered.side"), cell: (one) => t(one.is_cost ? "worth.delivered.costs" : "worth.delivered.benefits") },
        { key: "percent", head: t("worth.kinds.weight"), align: "end", cell: (one) => `${format.fixed(one.percent, one.percent % 1 ? 2 : 0)}%` },
        { key: "members", head: t("worth.delivered.members"), align: "end", cell: (one) => format.count(one.members) },
        { key: "spread", head: t("worth.delivered.spread"), width: "28%", cell: (one) => <Spread one={one} /> },
        { key: "mean", head: t("worth.delivered.mean"), align: "end", cell: (one) => (typeof one.mean !== "number" ? NOTHING : <strong>{format.fixed(one.mean, 2)}</strong>) },
      ]}
    />
  );
}

/** Shares of the scores 1 to 5; said in words for whoever does not see them. */
function Spread({ one }: { one: Aspect }) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useList();
  if (one.members === 0) return <>{NOTHING}</>;
  const said = list(one.answers.map((members, at) => t("worth.delivered.scored", { score: at + 1, n: format.count(members) })));
  return (
    <span className="score-spread" role="img" aria-label={said} title={said}>
      {one.answers.map((members, at) => (
        <span key={at} data-score={at + 1} style={{ flexGrow: members }} />
      ))}
    </span>
  );
}

function Months({ data }: { data: DeliveredValue }) {
  const { t } = useTranslation();
  const format = useFormat();
  const signed = useSigned();
  return (
    <DataTable
      caption={t("worth.delivered.months")}
      dense
      rows={[...data.months].reverse()}
      rowKey={(one) => one.month}
      columns={[
        { key: "month", head: t("worth.delivered.month"), phone: "title", cell: (one) => one.month },
        { key: "members", head: t("worth.delivered.members"), align: "end", cell: (one) => format.count(one.members) },
        { key: "benefits", head: t("worth.delivered.benefits"), align: "end", cell: (one) => (one.balance ? format.fixed(one.balance.benefits, 2) : NOTHING) },
        { key: "costs", head: t("worth.delivered.costs"), align: "end", cell: (one) => (one.balance ? format.fixed(one.balance.costs, 2) : NOTHING) },
        { key: "value", head: t("worth.delivered.value"), align: "end", cell: (one) => (one.balance ? <strong>{signed(one.balance.value)}</strong> : NOTHING) },
        { key: "band", head: t("worth.delivered.between"), align: "end", cell: (one) => (one.balance ? `${signed(one.balance.low)} – ${signed(one.balance.high)}` : NOTHING) },
      ]}
    />
  );
}
