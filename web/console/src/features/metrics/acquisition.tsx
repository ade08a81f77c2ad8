/** How people become buyers: known, follower, registered, first purchase; of everyone, and by source or channel. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Acquisition } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, palette, Panel, ShareBar } from "@perennial/ui";
import { usePreferences } from "../../app/preferences";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { AcquisitionGroups } from "./acquisition-groups";
import { Basis, Choice, Figure, Open, useDefinition } from "./parts";
import { acquisitionOf, useAcquisition, type Behind } from "./queries";
import { ACQUIRED, HORIZONS, type Room } from "./room-state";

const Bars = lazy(() => import("./charts/acquisition-bars"));

type Props = { room: Room; open: (behind: Behind) => void };

export function AcquisitionPanel({ room, open }: Props) {
  const { t } = useTranslation();
  const { state, change } = room;
  const asked = useAcquisition(state);
  const define = useDefinition(asked.data);
  const horizons = HORIZONS.map((value) => ({ value, label: t("metrics.funnel.days", { n: value }) }));
  return (
    <Panel id="metrics-acquisition" title={t("metrics.acquisition.title")} note={define("acquisition")}>
      <div className="day-fields">
        <Choice id="acquired-by" label={t("metrics.products.by")} value={state.acquired} options={ACQUIRED.map((value) => ({ value, label: t(`metrics.acquisition.by.${value}`) }))} onChange={(acquired) => change({ acquired })} />
        <Choice id="acquired-horizon" label={t("metrics.funnel.horizon")} value={state.horizon} options={horizons} onChange={(horizon) => change({ horizon })} />
      </div>
      <Answer of={asked} rows={8}>
        {(data) =>
          data.all.members + data.all.excluded === 0 ? (
            <Empty title={t("metrics.nobody")}>{t("metrics.nobody_teach")}</Empty>
          ) : (
            <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
              <Figures data={data} room={room} open={open} />
              {data.all.members === 0 ? <Empty title={t("metrics.funnel.nobody")}>{t("metrics.funnel.nobody_teach")}</Empty> : <Shown data={data} room={room} open={open} />}
              <Basis basis={data} metric="acquisition" query={acquisitionOf(state)} />
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}

function Figures({ data, room, open }: Props & { data: Acquisition }) {
  const { t } = useTranslation();
  const format = useFormat();
  const behind = (cell: string, title: string) => () => open({ metric: "acquisition", title, query: { ...acquisitionOf(room.state), as_of: data.as_of, cell } });
  const [followed, excluded, atOnce] = [t("metrics.acquisition.followed"), t("metrics.funnel.excluded"), t("metrics.acquisition.at_once")];
  return (
    <dl className="figures metric-figures three">
      <Figure name={followed} value={format.count(data.all.members)} definition={t("metrics.acquisition.followed_hint", { n: data.horizon_days })} onOpen={behind("reached:aware", followed)} />
      <Figure name={excluded} value={format.count(data.all.excluded)} definition={t("metrics.acquisition.excluded_hint")} onOpen={behind("excluded", excluded)} />
      <Figure name={atOnce} value={format.count(data.all.bought_at_once)} definition={t("metrics.acquisition.at_once_hint")} onOpen={behind("at_once", atOnce)} />
    </dl>
  );
}

type Step = Acquisition["all"]["steps"][number];

function Shown({ data, room, open }: Props & { data: Acquisition }) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const { appearance } = usePreferences();
  const name = (step: Step) => t(`metrics.acquisition.step.${step.step as "aware"}`);
  const number = (step: Step, what: "reached" | "took") => {
    const title = what === "took" ? t("metrics.acquisition.itself", { step: name(step) }) : name(step);
    return <Open name={title} value={format.count(step[what])} onOpen={() => open({ metric: "acquisition", title, query: { ...acquisitionOf(room.state), as_of: data.as_of, cell: `${what}:${step.step}` } })} />;
  };
  const share = (part: number | null | undefined) => (typeof part === "number" ? format.share(part, 1) : NOTHING);
  const days = (spread: Step["days"]) => (typeof spread.p50 === "number" ? `${spread.p50} / ${spread.p80}` : NOTHING);
  return (
    <>
      <Suspense fallback={<Loading rows={6} />}>
        <Bars data={data} label={t("metrics.acquisition.aria")} />
      </Suspense>
      <DataTable
        caption={t("metrics.acquisition.caption")}
        rows={data.all.steps}
        rowKey={(step) => step.step}
        columns={[
          { key: "step", head: t("metrics.acquisition.step_head"), phone: "title", cell: name },
          { key: "bar", head: "", width: "20%", phone: "none", cell: (step) => <ShareBar part={step.reached} of={data.all.members} color={palette(appearance).accent} /> },
          { key: "reached", head: t("metrics.acquisition.reached"), align: "end", cell: (step) => number(step, "reached") },
          { key: "conversion", head: t("metrics.funnel.conversion"), align: "end", cell: (step) => <strong>{share(step.conversion)}</strong> },
          { key: "of", head: t("metrics.acquisition.of_known"), align: "end", cell: (step) => share(step.share_of_known) },
          { key: "took", head: t("metrics.acquisition.took"), align: "end", cell: (step) => number(step, "took") },
          { key: "days", head: t("metrics.acquisition.days"), align: "end", cell: (step) => days(step.days) },
          { key: "known", head: t("metrics.acquisition.days_known"), align: "end", phone: "none", cell: (step) => days(step.days_since_known) },
        ]}
      />
      <p className="soft">
        {t("metrics.acquisition.reached")}: {define("acquisition.reached")} {t("metrics.acquisition.days")}: {define("acquisition.days")}
      </p>
      {data.rows.length > 0 && <AcquisitionGroups data={data} room={room} open={open} />}
    </>
  );
}
