/** The join form: gate, fields with the purpose members are told, consents; beside it, what a member sees. */
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { JoinForm } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { JoinConsents } from "./join-consents";
import { JoinFields } from "./join-fields";
import { JoinPreview } from "./join-preview";
import { useJoinForm, usePutJoinForm } from "./profile-settings-queries";
import { NotSaved, WordsInput, Wrong } from "./words-input";
import "./profile-settings.css";

const GATES = ["free", "first_purchase", "minimum_spend", "fee", "invitation", "code"] as const;

export function JoinFormSettings() {
  const { t } = useTranslation();
  const form = useJoinForm();
  return (
    <Panel
      title={t("profile.settings.join")}
      note={form.data?.version ? t("profile.settings.version", { n: form.data.version }) : t("profile.settings.join_note")}
    >
      <Answer of={form}>{(data) => <Editor key={data.version ?? 0} held={data} />}</Answer>
    </Panel>
  );
}

function Editor({ held }: { held: JoinForm }) {
  const { t } = useTranslation();
  const [form, setForm] = useState(held);
  const put = usePutJoinForm();
  const change = (part: Partial<JoinForm>) => setForm((before) => ({ ...before, ...part }));
  const { gate } = form;
  const setGate = (part: Partial<JoinForm["gate"]>) => change({ gate: { ...gate, ...part } });
  return (
    <div className="join-grid">
      <div className="profile-form wide">
        <WordsInput id="join-title" label={t("profile.settings.title")} value={form.title} onChange={(title) => change({ title })} error={put.error} pointer="/title" />
        <label htmlFor="join-gate">{t("profile.settings.gate")}</label>
        <Select id="join-gate" value={gate.kind} options={GATES.map((kind) => ({ value: kind, label: t(`profile.gate.${kind}`) }))} onChange={(kind) => setGate({ kind })} />
        {(gate.kind === "minimum_spend" || gate.kind === "fee") && (
          <>
            <label htmlFor="join-amount">{t("profile.settings.amount")}</label>
            <Input id="join-amount" inputMode="decimal" value={gate.amount ?? ""} onChange={(event) => setGate({ amount: event.target.value })} />
            <Wrong error={put.error} pointer="/gate/amount" />
          </>
        )}
        {gate.kind === "code" && (
          <>
            <label htmlFor="join-codes">{t("profile.settings.codes")}</label>
            <Input.TextArea
              id="join-codes"
              value={gate.codes.join("\n")}
              onChange={(event) => setGate({ codes: event.target.value.split("\n").filter((code) => code.trim() !== "") })}
            />
            <Wrong error={put.error} pointer="/gate/codes" />
          </>
        )}
        <JoinFields form={form} change={change} error={put.error} />
        <JoinConsents form={form} change={change} />
        <NotSaved error={put.error} />
        <Button type="primary" loading={put.isPending} onClick={() => put.mutate(form)}>
          {t("profile.settings.save_version")}
        </Button>
      </div>
      <div className="join-previews">
        <JoinPreview form={form} lang="zh" />
        <JoinPreview form={form} lang="en" />
      </div>
    </div>
  );
}
