/** Connecting a source: a kind, a name, a secret where the shop has its own; then the secret, once. */
import { Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { SourceSecret } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { GIVEN_SECRET, KINDS, SETTING, type Kind } from "./kinds";
import { useConnect } from "./queries";
import { SecretShown } from "./secret-shown";

type Filled = { kind: Kind; name: string; label: string; secret?: string; setting?: string };

export function ConnectForm({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Filled>();
  const [made, setMade] = useState<SourceSecret>();
  const connect = useConnect();
  const navigate = useNavigate();
  const kind = Form.useWatch("kind", form) ?? "segment";
  const setting = SETTING[kind];
  const submit = (filled: Filled) => {
    const settings = setting && filled.setting ? { [setting]: filled.setting } : undefined;
    connect.mutate({ kind: filled.kind, name: filled.name, label: filled.label, secret: filled.secret || undefined, settings }, { onSuccess: setMade });
  };
  const done = () => {
    if (made) void navigate(`/sources/${encodeURIComponent(made.name)}`);
    close();
  };
  return (
    <Modal
      open
      title={t("sources.connect")}
      onCancel={done}
      onOk={made ? done : () => form.submit()}
      okText={made ? t("sources.secret.done") : t("sources.connect")}
      cancelText={t("sources.cancel")}
      cancelButtonProps={made ? { style: { display: "none" } } : undefined}
      confirmLoading={connect.isPending}
    >
      {made ? (
        <SecretShown secret={made.secret} />
      ) : (
        <Form form={form} layout="vertical" initialValues={{ kind: "segment" }} onFinish={submit} requiredMark={false}>
          <Form.Item name="kind" label={t("sources.field.kind")}>
            <Select options={KINDS.map((value) => ({ value, label: t(`sources.kind.${value}`) }))} />
          </Form.Item>
          <Form.Item name="label" label={t("sources.field.label")} rules={[{ required: true, message: t("sources.field.required") }]}>
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item
            name="name"
            label={t("sources.field.name")}
            extra={t("sources.field.name_hint")}
            rules={[{ required: true, pattern: /^[a-z0-9_-]{1,40}$/, message: t("sources.field.name_hint") }]}
          >
            <Input maxLength={40} autoCapitalize="none" />
          </Form.Item>
          {GIVEN_SECRET.includes(kind) && (
            <Form.Item name="secret" label={t("sources.field.secret")} rules={[{ required: true, message: t("sources.field.required") }]}>
              <Input.Password autoComplete="off" />
            </Form.Item>
          )}
          {setting && (
            <Form.Item name="setting" label={t(`sources.setting.${setting}`)} rules={[{ required: true, message: t("sources.field.required") }]}>
              <Input />
            </Form.Item>
          )}
          {connect.error && <Failure error={connect.error} />}
        </Form>
      )}
    </Modal>
  );
}
