/** What is chosen, everyone of the filter one press further, and the export of either. */
import { Button, Dropdown } from "antd";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../app/words";
import { useExport } from "../jobs/queries";
import { EXPORTED, type ListState } from "./list-state";

export type Chosen = { members: ReadonlySet<string>; all: boolean };

type Props = { state: ListState; chosen: Chosen; total: number; onAll: () => void; onClear: () => void };

export function SelectionBar({ state, chosen, total, onAll, onClear }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = chosen.all ? total : chosen.members.size;
  return (
    <div className="selection-bar" role="status">
      <strong>{t("members.choose.chosen", { count, n: format.count(count) })}</strong>
      {!chosen.all && total > count && (
        <Button type="link" onClick={onAll}>
          {t("members.choose.all", { n: format.count(total) })}
        </Button>
      )}
      <Button type="link" onClick={onClear}>
        {t("members.choose.none")}
      </Button>
      <ExportButton state={state} members={chosen.all ? null : [...chosen.members]} disabled={count === 0} />
    </div>
  );
}

/** Begins a background job; it is followed among the tasks at the side. `members` null: everyone of the filter. */
export function ExportButton({ state, members, disabled }: { state: ListState; members: string[] | null; disabled: boolean }) {
  const { t } = useTranslation();
  const start = useExport();
  const begin = (format: "csv" | "xlsx") => {
    const columns = ["member", "name", "number", ...state.columns.flatMap((column) => EXPORTED[column])];
    const of = members
      ? { members, model: state.model || undefined }
      : { q: state.q || undefined, stage: state.stage || undefined, model: state.model || undefined, condition: state.condition || undefined, list: state.list || undefined };
    start.mutate({ format, columns, sort: state.sort, order: state.order, ...of });
  };
  const items = (["xlsx", "csv"] as const).map((key) => ({ key, label: t(`members.export.${key}`), onClick: () => begin(key) }));
  return (
    <Dropdown
      disabled={disabled}
      trigger={["click"]}
      placement="bottomRight"
      menu={{ items: [{ key: "note", type: "group", label: members ? t("members.export.chosen") : t("members.export.note"), children: items }] }}
    >
      <Button icon={<Download size={15} aria-hidden="true" />} loading={start.isPending}>
        {t("members.export.label")}
      </Button>
    </Dropdown>
  );
}
