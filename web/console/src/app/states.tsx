/** Loading and failure, the same in every room: what happened, in the server's words, and what to do. */
import { Button, Progress } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@perennial/api-client";
import { Skeleton } from "@perennial/ui";

export function Loading({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return <Skeleton rows={rows} label={t("shell.loading")} />;
}

type Kind = "unreachable" | "signed_out" | "forbidden" | "not_found" | "refused" | "failed";

function kindOf(error: unknown): Kind {
  if (!(error instanceof ApiError)) return "failed";
  if (error.status === 0) return "unreachable";
  if (error.status === 401) return "signed_out";
  if (error.status === 403) return "forbidden";
  if (error.status === 404) return "not_found";
  return error.status < 500 ? "refused" : "failed";
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t, i18n } = useTranslation();
  const kind = kindOf(error);
  const told = error instanceof ApiError ? error : undefined;
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{t(`shell.error.${kind}.title`)}</p>
      {told?.detail(i18n.language) && <p>{told.detail(i18n.language)}</p>}
      <p className="failure-todo">{t(`shell.error.${kind}.todo`)}</p>
      <div className="failure-foot">
        {retry && kind !== "refused" && kind !== "not_found" && (
          <Button size="small" onClick={retry}>
            {t("shell.retry")}
          </Button>
        )}
        {told && told.status >= 400 && <code>{t("shell.error.code", { code: told.problem.code })}</code>}
      </div>
    </div>
  );
}

/** Something takes longer than a moment: how far it is, and the way out of it. */
export function UnderWay({ percent, label, onCancel }: { percent: number; label: string; onCancel?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="under-way" role="status">
      <p>{label}</p>
      <Progress percent={percent} aria-label={label} />
      {onCancel && <Button onClick={onCancel}>{t("shell.cancel")}</Button>}
    </div>
  );
}

type Asked<T> = { data: T | undefined; error: unknown; refetch: () => unknown };

/** Shows the answer of a query once it is there; keeps the previous one on screen while a new one is on its way. */
export function Answer<T>({ of, rows, children }: { of: Asked<T>; rows?: number; children: (data: T) => ReactNode }) {
  if (of.error) return <Failure error={of.error} retry={() => void of.refetch()} />;
  if (of.data === undefined) return <Loading rows={rows} />;
  return <>{children(of.data)}</>;
}
