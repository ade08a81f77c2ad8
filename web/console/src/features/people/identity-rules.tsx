/** The identity rules: what joins people, as the document that is in force. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { IdentityRules } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { useMay } from "../session/queries";
import { useChangeRules, useIdentityRules } from "./queries";
import "./people.css";

export function IdentityRulesPanel() {
  const { t } = useTranslation();
  const rules = useIdentityRules();
  return (
    <Answer of={rules} rows={10}>
      {(held) => (
        <Panel
          id="identity-rules"
          title={t("people.rules.title")}
          note={held.version === 0 ? t("people.rules.shipped") : t("people.rules.note", { n: held.version })}
        >
          <Editor key={held.version} held={held} />
        </Panel>
      )}
    </Answer>
  );
}

function Editor({ held }: { held: IdentityRules }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [yaml, setYaml] = useState(held.yaml);
  const [reason, setReason] = useState("");
  const change = useChangeRules();
  const may = useMay()("operate");
  const changed = yaml !== held.yaml && reason.trim() !== "";
  return (
    <div className="people-preview">
      <p className="soft">{t("people.rules.intro")}</p>
      <Input.TextArea
        className="people-rules"
        aria-label={t("people.rules.edit")}
        autoSize={{ minRows: 12, maxRows: 30 }}
        value={yaml}
        spellCheck={false}
        readOnly={!may}
        onChange={(event) => setYaml(event.target.value)}
      />
      {may && (
      <div className="people-actions">
        <Input
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          placeholder={t("people.rules.reason")}
          aria-label={t("people.rules.reason")}
          maxLength={200}
        />
        <Button type="primary" disabled={!changed} loading={change.isPending} onClick={() => change.mutate({ yaml, reason: reason.trim() })}>
          {t("people.rules.save")}
        </Button>
        {change.isSuccess && <span role="status">{t("people.rules.saved")}</span>}
      </div>
      )}
      {change.error && <Failure error={change.error} />}
      {held.history.length > 0 && (
        <section>
          <h3>{t("people.rules.history")}</h3>
          <ul className="people-evidence">
            {held.history.map((one) => (
              <li key={one.version}>
                {one.version} · {format.dayOf(one.created_at)} · {one.author} · {one.reason}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
