import { Button, Input } from "antd";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Failure } from "../../app/states";
import { Field } from "./field";
import { SESSIONS, useChange } from "./queries";

export function Password() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const change = useChange(() => api.PUT("/api/v1/session/password", { body: { current, new: fresh } }), SESSIONS);
  const differs = again !== "" && again !== fresh;
  const ofField = change.error instanceof ApiError && change.error.problem.errors?.length;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!current || !fresh || fresh !== again) return;
    change.mutate(undefined, {
      onSuccess: () => {
        setCurrent("");
        setFresh("");
        setAgain("");
      },
    });
  };

  return (
    <Panel title={t("settings.password.title")} note={t("settings.password.note")}>
      <form className="settings-form" onSubmit={submit}>
        <Field id="password-current" label={t("settings.password.current")} error={change.error} pointer="/current">
          <Input.Password id="password-current" value={current} autoComplete="current-password" onChange={(event) => setCurrent(event.target.value)} />
        </Field>
        <Field id="password-new" label={t("settings.password.new")} hint={t("settings.password.rule")}>
          <Input.Password id="password-new" value={fresh} autoComplete="new-password" onChange={(event) => setFresh(event.target.value)} />
        </Field>
        <Field id="password-again" label={t("settings.password.again")}>
          <Input.Password id="password-again" value={again} autoComplete="new-password" onChange={(event) => setAgain(event.target.value)} />
        </Field>
        {differs && <span className="field-wrong">{t("settings.password.differs")}</span>}
        <div className="form-foot">
          <Button type="primary" htmlType="submit" disabled={!current || !fresh || fresh !== again} loading={change.isPending}>
            {t("settings.password.submit")}
          </Button>
        </div>
        <p role="status">{change.isSuccess && t("settings.password.done")}</p>
        {change.error && !ofField && <Failure error={change.error} />}
      </form>
    </Panel>
  );
}
