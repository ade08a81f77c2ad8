/** An answer the way somebody wants to see it: its rows, or drawn. */
import { Segmented } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { SqlAnswer } from "@perennial/api-client";
import { Loading } from "../../app/states";
import { drawn, WAYS, type Way } from "./drawn";
import { Basis, Rows } from "./result";

const ResultChart = lazy(() => import("./result-chart"));

export function AnswerView({ answer, way }: { answer: SqlAnswer; way: Way }) {
  const { t } = useTranslation();
  const picture = way === "table" ? null : drawn(answer);
  return (
    <>
      <Basis answer={answer} />
      {picture && way !== "table" ? (
        <Suspense fallback={<Loading rows={6} />}>
          <ResultChart of={picture} way={way} label={t("sql.result")} />
        </Suspense>
      ) : (
        <Rows answer={answer} />
      )}
    </>
  );
}

/** What cannot be drawn is not offered to be. */
export function Ways({ answer, way, onChange }: { answer: SqlAnswer; way: Way; onChange: (way: Way) => void }) {
  const { t } = useTranslation();
  if (!drawn(answer)) return null;
  return <Segmented size="small" aria-label={t("sql.way.label")} value={way} onChange={onChange} options={WAYS.map((value) => ({ value, label: t(`sql.way.${value}`) }))} />;
}
