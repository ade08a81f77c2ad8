import { useTranslation } from "react-i18next";
import { isMoney, NOTHING } from "@perennial/ui";
import { useFormat } from "../../app/words";

/** A value of a field by what it is, since brands add fields of their own. A year is not grouped like a count. */
export function useShown() {
  const { t } = useTranslation();
  const format = useFormat();
  const show = (value: unknown, field: string): string => {
    if (value === null || value === undefined || value === "") return NOTHING;
    if (typeof value === "boolean") return t(value ? "member.profile.yes" : "member.profile.no");
    if (typeof value === "number") return Number.isInteger(value) && !field.endsWith("year") ? format.count(value) : String(value);
    if (Array.isArray(value))
      return value.length === 0 ? NOTHING : value.map((one) => show(one, field)).join(format.language === "en" ? ", " : "、");
    if (isMoney(value)) return format.money(value);
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return show;
}
