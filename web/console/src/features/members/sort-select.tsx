import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ListState, Order, Sort } from "./list-state";

const CHOICES = [
  "recency_asc",
  "recency_desc",
  "orders_desc",
  "orders_asc",
  "money_desc",
  "money_asc",
  "first_desc",
  "first_asc",
] as const satisfies `${Sort}_${Order}`[];

/** Sorting for phones, where the heads of the table are not shown. */
export function SortSelect(props: { state: ListState; onChange: (by: Pick<ListState, "sort" | "order">) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      className="sort-select"
      aria-label={t("members.sort.label")}
      value={`${props.state.sort}_${props.state.order}` as const}
      options={CHOICES.map((value) => ({ value, label: t(`members.sort.${value}`) }))}
      onChange={(value) => {
        const [sort, order] = value.split("_") as [Sort, Order];
        props.onChange({ sort, order });
      }}
    />
  );
}
