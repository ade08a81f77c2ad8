/** Price bands by discount bands, of everyone or of one stage, channel or RFM class; each number opens its members. */
import { useTranslation } from "react-i18next";
import type { CrossTable } from "@perennial/api-client";
import { Empty, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { useStages } from "../lifecycle/models";
import { Basis, Choice, Open, PeriodFields, useDefinition } from "./parts";
import { crossOf, useCross, type Behind } from "./queries";
import { CROSS_SHOWN, CROSSED, type Room } from "./room-state";

type Props = { room: Room; open: (behind: Behind) => void };
type Cell = CrossTable["cells"][number];
const DISCOUNTS = ["unknown", "none", "to_10", "to_20", "to_30", "to_50", "over_50"] as const;

export function CrossView({ room, open }: Props) {
  const { t } = useTranslation();
  const { state, change } = room;
  const asked = useCross(state);
  const define = useDefinition(asked.data);
  const crossed = CROSSED.map((value) => ({ value, label: t(`metrics.cross.by.${value}`) }));
  const shown = CROSS_SHOWN.map((value) => ({ value, label: t(`metrics.cross.shown.${value}`) }));
  return (
    <Panel id="metrics-cross" title={t("metrics.cross.title")} note={define("cross")}>
      <PeriodFields room={room}>
        <Choice id="cross-by" label={t("metrics.cross.groups")} value={state.crossed} options={crossed} onChange={(by) => change({ crossed: by, group: "" })} />
        {asked.data && state.crossed !== "everyone" && <GroupChoice data={asked.data} room={room} />}
        <Choice id="cross-cell" label={t("metrics.retention.choose.show")} value={state.cell} options={shown} onChange={(cell) => change({ cell })} />
      </PeriodFields>
      <Answer of={asked} rows={8}>
        {(data) =>
          data.lines === 0 ? (
            <Empty title={t("metrics.nobody")}>{t("metrics.nobody_teach")}</Empty>
          ) : (
            <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
              <Matrix data={data} room={room} open={open} />
              <Basis basis={data} metric="cross" query={crossOf(state)} />
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}

function useGroupName(by: string) {
  const { t } = useTranslation();
  const stages = useStages(undefined);
  return (group: string) => {
    if (by === "rfm") return t(`value.rfm.class.${group as "important_value"}`);
    return by === "stage" ? stages.of(group).name : group || t("metrics.retention.unnamed");
  };
}

function GroupChoice({ data, room }: { data: CrossTable; room: Room }) {
  const { t } = useTranslation();
  const name = useGroupName(data.by);
  const found = [...new Set(data.cells.flatMap((cell) => (cell.group ? [cell.group] : [])))];
  const options = [{ value: "", label: t("metrics.retention.everyone") }, ...found.map((value) => ({ value, label: name(value) }))];
  return <Choice id="cross-group" label={t("metrics.groups.group")} value={room.state.group} options={options} onChange={(group) => room.change({ group })} />;
}

function Matrix({ data, room, open }: Props & { data: CrossTable }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state } = room;
  const cells = data.cells.filter((cell) => (cell.group ?? "") === state.group);
  const columns = DISCOUNTS.filter((discount) => cells.some((cell) => cell.discount === discount));
  const bands = Array.from({ length: data.edges.length + 1 }, (_, band) => band);
  const price = (band: number) => {
    const [above, upTo] = [data.edges[band - 1], data.edges[band]];
    if (!upTo) return t("metrics.cross.above", { price: above ? format.money(above) : "" });
    return above ? t("metrics.cross.between", { from: format.money(above), to: format.money(upTo) }) : t("metrics.cross.up_to", { price: format.money(upTo) });
  };
  const number = (cell: Cell) => (state.cell === "money" ? cell.money.minor : cell[state.cell]);
  const most = Math.max(1, ...cells.map(number));
  const value = (cell: Cell) => (state.cell === "money" ? format.money(cell.money) : format.count(cell[state.cell]));
  const behind = (cell: Cell, title: string) => () =>
    open({ metric: "cross", title, query: { ...crossOf(state), as_of: data.as_of, cell: `${cell.price}:${cell.discount}`, group: cell.group ?? undefined } });
  return (
    <div className="matrix-scroll heat-scroll" tabIndex={0} role="region" aria-label={t("metrics.cross.title")}>
      <table className="data-table dense matrix">
        <caption className="visually-hidden">{t("metrics.cross.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("metrics.cross.price")}</th>
            {columns.map((discount) => (
              <th key={discount} scope="col" className="end">
                {t(`metrics.cross.discount.${discount}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bands.map((band) => (
            <tr key={band}>
              <th scope="row">{price(band)}</th>
              {columns.map((discount) => {
                const cell = cells.find((one) => one.price === band && one.discount === discount);
                const title = `${price(band)} · ${t(`metrics.cross.discount.${discount}`)}`;
                const heat = cell ? `${Math.round((Math.max(0, number(cell)) / most) * 38)}%` : "0%";
                return (
                  <td key={discount} className="end" style={{ "--heat": heat } as React.CSSProperties}>
                    {cell && <Open name={title} value={value(cell)} onOpen={behind(cell, title)} />}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
