/** The answer to a statement: what it rests on, and its rows as a table. Beyond some hundred rows a screen helps nobody: the file has them all. */
import { useTranslation } from "react-i18next";
import type { SqlAnswer } from "@perennial/api-client";
import { Empty } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { isNumber, shown } from "./cell";

const SHOWN_MAX = 500;

export function Basis({ answer }: { answer: SqlAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows } = answer;
  return (
    <p className="sql-basis" data-testid="sql-basis" aria-live="polite">
      <strong>{t("sql.rows", { count: rows.length, n: format.count(rows.length) })}</strong>
      <span>{t("sql.elapsed", { ms: format.count(answer.elapsed_ms) })}</span>
      <span>{t("shell.data_up_to", { instant: format.instant(answer.data_up_to) })}</span>
      {answer.truncated && <span className="sql-cut">{t("sql.truncated")}</span>}
      {!answer.truncated && rows.length > SHOWN_MAX && <span className="sql-cut">{t("sql.shown", { n: format.count(SHOWN_MAX) })}</span>}
    </p>
  );
}

export function Rows({ answer: { columns, rows } }: { answer: SqlAnswer }) {
  const { t } = useTranslation();
  if (rows.length === 0) return <Empty title={t("sql.none")}>{t("sql.none_hint")}</Empty>;
  return (
    <div className="sql-scroll" tabIndex={0} role="region" aria-label={t("sql.result")}>
      <table className="data-table dense" data-testid="sql-table">
        <caption className="visually-hidden">{t("sql.result")}</caption>
        <thead>
          <tr>
            {columns.map((column, at) => (
              <th key={at} scope="col" className={isNumber(column.type) ? "end" : undefined}>
                {column.name} <small className="soft">{column.type}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN_MAX).map((row, line) => (
            <tr key={line}>
              {columns.map((column, at) => (
                <td key={at} className={isNumber(column.type) ? "end" : undefined}>
                  <Cell value={row[at]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ value }: { value: unknown }) {
  const { t } = useTranslation();
  const text = shown(value);
  return text === null ? <span className="sql-null">{t("sql.null")}</span> : <>{text}</>;
}
