/** Where a statement is typed. Plain on purpose: it is read by screen readers, and starts at once. */
import { Button } from "antd";
import { Download, Play, Square } from "lucide-react";
import { type RefObject, useId } from "react";
import { useTranslation } from "react-i18next";

type Props = {
  box: RefObject<HTMLTextAreaElement | null>;
  statement: string;
  onChange: (statement: string) => void;
  onRun: () => void;
  onStop: () => void;
  onSave?: () => void;
  running: boolean;
  saving: boolean;
};

export function Editor({ box, statement, onChange, onRun, onStop, onSave, running, saving }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const empty = statement.trim() === "";
  return (
    <div className="sql-editor">
      <label htmlFor={id} className="visually-hidden">
        {t("sql.statement")}
      </label>
      <textarea
        id={id}
        ref={box}
        data-testid="sql-statement"
        value={statement}
        rows={Math.min(18, Math.max(6, statement.split("\n").length + 1))}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        placeholder={t("sql.placeholder")}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            if (!empty && !running) onRun();
          }
        }}
      />
      <div className="sql-editor-tools">
        {running ? (
          <Button danger icon={<Square size={13} aria-hidden="true" />} onClick={onStop} data-testid="sql-stop">
            {t("sql.stop")}
          </Button>
        ) : (
          <Button type="primary" icon={<Play size={14} aria-hidden="true" />} disabled={empty} onClick={onRun} data-testid="sql-run">
            {t("sql.run")}
          </Button>
        )}
        {onSave && (
          <Button icon={<Download size={15} aria-hidden="true" />} disabled={empty || running} loading={saving} onClick={onSave} data-testid="sql-save">
            {t("sql.save")}
          </Button>
        )}
        <span className="soft sql-keys">{t("sql.keys")}</span>
      </div>
    </div>
  );
}
