import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, body, type Overview } from "@perennial/api-client";
import { daysBetween, Empty, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle, useWords } from "../../app/words";
import { useStages } from "../lifecycle/models";
import { Figures } from "./figures";
import { Movements } from "./movements";
import { Recent } from "./recent";
import { StageTable } from "./stage-table";
import "./overview.css";

const STALE_DAYS = 60;

export function OverviewPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const overview = useQuery({ queryKey: ["overview"], queryFn: () => body(api.GET("/api/v1/overview")) });
  usePageTitle(t("overview.title"));
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("overview.title")}</h1>
          {overview.data && <p>{t("overview.as_of", { day: overview.data.stages.as_of })}</p>}
        </div>
        {overview.data && <p>{t("shell.data_up_to", { instant: format.instant(overview.data.stages.data_up_to) })}</p>}
      </div>
      <Answer of={overview} rows={12}>
        {(data) => (data.brand.members === 0 ? <NoMembers /> : <Filled overview={data} />)}
      </Answer>
    </>
  );
}

function NoMembers() {
  const { t } = useTranslation();
  return (
    <Panel>
      <Empty title={t("overview.empty.title")}>{t("overview.empty.body")}</Empty>
    </Panel>
  );
}

function Filled({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const stages = useStages();
  const words = useWords();
  return (
    <div className="overview">
      <Stale overview={overview} />
      <Figures overview={overview} />
      <div className="overview-stages">
        <Panel
          id="overview-stages"
          flush
          title={t("overview.stages.title")}
          note={
            stages.model && t("overview.stages.note", { model: words(stages.model.name), day: overview.week_ago.as_of })
          }
          actions={<Link to="/lifecycle">{t("overview.stages.all")}</Link>}
        >
          <StageTable overview={overview} stages={stages} />
        </Panel>
        <Panel
          id="overview-movements"
          flush
          title={t("overview.movements.title")}
          note={t("overview.movements.note")}
        >
          <Movements movements={overview.movements} today={overview.stages.as_of} stages={stages} />
        </Panel>
      </div>
      <div className="overview-recent">
        <Panel id="overview-recent" flush title={t("overview.recent.title")}>
          <Recent recent={overview.recent} stages={stages} />
        </Panel>
      </div>
    </div>
  );
}

/** Sample data may end long ago; then "today" shows little, and the day it ended shows more. */
function Stale({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const last = overview.brand.last_purchase_on;
  const days = last ? daysBetween(last, overview.stages.as_of) : 0;
  if (!last || days < STALE_DAYS) return null;
  return (
    <p className="overview-stale">
      {t("overview.stale.body", { count: days, n: format.count(days), day: last })}{" "}
      <Link to={`/lifecycle?as_of=${last}`}>{t("overview.stale.link", { day: last })}</Link>
    </p>
  );
}
