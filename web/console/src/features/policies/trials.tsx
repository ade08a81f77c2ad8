/** What a draft would do, asked before anything is decided: whom it moves today, what it would have made of past months, what the data proposes. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Policy } from "@perennial/api-client";
import { Empty, Panel } from "@perennial/ui";
import { Answer, Failure, UnderWay } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { useCancelJob } from "../jobs/queries";
import { useBrand } from "../session/queries";
import { BacktestShown } from "./backtest-shown";
import { CalibrationShown } from "./calibration-shown";
import type { Draft } from "./draft";
import { PreviewShown } from "./preview-shown";
import { useBeginTrial, useTrial, type Asked } from "./queries";

type Props = { policy: Policy; draft: Draft; sound: boolean; onTake: (draft: Draft) => void };

export function Trials({ policy, draft, sound, onTake }: Props) {
  const { t } = useTranslation();
  const brand = useBrand().data;
  const last = (brand?.last_purchase_on ?? brand?.today ?? "").slice(0, 7);
  const [trial, setTrial] = useState<{ id: string; of: Draft } | null>(null);
  const [span, setSpan] = useState<{ from: string; to: string } | null>(null);
  const begin = useBeginTrial(policy.id);
  const { from, to } = span ?? { from: monthsBefore(last, 11), to: last };
  const ask = (asked: Asked) => begin.mutate(asked, { onSuccess: ({ job }) => setTrial({ id: job, of: draft }) });
  const month = (name: "from" | "to", value: string) => (
    <label>
      {t(`policies.trial.${name}`)}
      <Input type="month" value={value} onChange={(event) => setSpan({ from, to, [name]: event.target.value })} />
    </label>
  );
  return (
    <Panel id="policy-trials" title={t("policies.trial.title")} note={t("policies.trial.note")}>
      <div className="policy-trial-tools">
        <Button type="primary" disabled={!sound} loading={begin.isPending} onClick={() => ask({ kind: "preview", document: draft })}>
          {t("policies.trial.preview")}
        </Button>
        {policy.id === "rf" && <Button onClick={() => ask({ kind: "calibrate", ...year(brand?.last_purchase_on, brand?.today) })}>{t("policies.trial.calibrate")}</Button>}
        <span className="policy-trial-months">
          {month("from", from)}
          {month("to", to)}
          <Button disabled={!sound || !from || !to} onClick={() => ask({ kind: "backtest", document: draft, from, to })}>
            {t("policies.trial.backtest")}
          </Button>
        </span>
      </div>
      {begin.error ? <Failure error={begin.error} /> : trial === null ? <Empty title={t("policies.trial.none")}>{t("policies.trial.none_teach")}</Empty> : <TrialShown policy={policy} id={trial.id} draft={trial.of} onTake={onTake} />}
    </Panel>
  );
}

/** Old sample data is fitted on its last year but one. */
function year(last: string | null | undefined, today: string | undefined): { year?: number } {
  if (!last || !today || last.slice(0, 4) === today.slice(0, 4)) return {};
  return { year: Number(last.slice(0, 4)) - 1 };
}

function monthsBefore(month: string, by: number): string {
  if (!/^\d{4}-\d{2}$/.test(month)) return "";
  const of = new Date(`${month}-01T00:00:00Z`);
  of.setUTCMonth(of.getUTCMonth() - by);
  return of.toISOString().slice(0, 7);
}

function TrialShown({ policy, id, draft, onTake }: { policy: Policy; id: string; draft: Draft; onTake: (draft: Draft) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const trial = useTrial(policy.id, id);
  const cancel = useCancelJob();
  return (
    <Answer of={trial} rows={8}>
      {({ job, preview, backtest, calibration }) => {
        if (job.state === "running") {
          const percent = job.total > 0 ? Math.floor((Math.min(job.done, job.total) / job.total) * 100) : 0;
          return <UnderWay percent={percent} label={t("policies.trial.under_way", { done: format.count(job.done), total: format.count(job.total) })} onCancel={() => cancel.mutate(job.id)} />;
        }
        if (job.state === "cancelled") return <Empty title={t("policies.trial.cancelled")} />;
        if (preview) return <PreviewShown preview={preview} draft={draft} />;
        if (backtest) return <BacktestShown backtest={backtest} draft={draft} />;
        if (calibration) return <CalibrationShown calibration={calibration} onTake={onTake} />;
        return <p role="alert">{job.message ? words(job.message) : t("policies.trial.failed")}</p>;
      }}
    </Answer>
  );
}
