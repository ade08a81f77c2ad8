/** What a type of identity is called; a brand's own type is called by its word. */
import { useTranslation } from "react-i18next";

const TYPES = ["number", "phone", "email", "wechat_union", "wechat_open", "anonymous", "taobao", "douyin", "wecom", "card"] as const;

export function useIdentityType() {
  const { t } = useTranslation();
  return (type: string) => {
    const known = TYPES.find((one) => one === type);
    return known ? t(`people.type.${known}`) : type;
  };
}
