import { Checkbox, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { Field } from "./field";
import { KEYS, useChange } from "./queries";

const SCOPES = ["read", "write", "operate", "reveal", "export", "audit", "health", "sql"] as const;

export function KeyForm({ onClose, onMade }: { onClose: () => void; onMade: (name: string, secret: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [source, setSource] = useState("");
  const [scopes, setScopes] = useState<string[]>(["read"]);
  // A key of one source records for it and does nothing else.
  const given = source.trim() ? ["write"] : scopes;
  const make = useChange(
    () => body(api.POST("/api/v1/api-keys", { body: { name, scopes: given, source: source.trim() || undefined } })),
    KEYS,
  );
  return (
    <Modal
      open
      title={t("settings.keys.add")}
      okText={t("settings.save")}
      cancelText={t("settings.cancel")}
      okButtonProps={{ disabled: name.trim() === "" || given.length === 0 }}
      confirmLoading={make.isPending}
      onOk={() =>
        make.mutate(undefined, {
          onSuccess: (made) => {
            onClose();
            onMade(made.name, made.secret);
          },
        })
      }
      onCancel={onClose}
    >
      <div className="settings-form">
        <Field id="key-name" label={t("settings.keys.name")} hint={t("settings.keys.name_hint")}>
          <Input id="key-name" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field id="key-source" label={t("settings.keys.source")} hint={t("settings.keys.source_hint")}>
          <Input id="key-source" value={source} onChange={(event) => setSource(event.target.value)} />
        </Field>
        <span className="field-label">{t("settings.keys.scopes")}</span>
        <Checkbox.Group
          value={given}
          disabled={source.trim() !== ""}
          options={SCOPES.map((scope) => ({ value: scope, label: t(`settings.scope.${scope}`) }))}
          onChange={(chosen) => setScopes(chosen)}
        />
      </div>
      {make.error && <Failure error={make.error} />}
    </Modal>
  );
}
