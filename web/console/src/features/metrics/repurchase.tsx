/** Who buys again, and after how many days. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Repurchase } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { binsOf } from "./interval-bins";
import { Basis, Figure, Open, PeriodFields, useDefinition } from "./parts";
import { periodOf, useRepurchase, type Behind } from "./queries";
import type { Room } from "./room-state";

const Bars = lazy(() => import("./charts/interval-bars"));

export function RepurchaseView({ room, open }: { room: Room; open: (behind: Behind) => void }) {
  const { t } = useTranslation();
  const asked = useRepurchase(room.state);
  return (
    <>
      <Panel id="metrics-repurchase" title={t("metrics.repurchase.title")} note={t("metrics.repurchase.note")}>
        <PeriodFields room={room} />
        <Answer of={asked} rows={8}>
          {(data) =>
            data.buyers === 0 ? (
              <Empty title={t("metrics.nobody")}>{t("metrics.nobody_teach")}</Empty>
            ) : (
              <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
                <Figures data={data} room={room} open={open} />
                <Basis basis={data} metric="repurchase" query={periodOf(room.state)} />
              </div>
            )
          }
        </Answer>
      </Panel>
      {asked.data && asked.data.intervals.count > 0 && <Intervals data={asked.data} room={room} open={open} />}
    </>
  );
}

type Props = { data: Repurchase; room: Room; open: (behind: Behind) => void };

function Figures({ data, room, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const behind = (cell: string, name: string) => () =>
    open({ metric: "repurchase", title: name, query: { ...periodOf(room.state), as_of: data.as_of, cell } });
  const share = (rate: number | null) => (rate === null ? NOTHING : format.share(rate, 1));
  const [buyers, user, order, returning, each] = ["buyers", "user", "order", "returning", "each"].map((key) => t(`metrics.repurchase.${key}` as "metrics.repurchase.buyers"));
  return (
    <dl className="figures metric-figures">
      <Figure name={buyers!} value={format.count(data.buyers)} definition={define("repurchase")} onOpen={behind("buyers", buyers!)} />
      <Figure name={user!} value={share(data.user_repurchase_rate)} definition={define("repurchase.user_rate")} onOpen={behind("repeat", user!)} />
      <Figure name={order!} value={share(data.order_repurchase_rate)} definition={define("repurchase.order_rate")} />
      <Figure name={returning!} value={share(data.returning_buyer_rate)} definition={define("repurchase.returning_rate")} onOpen={behind("returning", returning!)} />
      <Figure name={each!} value={data.purchases_per_buyer === null ? NOTHING : data.purchases_per_buyer.toFixed(2)} definition={define("repurchase.purchases_per_buyer")} />
    </dl>
  );
}

function Intervals({ data, room, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const bins = binsOf(data.intervals_by_days);
  const { p50, p80, p90, count } = data.intervals;
  const range = (bin: { from: number; to: number }) => t("metrics.repurchase.range", { from: bin.from, to: bin.to });
  return (
    <Panel id="metrics-intervals" title={t("metrics.repurchase.intervals")} note={define("repurchase.intervals")}>
      <p className="chart-summary">
        {t("metrics.repurchase.percentiles", { n: format.count(count), p50: format.count(p50 ?? 0), p80: format.count(p80 ?? 0), p90: format.count(p90 ?? 0) })}
      </p>
      <Suspense fallback={<Loading rows={8} />}>
        <Bars bins={bins} marks={[["P50", p50], ["P80", p80], ["P90", p90]]} label={t("metrics.repurchase.aria")} />
      </Suspense>
      <details className="metric-table">
        <summary>{t("metrics.as_table")}</summary>
        <DataTable
          caption={t("metrics.repurchase.intervals")}
          dense
          keepRows
          rows={bins}
          rowKey={(bin) => String(bin.from)}
          columns={[
            { key: "days", head: t("metrics.repurchase.days"), cell: range },
            {
              key: "count",
              head: t("metrics.repurchase.count"),
              align: "end",
              cell: (bin) => (
                <Open
                  name={range(bin)}
                  value={format.count(bin.count)}
                  onOpen={() => open({ metric: "repurchase", title: range(bin), query: { ...periodOf(room.state), as_of: data.as_of, cell: `interval:${bin.from}-${bin.to}` } })}
                />
              ),
            },
            { key: "share", head: t("metrics.share"), align: "end", cell: (bin) => format.share(bin.count, count) },
          ]}
        />
      </details>
    </Panel>
  );
}
