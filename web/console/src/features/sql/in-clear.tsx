/** Personal columns in clear, for whoever may: only for a reason, which stands in the audit trail. */
import { Checkbox, Input } from "antd";
import { useTranslation } from "react-i18next";

const REASON_CHARS_MAX = 200;

/** `undefined`: masked. */
export function InClear({ reason, onChange }: { reason: string | undefined; onChange: (reason: string | undefined) => void }) {
  const { t } = useTranslation();
  return (
    <div className="sql-clear">
      <Checkbox checked={reason !== undefined} onChange={(event) => onChange(event.target.checked ? "" : undefined)}>
        {t("sql.in_clear")}
      </Checkbox>
      {reason !== undefined && (
        <Input
          aria-label={t("sql.reason")}
          placeholder={t("sql.reason")}
          maxLength={REASON_CHARS_MAX}
          value={reason}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}
