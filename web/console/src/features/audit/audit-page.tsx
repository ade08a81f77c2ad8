/** Who did what, and looked at whom; and whether the trail is as it was written. */
import { Button } from "antd";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { auditExportUrl, type AuditLine } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel, shortMember } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { useUrlState } from "../../url/url-state";
import { AuditCheck } from "./audit-check";
import { AuditFilter } from "./audit-filter";
import { ALL, askedFor, AUDIT_STATE, type AuditState } from "./audit-state";
import { useWhat } from "./what";
import { useAudit } from "./queries";
import "./audit.css";

export function AuditPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const [state, change] = useUrlState<AuditState>(AUDIT_STATE);
  const asked = askedFor(state);
  const page = useAudit(asked);
  usePageTitle(t("audit.title"));
  const total = page.data?.total;

  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("audit.title")}</h1>
          {total !== undefined && <p aria-live="polite">{t("audit.found", { count: total, n: format.count(total) })}</p>}
        </div>
        <Button icon={<Download size={15} aria-hidden="true" />} href={auditExportUrl({ ...asked, cursor: undefined, limit: undefined })} download>
          {t("audit.export")}
        </Button>
      </div>
      <AuditCheck />
      <AuditFilter state={state} onChange={(by) => change({ ...by, cursor: "" })} />
      <Panel flush>
        <Answer of={page} rows={12}>
          {({ items, next }) =>
            items.length === 0 ? (
              <Empty title={t("audit.none")} action={<Button onClick={() => change(ALL)}>{t("audit.filter.reset")}</Button>}>
                {t("audit.none_hint")}
              </Empty>
            ) : (
              <>
                <Lines items={items} busy={page.isPlaceholderData} />
                <nav className="paging" aria-label={t("audit.title")}>
                  <span />
                  <span className="paging-buttons">
                    {state.cursor && <Button onClick={() => change({ cursor: "" })}>{t("audit.newest")}</Button>}
                    <Button disabled={next === null} onClick={() => change({ cursor: next ?? "" })}>
                      {t("audit.older")}
                    </Button>
                  </span>
                </nav>
              </>
            )
          }
        </Answer>
      </Panel>
    </>
  );
}

function Lines({ items, busy }: { items: readonly AuditLine[]; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const what = useWhat();
  return (
    <DataTable
      caption={t("audit.title")}
      rows={items}
      busy={busy}
      rowKey={(line) => String(line.id)}
      columns={[
        { key: "id", head: t("audit.column.id"), align: "end", phone: "none", cell: (line) => format.count(line.id) },
        { key: "at", head: t("audit.column.at"), phone: "none", cell: (line) => format.instant(line.at) },
        {
          key: "what",
          head: t("audit.column.what"),
          phone: "title",
          cell: (line) => (
            <>
              {what(line.what)} <span className="phone-only soft">{format.instant(line.at)}</span>
            </>
          ),
        },
        { key: "who", head: t("audit.column.who"), cell: (line) => line.who },
        {
          key: "about",
          head: t("audit.column.about"),
          cell: (line) =>
            line.member === null ? (
              NOTHING
            ) : (
              <Link className="member-id" to={`/members/${encodeURIComponent(line.member)}`} title={line.member}>
                {shortMember(line.member)}
              </Link>
            ),
        },
        { key: "detail", head: t("audit.column.detail"), cell: (line) => <span className="audit-detail">{line.detail || NOTHING}</span> },
      ]}
    />
  );
}
