/** Look-alikes: who resembles the members one would like more of; the model with its weights, and what it is worth on members it has not seen. */
import { Button, Input, InputNumber, Select } from "antd";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { valueExportUrl, type LookAlikes } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel, Stat, shortMember } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { DayField } from "../lifecycle/day-field";
import { useLists } from "../members/queries";
import { useMay } from "../session/queries";
import { useLookAlikes } from "./queries";
import { alikeOf, type Room } from "./room-state";
import { useList } from "./use-list";

export function LookAlikesView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = alikeOf(room);
  const pages = useLookAlikes(asked);
  const first = pages.data?.pages[0];
  return (
    <div className="value-room">
      <Panel id="look-alikes" title={t("worth.alike.title")} actions={<Terms room={room} until={first?.until ?? null} />}>
        <p className="soft">{t(room.state.like || room.state.list ? "worth.alike.teach_list" : "worth.alike.teach")}</p>
        <Answer of={pages} rows={8}>{({ pages: [data] }) => <Model data={data!} />}</Answer>
      </Panel>
      {first?.learned && (
        <Panel flush id="look-alikes-list" title={t("worth.alike.list")} note={t("worth.kinds.listed", { n: format.count(first.total) })} actions={<Files asked={asked} />}>
          <Members rows={pages.data!.pages.flatMap((page) => page.items)} />
          {pages.hasNextPage && (
            <Button block loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              {t("value.warning.more")}
            </Button>
          )}
        </Panel>
      )}
    </div>
  );
}

function Terms({ room: { state, change }, until }: { room: Room; until: string | null }) {
  const { t } = useTranslation();
  const lists = useLists().data ?? [];
  return (
    <>
      {(lists.length > 0 || state.list) && (
        <span className="day-field">
          <label htmlFor="alike-list">{t("worth.alike.kept")}</label>
          <Select
            id="alike-list"
            className="value-reason"
            allowClear
            popupMatchSelectWidth={false}
            placeholder={t("worth.alike.no_list")}
            value={state.list || undefined}
            options={lists.map((one) => ({ value: one.id, label: one.name }))}
            onChange={(list?: string) => change({ list: list ?? "" })}
          />
        </span>
      )}
      {!state.list && <Asked room={{ state, change }} until={until} />}
    </>
  );
}

function Asked({ room: { state, change }, until }: { room: Pick<Room, "state" | "change">; until: string | null }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="day-field">
        <label htmlFor="alike-like">{t("worth.alike.condition")}</label>
        <Input.Search key={state.like} id="alike-like" className="value-reason" allowClear defaultValue={state.like} placeholder={t("worth.alike.placeholder")} onSearch={(like) => change({ like: like.trim() })} />
      </span>
      {!state.like && (
        <>
          <span className="day-field">
            <label htmlFor="alike-top">{t("worth.alike.top")}</label>
            <InputNumber id="alike-top" className="value-term" min={1} max={50} precision={0} value={Number(state.top)} onChange={(top) => change({ top: String(top ?? "") })} />
          </span>
          <DayField name="until" label={t("worth.alike.until")} value={state.until ?? until} onChange={(day) => change({ until: day })} />
        </>
      )}
    </>
  );
}

function Files({ asked }: { asked: Record<string, string> }) {
  const { t } = useTranslation();
  if (!useMay()("export")) return null;
  return (["xlsx", "csv"] as const).map((kind) => (
    <Button key={kind} icon={<Download size={14} aria-hidden="true" />} href={valueExportUrl("look-alikes", { ...asked, format: kind })} download>
      {t(`value.export.${kind}`)}
    </Button>
  ));
}

function Model({ data }: { data: LookAlikes }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const { learned } = data;
  if (!learned) return <Empty title={t("worth.alike.few")}>{t("worth.alike.few_teach", { n: format.count(data.hits), of: format.count(data.members) })}</Empty>;
  const told = (value: number | null | undefined, digits: number, after = "") => (typeof value !== "number" ? NOTHING : `${format.fixed(value, digits)}${after}`);
  return (
    <>
      <dl className="value-stats">
        <Stat label={t("worth.alike.hits")} value={format.count(data.hits)} hint={t("worth.super.of_buyers", { n: format.count(data.hits), of: format.count(data.members) })} />
        <Stat label={t("worth.alike.auc")} value={told(learned.auc, 3)} hint={t("worth.alike.unseen", { n: format.count(data.held_out), hits: format.count(data.held_out_hits) })} />
        <Stat label={t("worth.alike.lift")} value={told(learned.lift, 1, " ×")} hint={t("worth.alike.lift_hint")} />
      </dl>
      <p className="soft">{t("worth.alike.rule")}</p>
      <DataTable
        caption={t("worth.alike.weights")}
        dense
        rows={learned.weights}
        rowKey={(one) => one.of}
        columns={[
          { key: "of", head: t("worth.alike.trait"), phone: "title", cell: (one) => words(one.text) },
          { key: "weight", head: t("worth.alike.weight"), align: "end", cell: (one) => <strong>{`${one.weight > 0 ? "+" : "−"}${format.fixed(Math.abs(one.weight), 3)}`}</strong> },
          { key: "odds", head: t("worth.alike.odds"), align: "end", cell: (one) => told(one.odds, 2, " ×") },
        ]}
      />
    </>
  );
}

function Members({ rows }: { rows: LookAlikes["items"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const list = useList();
  return (
    <DataTable
      caption={t("worth.alike.list")}
      rows={rows}
      rowKey={(row) => row.member}
      columns={[
        { key: "member", head: t("value.warning.member"), phone: "title", cell: (row) => <Link to={`/members/${encodeURIComponent(row.member)}`}>{row.name ?? row.number ?? shortMember(row.member)}</Link> },
        { key: "score", head: t("worth.alike.score"), align: "end", cell: (row) => <strong>{format.fixed(row.score * 100, 1)} %</strong> },
        { key: "kind", head: t("worth.alike.is"), cell: (row) => t(row.bought ? "worth.alike.buyer" : "worth.alike.prospect") },
        { key: "because", head: t("worth.alike.because"), width: "40%", cell: (row) => list(row.because.map(words)) },
      ]}
    />
  );
}
