import { useTranslation } from "react-i18next";
import type { MemberDetail } from "@perennial/api-client";
import { useFormat } from "../../app/words";

const TYPES = [
  "phone",
  "email",
  "wechat_openid",
  "wechat_unionid",
  "wecom",
  "tmall_ouid",
  "douyin_openid",
  "member_number",
  "number",
  "card",
  "device",
] as const;

/** What a type of identity is called. */
export function useTypeName() {
  const { t } = useTranslation();
  return (type: string) => {
    const known = TYPES.find((one) => one === type);
    return known ? t(`member.identities.type.${known}`) : type;
  };
}

export function Identities({ identities }: { identities: MemberDetail["identities"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const typeName = useTypeName();
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
