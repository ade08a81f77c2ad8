/** Language, appearance and sign-out in one menu. */
import { Dropdown, type MenuProps } from "antd";
import { ChevronsUpDown, CircleUserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Language } from "@perennial/ui";
import { useSession, useSignOut } from "../features/session/queries";
import { chooseAppearance, chooseLanguage, usePreferences, type AppearanceChoice } from "./preferences";

const LANGUAGES: Language[] = ["zh-CN", "en"];
const CHOICES: AppearanceChoice[] = ["light", "dark", "system"];
const ROLES = ["owner", "operator", "analyst", "associate", "finance", "auditor"] as const;

export function AccountMenu() {
  const { t } = useTranslation();
  const { language, choice } = usePreferences();
  const session = useSession().data;
  const signOut = useSignOut();
  const role = ROLES.find((one) => one === session?.role);

  const items: MenuProps["items"] = [
    {
      type: "group",
      label: t("shell.language"),
      children: LANGUAGES.map((one) => ({ key: one, label: t(one === "en" ? "shell.language_en" : "shell.language_zh") })),
    },
    {
      type: "group",
      label: t("shell.appearance.label"),
      children: CHOICES.map((one) => ({ key: one, label: t(`shell.appearance.${one}`) })),
    },
    { type: "divider" },
    { key: "sign-out", label: t("shell.sign_out") },
  ];

  const onClick: MenuProps["onClick"] = ({ key }) => {
    const asLanguage = LANGUAGES.find((one) => one === key);
    const asChoice = CHOICES.find((one) => one === key);
    if (asLanguage) void chooseLanguage(asLanguage);
    else if (asChoice) chooseAppearance(asChoice);
    else signOut.mutate();
  };

  return (
    <Dropdown menu={{ items, onClick, selectable: true, selectedKeys: [language, choice] }} trigger={["click"]} placement="topLeft">
      <button type="button" className="account" data-testid="account">
        <CircleUserRound size={18} strokeWidth={1.75} aria-hidden="true" />
        <span className="account-name">
          <strong>{session?.name}</strong>
          {role && <span>{t(`shell.role.${role}`)}</span>}
        </span>
        <span className="visually-hidden">{t("shell.account")}</span>
        <ChevronsUpDown size={14} aria-hidden="true" className="account-more" />
      </button>
    </Dropdown>
  );
}
