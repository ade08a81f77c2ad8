/** The windows this brand's own purchases propose, beside the shipped ones: taken or left. */
import { DataTable } from "@perennial/ui";
import { Button, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { Answer, Failure } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import type { Texts } from "../../texts/en";
import { useAccept, useCalibration, useJob } from "./queries";
import type { SetupState } from "./setup-page";

/** Of the four-period model, which is not the one in force. */
const NOT_OF_THIS_MODEL = "trend";

type Props = { job: string; change: (by: Partial<SetupState>) => void };

export function CalibrateStep({ job, change }: Props) {
  const { t } = useTranslation();
  const calibration = useCalibration();
  if (job) return <Redeciding job={job} change={change} />;
  return (
    <>
      <h2>{t("setup.calibrate.title")}</h2>
      <p className="soft">{t("setup.calibrate.lead")}</p>
      <Answer of={calibration}>
        {(trial) => {
          const told = trial.calibration;
          if (told) return <Proposal told={told} change={change} />;
          if (trial.job.state === "failed") return <p className="import-missing">{t("setup.calibrate.failed")}</p>;
          return <Progress percent={share(trial.job)} status="active" aria-label={t("setup.calibrate.working")} />;
        }}
      </Answer>
    </>
  );
}

const share = (job: { done: number; total: number }) => (job.total > 0 ? Math.min(99, Math.floor((100 * job.done) / job.total)) : 0);

type Told = NonNullable<NonNullable<ReturnType<typeof useCalibration>["data"]>["calibration"]>;

function Proposal({ told, change }: { told: Told; change: Props["change"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const accept = useAccept();
  const rows = told.windows.filter((one) => one.window !== NOT_OF_THIS_MODEL);
  return (
    <>
      <DataTable
        caption={t("setup.calibrate.title")}
        rows={rows}
        rowKey={(one) => one.window}
        columns={[
          { key: "window", head: t("setup.calibrate.window"), phone: "title", cell: (one) => t(`setup.window.${one.window as keyof Texts["setup"]["window"]}`) },
          { key: "shipped", head: t("setup.calibrate.shipped"), align: "end", cell: (one) => t("setup.calibrate.days", { n: format.count(one.shipped) }) },
          { key: "days", head: t("setup.calibrate.proposed"), align: "end", cell: (one) => <strong data-window={one.window}>{t("setup.calibrate.days", { n: format.count(one.days) })}</strong> },
          { key: "reason", head: t("setup.calibrate.reason"), cell: (one) => words(one.reason) },
        ]}
      />
      {told.too_little_data && <p className="import-missing">{t("setup.calibrate.too_little")}</p>}
      {told.notes.map((note) => (
        <p key={note.en} className="soft">
          {words(note)}
        </p>
      ))}
      {accept.error && <Failure error={accept.error} />}
      <div className="import-actions">
        <Button
          type="primary"
          size="large"
          data-deed="accept"
          disabled={told.too_little_data}
          loading={accept.isPending}
          onClick={() => accept.mutate({ document: told.document, reason: t("setup.calibrate.because") }, { onSuccess: (begun) => change({ job: begun.job }) })}
        >
          {t("setup.calibrate.accept")}
        </Button>
        <Button size="large" data-deed="keep" onClick={() => change({ step: "stages" })}>
          {t("setup.calibrate.keep")}
        </Button>
      </div>
    </>
  );
}

/** Everyone is decided anew by the version just put in force. */
function Redeciding({ job, change }: Props) {
  const { t } = useTranslation();
  const asked = useJob(job);
  return (
    <>
      <h2>{t("setup.calibrate.deciding")}</h2>
      <Answer of={asked}>
        {(now) => (
          <>
            <Progress percent={now.state === "done" ? 100 : share(now)} status={now.state === "running" ? "active" : undefined} aria-label={t("setup.calibrate.deciding")} />
            {now.state === "failed" && <p className="import-missing">{t("setup.calibrate.failed")}</p>}
            <Button type="primary" size="large" data-deed="stages" disabled={now.state === "running"} onClick={() => change({ step: "stages", job: "" })}>
              {t("setup.calibrate.next")}
            </Button>
          </>
        )}
      </Answer>
    </>
  );
}
