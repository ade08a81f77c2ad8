import { useTranslation } from "react-i18next";
import type { MemberDetail } from "@perennial/api-client";
import { useFormat } from "../../app/words";
import { useIdentityType } from "../people/identity-type";

export function Identities({ identities }: { identities: MemberDetail["identities"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const typeName = useIdentityType();
  if (identities.length === 0) return <p className="soft">{t("member.identities.none")}</p>;
  return (
    <dl className="facts-list">
      {identities.map((identity) => (
        <div key={identity.fact}>
          <dt>{typeName(identity.type)}</dt>
          <dd>
            {identity.value}
            <small title={identity.fact}>
              {t("member.identities.since", { day: format.dayOf(identity.since) })} · {identity.source}
            </small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
