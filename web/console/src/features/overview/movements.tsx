/** Who moved where in the last seven days, as a small heat table. */
import { useTranslation } from "react-i18next";
import type { Overview } from "@perennial/api-client";
import { Empty } from "@perennial/ui";
import { useFormat } from "../../app/words";
import type { Stages } from "../lifecycle/models";
import { StageChange } from "../lifecycle/stage-change";
import { movementsMatrix } from "./movements-matrix";

const ROWS_MAX = 12;

export function Movements(props: { movements: Overview["movements"]; today: string; stages: Stages }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { days, rows, rest } = movementsMatrix(props.movements, props.today, 7, ROWS_MAX);
  if (rows.length === 0) return <Empty title={t("overview.movements.none")}>{t("overview.movements.none_teach")}</Empty>;
  const most = Math.max(...rows.flatMap((row) => row.days));
  return (
    <>
      <table className="data-table dense heat">
        <caption className="visually-hidden">{t("overview.movements.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("overview.movements.from_to")}</th>
            {days.map((day) => (
              <th key={day} scope="col" className="heat-day">
                {format.monthDay(day)}
              </th>
            ))}
            <th scope="col" className="end">
              {t("overview.movements.total")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <td>
                <StageChange from={row.from} to={row.to} stages={props.stages} />
              </td>
              {row.days.map((members, i) => (
                <td key={days[i]} className="heat-day">
                  {members > 0 && (
                    <span className="heat-cell" style={{ "--heat": `${18 + Math.round((members / most) * 52)}%` } as React.CSSProperties}>
                      {format.count(members)}
                    </span>
                  )}
                </td>
              ))}
              <td className="end">
                <strong>{format.count(row.total)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest.kinds > 0 && (
        <p className="heat-rest">{t("overview.movements.more", { count: rest.kinds, n: format.count(rest.kinds), members: format.count(rest.members) })}</p>
      )}
    </>
  );
}
