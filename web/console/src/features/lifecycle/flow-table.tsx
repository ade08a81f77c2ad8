/** The flow as a matrix: rows are the first day, columns the last day. On a phone: one line per flow. */
import { useTranslation } from "react-i18next";
import { StageMark } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { JOINED, matrixOf, type Link } from "./flow-links";
import type { Stages } from "./models";
import { StageChange } from "./stage-change";

type Props = { links: Link[]; stages: Stages };

export function FlowTable({ links, stages }: Props) {
  return (
    <>
      <Matrix links={links} stages={stages} />
      <Lines links={links} stages={stages} />
    </>
  );
}

function Matrix({ links, stages }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const matrix = matrixOf(links, stages.list.map((stage) => stage.id));
  const most = Math.max(...links.map((link) => link.members));
  const mark = (id: string) =>
    id === JOINED ? t("shell.joined") : <StageMark color={stages.of(id).color} name={stages.of(id).name} />;
  return (
    <div className="matrix-scroll" tabIndex={0} role="region" aria-label={t("lifecycle.flow.caption")}>
      <table className="data-table dense matrix">
        <caption className="visually-hidden">{t("lifecycle.flow.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("lifecycle.flow.matrix")}</th>
            {matrix.columns.map((to) => (
              <th key={to} scope="col" className="end">
                {mark(to)}
              </th>
            ))}
            <th scope="col" className="end">
              {t("lifecycle.flow.total")}
            </th>
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map((from) => (
            <tr key={from}>
              <th scope="row">{mark(from)}</th>
              {matrix.columns.map((to) => {
                const members = matrix.at(from, to);
                const heat = members === 0 ? 0 : 6 + Math.round((members / most) * 34);
                return (
                  <td key={to} className={from === to ? "end stayed" : "end"} style={{ "--heat": `${heat}%` } as React.CSSProperties}>
                    {members > 0 && format.count(members)}
                  </td>
                );
              })}
              <td className="end">
                <strong>{format.count(matrix.ofRow(from))}</strong>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("lifecycle.flow.total")}</th>
            {matrix.columns.map((to) => (
              <td key={to} className="end">
                <strong>{format.count(matrix.ofColumn(to))}</strong>
              </td>
            ))}
            <td className="end">
              <strong>{format.count(links.reduce((sum, link) => sum + link.members, 0))}</strong>
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Lines({ links, stages }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const sorted = [...links].sort((a, b) => b.members - a.members);
  return (
    <ol className="flow-lines">
      {sorted.map((link) => (
        <li key={`${link.from} ${link.to}`}>
          {link.from === link.to ? (
            <span>
              <StageMark color={stages.of(link.to).color} name={stages.of(link.to).name} /> <span className="soft">{t("lifecycle.flow.stayed")}</span>
            </span>
          ) : (
            <StageChange from={link.from === JOINED ? null : link.from} to={link.to} stages={stages} />
          )}
          <strong>{format.count(link.members)}</strong>
        </li>
      ))}
    </ol>
  );
}
