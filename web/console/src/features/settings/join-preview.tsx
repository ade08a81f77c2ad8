/** The form as a member sees it, in one language: a picture, nothing of it can be filled in. */
import { useTranslation } from "react-i18next";
import type { JoinForm } from "@perennial/api-client";

export function JoinPreview({ form, lang }: { form: JoinForm; lang: "en" | "zh" }) {
  const { t } = useTranslation();
  return (
    <section className="join-preview" lang={lang === "zh" ? "zh-CN" : "en"} aria-label={t(`profile.preview.${lang}`)}>
      <p className="soft">{t(`profile.preview.${lang}`)}</p>
      <h3>{form.title[lang] || t("profile.preview.untitled")}</h3>
      <ul>
        {form.fields
          .filter((field) => !field.later)
          .map((field) => (
            <li key={field.id}>
              <span>
                {field.field.label[lang]}
                {field.required && " *"}
              </span>
              <small>{field.purpose[lang]}</small>
            </li>
          ))}
        {form.consents.map((consent) => (
          <li key={`${consent.purpose} ${consent.channel}`}>
            <span>
              ☐ {consent.name[lang]}
              {consent.required && " *"}
            </span>
            <small>{consent.text[lang]}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
