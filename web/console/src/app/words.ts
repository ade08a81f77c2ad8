/** Formatting and the API's two-language words, in the language of the screen and the brand's time zone. */
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "@perennial/api-client";
import { createFormat } from "@perennial/ui";
import { useBrand } from "../features/session/queries";
import { useIsInside } from "../url/url-state";
import { usePreferences } from "./preferences";

export function useFormat() {
  const { language } = usePreferences();
  const zone = useBrand().data?.time_zone ?? "UTC";
  return useMemo(() => createFormat(language, zone), [language, zone]);
}

export function useWords() {
  const { language } = usePreferences();
  return (words: Words) => (language === "zh-CN" ? words.zh : words.en);
}

export function usePageTitle(title: string | undefined) {
  const { t } = useTranslation();
  const product = t("shell.product");
  const inside = useIsInside();
  useEffect(() => {
    if (!inside) document.title = title ? `${title} · ${product}` : product;
  }, [title, product, inside]);
}
