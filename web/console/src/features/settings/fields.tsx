/** The brand's own profile fields: defined here, usable in conditions at once unless personal. */
import { Button, Popconfirm } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldDefinition } from "@perennial/api-client";
import { Badge, DataTable, Empty, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useWords } from "../../app/words";
import { FieldForm } from "./field-form";
import { useFieldDefinitions, usePutFields } from "./profile-settings-queries";
import { NotSaved } from "./words-input";
import "./profile-settings.css";

export function FieldSettings() {
  const { t } = useTranslation();
  const defined = useFieldDefinitions();
  const [editing, setEditing] = useState<number | null>(null);
  const fields = defined.data?.fields ?? [];
  const add = (
    <Button type="primary" disabled={!defined.data} icon={<Plus size={15} aria-hidden="true" />} onClick={() => setEditing(fields.length)}>
      {t("profile.settings.field_add")}
    </Button>
  );
  return (
    <Panel flush title={t("profile.settings.fields")} note={t("profile.settings.fields_note")} actions={add}>
      <Answer of={defined}>{() => <Table fields={fields} edit={setEditing} />}</Answer>
      {editing !== null && <FieldForm fields={fields} at={editing} onClose={() => setEditing(null)} />}
    </Panel>
  );
}

function Table({ fields, edit }: { fields: FieldDefinition[]; edit: (at: number) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const put = usePutFields();
  if (fields.length === 0) return <Empty title={t("profile.settings.fields_none")}>{t("profile.settings.fields_teach")}</Empty>;
  return (
    <>
      <NotSaved error={put.error} />
      <DataTable
        caption={t("profile.settings.fields")}
        rows={fields}
        rowKey={(field) => field.id}
        columns={[
          { key: "label", head: t("profile.settings.label"), phone: "title", cell: (field) => words(field.label) },
          { key: "id", head: t("profile.settings.id"), cell: (field) => <code>{field.id}</code> },
          { key: "type", head: t("profile.settings.type"), cell: (field) => t(`profile.type.${field.type as "text"}`) },
          {
            key: "personal",
            head: t("profile.settings.personal"),
            cell: (field) => <Badge tone={field.personal ? "warn" : "plain"}>{t(field.personal ? "profile.settings.sealed" : "profile.settings.readable")}</Badge>,
          },
          {
            key: "actions",
            head: t("profile.settings.actions"),
            cell: (field) => (
              <span className="row-actions">
                <Button size="small" onClick={() => edit(fields.indexOf(field))}>
                  {t("profile.edit")}
                </Button>
                <Popconfirm
                  title={t("profile.settings.field_drop", { name: words(field.label) })}
                  description={t("profile.settings.field_drop_note")}
                  okText={t("profile.settings.drop")}
                  cancelText={t("profile.cancel")}
                  onConfirm={() => put.mutate(fields.filter((one) => one !== field))}
                >
                  <Button size="small" danger loading={put.isPending}>
                    {t("profile.settings.drop")}
                  </Button>
                </Popconfirm>
              </span>
            ),
          },
        ]}
      />
    </>
  );
}
