/** Who brings the money: the curve of buyers ranked by what they paid. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Pareto } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { ContributionGroups } from "./contribution-groups";
import { Basis, Figure, Open, PeriodFields, useDefinition } from "./parts";
import { periodOf, usePareto, type Behind } from "./queries";
import type { Room } from "./room-state";

const Curve = lazy(() => import("./charts/pareto-curve"));
const SHOWN = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

export function ContributionView({ room, open }: { room: Room; open: (behind: Behind) => void }) {
  const { t } = useTranslation();
  const asked = usePareto(room.state);
  const define = useDefinition(asked.data);
  return (
    <>
      <Panel id="metrics-contribution" title={t("metrics.contribution.title")} note={define("pareto")}>
        <PeriodFields room={room} />
        <Answer of={asked} rows={12}>
          {(data) =>
            data.buyers === 0 ? (
              <Empty title={t("metrics.nobody")}>{t("metrics.nobody_teach")}</Empty>
            ) : (
              <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
                <Shown data={data} room={room} open={open} />
                <Basis basis={data} metric="pareto" query={periodOf(room.state)} />
              </div>
            )
          }
        </Answer>
      </Panel>
      <ContributionGroups room={room} open={open} />
    </>
  );
}

function Shown({ data, room, open }: { data: Pareto; room: Room; open: (behind: Behind) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const name = (percent: number) => t("metrics.contribution.first", { n: percent });
  const behind = (percent: number) => () => open({ metric: "pareto", title: name(percent), query: { ...periodOf(room.state), as_of: data.as_of, cell: `first:${percent}` } });
  const share = (of: number | null | undefined) => (typeof of === "number" ? format.share(of, 1) : NOTHING);
  return (
    <>
      <dl className="figures metric-figures three">
        <Figure name={t("metrics.contribution.buyers")} value={format.count(data.buyers)} definition={t("metrics.contribution.money", { money: format.money(data.money) })} onOpen={behind(100)} />
        <Figure name={t("metrics.contribution.top_fifth")} value={share(data.top_fifth?.money_share)} definition={define("pareto.top_fifth")} onOpen={behind(20)} />
        <Figure
          name={t("metrics.contribution.four_fifths")}
          value={data.four_fifths ? t("metrics.contribution.of_buyers", { n: format.count(data.four_fifths.buyers), share: share(data.four_fifths.buyers_share) }) : NOTHING}
          definition={define("pareto.four_fifths")}
        />
      </dl>
      <Suspense fallback={<Loading rows={10} />}>
        <Curve data={data} label={t("metrics.contribution.aria")} />
      </Suspense>
      <details className="metric-table">
        <summary>{t("metrics.as_table")}</summary>
        <DataTable
          caption={t("metrics.contribution.title")}
          dense
          keepRows
          rows={SHOWN}
          rowKey={String}
          columns={[
            { key: "first", head: t("metrics.contribution.ranked"), cell: name },
            { key: "buyers", head: t("metrics.contribution.buyers"), align: "end", cell: (percent) => <Open name={name(percent)} value={format.count(data.curve[percent]!.buyers)} onOpen={behind(percent)} /> },
            { key: "money", head: t("metrics.contribution.paid"), align: "end", phone: "none", cell: (percent) => format.money(data.curve[percent]!.money) },
            { key: "share", head: t("metrics.share"), align: "end", cell: (percent) => share(data.curve[percent]!.money_share) },
          ]}
        />
      </details>
    </>
  );
}
