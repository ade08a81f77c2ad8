import { Button, Drawer, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { jobFileUrl, type Job } from "@perennial/api-client";
import { Badge, Empty } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { isRunning, useCancelJob, useJobs } from "./queries";

const KINDS = ["members_export", "policy_preview", "policy_backtest", "policy_calibrate", "policy_activate"] as const;
const STATES = ["running", "done", "failed", "cancelled"] as const;

export default function JobsDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const jobs = useJobs();
  return (
    <Drawer open onClose={onClose} title={t("jobs.title")} size="default" rootClassName="jobs-drawer">
      <Answer of={jobs} rows={6}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("jobs.none")}>{t("jobs.none_teach")}</Empty>
          ) : (
            <ul className="jobs">
              {list.map((job) => (
                <JobItem key={job.id} job={job} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Drawer>
  );
}

function JobItem({ job }: { job: Job }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const cancel = useCancelJob();
  const kind = KINDS.find((one) => one === job.kind);
  const state = STATES.find((one) => one === job.state) ?? "failed";
  const name = kind ? t(`jobs.kind.${kind}`) : job.kind;
  const percent = job.total > 0 ? Math.floor((Math.min(job.done, job.total) / job.total) * 100) : 0;
  return (
    <li data-job={job.id} data-state={job.state}>
      <div className="job-head">
        <strong>{name}</strong>
        <Badge tone={state === "failed" ? "danger" : state === "running" ? "accent" : "plain"}>{t(`jobs.state.${state}`)}</Badge>
      </div>
      <p className="soft">
        {job.who} · {format.instant(job.created_at)}
        {job.total > 0 && ` · ${t("jobs.progress", { done: format.count(job.done), total: format.count(job.total) })}`}
      </p>
      {isRunning(job) && <Progress percent={percent} size="small" aria-label={name} />}
      {job.message && <p className="job-message">{words(job.message)}</p>}
      <div className="job-actions">
        {isRunning(job) && (
          <Button size="small" loading={cancel.isPending} onClick={() => cancel.mutate(job.id)}>
            {t("shell.cancel")}
          </Button>
        )}
        {job.has_file && (
          <a className="job-file" href={jobFileUrl(job.id)} download>
            {t("jobs.download")}
          </a>
        )}
      </div>
    </li>
  );
}
