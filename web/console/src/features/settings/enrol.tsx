/** Setting a second factor up: scan, type the first code, keep the recovery codes. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { Field } from "./field";
import { useChange } from "./queries";

export function Enrol({ onCodes }: { onCodes: (codes: string[]) => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const begin = useChange(() => body(api.POST("/api/v1/session/second-factor")));
  const confirm = useChange(() => body(api.POST("/api/v1/session/second-factor/confirm", { body: { code } })));
  if (!begin.data) {
    return (
      <>
        <p>{t("settings.factor.off")}</p>
        <div className="settings-form">
          <div className="form-foot">
            <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate(undefined)}>
              {t("settings.factor.begin")}
            </Button>
          </div>
        </div>
        {begin.error && <Failure error={begin.error} />}
      </>
    );
  }
  return (
    <div className="second-factor">
      <img src={`data:image/svg+xml;utf8,${encodeURIComponent(begin.data.qr_svg)}`} alt={t("settings.factor.qr")} />
      <form
        className="settings-form"
        onSubmit={(event) => {
          event.preventDefault();
          confirm.mutate(undefined, { onSuccess: (made) => onCodes(made.codes) });
        }}
      >
        <p>{t("settings.factor.scan")}</p>
        <p>
          {t("settings.factor.by_hand")} <code data-testid="factor-secret">{begin.data.secret}</code>
        </p>
        <Field id="factor-code" label={t("settings.factor.code")} error={confirm.error} pointer="/code">
          <Input id="factor-code" value={code} inputMode="numeric" autoComplete="one-time-code" onChange={(event) => setCode(event.target.value)} />
        </Field>
        <div className="form-foot">
          <Button type="primary" htmlType="submit" disabled={code.trim() === ""} loading={confirm.isPending}>
            {t("settings.factor.confirm")}
          </Button>
        </div>
      </form>
    </div>
  );
}
