import { useTranslation } from "react-i18next";
import type { MemberDetail, Money } from "@perennial/api-client";
import { NOTHING } from "@perennial/ui";
import { useFormat, useWords } from "../../app/words";

type Field = MemberDetail["profile"][number];

export function Profile({ profile }: { profile: Field[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const show = useShown();
  if (profile.length === 0) return <p className="soft">{t("member.profile.none")}</p>;
  return (
    <dl className="facts-list">
      {profile.map((field) => (
        <div key={field.field}>
          <dt title={field.field}>{words(field.name)}</dt>
          <dd>{show(field.value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A profile value by what it is, since brands add fields of their own. */
function useShown() {
  const { t } = useTranslation();
  const format = useFormat();
  const show = (value: unknown): string => {
    if (value === null || value === undefined || value === "") return NOTHING;
    if (typeof value === "boolean") return t(value ? "member.profile.yes" : "member.profile.no");
    if (typeof value === "number") return Number.isInteger(value) ? format.count(value) : String(value);
    if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(show).join(format.language === "en" ? ", " : "、");
    if (isMoney(value)) return format.money(value);
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return show;
}

function isMoney(value: unknown): value is Money {
  return typeof value === "object" && value !== null && "minor" in value && "currency" in value && "scale" in value;
}
