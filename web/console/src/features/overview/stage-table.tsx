/** Members per stage now against a week ago; each stage opens its members. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Overview } from "@perennial/api-client";
import { DataTable, Delta, ShareBar, StageMark } from "@perennial/ui";
import { useFormat } from "../../app/words";
import type { ShownStage, Stages } from "../lifecycle/models";

export function StageTable({ overview, stages }: { overview: Overview; stages: Stages }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = (stage: ShownStage) => overview.stages.stages[stage.id] ?? 0;
  const before = (stage: ShownStage) => overview.week_ago.stages[stage.id] ?? 0;
  const most = Math.max(1, ...stages.list.map(now));
  const all = overview.stages.members;
  const parts = stages.list.filter((stage) => now(stage) > 0);
  return (
    <>
      <div
        className="composition"
        role="img"
        aria-label={t("overview.composition", {
          parts: parts.map((stage) => `${stage.name} ${format.share(now(stage), all)}`).join(", "),
        })}
      >
        {parts.map((stage) => (
          <span key={stage.id} style={{ flexGrow: now(stage), background: stage.color }} title={`${stage.name} ${format.count(now(stage))}`} />
        ))}
      </div>
      <DataTable
        caption={t("overview.stages.caption")}
        dense
        keepRows
        rows={stages.list}
        rowKey={(stage) => stage.id}
        columns={[
          {
            key: "stage",
            head: t("overview.stages.stage"),
            cell: (stage) => (
              <Link className="plain" to={`/members?stage=${encodeURIComponent(stage.id)}`}>
                <StageMark color={stage.color} name={stage.name} />
              </Link>
            ),
          },
          { key: "bar", head: "", phone: "none", width: "26%", cell: (stage) => <ShareBar part={now(stage)} of={most} color={stage.color} /> },
          { key: "now", head: t("overview.stages.now"), align: "end", cell: (stage) => <strong>{format.count(now(stage))}</strong> },
          { key: "share", head: t("overview.stages.share"), align: "end", phone: "none", cell: (stage) => format.share(now(stage), all) },
          { key: "before", head: t("overview.stages.week_ago"), align: "end", cell: (stage) => <span className="soft">{format.count(before(stage))}</span> },
          {
            key: "change",
            head: t("overview.stages.change"),
            align: "end",
            cell: (stage) => <Delta value={now(stage) - before(stage)} text={format.signed(now(stage) - before(stage))} />,
          },
        ]}
      />
    </>
  );
}
