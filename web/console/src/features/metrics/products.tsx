/** Which products are bought again and how soon; below, where the first one leads. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Products } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { FirstProductPanel } from "./first-product";
import { Basis, Figure, ItemsChoice, Open, PeriodFields, useDefinition } from "./parts";
import { productsOf, useProducts, type Behind } from "./queries";
import type { Room } from "./room-state";
import { useSorting, type SortValue } from "./sorting";

const Bars = lazy(() => import("./charts/item-bars"));

type Props = { room: Room; open: (behind: Behind) => void };
type Row = Products["rows"][number];

export function ProductsView({ room, open }: Props) {
  const { t } = useTranslation();
  const asked = useProducts(room.state);
  const define = useDefinition(asked.data);
  return (
    <>
      <Panel id="metrics-products" title={t("metrics.products.title")} note={define("products")}>
        <PeriodFields room={room}>
          <ItemsChoice room={room} />
        </PeriodFields>
        <Answer of={asked} rows={10}>
          {(data) =>
            data.rows.length === 0 ? (
              <Empty title={t("metrics.products.none")}>{t("metrics.products.none_teach")}</Empty>
            ) : (
              <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
                <Shown data={data} room={room} open={open} />
                <Basis basis={data} metric="products" query={productsOf(room.state)} />
              </div>
            )
          }
        </Answer>
      </Panel>
      <FirstProductPanel room={room} open={open} />
    </>
  );
}

const VALUES: Record<string, (row: Row) => SortValue> = {
  item: (row) => row.item,
  buyers: (row) => row.buyers,
  again: (row) => row.repeat_buyers,
  rate: (row) => row.repurchase_rate,
  returning: (row) => row.returning_rate,
  days: (row) => row.intervals.p50,
  money: (row) => row.money.minor,
};

function Shown({ data, room, open }: Props & { data: Products }) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const { rows, direction, onSort } = useSorting(data.rows, VALUES, "buyers");
  const share = (rate: number | null | undefined) => (typeof rate === "number" ? format.share(rate, 1) : NOTHING);
  const behind = (cell: string, title: string, item?: string) => () => open({ metric: "products", title, query: { ...productsOf(room.state), as_of: data.as_of, cell, item } });
  const number = (row: Row, cell: string, name: string, count: number) => <Open name={`${row.item} · ${name}`} value={format.count(count)} onOpen={behind(cell, `${row.item} · ${name}`, row.item)} />;
  const [buyers, again, rate, returning] = [t("metrics.products.buyers"), t("metrics.products.again"), t("metrics.products.rate"), t("metrics.products.returning")];
  return (
    <>
      <dl className="figures metric-figures three">
        <Figure name={buyers} value={format.count(data.buyers)} definition={t("metrics.products.buyers_hint")} onOpen={behind("buyers", buyers)} />
        <Figure name={t("metrics.products.same")} value={share(data.repurchase_rate)} definition={t("metrics.products.same_hint")} onOpen={behind("repeat", again)} />
        <Figure name={t("metrics.products.items")} value={format.count(data.items)} definition={t("metrics.products.items_hint", { n: format.count(data.rows.length) })} />
      </dl>
      <Suspense fallback={<Loading rows={8} />}>
        <Bars rows={rows.slice(0, 15)} label={t("metrics.products.aria")} />
      </Suspense>
      <DataTable
        caption={t("metrics.products.title")}
        dense
        rows={rows}
        rowKey={(row) => row.item}
        onSort={onSort}
        columns={[
          { key: "item", head: t("metrics.products.item"), phone: "title", sort: direction("item"), cell: (row) => row.item },
          { key: "buyers", head: buyers, align: "end", sort: direction("buyers"), cell: (row) => number(row, "buyers", buyers, row.buyers) },
          { key: "again", head: again, align: "end", sort: direction("again"), cell: (row) => number(row, "repeat", again, row.repeat_buyers) },
          { key: "rate", head: rate, align: "end", sort: direction("rate"), cell: (row) => <strong>{share(row.repurchase_rate)}</strong> },
          { key: "returning", head: returning, align: "end", phone: "none", sort: direction("returning"), cell: (row) => share(row.returning_rate) },
          { key: "days", head: t("metrics.products.days"), align: "end", sort: direction("days"), cell: (row) => (typeof row.intervals.p50 === "number" ? `${row.intervals.p50} / ${row.intervals.p80} / ${row.intervals.p90}` : NOTHING) },
          { key: "money", head: t("metrics.products.money"), align: "end", sort: direction("money"), cell: (row) => format.money(row.money) },
        ]}
      />
      <p className="soft">
        {rate}: {define("products.rate")} {t("metrics.products.days")}: {define("products.intervals")}
      </p>
    </>
  );
}
