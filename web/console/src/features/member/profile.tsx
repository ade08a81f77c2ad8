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
        return (
          <div key={field.field}>
            <dt title={field.field}>{words(field.name)}</dt>
            <dd title={shown}>{shown}</dd>
          </div>
        );
      })}
    </dl>
  );
}
