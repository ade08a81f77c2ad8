/** What has come of it: members by stage, today. */
import { DataTable, ShareBar, StageMark } from "@perennial/ui";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { useStageCounts, useStages } from "../lifecycle/models";
import { MODEL } from "./queries";

/** Everyone was just decided anew: the counts come after. */
const SETTLING_MS = 2000;

export function StagesStep() {
  const { t } = useTranslation();
  const format = useFormat();
  const go = useNavigate();
  const stages = useStages(MODEL);
  const counted = useStageCounts(MODEL, null, SETTLING_MS);
  return (
    <>
      <h2>{t("setup.stages.title")}</h2>
      <Answer of={counted}>
        {(told) => (
          <>
            <p className="soft">{t("setup.stages.lead", { n: format.count(told.members) })}</p>
            <DataTable
              caption={t("setup.stages.title")}
              dense
              keepRows
              rows={stages.list}
              rowKey={(one) => one.id}
              columns={[
                { key: "stage", head: t("overview.stages.stage"), cell: (one) => <StageMark color={one.color} name={one.name} /> },
                { key: "members", head: t("overview.members"), align: "end", cell: (one) => <span data-stage={one.id}>{format.count(told.stages[one.id] ?? 0)}</span> },
                { key: "share", head: t("overview.stages.share"), phone: "none", cell: (one) => <ShareBar part={told.stages[one.id] ?? 0} of={told.members} color={one.color} /> },
              ]}
            />
          </>
        )}
      </Answer>
      <div className="import-actions">
        <Button type="primary" size="large" data-deed="open" onClick={() => void go("/")}>
          {t("setup.stages.open")}
        </Button>
      </div>
    </>
  );
}
