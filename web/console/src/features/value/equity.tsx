/** What all members are worth together on two days, and by whose doing that changed. */
import { InputNumber } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerEquity } from "@perennial/api-client";
import { DataTable, Empty, Panel, Stat } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { DayField } from "../lifecycle/day-field";
import { useStages } from "../lifecycle/models";
import { Parts, Prospects } from "./equity-beside";
import { Files } from "./list-parts";
import { useEquity } from "./queries";
import { equityOf, MOVEMENTS, type Room } from "./room-state";
import { ByModel, useByNote } from "./warnings";

const Waterfall = lazy(() => import("./charts/waterfall"));

export function EquityView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const by = useByNote();
  const query = equityOf(room);
  const equity = useEquity(query);
  const terms = (
    <>
      <DayField name="from" label={t("value.equity.from")} value={room.state.from ?? equity.data?.from ?? null} onChange={(from) => room.change({ from })} />
      <DayField name="to" label={t("value.equity.to")} value={query.to} onChange={(to) => room.change({ to })} />
      <ByModel id="equity-model" room={room} />
      {(["margin", "months", "discount"] as const).map((name) => (
        <span key={name} className="day-field">
          <label htmlFor={`equity-${name}`}>{t(`value.equity.${name}`)}</label>
          <InputNumber id={`equity-${name}`} className="value-term" min={name === "months" ? 1 : 0} max={name === "months" ? 120 : 100} precision={name === "months" ? 0 : 1} value={Number(room.state[name])} onChange={(value) => room.change({ [name]: String(value ?? "") })} />
        </span>
      ))}
    </>
  );
  return (
    <div className="value-room">
      <Panel id="equity" title={t("value.equity.title")} note={equity.data && by(equity.data.by)} actions={terms}>
        <p className="soft">{t("value.equity.teach")}</p>
        <Answer of={equity} rows={10}>
          {(data) => (data.all.members === 0 ? <Empty title={t("value.equity.none")} /> : <Shown data={data} query={query} />)}
        </Answer>
      </Panel>
      {equity.data && equity.data.all.members > 0 && (
        <>
          <Parts data={equity.data} room={room} />
          <Prospects data={equity.data} />
          <Groups data={equity.data} />
        </>
      )}
    </div>
  );
}

type Worth = CustomerEquity["all"];

function Shown({ data, query }: { data: CustomerEquity; query: Record<string, string> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = (movement: string) => t(`value.equity.movement.${MOVEMENTS.find((held) => held === movement) ?? "retained"}`);
  const rows = [...data.movements.map((one) => ({ key: one.movement, name: name(one.movement), worth: one.worth })), { key: "all", name: t("value.equity.all"), worth: data.all }];
  return (
    <>
      <dl className="value-stats">
        <Stat label={t("value.equity.on", { day: data.from })} value={format.money(data.all.before)} />
        <Stat label={t("value.equity.on", { day: data.to })} value={format.money(data.all.after)} hint={t("value.equity.members", { n: format.count(data.all.members) })} />
      </dl>
      <Suspense fallback={<Loading rows={10} />}>
        <Waterfall data={data} name={name} label={t("value.equity.aria")} />
      </Suspense>
      <WorthTable caption={t("value.equity.title")} head={t("value.equity.movements")} rows={rows} />
      <p className="value-foot">
        <Files small name="equity" query={query} />
      </p>
    </>
  );
}

type Named = { key: string; name: string; worth: Worth };

function WorthTable({ caption, head, rows }: { caption: string; head: string; rows: Named[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <DataTable
      caption={caption}
      dense
      rows={rows}
      rowKey={(row) => row.key}
      columns={[
        { key: "name", head, phone: "title", cell: (row) => row.name },
        { key: "members", head: t("value.rfm.members"), align: "end", cell: (row) => format.count(row.worth.members) },
        { key: "before", head: t("value.equity.before"), align: "end", cell: (row) => format.money(row.worth.before) },
        { key: "after", head: t("value.equity.after"), align: "end", cell: (row) => format.money(row.worth.after) },
        { key: "change", head: t("value.equity.change"), align: "end", cell: (row) => <strong>{format.money(row.worth.change)}</strong> },
      ]}
    />
  );
}

const GROUPINGS = ["stage", "cohort", "channel"] as const;

function Groups({ data }: { data: CustomerEquity }) {
  const { t } = useTranslation();
  const stages = useStages(data.model);
  return (
    <>
      {data.groups.map((grouping) => {
        const by = GROUPINGS.find((held) => held === grouping.by) ?? "stage";
        const name = (id: string) => (id === "" ? t("value.equity.unknown") : by === "stage" ? stages.of(id).name : id);
        const rows = grouping.groups.map((one) => ({ key: one.name, name: name(one.name), worth: one.worth }));
        return (
          <Panel key={by} flush id={`equity-by-${by}`} title={t(`value.equity.by.${by}`)}>
            <WorthTable caption={t(`value.equity.by.${by}`)} head={t(`value.equity.head.${by}`)} rows={rows} />
          </Panel>
        );
      })}
    </>
  );
}
