/** Which roles must have a second factor. */
import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import { api, body } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { SECURITY, useChange, useSecurity } from "./queries";
import { ROLES } from "./user-form";

export function Requirement() {
  const { t } = useTranslation();
  const security = useSecurity();
  const set = useChange((roles: string[]) => body(api.PUT("/api/v1/security", { body: { second_factor_roles: roles } })), SECURITY);
  return (
    <Panel title={t("settings.requirement.title")} note={t("settings.requirement.note")}>
      {set.error && <Failure error={set.error} />}
      <Answer of={security} rows={1}>
        {({ second_factor_roles: roles }) => (
          <Checkbox.Group
            value={set.isPending ? set.variables : roles}
            options={ROLES.map((role) => ({ value: role, label: t(`shell.role.${role}`) }))}
            onChange={(chosen) => set.mutate(chosen)}
          />
        )}
      </Answer>
    </Panel>
  );
}
