/** The fields of the join form, in the order in which they are asked. */
import { Button, Checkbox, Select } from "antd";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FieldDefinition, JoinForm } from "@perennial/api-client";
import { useWords } from "../../app/words";
import { JoinBounds } from "./join-bounds";
import { useFieldDefinitions } from "./profile-settings-queries";
import { WordsInput, Wrong } from "./words-input";

type Change = (part: Partial<JoinForm>) => void;

export function JoinFields({ form, change, error }: { form: JoinForm; change: Change; error: unknown }) {
  const { t } = useTranslation();
  const words = useWords();
  const defined = useFieldDefinitions().data;
  const { fields } = form;
  const left = [...(defined?.base ?? []), ...(defined?.fields ?? [])].filter(({ id }) => !fields.some((field) => field.id === id));
  const set = (at: number, part: Partial<JoinForm["fields"][number]>) => change({ fields: fields.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  const move = (at: number, to: number) => change({ fields: fields.map((one, n) => fields[n === at ? to : n === to ? at : n] ?? one) });
  return (
    <fieldset>
      <legend>{t("profile.settings.join_fields")}</legend>
      {fields.map((field, at) => (
        <div key={field.id} className="block">
          <div className="block-head">
            <strong>{words(field.field.label)}</strong>
            <span className="row-actions">
              <Button size="small" aria-label={`${t("profile.settings.up")}: ${words(field.field.label)}`} disabled={at === 0} icon={<ArrowUp size={13} />} onClick={() => move(at, at - 1)} />
              <Button size="small" aria-label={`${t("profile.settings.down")}: ${words(field.field.label)}`} disabled={at === fields.length - 1} icon={<ArrowDown size={13} />} onClick={() => move(at, at + 1)} />
              <Button size="small" onClick={() => change({ fields: fields.filter((_, n) => n !== at) })}>
                {t("profile.settings.drop")}
              </Button>
            </span>
          </div>
          <div className="row-actions">
            <Checkbox checked={field.required} onChange={(event) => set(at, { required: event.target.checked })}>
              {t("profile.settings.required")}
            </Checkbox>
            <Checkbox checked={field.later} onChange={(event) => set(at, { later: event.target.checked })}>
              {t("profile.settings.later")}
            </Checkbox>
          </div>
          <WordsInput id={`join-field-${at}`} label={t("profile.settings.what_for")} value={field.purpose} onChange={(purpose) => set(at, { purpose })} error={error} pointer={`/fields/${at}/purpose`} />
          <JoinBounds at={at} field={field} set={(part) => set(at, part)} error={error} />
          <Wrong error={error} pointer={`/fields/${at}/id`} />
        </div>
      ))}
      <Wrong error={error} pointer="/fields" />
      <Select
        id="join-field-add"
        aria-label={t("profile.settings.join_field_add")}
        placeholder={t("profile.settings.join_field_add")}
        value={null}
        options={left.map((field) => ({ value: field.id, label: words(field.label) }))}
        onChange={(id: string) => change({ fields: [...fields, ...left.filter((field) => field.id === id).map(asked)] })}
      />
    </fieldset>
  );
}

function asked(field: FieldDefinition): JoinForm["fields"][number] {
  return { id: field.id, required: field.id === "phone", later: false, purpose: { en: "", zh: "" }, min: null, max: null, field };
}
