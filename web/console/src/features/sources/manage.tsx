/** Rotating the secret, switching off and on, disconnecting. */
import { Button, Form, Input, InputNumber, Modal, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Source, SourceSecret } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { GIVEN_SECRET, kindOf } from "./kinds";
import { useDisconnect, useRotate, useSwitch } from "./queries";
import { SecretShown } from "./secret-shown";

export function Manage({ source }: { source: Source }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const [rotating, setRotating] = useState(false);
  const switching = useSwitch(source.name);
  const disconnect = useDisconnect(source.name, () => void navigate("/sources"));
  const off = source.state === "off";
  return (
    <div className="source-manage">
      {source.previous_until && <span className="soft">{t("sources.rotate.until", { at: format.instant(source.previous_until) })}</span>}
      <Button onClick={() => setRotating(true)}>{t("sources.rotate.title")}</Button>
      <Button loading={switching.isPending} onClick={() => switching.mutate(off ? "on" : "off")}>
        {t(off ? "sources.switch.on" : "sources.switch.off")}
      </Button>
      <Popconfirm
        title={t("sources.disconnect.sure")}
        okText={t("sources.disconnect.label")}
        cancelText={t("sources.cancel")}
        onConfirm={() => disconnect.mutate()}
      >
        <Button danger>{t("sources.disconnect.label")}</Button>
      </Popconfirm>
      {rotating && <Rotate source={source} close={() => setRotating(false)} />}
    </div>
  );
}

function Rotate({ source, close }: { source: Source; close: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<{ secret?: string; hours: number }>();
  const [made, setMade] = useState<SourceSecret>();
  const rotate = useRotate(source.name);
  const kind = kindOf(source);
  return (
    <Modal
      open
      title={t("sources.rotate.title")}
      onCancel={close}
      onOk={made ? close : () => form.submit()}
      okText={made ? t("sources.secret.done") : t("sources.rotate.title")}
      cancelText={t("sources.cancel")}
      cancelButtonProps={made ? { style: { display: "none" } } : undefined}
      confirmLoading={rotate.isPending}
    >
      {made ? (
        <SecretShown secret={made.secret} />
      ) : (
        <Form
          form={form}
          layout="vertical"
          initialValues={{ hours: 24 }}
          requiredMark={false}
          onFinish={({ secret, hours }) => rotate.mutate({ secret: secret || undefined, overlap_hours: hours }, { onSuccess: setMade })}
        >
          {kind && GIVEN_SECRET.includes(kind) && (
            <Form.Item name="secret" label={t("sources.field.secret")} rules={[{ required: true, message: t("sources.field.required") }]}>
              <Input.Password autoComplete="off" />
            </Form.Item>
          )}
          <Form.Item name="hours" label={t("sources.rotate.overlap")} extra={t("sources.rotate.hint")} rules={[{ required: true, message: t("sources.field.required") }]}>
            <InputNumber min={0} max={720} precision={0} />
          </Form.Item>
          {rotate.error && <Failure error={rotate.error} />}
        </Form>
      )}
    </Modal>
  );
}
