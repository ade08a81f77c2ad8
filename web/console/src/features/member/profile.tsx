import { useTranslation } from "react-i18next";
import type { MemberDetail } from "@perennial/api-client";
import { useWords } from "../../app/words";
import { useShown } from "./shown";

type Field = MemberDetail["profile"][number];

export function Profile({ profile }: { profile: Field[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const show = useShown();
  if (profile.length === 0) return <p className="soft">{t("member.profile.none")}</p>;
  return (
    <dl className="facts-list">
      {profile.map((field) => {
        const shown = show(field.value, field.field);
        const [low, high] = (field.range ?? []).map((end) => show(end, field.field));
        return (
          <div key={field.field}>
            <dt title={field.field}>{words(field.name)}</dt>
            <dd title={shown}>
              {shown}
              {low !== undefined && (
                <small className="soft" title={t("member.profile.range_hint")}>
                  {" "}
                  {t("member.profile.range", { low, high })}
                </small>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
