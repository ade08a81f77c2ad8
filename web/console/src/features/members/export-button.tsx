import { Button, Dropdown } from "antd";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { membersExportUrl, type MembersQuery } from "@perennial/api-client";

/** Plain links, so that the browser streams the file to disk. */
export function ExportButton({ query, disabled }: { query: MembersQuery; disabled: boolean }) {
  const { t } = useTranslation();
  const item = (format: "csv" | "xlsx") => ({
    key: format,
    label: (
      <a href={membersExportUrl(format, query)} download>
        {t(`members.export.${format}`)}
      </a>
    ),
  });
  return (
    <Dropdown
      disabled={disabled}
      trigger={["click"]}
      placement="bottomRight"
      menu={{ items: [{ type: "group", label: t("members.export.note"), children: [item("csv"), item("xlsx")] }] }}
    >
      <Button icon={<Download size={15} aria-hidden="true" />}>{t("members.export.label")}</Button>
    </Dropdown>
  );
}
