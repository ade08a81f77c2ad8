import { Button } from "antd";
import { Plug } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Source } from "@perennial/api-client";
import { Badge, DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { ConnectForm } from "./connect-form";
import { kindOf, sum } from "./kinds";
import { useSources } from "./queries";
import "./sources.css";

export function SourcesPage() {
  const { t } = useTranslation();
  const sources = useSources();
  const [connecting, setConnecting] = useState(false);
  usePageTitle(t("sources.title"));
  const connect = (
    <Button type="primary" icon={<Plug size={15} aria-hidden="true" />} onClick={() => setConnecting(true)}>
      {t("sources.connect")}
    </Button>
  );
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("sources.title")}</h1>
          <p>{t("sources.note")}</p>
        </div>
        {connect}
      </div>
      <Panel flush>
        <Answer of={sources} rows={6}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title={t("sources.empty.title")} action={connect}>
                {t("sources.empty.body")}
              </Empty>
            ) : (
              <SourceTable rows={rows} />
            )
          }
        </Answer>
      </Panel>
      {connecting && <ConnectForm close={() => setConnecting(false)} />}
    </>
  );
}

function SourceTable({ rows }: { rows: readonly Source[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <DataTable
      caption={t("sources.title")}
      rows={rows}
      rowKey={(row) => row.name}
      columns={[
        {
          key: "source",
          head: t("sources.column.source"),
          phone: "title",
          cell: (row) => (
            <Link className="member-link" to={`/sources/${encodeURIComponent(row.name)}`}>
              {row.label}
            </Link>
          ),
        },
        { key: "kind", head: t("sources.column.kind"), cell: (row) => t(`sources.kind.${kindOf(row) ?? "api"}`) },
        { key: "state", head: t("sources.column.state"), cell: (row) => <SourceState source={row} /> },
        { key: "last", head: t("sources.column.last"), cell: (row) => (row.last_delivery ? format.instant(row.last_delivery) : NOTHING) },
        { key: "accepted", head: t("sources.column.accepted"), align: "end", cell: (row) => format.count(sum(row, "accepted")) },
        { key: "refused", head: t("sources.column.refused"), align: "end", cell: (row) => format.count(sum(row, "refused")) },
      ]}
    />
  );
}

/** Switched off, or the last thing heard was an error, or well. */
export function SourceState({ source }: { source: Source }) {
  const { t } = useTranslation();
  if (source.state === "off") return <Badge>{t("sources.state.off")}</Badge>;
  if (source.last_error && source.last_error.at >= (source.last_delivery ?? "")) return <Badge tone="warn">{t("sources.state.error")}</Badge>;
  if (!source.last_delivery) return <Badge>{t("sources.state.waiting")}</Badge>;
  return <Badge tone="accent">{t("sources.state.on")}</Badge>;
}
