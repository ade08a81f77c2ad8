/** The views and their columns; a click puts a name into the statement. */
import { Button } from "antd";
import { Lock } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { SqlView } from "@perennial/api-client";
import { useWords } from "../../app/words";

type Props = { views: readonly SqlView[]; onName: (name: string) => void; onExample: (statement: string) => void };

export function SchemaBrowser({ views, onName, onExample }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <div className="sql-schema">
      {views.map((view) => (
        <details key={view.name} data-view={view.name}>
          <summary>
            <code>{view.name}</code> <span className="soft">{words(view.about)}</span>
          </summary>
          <p className="sql-schema-tools">
            <Button size="small" onClick={() => onName(view.name)}>
              {t("sql.insert_name")}
            </Button>
            <Button size="small" onClick={() => onExample(view.example)}>
              {t("sql.example")}
            </Button>
          </p>
          <ul>
            {view.columns.map((column) => (
              <li key={column.name}>
                <button type="button" onClick={() => onName(column.name)} title={t("sql.insert", { name: column.name })}>
                  <code>{column.name}</code>
                </button>
                <small>
                  {column.type}
                  {column.personal && (
                    <span className="sql-personal" title={t("sql.personal")}>
                      <Lock size={11} aria-label={t("sql.personal")} />
                    </span>
                  )}
                </small>
                <span className="soft">{words(column.about)}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}
