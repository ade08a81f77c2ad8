/** Base fields and the brand's own: what is known, and which source said so. */
import { Button } from "antd";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { KnownField } from "@perennial/api-client";
import { NOTHING, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { useMay } from "../session/queries";
import { EditFields } from "./edit-fields";
import { useKnownFields } from "./profile-queries";

export function KnownFields({ member, erased }: { member: string; erased: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const fields = useKnownFields(member);
  const [editing, setEditing] = useState(false);
  const edit = !erased && may("operate") && (
    <Button size="small" icon={<Pencil size={13} aria-hidden="true" />} disabled={!fields.data} onClick={() => setEditing(true)}>
      {t("profile.edit")}
    </Button>
  );
  return (
    <Panel id="member-fields" title={t("profile.fields.title")} note={t("profile.fields.note")} actions={edit}>
      <Answer of={fields}>{(list) => <List fields={list} />}</Answer>
      {editing && fields.data && <EditFields member={member} fields={fields.data} onClose={() => setEditing(false)} />}
    </Panel>
  );
}

function List({ fields }: { fields: KnownField[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const show = useShownValue();
  const said = fields.filter((known) => known.from !== null);
  if (said.length === 0) return <p className="soft">{t("profile.fields.none")}</p>;
  return (
    <dl className="facts-list">
      {said.map((known) => (
        <div key={known.field.id}>
          <dt title={known.field.id}>{words(known.field.label)}</dt>
          <dd>
            {show(known)}
            {known.from && (
              <small title={known.from.fact}>
                {t("profile.fields.from", { source: known.from.source, day: format.dayOf(known.from.occurred_at) })}
              </small>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Values as people read them: choices by their names, money with its currency. */
export function useShownValue() {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  return ({ field, value }: KnownField): string => {
    const called = (id: unknown) => {
      const choice = field.choices.find((one) => one.id === id);
      return choice ? words(choice.label) : String(id);
    };
    if (value === null || value === undefined) return NOTHING;
    if (typeof value === "boolean") return value ? t("member.profile.yes") : t("member.profile.no");
    if (Array.isArray(value)) return value.map(called).join(format.language === "en" ? ", " : "、") || NOTHING;
    if (typeof value === "object") return format.money(value as Parameters<typeof format.money>[0]);
    return field.type === "choice" ? called(value) : String(value);
  };
}
