/** Members who may be one person: each pair with the facts behind it, and what a merge would come to. */
import { Button } from "antd";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ConflictRow } from "@perennial/api-client";
import { Panel, shortMember } from "@perennial/ui";
import { Answer } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { ConflictCase } from "./conflict-case";
import { IdentityRulesPanel } from "./identity-rules";
import { useIdentityType } from "./identity-type";
import { useConflicts } from "./queries";
import "./people.css";

export function ConflictsPage() {
  const { t } = useTranslation();
  const [cursor, setCursor] = useState<string>();
  const conflicts = useConflicts(cursor);
  usePageTitle(t("people.conflicts.title"));
  return (
    <>
      <Link to="/members" className="back">
        <ArrowLeft size={14} aria-hidden="true" />
        {t("member.back")}
      </Link>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("people.conflicts.title")}</h1>
          <p>{t("people.conflicts.intro")}</p>
        </div>
      </div>
      <div className="people-room">
      <Panel id="conflicts" title={t("people.conflicts.open")}>
        <Answer of={conflicts} rows={6}>
          {(page) =>
            page.items.length === 0 ? (
              <p className="soft">{t("people.conflicts.none")}</p>
            ) : (
              <>
                {page.items.map((row) => (
                  <Row key={`${row.left.member} ${row.right.member}`} row={row} />
                ))}
                {page.next && <Button onClick={() => setCursor(page.next ?? undefined)}>{t("people.conflicts.more")}</Button>}
              </>
            )
          }
        </Answer>
      </Panel>
      <IdentityRulesPanel />
      </div>
    </>
  );
}

function Row({ row }: { row: ConflictRow }) {
  const { t } = useTranslation();
  const type = useIdentityType();
  const [open, setOpen] = useState(false);
  return (
    <article className="people-conflict">
      <div className="people-pair">
        <Named side={row.left} />
        <span aria-hidden="true">↔</span>
        <Named side={row.right} />
      </div>
      <p className="soft">{t("people.conflicts.because", { by: type(row.by), kind: type(row.kind) })}</p>
      <div>
        <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t("people.conflicts.close") : t("people.conflicts.look")}
        </Button>
      </div>
      {open && <ConflictCase member={row.left.member} other={row.right.member} />}
    </article>
  );
}

function Named({ side }: { side: ConflictRow["left"] }) {
  const type = useIdentityType();
  return (
    <span>
      <Link to={`/members/${side.member}`}>{side.name ?? shortMember(side.member)}</Link>{" "}
      <small className="soft">{side.identities.map((one) => `${type(one.type)} ${one.value}`).join(" · ")}</small>
    </span>
  );
}
