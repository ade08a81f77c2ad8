/** How long first lives last, by cohort of first purchase: curves with their bands, and the same as a table. */
import { Segmented } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Survival } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { DayField } from "./day-field";
import { useSurvival } from "./queries";
import { COHORTS, type Room } from "./room-state";
import { survivalAt } from "./survival-curve";

const Curves = lazy(() => import("./charts/survival-curves"));
/** So many curves can be told apart; the table has them all. */
const DRAWN_MAX = 6;
type Cohort = Survival["cohorts"][number];

export function SurvivalView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const { state, change, today } = room;
  const asOf = state.as_of ?? today;
  const survival = useSurvival(state.cohort, asOf);
  return (
    <Panel
      id="lifecycle-survival"
      title={t("lifecycle.survival.title")}
      note={survival.data && t("lifecycle.survival.note", { n: survival.data.life_gap_days })}
      actions={
        <>
          <Segmented
            aria-label={t("lifecycle.survival.by")}
            value={state.cohort}
            onChange={(cohort) => change({ cohort })}
            options={COHORTS.map((value) => ({ value, label: t(`lifecycle.survival.cohort.${value}`) }))}
          />
          <DayField name="as-of" label={t("lifecycle.as_of")} value={asOf} onChange={(as_of) => change({ as_of })} />
        </>
      }
    >
      <Answer of={survival} rows={12}>
        {(data) => {
          const cohorts = data.cohorts.filter((cohort) => cohort.cohort !== null);
          if (cohorts.length === 0) return <Empty title={t("lifecycle.counts.none")} />;
          return (
            <>
              <Suspense fallback={<Loading rows={12} />}>
                <Curves cohorts={cohorts.slice(-DRAWN_MAX)} everyone={data.cohorts[0]!} label={t("lifecycle.survival.aria")} />
              </Suspense>
              {cohorts.length > DRAWN_MAX && <p className="soft">{t("lifecycle.survival.drawn", { n: DRAWN_MAX })}</p>}
              <CohortTable cohorts={data.cohorts} />
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}

function CohortTable({ cohorts }: { cohorts: Cohort[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const at = (cohort: Cohort, days: number) => {
    const found = survivalAt(cohort, days);
    if (!found) return NOTHING;
    const band = found.low === null || found.high === null ? "" : t("lifecycle.survival.band", { low: format.share(found.low, 1), high: format.share(found.high, 1) });
    return (
      <>
        {format.share(found.survival, 1)} <span className="soft">{band}</span>
      </>
    );
  };
  return (
    <DataTable
      caption={t("lifecycle.survival.caption")}
      rows={cohorts}
      rowKey={(cohort) => cohort.cohort ?? "all"}
      columns={[
        { key: "cohort", head: t("lifecycle.survival.of"), phone: "title", cell: (cohort) => cohort.cohort ?? t("lifecycle.survival.everyone") },
        { key: "members", head: t("lifecycle.survival.members"), align: "end", cell: (cohort) => format.count(cohort.members) },
        { key: "ended", head: t("lifecycle.survival.ended"), align: "end", cell: (cohort) => format.count(cohort.ended) },
        { key: "median", head: t("lifecycle.survival.median"), align: "end", cell: (cohort) => <strong>{cohort.median === null ? NOTHING : format.count(cohort.median)}</strong> },
        { key: "half", head: t("lifecycle.survival.after", { n: 270 }), align: "end", cell: (cohort) => at(cohort, 270) },
        { key: "year", head: t("lifecycle.survival.after", { n: 365 }), align: "end", cell: (cohort) => at(cohort, 365) },
        { key: "two", head: t("lifecycle.survival.after", { n: 730 }), align: "end", phone: "none", cell: (cohort) => at(cohort, 730) },
      ]}
    />
  );
}
