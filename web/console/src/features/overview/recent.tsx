/** The latest stage changes, one line each; each opens its member. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Overview } from "@perennial/api-client";
import { Empty, shortMember } from "@perennial/ui";
import { useFormat } from "../../app/words";
import type { Stages } from "../lifecycle/models";
import { StageChange } from "../lifecycle/stage-change";

export function Recent({ recent, stages }: { recent: Overview["recent"]; stages: Stages }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (recent.length === 0) return <Empty title={t("overview.recent.none")}>{t("overview.recent.none_teach")}</Empty>;
  return (
    <ol className="recent">
      {recent.map((change) => (
        <li key={`${change.member} ${change.at} ${change.to}`}>
          <Link className="member-id" to={`/members/${encodeURIComponent(change.member)}`} title={change.member}>
            {change.name ?? shortMember(change.member)}
          </Link>
          <StageChange from={change.from} to={change.to} stages={stages} />
          <time dateTime={change.at}>{format.instant(change.at)}</time>
        </li>
      ))}
    </ol>
  );
}
