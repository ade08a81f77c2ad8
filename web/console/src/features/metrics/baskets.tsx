/** What is bought together: rules with how often they hold, the most surprising first. */
import { useTranslation } from "react-i18next";
import type { BasketSets } from "@perennial/api-client";
import { DataTable, Empty, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { Basis, Choice, ItemsChoice, PeriodFields, useDefinition } from "./parts";
import { basketsOf, useBaskets } from "./queries";
import { CONFIDENCES, SUPPORTS, type Room } from "./room-state";
import { useSorting, type SortValue } from "./sorting";

type Rule = BasketSets["rules"][number];
type Set = BasketSets["sets"][number];
/** More are in the file. */
const SHOWN = 200;

export function BasketsView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, change } = room;
  const asked = useBaskets(state);
  const define = useDefinition(asked.data);
  const percents = <Value extends string>(values: readonly Value[]) => values.map((value) => ({ value, label: t("metrics.baskets.at_least", { share: format.share(Number(value), 1) }) }));
  return (
    <Panel id="metrics-baskets" title={t("metrics.baskets.title")} note={define("baskets")}>
      <PeriodFields room={room}>
        <ItemsChoice room={room} />
        <Choice id="basket-support" label={t("metrics.baskets.support")} value={state.support} options={percents(SUPPORTS)} onChange={(support) => change({ support })} />
        <Choice id="basket-confidence" label={t("metrics.baskets.confidence")} value={state.confidence} options={percents(CONFIDENCES)} onChange={(confidence) => change({ confidence })} />
      </PeriodFields>
      <Answer of={asked} rows={10}>
        {(data) => (
          <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
            {data.baskets === 0 ? (
              <Empty title={t("metrics.products.none")}>{t("metrics.products.none_teach")}</Empty>
            ) : (
              <>
                <p className="chart-summary">{t("metrics.baskets.told", { baskets: format.count(data.baskets), least: format.count(data.least_baskets), sets: format.count(data.sets.length), rules: format.count(data.rules.length) })}</p>
                {data.rules.length === 0 ? <Empty title={t("metrics.baskets.none")}>{t("metrics.baskets.none_teach")}</Empty> : <Rules rules={data.rules} />}
                <Sets sets={data.sets} />
                <Basis basis={data} metric="baskets" query={basketsOf(state)} />
              </>
            )}
          </div>
        )}
      </Answer>
    </Panel>
  );
}

const VALUES: Record<string, (rule: Rule) => SortValue> = {
  from: (rule) => rule.from.join(" + "),
  to: (rule) => rule.to.join(" + "),
  baskets: (rule) => rule.baskets,
  confidence: (rule) => rule.confidence,
  lift: (rule) => rule.lift,
};

function Rules({ rules }: { rules: readonly Rule[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows, direction, onSort } = useSorting(rules, VALUES, "lift");
  return (
    <DataTable
      caption={t("metrics.baskets.title")}
      dense
      rows={rows.slice(0, SHOWN)}
      rowKey={(rule) => `${rule.from.join("+")} → ${rule.to.join("+")}`}
      onSort={onSort}
      columns={[
        { key: "from", head: t("metrics.baskets.from"), phone: "title", sort: direction("from"), cell: (rule) => rule.from.join(" + ") },
        { key: "to", head: t("metrics.baskets.to"), sort: direction("to"), cell: (rule) => rule.to.join(" + ") },
        { key: "baskets", head: t("metrics.baskets.count"), align: "end", sort: direction("baskets"), cell: (rule) => format.count(rule.baskets) },
        { key: "support", head: t("metrics.baskets.support"), align: "end", phone: "none", cell: (rule) => format.share(rule.support, 1) },
        { key: "confidence", head: t("metrics.baskets.confidence"), align: "end", sort: direction("confidence"), cell: (rule) => format.share(rule.confidence, 1) },
        { key: "lift", head: t("metrics.baskets.lift"), align: "end", sort: direction("lift"), cell: (rule) => <strong>{format.fixed(rule.lift, 2)}</strong> },
      ]}
    />
  );
}

function Sets({ sets }: { sets: readonly Set[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = [...sets].sort((a, b) => b.baskets - a.baskets).slice(0, SHOWN);
  return (
    <details className="metric-table">
      <summary>{t("metrics.baskets.sets")}</summary>
      <DataTable
        caption={t("metrics.baskets.sets")}
        dense
        keepRows
        rows={most}
        rowKey={(set) => set.items.join("+")}
        columns={[
          { key: "items", head: t("metrics.products.item"), cell: (set) => set.items.join(" + ") },
          { key: "baskets", head: t("metrics.baskets.count"), align: "end", cell: (set) => format.count(set.baskets) },
          { key: "support", head: t("metrics.baskets.support"), align: "end", cell: (set) => format.share(set.support, 1) },
        ]}
      />
    </details>
  );
}
