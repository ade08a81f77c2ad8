import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { useAuditCheck } from "./queries";

export function AuditCheck() {
  const { t } = useTranslation();
  const format = useFormat();
  const check = useAuditCheck();
  if (check.error) return <Failure error={check.error} retry={() => void check.refetch()} />;
  if (!check.data) {
    return (
      <p className="audit-check" role="status">
        {t("audit.checking")}
      </p>
    );
  }
  const { intact, lines, broken_at: line } = check.data;
  return (
    <p className={intact ? "audit-check intact" : "audit-check broken"} role={intact ? "status" : "alert"} data-testid="audit-check">
      {intact ? <ShieldCheck size={16} aria-hidden="true" /> : <ShieldAlert size={16} aria-hidden="true" />}
      {intact ? t("audit.intact", { n: format.count(lines) }) : `${t("audit.broken", { line: format.count(line ?? 0) })} ${t("audit.broken_todo")}`}
    </p>
  );
}
