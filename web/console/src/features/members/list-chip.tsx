/** The fixed list that the members shown are taken from, and a way out of it. */
import { Button } from "antd";
import { ListChecks, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../app/words";
import { useLists } from "./queries";

export function ListChip({ id, onClear }: { id: string; onClear: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useLists().data?.find((one) => one.id === id);
  return (
    <p className="list-chip">
      <ListChecks size={15} aria-hidden="true" />
      <span>{list ? t("members.lists.from", { name: list.name, day: format.instant(list.created_at) }) : t("members.lists.unknown")}</span>
      <Button size="small" type="text" icon={<X size={14} aria-hidden="true" />} aria-label={t("members.lists.leave")} onClick={onClear} />
    </p>
  );
}
