import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type Session } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Enrol } from "./enrol";
import { Field } from "./field";
import { useChange } from "./queries";
import { RecoveryCodes } from "./recovery-codes";

export function SecondFactor({ state }: { state: Session["second_factor"] }) {
  const { t } = useTranslation();
  const [codes, setCodes] = useState<string[] | null>(null);
  return (
    <Panel title={t("settings.factor.title")} note={t("settings.factor.note")}>
      {codes && <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
      {state.enabled && !codes && <Enabled state={state} onCodes={setCodes} />}
      {!state.enabled && <Enrol onCodes={setCodes} />}
    </Panel>
  );
}

/** What can be done with a second factor that is in force, by the password once more. */
function Enabled({ state, onCodes }: { state: Session["second_factor"]; onCodes: (codes: string[]) => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const renew = useChange(() => body(api.POST("/api/v1/session/second-factor/recovery-codes", { body: { password } })));
  const remove = useChange(() => api.DELETE("/api/v1/session/second-factor", { body: { password } }));
  const done = () => setPassword("");
  return (
    <div className="settings-form">
      <p>{t("settings.factor.enabled", { count: state.recovery_codes, n: state.recovery_codes })}</p>
      <Field id="factor-password" label={t("settings.password.current")} error={renew.error ?? remove.error} pointer="/password">
        <Input.Password id="factor-password" value={password} autoComplete="current-password" onChange={(event) => setPassword(event.target.value)} />
      </Field>
      <div className="form-foot">
        <Button
          disabled={!password}
          loading={renew.isPending}
          onClick={() => {
            remove.reset();
            renew.mutate(undefined, { onSuccess: (made) => (done(), onCodes(made.codes)) });
          }}
        >
          {t("settings.factor.renew")}
        </Button>
        {!state.required && (
          <Button
            danger
            disabled={!password}
            loading={remove.isPending}
            onClick={() => {
              renew.reset();
              remove.mutate(undefined, { onSuccess: done });
            }}
          >
            {t("settings.factor.remove")}
          </Button>
        )}
      </div>
    </div>
  );
}
