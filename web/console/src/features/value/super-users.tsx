/** Super users: members who pass every test, what they are of buyers and sales, and how the rest moved beside them. */
import { InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SuperUsers } from "@perennial/api-client";
import { Badge, DataTable, Empty, NOTHING, Panel, Stat } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { listOf } from "./list-of";
import { Files, More, useMemberColumn } from "./list-parts";
import { useSuperUsers } from "./queries";
import { superOf, TESTS, WINDOWS, type Room } from "./room-state";
import { SignalsPanel } from "./signals";
import { Observed } from "./super-observed";
import { useList } from "./use-list";

export function SuperUsersView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = superOf(room);
  const pages = useSuperUsers(asked);
  const first = pages.data?.pages[0];
  const note = first && t("worth.super.note", { n: format.count(first.total), of: format.count(first.buyers), day: first.as_of });
  return (
    <div className="value-room">
      <Panel id="super-users" title={t("worth.super.title")} note={note} actions={<Terms room={room} />}>
        <p className="soft">{t("worth.super.teach")}</p>
        <Answer of={pages} rows={8}>{({ pages: [data] }) => <Shown data={data!} />}</Answer>
      </Panel>
      {first && first.total > 0 && (
        <Panel flush id="super-list" title={t("worth.super.list")} actions={<Files list name="super-users" query={asked} />}>
          <SuperTable rows={pages.data!.pages.flatMap((page) => page.items)} />
          <More pages={pages} />
        </Panel>
      )}
      <SignalsPanel />
    </div>
  );
}

function Terms({ room }: { room: Room }) {
  const { t } = useTranslation();
  const { state, change } = room;
  return (
    <>
      <span className="day-field">
        <label htmlFor="super-window">{t("value.rfm.window")}</label>
        <Select id="super-window" value={state.window} onChange={(window) => change({ window })} options={WINDOWS.map((value) => ({ value, label: t("worth.days", { n: value }) }))} />
      </span>
      {TESTS.map((name) => (
        <span key={name} className="day-field">
          <label htmlFor={`super-${name}`}>{t(`worth.super.least.${name}`)}</label>
          <InputNumber id={`super-${name}`} className="value-term" min={name === "bought" ? 1 : 0} max={1000} precision={0} value={Number(state[name])} onChange={(value) => change({ [name]: String(value ?? "") })} />
        </span>
      ))}
    </>
  );
}

function Shown({ data }: { data: SuperUsers }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (data.buyers === 0) return <Empty title={t("value.rfm.none")}>{t("value.rfm.none_teach")}</Empty>;
  const range = ([from, to]: number[], unit: string) => `${from}–${to}${unit}`;
  const multiple = data.multiple === null || data.multiple === undefined ? NOTHING : `${format.fixed(data.multiple, 1)} ×`;
  return (
    <>
      <dl className="value-stats">
        <Stat label={t("worth.super.share")} value={format.share(data.total, data.buyers)} hint={t("worth.super.of_buyers", { n: format.count(data.total), of: format.count(data.buyers) })} />
        <Stat label={t("worth.super.sales")} value={format.share(data.their_money.minor, data.money.minor)} hint={format.money(data.their_money)} />
        <Stat label={t("worth.super.multiple")} value={multiple} hint={t("worth.super.claimed", { range: range(data.claimed.multiple, " ×") })} />
      </dl>
      {data.condition && data.total > 0 && (
        <p>
          <Link to={listOf(data.condition)}>{t("worth.super.open")}</Link>
        </p>
      )}
      <TestsTable data={data} />
      <Silent data={data} />
      <Observed data={data} range={range} />
    </>
  );
}

function TestsTable({ data }: { data: SuperUsers }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const list = useList();
  const name = (one: SuperUsers["tests"][number]) => t(`worth.super.test.${TESTS.find((held) => held === one.test) ?? "bought"}`);
  return (
    <DataTable
      caption={t("worth.super.tests")}
      dense
      rows={data.tests.filter((one) => one.least > 0)}
      rowKey={(one) => one.test}
      columns={[
        { key: "test", head: t("worth.super.tests"), phone: "title", cell: (one) => name(one) },
        { key: "counts", head: t("worth.super.counts"), cell: (one) => (one.signals.length === 0 ? t("worth.source.purchases") : list(one.signals.map((signal) => words(signal.text)))) },
        { key: "least", head: t("worth.super.at_least"), align: "end", cell: (one) => format.count(one.least) },
        { key: "alone", head: t("worth.super.alone"), align: "end", cell: (one) => (one.heard ? format.count(one.alone) : <Badge tone="warn">{t("worth.super.unheard")}</Badge>) },
        { key: "together", head: t("worth.super.together"), align: "end", cell: (one) => <strong>{format.count(one.together)}</strong> },
      ]}
    />
  );
}

/** Which events to send, where nobody sends any. */
function Silent({ data }: { data: SuperUsers }) {
  const { t } = useTranslation();
  const words = useWords();
  const list = useList();
  const silent = data.tests.filter((one) => one.least > 0 && !one.heard && one.signals.length > 0);
  if (silent.length === 0) return null;
  return (
    <div className="value-note">
      <p>{t("worth.super.silent")}</p>
      <ul className="value-reasons">
        {silent.flatMap((one) => one.signals).map((signal) => (
          <li key={signal.signal}>{t("worth.super.send", { what: words(signal.text), names: list(signal.names) || t("worth.nameless") })}</li>
        ))}
      </ul>
      <p>{t("worth.super.where")}</p>
    </div>
  );
}

function SuperTable({ rows }: { rows: SuperUsers["items"] }) {
  const { t } = useTranslation();
  const member = useMemberColumn();
  const format = useFormat();
  return (
    <DataTable
      caption={t("worth.super.list")}
      rows={rows}
      rowKey={(row) => row.member}
      columns={[
        member,
        { key: "money", head: t("value.rfm.money"), align: "end", cell: (row) => <strong>{format.money(row.money)}</strong> },
        ...TESTS.map((name) => ({ key: name, head: t(`worth.super.test.${name}`), align: "end" as const, cell: (row: SuperUsers["items"][number]) => format.count(row[name]) })),
      ]}
    />
  );
}
