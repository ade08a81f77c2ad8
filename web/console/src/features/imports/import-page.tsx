/** One import, from what was found in its file to what came of it. */
import { ChevronLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { ImportDetail } from "@perennial/api-client";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { MappingPanel } from "./mapping-panel";
import { useImport } from "./queries";
import { RunPanel } from "./run-panel";
import { StateBadge } from "./state-badge";
import { SummaryPanel } from "./summary-panel";
import { TrialPanel } from "./trial-panel";
import "./imports.css";

export function ImportPage() {
  const { t } = useTranslation();
  const id = Number(useParams().import);
  const one = useImport(id);
  usePageTitle(one.data?.import.file ?? t("imports.title"));
  return (
    <>
      <Link to="/imports" className="import-back">
        <ChevronLeft size={14} aria-hidden="true" />
        {t("imports.title")}
      </Link>
      <Answer of={one}>{(detail) => <Whole detail={detail} />}</Answer>
    </>
  );
}

function Whole({ detail }: { detail: ImportDetail }) {
  const format = useFormat();
  const { t } = useTranslation();
  const { import: one, found, reading } = detail;
  const isStaged = one.state === "staged" || one.state === "trying";
  const isOver = ["done", "cancelled", "undoing", "undone"].includes(one.state) || (one.state === "failed" && one.bytes === null);
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1 className="import-file">{one.file}</h1>
          <StateBadge state={one.state} />
          <p>{t("imports.numbered", { n: one.import, at: format.instant(one.started_at) })}</p>
        </div>
      </div>
      {isStaged && found && reading && (
        <MappingPanel key={`${found.header_line}/${found.encoding}/${reading.preset}`} id={one.import} found={found} reading={reading} busy={one.state === "trying"} />
      )}
      {isStaged && <TrialPanel detail={detail} />}
      {!isStaged && !isOver && <RunPanel one={one} />}
      {isOver && <SummaryPanel one={one} />}
    </>
  );
}
