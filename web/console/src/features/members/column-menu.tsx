/** Which columns the table shows. */
import { Button, Checkbox, Popover } from "antd";
import { Columns3 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { COLUMNS, type ColumnKey } from "./list-state";

export function ColumnMenu({ columns, onChange }: { columns: ColumnKey[]; onChange: (columns: ColumnKey[]) => void }) {
  const { t } = useTranslation();
  const options = COLUMNS.map((value) => ({ value, label: t(`members.column.${value}`) }));
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Checkbox.Group<ColumnKey>
          className="column-choice"
          aria-label={t("members.columns")}
          value={columns}
          options={options}
          onChange={(chosen) => onChange(COLUMNS.filter((column) => chosen.includes(column)))}
        />
      }
    >
      <Button icon={<Columns3 size={15} aria-hidden="true" />}>{t("members.columns")}</Button>
    </Popover>
  );
}
