/** Saving a draft, putting a version in force, withdrawing one: each with its reason. */
import { Button, Input, Modal } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Policy } from "@perennial/api-client";
import { Failure, UnderWay } from "../../app/states";
import { useFormat } from "../../app/words";
import { isRunning, useCancelJob, useJob } from "../jobs/queries";
import type { Draft } from "./draft";
import { useActivate, useInForce, useSaveVersion, useWithdraw } from "./queries";

type Ask = { title: string; note: string; ok: string; error: unknown; busy: boolean; onOk: (reason: string) => void; onCancel: () => void };

export function WithReason({ title, note, ok, error, busy, onOk, onCancel }: Ask) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  return (
    <Modal open title={title} okText={ok} okButtonProps={{ disabled: reason.trim() === "", loading: busy }} onOk={() => onOk(reason.trim())} onCancel={onCancel}>
      <div className="policy-reason">
        <p>{note}</p>
        <label htmlFor="policy-reason">{t("policies.reason")}</label>
        <Input.TextArea id="policy-reason" autoFocus autoSize={{ minRows: 2 }} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
        {Boolean(error) && <Failure error={error} />}
      </div>
    </Modal>
  );
}

export function SaveDraft({ model, draft, disabled, onSaved }: { model: string; draft: Draft; disabled: boolean; onSaved: (version: number) => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const save = useSaveVersion(model);
  return (
    <>
      <Button type="primary" disabled={disabled} onClick={() => setAsking(true)}>
        {t("policies.save")}
      </Button>
      {asking && (
        <WithReason
          title={t("policies.save")}
          note={t("policies.save_note")}
          ok={t("policies.save_ok")}
          error={save.error}
          busy={save.isPending}
          onCancel={() => setAsking(false)}
          onOk={(reason) =>
            save.mutate(
              { document: draft, reason },
              {
                onSuccess: ({ version }) => {
                  setAsking(false);
                  onSaved(version);
                },
              },
            )
          }
        />
      )}
    </>
  );
}

export function Decide({ policy, row }: { policy: Policy; row: Policy["versions"][number] }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<"activate" | "withdraw" | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const activate = useActivate(policy.id);
  const withdraw = useWithdraw(policy.id);
  const isActive = row.state === "active";
  if (job !== null) return <Activation job={job} onEnd={() => setJob(null)} />;
  return (
    <>
      {row.state === "draft" && <Button onClick={() => setAsking("withdraw")}>{t("policies.withdraw")}</Button>}
      {(row.state === "draft" || row.state === "retired" || (isActive && policy.redeciding)) && (
        <Button type="primary" onClick={() => setAsking("activate")}>
          {isActive ? t("policies.go_on") : t("policies.activate")}
        </Button>
      )}
      {asking === "activate" && (
        <WithReason
          title={t("policies.activate_title", { n: row.version })}
          note={t("policies.activate_note")}
          ok={t("policies.activate")}
          error={activate.error}
          busy={activate.isPending}
          onCancel={() => setAsking(null)}
          onOk={(reason) =>
            activate.mutate(
              { version: row.version, reason },
              {
                onSuccess: (started) => {
                  setAsking(null);
                  setJob(started.job);
                },
              },
            )
          }
        />
      )}
      {asking === "withdraw" && (
        <WithReason
          title={t("policies.withdraw_title", { n: row.version })}
          note={t("policies.withdraw_note")}
          ok={t("policies.withdraw")}
          error={withdraw.error}
          busy={withdraw.isPending}
          onCancel={() => setAsking(null)}
          onOk={(reason) => withdraw.mutate({ version: row.version, reason }, { onSuccess: () => setAsking(null) })}
        />
      )}
    </>
  );
}

/** Everyone is decided anew; leaving the page does not stop it. */
export function Activation({ job: id, onEnd }: { job: string; onEnd: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const job = useJob(id).data;
  const cancel = useCancelJob();
  const inForce = useInForce();
  const ended = job !== undefined && !isRunning(job);
  useEffect(() => {
    if (!ended) return;
    void inForce();
    if (job?.state !== "failed") onEnd();
    // Once, when it ends.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [ended]);
  const percent = job && job.total > 0 ? Math.floor((job.done / job.total) * 100) : 0;
  if (job?.state === "failed") return <p className="policy-problem" role="alert">{t("policies.activation_failed")}</p>;
  return <UnderWay percent={percent} label={t("policies.redeciding", { done: format.count(job?.done ?? 0), total: format.count(job?.total ?? 0) })} onCancel={() => cancel.mutate(id)} />;
}
