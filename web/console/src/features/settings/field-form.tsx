/** One custom field: new, or its label and choices anew. Type and sealing are settled with the first version. */
import { Button, Checkbox, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldDefinition } from "@perennial/api-client";
import { usePutFields } from "./profile-settings-queries";
import { NamedLine, NotSaved, WordsInput, Wrong } from "./words-input";

const TYPES = ["text", "number", "money", "date", "boolean", "choice", "multi_choice"] as const;
const EMPTY: FieldDefinition = { id: "", type: "text", label: { en: "", zh: "" }, personal: true, choices: [] };

export function FieldForm({ fields, at, onClose }: { fields: FieldDefinition[]; at: number; onClose: () => void }) {
  const { t } = useTranslation();
  const known = fields[at];
  const [field, setField] = useState<FieldDefinition>(known ?? EMPTY);
  const put = usePutFields();
  const change = (part: Partial<FieldDefinition>) => setField((held) => ({ ...held, ...part }));
  const pointer = `/fields/${at}`;
  const chosen = field.type === "choice" || field.type === "multi_choice";
  const save = () => put.mutate([...fields.slice(0, at), { ...field, choices: chosen ? field.choices : [] }, ...fields.slice(at + 1)], { onSuccess: onClose });
  return (
    <Modal
      open
      title={t(known ? "profile.settings.field_edit" : "profile.settings.field_add")}
      okText={t("profile.save")}
      cancelText={t("profile.cancel")}
      confirmLoading={put.isPending}
      onOk={save}
      onCancel={onClose}
    >
      <div className="profile-form">
        <WordsInput id="field-label" label={t("profile.settings.label")} value={field.label} onChange={(label) => change({ label })} error={put.error} pointer={`${pointer}/label`} />
        <label htmlFor="field-id">{t("profile.settings.id")}</label>
        <Input id="field-id" value={field.id} disabled={Boolean(known)} onChange={(event) => change({ id: event.target.value })} />
        <small>{t("profile.settings.id_hint")}</small>
        <Wrong error={put.error} pointer={`${pointer}/id`} />
        <label htmlFor="field-type">{t("profile.settings.type")}</label>
        <Select
          id="field-type"
          value={field.type}
          disabled={Boolean(known)}
          options={TYPES.map((type) => ({ value: type, label: t(`profile.type.${type}`) }))}
          onChange={(type) => change({ type, personal: type === "text" })}
        />
        <Checkbox checked={field.personal} disabled={Boolean(known)} onChange={(event) => change({ personal: event.target.checked })}>
          {t("profile.settings.personal_is")}
        </Checkbox>
        <small>{t("profile.settings.personal_hint")}</small>
        {chosen && <Choices field={field} change={change} error={put.error} pointer={`${pointer}/choices`} />}
        <Wrong error={put.error} pointer={`${pointer}/choices`} />
      </div>
      <NotSaved error={put.error} />
    </Modal>
  );
}

type ChoicesProps = { field: FieldDefinition; change: (part: Partial<FieldDefinition>) => void; error: unknown; pointer: string };

function Choices({ field, change, error, pointer }: ChoicesProps) {
  const { t } = useTranslation();
  const { choices } = field;
  const set = (at: number, part: Partial<(typeof choices)[number]>) => change({ choices: choices.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  return (
    <fieldset>
      <legend>{t("profile.settings.choices")}</legend>
      {choices.map((choice, at) => (
        <NamedLine
          key={at}
          id={`choice-${at}`}
          value={{ id: choice.id, words: choice.label }}
          onChange={({ id, words }) => set(at, { id, label: words })}
          onDrop={() => change({ choices: choices.filter((_, n) => n !== at) })}
          error={error}
          pointer={`${pointer}/${at}`}
          part="label"
        />
      ))}
      <Button onClick={() => change({ choices: [...choices, { id: "", label: { en: "", zh: "" } }] })}>{t("profile.settings.choice_add")}</Button>
    </fieldset>
  );
}
