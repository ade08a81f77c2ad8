import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { Source } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel, Stat } from "@perennial/ui";
import { usePreferences } from "../../app/preferences";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { HowToConnect } from "./how-to-connect";
import { kindOf, sum } from "./kinds";
import { Manage } from "./manage";
import { useSource } from "./queries";
import { SourceState } from "./sources-page";
import "./sources.css";

export function SourcePage() {
  const { t } = useTranslation();
  const { source = "" } = useParams();
  const told = useSource(source);
  usePageTitle(told.data?.label ?? t("sources.title"));
  return (
    <>
      <Link to="/sources" className="back">
        <ArrowLeft size={14} aria-hidden="true" />
        {t("sources.title")}
      </Link>
      <Answer of={told} rows={8}>
        {(data) => <Filled source={data} />}
      </Answer>
    </>
  );
}

function Filled({ source }: { source: Source }) {
  const { t } = useTranslation();
  const format = useFormat();
  const connected = source.created_at !== null;
  return (
    <div className="source-page">
      <div className="room-head">
        <div className="room-title">
          <h1>{source.label}</h1>
          <p>
            {t(`sources.kind.${kindOf(source) ?? "api"}`)} · <code>{source.name}</code> · <SourceState source={source} />
          </p>
        </div>
        {connected && <Manage source={source} />}
      </div>
      <Panel>
        <dl className="source-stats">
          <Stat label={t("sources.column.last")} value={source.last_delivery ? format.instant(source.last_delivery) : NOTHING} />
          <Stat label={t("sources.column.accepted")} value={format.count(sum(source, "accepted"))} hint={t("sources.days_told")} />
          <Stat label={t("sources.column.repeated")} value={format.count(sum(source, "repeated"))} hint={t("sources.days_told")} />
          <Stat label={t("sources.column.refused")} value={format.count(sum(source, "refused"))} hint={t("sources.days_told")} />
        </dl>
        <LastError source={source} />
        <p className="source-links">
          {source.kind === "segment" && <Link to={`/events?source=${encodeURIComponent(source.name)}`}>{t("sources.to_events")}</Link>}
          <Link to={`/dead-letters?source=${encodeURIComponent(source.name)}`}>{t("sources.to_letters")}</Link>
        </p>
      </Panel>
      {connected && <HowToConnect source={source} />}
      <Deliveries source={source} />
    </div>
  );
}

function LastError({ source }: { source: Source }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { language } = usePreferences();
  const error = source.last_error;
  if (!error) return null;
  const words = language === "zh-CN" ? error.detail_zh : error.detail;
  return (
    <p className="source-error">
      {t("sources.last_error", { at: format.instant(error.at) })} <code>{error.code}</code> {words || t("sources.error_in_letter")}
    </p>
  );
}

function Deliveries({ source }: { source: Source }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel id="source-days" title={t("sources.days.title")} note={t("sources.days.note")} flush>
      {source.days.length === 0 ? (
        <Empty title={t("sources.days.empty")} />
      ) : (
        <DataTable
          caption={t("sources.days.title")}
          dense
          keepRows
          rows={[...source.days].reverse()}
          rowKey={(row) => row.day}
          columns={[
            { key: "day", head: t("sources.column.day"), cell: (row) => format.day(row.day) },
            { key: "accepted", head: t("sources.column.accepted"), align: "end", cell: (row) => format.count(row.accepted) },
            { key: "repeated", head: t("sources.column.repeated"), align: "end", cell: (row) => format.count(row.repeated) },
            { key: "refused", head: t("sources.column.refused"), align: "end", cell: (row) => format.count(row.refused) },
          ]}
        />
      )}
    </Panel>
  );
}
