/** The fields of the join form, in the order in which they are asked. */
import { Button, Checkbox, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldDefinition, JoinForm } from "@perennial/api-client";
import { useWords } from "../../app/words";
import { useFieldDefinitions } from "./profile-settings-queries";
import { WordsInput, Wrong } from "./words-input";

const BASE = ["phone", "email", "name", "gender", "birth_year", "city", "address"] as const;
type Change = (part: Partial<JoinForm>) => void;

export function JoinFields({ form, change, error }: { form: JoinForm; change: Change; error: unknown }) {
  const { t } = useTranslation();
  const words = useWords();
  const own = useFieldDefinitions().data?.fields ?? [];
  const { fields } = form;
  const nameOf = (id: string) => {
    const base = BASE.find((one) => one === id);
    const field = own.find((one) => one.id === id);
    return base ? t(`profile.base.${base}`) : field ? words(field.label) : id;
  };
  const left = [...BASE, ...own.map(({ id }) => id)].filter((id) => !fields.some((field) => field.id === id));
  const set = (at: number, part: Partial<JoinForm["fields"][number]>) => change({ fields: fields.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  const add = (id: string) => change({ fields: [...fields, asked(id, own)] });
  return (
    <fieldset>
      <legend>{t("profile.settings.join_fields")}</legend>
      {fields.map((field, at) => (
        <div key={field.id} className="block">
          <strong>{nameOf(field.id)}</strong>
          <div className="row-actions">
            <Checkbox checked={field.required} onChange={(event) => set(at, { required: event.target.checked })}>
              {t("profile.settings.required")}
            </Checkbox>
            <Checkbox checked={field.later} onChange={(event) => set(at, { later: event.target.checked })}>
              {t("profile.settings.later")}
            </Checkbox>
            <Button size="small" onClick={() => change({ fields: fields.filter((_, n) => n !== at) })}>
              {t("profile.settings.drop")}
            </Button>
          </div>
          <WordsInput id={`join-field-${at}`} label={t("profile.settings.what_for")} value={field.purpose} onChange={(purpose) => set(at, { purpose })} error={error} pointer={`/fields/${at}/purpose`} />
          <Wrong error={error} pointer={`/fields/${at}/id`} />
        </div>
      ))}
      <Wrong error={error} pointer="/fields" />
      <Select
        aria-label={t("profile.settings.join_field_add")}
        placeholder={t("profile.settings.join_field_add")}
        value={null}
        options={left.map((id) => ({ value: id, label: nameOf(id) }))}
        onChange={(id: string) => add(id)}
      />
    </fieldset>
  );
}

function asked(id: string, own: FieldDefinition[]): JoinForm["fields"][number] {
  const words = { en: "", zh: "" };
  const field = own.find((one) => one.id === id) ?? { id, type: "text", label: words, personal: true, choices: [] };
  return { id, required: id === "phone", later: false, purpose: words, min: null, max: null, field };
}
