/** What each connected source last delivered, and what went wrong last; sources of files are named. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Source } from "@perennial/api-client";
import { DataTable, NOTHING } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { usePreferences } from "../../app/preferences";
import { useMay } from "../session/queries";
import { sum } from "../sources/kinds";
import { useSources } from "../sources/queries";

export function SourceSigns({ live }: { live: readonly string[] }) {
  const { t } = useTranslation();
  const may = useMay();
  // Whoever looks after the machine alone sees names and no more.
  return may("read") ? <Connected live={live} /> : <Names names={live} none={t("health.sources.none")} />;
}

function Connected({ live }: { live: readonly string[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { language } = usePreferences();
  const sources = (useSources().data ?? []).filter((one) => one.created_at !== null);
  const others = live.filter((name) => !sources.some((one) => one.name === name));
  const wrong = ({ last_error: error }: Source) => error && `${format.instant(error.at)} · ${(language === "zh-CN" ? error.detail_zh : error.detail) || error.code}`;
  if (sources.length === 0) return <Names names={others} none={t("health.sources.none")} />;
  return (
    <>
      <DataTable
        caption={t("health.sources.title")}
        dense
        rows={sources}
        rowKey={(row) => row.name}
        columns={[
          { key: "name", head: t("health.sources.source"), phone: "title", cell: (row) => <Link to={`/sources/${row.name}`}>{row.label || row.name}</Link> },
          { key: "last", head: t("health.sources.last"), cell: (row) => (row.last_delivery ? format.instant(row.last_delivery) : t("health.sources.never")) },
          { key: "taken", head: t("health.sources.taken"), align: "end", cell: (row) => format.count(sum(row, "accepted")) },
          { key: "refused", head: t("health.sources.refused"), align: "end", cell: (row) => format.count(sum(row, "refused")) },
          { key: "wrong", head: t("health.sources.wrong"), cell: (row) => wrong(row) || NOTHING },
        ]}
      />
      {others.length > 0 && <Names names={others} none="" />}
    </>
  );
}

function Names({ names, none }: { names: readonly string[]; none: string }) {
  return names.length === 0 ? <p className="soft">{none}</p> : <p className="health-sources">{names.join(" · ")}</p>;
}
