import { Input, Modal, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, type User } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { Field } from "./field";
import { useChange, USERS } from "./queries";

export const ROLES = ["owner", "operator", "analyst", "associate", "finance", "auditor"] as const;

type Props = { user: User | undefined; onClose: () => void; onMade: (name: string, password: string) => void };

export function UserForm({ user, onClose, onMade }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState(user?.name ?? "");
  const [role, setRole] = useState(user?.role ?? "operator");
  const [stores, setStores] = useState<string[]>(user?.stores ?? []);
  const [active, setActive] = useState(user?.active ?? true);
  const make = useChange(() => body(api.POST("/api/v1/users", { body: { name, role, stores } })), USERS);
  const change = useChange(
    () => body(api.PATCH("/api/v1/users/{user}", { params: { path: { user: name } }, body: { role, stores, active } })),
    USERS,
  );
  const error = make.error ?? change.error;

  const save = () => {
    if (user) change.mutate(undefined, { onSuccess: onClose });
    else
      make.mutate(undefined, {
        onSuccess: (made) => {
          onClose();
          onMade(made.user.name, made.password ?? "");
        },
      });
  };

  return (
    <Modal
      open
      title={user ? t("settings.users.edit", { name: user.name }) : t("settings.users.add")}
      okText={t("settings.save")}
      cancelText={t("settings.cancel")}
      okButtonProps={{ disabled: name.trim() === "" }}
      confirmLoading={make.isPending || change.isPending}
      onOk={save}
      onCancel={onClose}
    >
      <div className="settings-form">
        <Field id="user-name" label={t("settings.users.name")} hint={user ? undefined : t("settings.users.name_hint")}>
          <Input id="user-name" value={name} disabled={Boolean(user)} autoCapitalize="none" onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field id="user-role" label={t("settings.users.role")} hint={t(`settings.role_hint.${role as "owner"}`)} error={error} pointer="/role">
          <Select id="user-role" value={role} options={ROLES.map((one) => ({ value: one, label: t(`shell.role.${one}`) }))} onChange={setRole} />
        </Field>
        <Field id="user-stores" label={t("settings.users.stores")} hint={t("settings.users.stores_hint")}>
          <Select id="user-stores" mode="tags" value={stores} open={false} suffixIcon={null} tokenSeparators={[",", "，", "、", "\n"]} onChange={setStores} />
        </Field>
        {user && (
          <Field id="user-active" label={t("settings.users.active")} hint={t("settings.users.active_hint")}>
            <span>
              <Switch id="user-active" checked={active} onChange={setActive} />
            </span>
          </Field>
        )}
      </div>
      {error && <Failure error={error} />}
    </Modal>
  );
}
