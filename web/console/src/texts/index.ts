/** The console's own words. One language is loaded at a time; names of stages and fields come from the API. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "@perennial/ui";
import type { Texts } from "./en";

const load: Record<Language, () => Promise<{ texts: Texts }>> = {
  "zh-CN": () => import("./zh-CN"),
  en: () => import("./en"),
};

export async function startTexts(language: Language): Promise<void> {
  const { texts } = await load[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: texts } },
    fallbackLng: false,
    interpolation: { escapeValue: false },
  });
}

export async function changeTexts(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    const { texts } = await load[language]();
    i18next.addResourceBundle(language, "translation", texts);
  }
  await i18next.changeLanguage(language);
}

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: Texts };
  }
}
