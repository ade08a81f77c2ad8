/** The model that conditions read, as a document with versions: fitted anew, looked at, put in force, withdrawn. */
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ValueVersions } from "@perennial/api-client";
import { Badge, DataTable, Panel } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { Activation, WithReason } from "../policies/decide";
import { useMay } from "../session/queries";
import { modelName } from "./model-names";
import { useActivateValue, useRefit, useValueVersions, useWithdrawValue } from "./queries";
import { ValuePreviewShown } from "./preview";
import { FITTED } from "./room-state";

export function VersionsView({ until }: { until: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const versions = useValueVersions();
  const [looked, setLooked] = useState<number | null>(null);
  return (
    <>
      <Panel flush id="value-in-force" title={t("value.versions.title")} note={t("value.versions.note")} actions={may("operate") && <Refit until={until} onFitted={setLooked} />}>
        <Answer of={versions} rows={3}>
          {(data) => <Versions data={data} onLook={setLooked} />}
        </Answer>
      </Panel>
      {looked !== null && <ValuePreviewShown version={looked} versions={versions.data} onClose={() => setLooked(null)} />}
    </>
  );
}

function Refit({ until, onFitted }: { until: string; onFitted: (version: number) => void }) {
  const { t } = useTranslation();
  const [model, setModel] = useState<string>("mbgnbd");
  const [asking, setAsking] = useState(false);
  const refit = useRefit();
  return (
    <>
      <span className="day-field">
        <label htmlFor="refit-model">{t("value.versions.model")}</label>
        <Select id="refit-model" value={model} onChange={setModel} options={FITTED.map((value) => ({ value, label: modelName(value) }))} />
      </span>
      <Button type="primary" onClick={() => setAsking(true)}>
        {t("value.versions.refit")}
      </Button>
      {asking && (
        <WithReason
          title={t("value.versions.refit_title", { model: modelName(model) })}
          note={t("value.versions.refit_note", { until })}
          ok={t("value.versions.refit")}
          error={refit.error}
          busy={refit.isPending}
          onCancel={() => setAsking(false)}
          onOk={(reason) =>
            refit.mutate(
              { model, until, reason },
              {
                onSuccess: ({ version }) => {
                  setAsking(false);
                  onFitted(version);
                },
              },
            )
          }
        />
      )}
    </>
  );
}

type Version = ValueVersions["versions"][number];
const STATES = ["draft", "active", "retired", "withdrawn"] as const;

function Versions({ data, onLook }: { data: ValueVersions; onLook: (version: number) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const may = useMay();
  const readers = data.read_by.map((one) => words(one.name)).join(" · ");
  const state = (one: Version) => STATES.find((held) => held === one.row.state) ?? "draft";
  if (data.versions.length === 0) return <p className="value-rule">{t("value.versions.none")}</p>;
  return (
    <>
      <p className="value-rule">{readers ? t("value.versions.read_by", { readers }) : t("value.versions.read_by_nobody")}</p>
      <DataTable
        caption={t("value.versions.title")}
        rows={data.versions}
        rowKey={(one) => String(one.row.version)}
        columns={[
          { key: "version", head: t("value.versions.version"), phone: "title", cell: (one) => t("policies.version", { n: one.row.version }) },
          { key: "state", head: t("policies.state"), cell: (one) => <Badge tone={state(one) === "active" ? "accent" : "plain"}>{t(`policies.states.${state(one)}`)}</Badge> },
          { key: "model", head: t("value.versions.model"), cell: (one) => modelName(one.model) },
          { key: "until", head: t("value.versions.until"), cell: (one) => one.until },
          { key: "members", head: t("value.versions.members"), align: "end", cell: (one) => format.count(one.members) },
          { key: "reason", head: t("policies.history.reason"), cell: (one) => `${one.row.author}${one.row.reason && ` · ${one.row.reason}`}` },
          {
            key: "act",
            head: "",
            align: "end",
            cell: (one) => (
              <span className="value-acts">
                <Button onClick={() => onLook(one.row.version)}>{t("value.versions.look")}</Button>
                {may("operate") && <Acts data={data} one={one} />}
              </span>
            ),
          },
        ]}
      />
    </>
  );
}

function Acts({ data, one }: { data: ValueVersions; one: Version }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<"activate" | "withdraw" | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const activate = useActivateValue();
  const withdraw = useWithdrawValue();
  const { version, state } = one.row;
  const goesOn = state === "active" && data.redeciding;
  const failed = activate.error ?? withdraw.error;
  if (job !== null) return <Activation job={job} onEnd={() => setJob(null)} />;
  return (
    <>
      {state === "draft" && <Button onClick={() => setAsking("withdraw")}>{t("policies.withdraw")}</Button>}
      {(state === "draft" || state === "retired" || goesOn) && (
        <Button type="primary" onClick={() => setAsking("activate")}>
          {goesOn ? t("policies.go_on") : t("policies.activate")}
        </Button>
      )}
      {asking && (
        <WithReason
          title={t(asking === "activate" ? "policies.activate_title" : "policies.withdraw_title", { n: version })}
          note={t(asking === "activate" ? "value.versions.activate_note" : "policies.withdraw_note")}
          ok={t(asking === "activate" ? "policies.activate" : "policies.withdraw")}
          error={failed}
          busy={activate.isPending || withdraw.isPending}
          onCancel={() => setAsking(null)}
          onOk={(reason) => {
            const done = () => setAsking(null);
            if (asking === "withdraw") withdraw.mutate({ version, reason }, { onSuccess: done });
            else activate.mutate({ version, reason }, { onSuccess: (started) => (done(), setJob(started.job)) });
          }}
        />
      )}
      {Boolean(failed) && !asking && <Failure error={failed} />}
    </>
  );
}
