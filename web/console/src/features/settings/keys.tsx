/** Keys for programs: what each may do, and for which source. */
import { Button, Popconfirm } from "antd";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@perennial/api-client";
import { Badge, DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { KeyForm } from "./key-form";
import { KEYS, useChange, useKeys } from "./queries";
import { SecretOnce, type Secret } from "./secret-once";

export function Keys() {
  const { t } = useTranslation();
  const format = useFormat();
  const keys = useKeys();
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<Secret | null>(null);
  const remove = useChange((id: string) => api.DELETE("/api/v1/api-keys/{id}", { params: { path: { id } } }), KEYS);
  const add = (
    <Button type="primary" icon={<KeyRound size={15} aria-hidden="true" />} onClick={() => setMaking(true)}>
      {t("settings.keys.add")}
    </Button>
  );

  return (
    <>
      <Panel flush title={t("settings.tab.keys")} note={t("settings.keys.note")} actions={add}>
        {remove.error && <Failure error={remove.error} />}
        <Answer of={keys}>
          {(list) =>
            list.length === 0 ? (
              <Empty title={t("settings.keys.none")}>{t("settings.keys.none_hint")}</Empty>
            ) : (
              <DataTable
                caption={t("settings.tab.keys")}
                rows={list}
                rowKey={(key) => key.id}
                columns={[
                  { key: "name", head: t("settings.keys.name"), phone: "title", cell: (key) => key.name },
                  { key: "id", head: t("settings.keys.id"), cell: (key) => <code>{key.id}</code> },
                  {
                    key: "scopes",
                    head: t("settings.keys.scopes"),
                    cell: (key) => (
                      <span className="line-actions">
                        {key.scopes.map((scope) => (
                          <Badge key={scope}>{t(`settings.scope.${scope as "read"}`)}</Badge>
                        ))}
                      </span>
                    ),
                  },
                  { key: "source", head: t("settings.keys.source"), cell: (key) => key.source ?? NOTHING },
                  { key: "since", head: t("settings.users.since"), cell: (key) => format.instant(key.created_at) },
                  {
                    key: "actions",
                    head: t("settings.actions"),
                    cell: (key) => (
                      <Popconfirm
                        title={t("settings.keys.delete_sure")}
                        okText={t("settings.delete")}
                        cancelText={t("settings.cancel")}
                        onConfirm={() => remove.mutate(key.id)}
                      >
                        <Button size="small" danger>
                          {t("settings.delete")}
                        </Button>
                      </Popconfirm>
                    ),
                  },
                ]}
              />
            )
          }
        </Answer>
      </Panel>
      {making && <KeyForm onClose={() => setMaking(false)} onMade={(name, value) => setSecret({ title: t("settings.keys.secret_of", { name }), value })} />}
      <SecretOnce secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}
