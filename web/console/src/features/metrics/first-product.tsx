/** Where the first product leads: who came a second time, and what each brought afterwards, by what the first order held. */
import { useTranslation } from "react-i18next";
import type { FirstProducts } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { Basis, Choice, Open, useDefinition } from "./parts";
import { firstProductsOf, useFirstProducts, type Behind } from "./queries";
import { HORIZONS, type Room } from "./room-state";
import { useSorting, type SortValue } from "./sorting";

type Props = { room: Room; open: (behind: Behind) => void };
type Row = FirstProducts["rows"][number];

export function FirstProductPanel({ room, open }: Props) {
  const { t } = useTranslation();
  const asked = useFirstProducts(room.state);
  const define = useDefinition(asked.data);
  const horizons = HORIZONS.map((value) => ({ value, label: t("metrics.funnel.days", { n: value }) }));
  return (
    <Panel id="metrics-first-product" title={t("metrics.first.title")} note={define("first-product")}>
      <div className="day-fields">
        <Choice id="first-horizon" label={t("metrics.funnel.horizon")} value={room.state.horizon} options={horizons} onChange={(horizon) => room.change({ horizon })} />
      </div>
      <Answer of={asked} rows={8}>
        {(data) =>
          data.all.members + data.excluded === 0 ? (
            <Empty title={t("metrics.nobody")}>{t("metrics.nobody_teach")}</Empty>
          ) : (
            <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
              <Shown data={data} room={room} open={open} />
              <Basis basis={data} metric="first-product" query={firstProductsOf(room.state)} />
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}

const VALUES: Record<string, (row: Row) => SortValue> = {
  item: (row) => row.item,
  members: (row) => row.members,
  rate: (row) => row.second_rate,
  days: (row) => row.days.p50,
  first: (row) => row.first_mean?.minor,
  later: (row) => row.later_mean?.minor,
};

function Shown({ data, room, open }: Props & { data: FirstProducts }) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const sorting = useSorting(data.rows, VALUES, "members");
  const { direction, onSort } = sorting;
  const rows = [data.all, ...sorting.rows];
  const name = (row: Row) => (row === data.all ? t("metrics.first.everyone") : row.item || t("metrics.first.unnamed"));
  const behind = (row: Row, cell: "members" | "second", title: string) => {
    const asked = row === data.all ? { cell } : row.item ? { cell, item: row.item } : { cell: cell === "members" ? "nameless" : "nameless_second" };
    return () => open({ metric: "first-product", title, query: { ...firstProductsOf(room.state), as_of: data.as_of, ...asked } });
  };
  const [members, second] = [t("metrics.first.members"), t("metrics.first.second")];
  const excluded = () => open({ metric: "first-product", title: t("metrics.funnel.excluded"), query: { ...firstProductsOf(room.state), as_of: data.as_of, cell: "excluded" } });
  return (
    <>
      <DataTable
        caption={t("metrics.first.title")}
        dense
        rows={rows}
        rowKey={(row) => (row === data.all ? "*" : `item ${row.item}`)}
        onSort={onSort}
        columns={[
          { key: "item", head: t("metrics.first.item"), phone: "title", sort: direction("item"), cell: name },
          { key: "members", head: members, align: "end", sort: direction("members"), cell: (row) => <Open name={`${name(row)} · ${members}`} value={format.count(row.members)} onOpen={behind(row, "members", `${name(row)} · ${members}`)} /> },
          {
            key: "rate",
            head: second,
            align: "end",
            sort: direction("rate"),
            cell: (row) =>
              typeof row.second_rate === "number" ? <Open name={`${name(row)} · ${second}`} value={format.share(row.second_rate, 1)} onOpen={behind(row, "second", `${name(row)} · ${second}`)} /> : NOTHING,
          },
          { key: "days", head: t("metrics.first.days"), align: "end", sort: direction("days"), cell: (row) => (typeof row.days.p50 === "number" ? row.days.p50 : NOTHING) },
          { key: "first", head: t("metrics.first.first_mean"), align: "end", sort: direction("first"), cell: (row) => (row.first_mean ? format.money(row.first_mean) : NOTHING) },
          { key: "later", head: t("metrics.first.later_mean", { n: data.horizon_days }), align: "end", sort: direction("later"), cell: (row) => <strong>{row.later_mean ? format.money(row.later_mean) : NOTHING}</strong> },
        ]}
      />
      <p className="soft">
        {second}: {define("first-product.second_rate")} {define("first-product.later_mean")}{" "}
        <Open name={t("metrics.funnel.excluded")} value={t("metrics.first.excluded", { n: format.count(data.excluded) })} onOpen={excluded} />
      </p>
    </>
  );
}
