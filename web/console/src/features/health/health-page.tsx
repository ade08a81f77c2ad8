/** Whether all is well: what waits, what is late, room on disk, the last backup, the journal. */
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, body, type HealthDetail } from "@perennial/api-client";
import { Panel, Stat } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { ago, bytes, days } from "./amounts";
import { SourceSigns } from "./source-signs";
import "./health.css";

const EVERY_MS = 10_000;

export function HealthPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const health = useQuery({ queryKey: ["health"], queryFn: () => body(api.GET("/api/v1/health/detail")), refetchInterval: EVERY_MS, staleTime: 0 });
  usePageTitle(t("health.title"));
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("health.title")}</h1>
          {health.data && <p>{t("health.as_of", { instant: format.instant(health.data.at) })}</p>}
        </div>
      </div>
      <Answer of={health} rows={8}>
        {(state) => <State state={state} />}
      </Answer>
    </>
  );
}

function State({ state }: { state: HealthDetail }) {
  const { t } = useTranslation();
  const well = state.status === "ok";
  return (
    <>
      <p className={well ? "health-verdict" : "health-verdict unwell"} role="status" data-testid="health-verdict">
        {well ? <CircleCheck size={18} aria-hidden="true" /> : <CircleAlert size={18} aria-hidden="true" />}
        {t(well ? "health.well" : "health.unwell")}
      </p>
      <div className="health-grid">
        <Work state={state} />
        <Room state={state} />
        <Journal state={state} />
        <Lake state={state} />
        <About state={state} />
      </div>
    </>
  );
}

function Work({ state }: { state: HealthDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { queue, sweep, concerns } = state;
  return (
    <>
      <Panel title={t("health.queue.title")}>
        <dl>
          <Stat label={t("health.queue.waiting")} value={format.count(queue.waiting)} hint={t("health.queue.of", { n: format.count(queue.waiting_max) })} />
        </dl>
        <Concern shown={concerns.includes("queue.full")} text={t("health.queue.full")} />
      </Panel>
      <Panel title={t("health.sweep.title")}>
        <dl>
          <Stat label={t("health.sweep.lag")} value={sweep.due_since ? format.instant(sweep.due_since) : t("health.sweep.none")} />
        </dl>
        <Concern shown={concerns.includes("sweep.late")} text={t("health.sweep.late")} />
      </Panel>
    </>
  );
}

function Room({ state }: { state: HealthDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { disk, backup_at: backup, concerns } = state;
  const since = backup ? days(backup, state.at) : 0;
  return (
    <>
      <Panel title={t("health.disk.title")}>
        <dl>
          <Stat
            label={t("health.disk.free")}
            value={disk ? bytes(disk.free_bytes) : t("health.disk.unknown")}
            hint={disk && t("health.disk.of", { total: bytes(disk.total_bytes) })}
          />
        </dl>
        <Concern shown={concerns.includes("disk.low")} text={t("health.disk.low")} />
      </Panel>
      <Panel title={t("health.backup.title")}>
        <dl>
          <Stat
            label={t("health.backup.title")}
            value={backup ? format.instant(backup) : t("health.backup.none")}
            hint={backup && (since === 0 ? t("health.today") : t("health.days_ago", { count: since, n: since }))}
          />
        </dl>
        <Concern shown={concerns.includes("backup.none")} text={t("health.backup.none_hint")} />
        <Concern shown={concerns.includes("backup.old")} text={t("health.backup.old")} />
      </Panel>
    </>
  );
}

function Journal({ state: { journal, sources } }: { state: HealthDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <Panel title={t("health.journal.title")}>
        <dl className="health-stats">
          <Stat label={t("health.journal.facts")} value={format.count(journal.facts)} />
          {journal.bytes !== null && <Stat label={t("health.journal.size")} value={bytes(journal.bytes)} />}
          <Stat label={t("health.journal.lanes")} value={format.count(journal.heads.length)} />
        </dl>
        <ul className="health-heads">
          {journal.heads.slice(0, 8).map((head) => (
            <li key={head.lane}>{t("health.journal.head", { lane: head.lane, seq: format.count(head.seq) })}</li>
          ))}
        </ul>
      </Panel>
      <Panel title={t("health.sources.title")}>
        <SourceSigns live={sources} />
      </Panel>
    </>
  );
}

function Lake({ state: { lake } }: { state: HealthDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel title={t("health.lake.title")}>
      {lake ? (
        <dl className="health-stats">
          <Stat label={t("health.lake.facts")} value={format.count(lake.facts)} />
          <Stat label={t("health.lake.size")} value={bytes(lake.bytes)} hint={t("health.lake.files", { count: lake.files, n: format.count(lake.files) })} />
          <Stat
            label={t("health.lake.lag")}
            value={lake.lag === 0 ? t("health.lake.near") : format.count(lake.lag)}
            hint={t("health.lake.waiting", { n: format.count(lake.waiting) })}
          />
        </dl>
      ) : (
        <p>{t("health.lake.none")}</p>
      )}
      <Concern shown={lake?.damaged ?? false} text={t("health.lake.damaged")} />
      <Concern shown={lake?.away ?? false} text={t("health.lake.away")} />
    </Panel>
  );
}

function About({ state }: { state: HealthDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <Panel title={t("health.board.title")}>
        <p>{state.building === null ? t("health.board.ready") : t("health.board.building", { percent: state.building })}</p>
      </Panel>
      <Panel title={t("health.version.title")}>
        <dl className="health-stats">
          <Stat label={t("health.version.title")} value={state.version} />
          <Stat label={t("health.version.store")} value={state.store} />
          <Stat label={t("health.version.started")} value={format.instant(state.started_at)} hint={ago(state.started_at, state.at)} />
        </dl>
      </Panel>
    </>
  );
}

function Concern({ shown, text }: { shown: boolean; text: string }) {
  if (!shown) return null;
  return <p className="health-concern">{text}</p>;
}
