import { useTranslation } from "react-i18next";
import { Empty } from "@perennial/ui";

export function NotFound() {
  const { t } = useTranslation();
  return <Empty title={t("shell.not_found.title")}>{t("shell.not_found.body")}</Empty>;
}
