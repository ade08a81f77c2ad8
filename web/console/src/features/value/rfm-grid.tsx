/** Quintiles of R (rows, the latest on top) by those of F (columns): members in each cell, shaded, each a link to them. */
import { useTranslation } from "react-i18next";
import type { Rfm } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { useFormat } from "../../app/words";
import type { Behind } from "../metrics/queries";
import { Opens } from "./rfm-within";
import type { Room } from "./room-state";

type Score = Rfm["scores"]["r"][number];

const R = [5, 4, 3, 2, 1];
const F = [1, 2, 3, 4, 5];

type Props = { rfm: Rfm; room: Room; open: (behind: Behind) => void };

export function RfmGrid({ rfm, room, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(1, ...rfm.grid.map((cell) => cell.members));
  const span = (scores: Score[], score: number) => {
    const found = scores.find((one) => one.score === score);
    if (!found) return t("value.rfm.nobody");
    return found.from === found.to ? format.count(found.from) : `${format.count(found.from)}–${format.count(found.to)}`;
  };
  return (
    <Panel flush id="rfm-grid" title={t("value.rfm.grid")} note={t("value.rfm.grid_note")}>
      <table className="data-table dense rfm-grid">
        <caption className="visually-hidden">{t("value.rfm.grid_caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("value.rfm.corner")}</th>
            {F.map((f) => (
              <th key={f} scope="col" className="end">
                {t("value.rfm.f", { n: f })}
                <span className="rule">{span(rfm.scores.f, f)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {R.map((r) => (
            <tr key={r}>
              <th scope="row">
                {t("value.rfm.r", { n: r })}
                <span className="rule">{span(rfm.scores.r, r)}</span>
              </th>
              {F.map((f) => {
                const cell = rfm.grid.find((one) => one.r === r && one.f === f);
                if (!cell) return <td key={f} className="end" />;
                const heat = { "--heat": `${6 + Math.round((cell.members / most) * 34)}%` } as React.CSSProperties;
                const told = t("value.rfm.cell", { r, f, members: format.count(cell.members), money: format.money(cell.money) });
                return (
                  <td key={f} className="end heated" style={heat}>
                    <Opens room={room} rfm={rfm} condition={cell.condition} cell={`scores:${r}:${f}`} title={`R${r} F${f}`} label={told} open={open}>
                      {format.count(cell.members)}
                    </Opens>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
