/** One entry: its fields to change, and everything that was changed before. */
import { Button, Drawer, Form, Input, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { ApiError, type CatalogueEntryTold } from "@perennial/api-client";
import { Answer, Failure } from "../../app/states";
import { FIELDS, type Kind } from "./kinds";
import { EntryHistory } from "./entry-history";
import { useEntry, usePut } from "./queries";

type Props = { kind: Kind; id: string; onClose: () => void };

export function EntryDrawer({ kind, id, onClose }: Props) {
  const { t } = useTranslation();
  const told = useEntry(kind, id);
  return (
    <Drawer open onClose={onClose} size={480} title={id === "" ? t(`catalogue.new.${kind}`) : t("catalogue.edit", { id })} className="entry-drawer">
      {id === "" ? (
        <EntryForm kind={kind} onDone={onClose} />
      ) : (
        <Answer of={told} rows={6}>
          {(found) => (
            <>
              <EntryForm key={found.entry.version} kind={kind} told={found} onDone={onClose} />
              <EntryHistory history={found.history} />
            </>
          )}
        </Answer>
      )}
    </Drawer>
  );
}

type Values = { id: string; active: boolean } & Record<string, string | boolean | undefined>;

function EntryForm({ kind, told, onDone }: { kind: Kind; told?: CatalogueEntryTold; onDone: () => void }) {
  const { t, i18n } = useTranslation();
  const [form] = Form.useForm<Values>();
  const put = usePut(kind);
  const entry = told?.entry;
  const save = (values: Values) => {
    const fields: Record<string, string> = {};
    for (const name of FIELDS[kind]) {
      const value = values[name];
      if (typeof value === "string" && value.trim() !== "") fields[name] = value.trim();
    }
    const wanted = { id: entry?.id ?? values.id.trim(), fields, state: values.active ? "active" : "retired", version: entry?.version ?? 0 };
    put.mutate(wanted, { onSuccess: onDone, onError: (error) => form.setFields(wrong(error, i18n.language)) });
  };
  const bad = put.error instanceof ApiError && wrong(put.error, i18n.language).length > 0;
  return (
    <Form form={form} layout="vertical" onFinish={save} initialValues={{ id: entry?.id ?? "", active: entry?.state !== "retired", ...entry?.fields }} requiredMark={false}>
      {entry === undefined && (
        <Form.Item name="id" label={t(`catalogue.id.${kind}`)} rules={[{ required: true, message: t("catalogue.required") }]}>
          <Input autoFocus autoComplete="off" />
        </Form.Item>
      )}
      {FIELDS[kind].map((field) => (
        <Form.Item
          key={field}
          name={field}
          label={t(`catalogue.field.${field}`)}
          extra={field === "cycle_days" || field === "category" || field === "store" ? t(`catalogue.hint.${field}`) : undefined}
          rules={field === "name" ? [{ required: true, message: t("catalogue.required") }] : []}
        >
          <Input autoComplete="off" />
        </Form.Item>
      ))}
      <Form.Item name="active" label={t("catalogue.in_use")} valuePropName="checked" extra={t("catalogue.hint.in_use")}>
        <Switch />
      </Form.Item>
      {put.error && !bad && <Failure error={put.error} />}
      <Button type="primary" htmlType="submit" loading={put.isPending}>
        {t("catalogue.save")}
      </Button>
    </Form>
  );
}

/** The server's problems at the fields they are about. */
function wrong(error: unknown, language: string): { name: string; errors: string[] }[] {
  if (!(error instanceof ApiError)) return [];
  const errors = error.problem.errors ?? [];
  return errors.map((one) => ({ name: one.pointer.replace(/^\/(fields\/)?/, ""), errors: [(language === "zh-CN" ? one.detail_zh : undefined) ?? one.detail] }));
}
