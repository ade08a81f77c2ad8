/** What was done, in words; what has none yet (a newer server) is shown as the server calls it. */
import { useTranslation } from "react-i18next";
import type { Texts } from "../../texts/en";

export type What = keyof Texts["audit"]["what"];

export function useWhat() {
  const { t, i18n } = useTranslation();
  return (what: string) => (i18n.exists(`audit.what.${what}`) ? t(`audit.what.${what as What}`) : what);
}

export function useWhats(): { value: string; label: string }[] {
  const { t } = useTranslation();
  const words: Record<string, string> = t("audit.what", { returnObjects: true });
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}
