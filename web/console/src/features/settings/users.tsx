/** Who may come in, as what, for which stores. */
import { Button, Popconfirm } from "antd";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type User } from "@perennial/api-client";
import { Badge, DataTable, NOTHING, Panel } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { SecretOnce, type Secret } from "./secret-once";
import { useChange, USERS, useUsers } from "./queries";
import { UserForm } from "./user-form";
import { Requirement } from "./requirement";

export function Users() {
  const { t } = useTranslation();
  const format = useFormat();
  const users = useUsers();
  const [edited, setEdited] = useState<User | "new" | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const reset = useChange(
    (name: string) => body(api.POST("/api/v1/users/{user}/password", { params: { path: { user: name } }, body: {} })),
    USERS,
  );
  const dropFactor = useChange((name: string) => api.DELETE("/api/v1/users/{user}/second-factor", { params: { path: { user: name } } }), USERS);
  const newPassword = (name: string) =>
    reset.mutate(name, { onSuccess: (made) => setSecret({ title: t("settings.users.password_of", { name }), value: made.password ?? "" }) });

  return (
    <>
      <Panel
        flush
        title={t("settings.tab.users")}
        note={t("settings.users.note")}
        actions={
          <Button type="primary" icon={<UserPlus size={15} aria-hidden="true" />} onClick={() => setEdited("new")}>
            {t("settings.users.add")}
          </Button>
        }
      >
        {(reset.error ?? dropFactor.error) && <Failure error={reset.error ?? dropFactor.error} />}
        <Answer of={users}>
          {(list) => (
            <DataTable
              caption={t("settings.tab.users")}
              rows={list}
              rowKey={(user) => user.name}
              columns={[
                { key: "name", head: t("settings.users.name"), phone: "title", cell: (user) => <UserName user={user} /> },
                { key: "role", head: t("settings.users.role"), cell: (user) => t(`shell.role.${user.role as "owner"}`) },
                { key: "stores", head: t("settings.users.stores"), cell: (user) => user.stores.join("、") || NOTHING },
                {
                  key: "factor",
                  head: t("settings.users.second_factor"),
                  cell: (user) => (user.second_factor ? t("settings.users.on") : t("settings.users.off")),
                },
                { key: "since", head: t("settings.users.since"), cell: (user) => format.instant(user.created_at) },
                {
                  key: "actions",
                  head: t("settings.actions"),
                  cell: (user) => (
                    <span className="line-actions">
                      <Button size="small" onClick={() => setEdited(user)}>
                        {t("settings.edit")}
                      </Button>
                      <Popconfirm
                        title={t("settings.users.reset_sure")}
                        okText={t("settings.users.reset")}
                        cancelText={t("settings.cancel")}
                        onConfirm={() => newPassword(user.name)}
                      >
                        <Button size="small">{t("settings.users.reset")}</Button>
                      </Popconfirm>
                      {user.second_factor && (
                        <Popconfirm
                          title={t("settings.users.drop_factor_sure")}
                          okText={t("settings.users.drop_factor")}
                          cancelText={t("settings.cancel")}
                          onConfirm={() => dropFactor.mutate(user.name)}
                        >
                          <Button size="small">{t("settings.users.drop_factor")}</Button>
                        </Popconfirm>
                      )}
                    </span>
                  ),
                },
              ]}
            />
          )}
        </Answer>
      </Panel>
      <Requirement />
      {edited && (
        <UserForm
          user={edited === "new" ? undefined : edited}
          onClose={() => setEdited(null)}
          onMade={(name, password) => setSecret({ title: t("settings.users.password_of", { name }), value: password })}
        />
      )}
      <SecretOnce secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

function UserName({ user }: { user: User }) {
  const { t } = useTranslation();
  return (
    <>
      {user.name} {!user.active && <Badge tone="warn">{t("settings.users.closed")}</Badge>}{" "}
      {user.active && user.must_change && <Badge>{t("settings.users.must_change")}</Badge>}
    </>
  );
}
