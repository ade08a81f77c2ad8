/** What one asked before: of this visit as it was typed, of earlier ones as the audit trail tells it. */
import { useTranslation } from "react-i18next";
import { Empty } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { useHistory } from "./queries";

export function History({ typed, onChoose }: { typed: readonly string[]; onChoose: (statement: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const history = useHistory();
  return (
    <Answer of={history} rows={4}>
      {(past) =>
        past.length === 0 && typed.length === 0 ? (
          <Empty title={t("sql.history_none")}>{t("sql.history_hint")}</Empty>
        ) : (
          <>
            <ol className="sql-history" data-testid="sql-history">
              {typed.map((statement) => (
                <li key={statement}>
                  <button type="button" onClick={() => onChoose(statement)}>
                    <code>{statement}</code>
                  </button>
                  <small>{t("sql.history_now")}</small>
                </li>
              ))}
              {past.map(({ at, way, statement }) => (
                <li key={at + statement}>
                  <button type="button" onClick={() => onChoose(statement)}>
                    <code>{statement}</code>
                  </button>
                  <small>
                    {format.instant(at)} · {way}
                  </small>
                </li>
              ))}
            </ol>
            <p className="soft sql-history-note">{t("sql.history_hint")}</p>
          </>
        )
      }
    </Answer>
  );
}
