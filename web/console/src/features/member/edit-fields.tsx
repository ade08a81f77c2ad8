/** Setting a member's fields by hand: only what was changed is sent, and the server says what is no value of its field. */
import { Button, DatePicker, Input, Modal, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, type KnownField } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { useWords } from "../../app/words";
import { type FieldValues, useSetFields } from "./profile-queries";

export function EditFields({ member, fields, onClose }: { member: string; fields: KnownField[]; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const [changed, setChanged] = useState<FieldValues>({});
  const save = useSetFields(member);
  const wrong = (id: string) => save.error instanceof ApiError && save.error.at(`/fields/${id}`, i18n.language);
  const some = Object.keys(changed).length > 0;
  const told = fields.some((known) => wrong(known.field.id));
  return (
    <Modal
      open
      title={t("profile.edit_title")}
      okText={t("profile.save")}
      cancelText={t("profile.cancel")}
      okButtonProps={{ disabled: !some }}
      confirmLoading={save.isPending}
      onOk={() => save.mutate(changed, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <div className="edit-fields">
        {fields.map((known) => {
          const { id, label, personal } = known.field;
          const set = (value: unknown) => setChanged((held) => ({ ...held, [id]: value as FieldValues[string] }));
          return (
            <div key={id}>
              <label htmlFor={`field-${id}`}>{words(label)}</label>
              <div className="edit-line">
                <ValueInput known={known} value={id in changed ? changed[id] : undefined} set={set} />
                <Button disabled={known.value === null || changed[id] === null} onClick={() => set(null)}>
                  {t("profile.clear")}
                </Button>
              </div>
              {personal && <small className="soft">{t("profile.personal_hint")}</small>}
              {changed[id] === null && <small className="soft">{t("profile.cleared")}</small>}
              {wrong(id) && (
                <small className="field-wrong" role="alert">
                  {wrong(id)}
                </small>
              )}
            </div>
          );
        })}
      </div>
      {save.error && !told && <Failure error={save.error} />}
    </Modal>
  );
}

type InputProps = { known: KnownField; value: FieldValues[string] | undefined; set: (value: unknown) => void };

/** What was known stands in the field, but for personal values, which are masked. */
function ValueInput({ known, value, set }: InputProps) {
  const { t } = useTranslation();
  const words = useWords();
  const { id, type, personal, choices } = known.field;
  const held = value === undefined && !personal ? known.value : value;
  const name = `field-${id}`;
  const options = choices.map((choice) => ({ value: choice.id, label: words(choice.label) }));
  switch (type) {
    case "boolean": {
      const flags = [
        { value: true, label: t("member.profile.yes") },
        { value: false, label: t("member.profile.no") },
      ];
      return <Select id={name} value={held as boolean | null} options={flags} onChange={set} />;
    }
    case "choice":
      return <Select id={name} value={held as string | null} options={options} onChange={set} />;
    case "multi_choice":
      return <Select id={name} mode="multiple" value={(held as string[] | null) ?? []} options={options} onChange={set} />;
    case "date":
      return (
        <DatePicker
          id={name}
          value={typeof held === "string" ? dayjs(held) : null}
          onChange={(day) => set(day ? day.format("YYYY-MM-DD") : null)}
        />
      );
    default: {
      const text = typeof held === "object" && held !== null ? amount(held) : (held ?? "");
      return (
        <Input
          id={name}
          value={String(text)}
          placeholder={personal && known.value !== null ? String(known.value) : undefined}
          inputMode={type === "text" ? undefined : "decimal"}
          onChange={(event) => set(event.target.value)}
        />
      );
    }
  }
}

const amount = (money: unknown) => {
  const { minor, scale } = money as { minor: number; scale: number };
  return (minor / 10 ** scale).toFixed(scale);
};
