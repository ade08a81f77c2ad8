/** Retention as a table coloured by rate; a cell that nobody has lived through is blank. Each number opens its members. */
import { useTranslation } from "react-i18next";
import type { CohortCell, CohortRow, Cohorts } from "@perennial/api-client";
import { useFormat } from "../../app/words";
import { Open } from "./parts";
import { cohortOf, type Behind } from "./queries";
import type { Room } from "./room-state";

type Props = { data: Cohorts; room: Room; open: (behind: Behind) => void };

export function HeatMap({ data, room, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state } = room;
  const name = (row: CohortRow) => (row === data.all ? t("metrics.retention.everyone") : row.cohort || t("metrics.retention.unnamed"));
  const value = (cell: CohortCell) => {
    if (state.show === "money") return format.money(cell.money);
    return state.show === "count" ? format.count(cell.active) : format.share(cell.active, cell.observed);
  };
  const behind = (row: CohortRow, title: string, column?: number) =>
    open({ metric: "cohort", title, query: { ...cohortOf(state), as_of: data.as_of, row: row === data.all ? undefined : row.cohort, column } });
  // Column 0 of cohorts by first purchase is everyone: it would leave the others pale.
  const most = Math.max(0.01, ...data.rows.flatMap((row) => row.cells.map((cell) => (cell && cell.active < cell.observed ? cell.rate : 0))));
  const heat = (cell: CohortCell) => `${Math.round(Math.min(1, cell.rate / most) * 38)}%`;
  return (
    <div className="matrix-scroll heat-scroll" tabIndex={0} role="region" aria-label={t("metrics.retention.caption")}>
      <table className="data-table dense matrix">
        <caption className="visually-hidden">{t("metrics.retention.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("metrics.retention.cohort")}</th>
            <th scope="col" className="end">{t("metrics.retention.members")}</th>
            {data.columns.map((column) => (
              <th key={column.name} scope="col" className="end">
                {t(`metrics.retention.column.${state.by}`, { n: column.name })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...data.rows, data.all].map((row) => (
            <tr key={row === data.all ? "" : `row ${row.cohort}`} className={row === data.all ? "heat-all" : undefined}>
              <th scope="row">{name(row)}</th>
              <td className="end">
                <Open name={name(row)} value={format.count(row.members)} onOpen={() => behind(row, name(row))} />
              </td>
              {row.cells.map((cell, at) => {
                const title = `${name(row)} · ${t(`metrics.retention.column.${state.by}`, { n: data.columns[at]!.name })}`;
                return (
                  <td key={data.columns[at]!.name} className="end" style={cell ? ({ "--heat": heat(cell) } as React.CSSProperties) : undefined}>
                    {cell && <Open name={title} value={value(cell)} onOpen={() => behind(row, title, at)} />}
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
