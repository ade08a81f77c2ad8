/** Personal values in clear: for whoever may, for a reason that stands in the audit trail. What was shown is gone when the dialog closes. */
import { Button, Checkbox, Input, Modal } from "antd";
import { Eye } from "lucide-react";
import { useId, useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, type MemberDetail, type RevealedValue } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { useMay } from "../session/queries";
import { useIdentityType } from "../people/identity-type";

const REASON_CHARS_MIN = 4;
const REASON_CHARS_MAX = 200;

/** The button, where there is something masked and the one signed in may see it. */
export function Reveal({ detail }: { detail: MemberDetail }) {
  const { t } = useTranslation();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const fields = masked(detail);
  if (fields.length === 0 || !may("reveal")) return null;
  return (
    <>
      <Button size="small" data-testid="reveal" icon={<Eye size={14} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("member.reveal.open")}
      </Button>
      {open && <Dialog member={detail.member} fields={fields} onClose={() => setOpen(false)} />}
    </>
  );
}

/** A masked value has stars in it. */
function masked(detail: MemberDetail): string[] {
  const types = detail.identities.filter(({ value }) => value.includes("*")).map(({ type }) => type);
  return [...(detail.name?.includes("*") ? ["name"] : []), ...new Set(types)];
}

function Dialog({ member, fields, onClose }: { member: string; fields: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const typeName = useIdentityType();
  const called = (field: string) => (field === "name" ? t("member.reveal.name") : typeName(field));
  const [asked, setAsked] = useState(fields.slice(0, 1));
  const [reason, setReason] = useState("");
  const reveal = useMutation({
    mutationFn: () => body(api.POST("/api/v1/members/{member}/reveal", { params: { path: { member } }, body: { fields: asked, reason: reason.trim() } })),
    gcTime: 0,
  });
  const ready = asked.length > 0 && reason.trim().length >= REASON_CHARS_MIN;
  const foot = reveal.data
    ? { okText: t("member.reveal.done"), onOk: onClose, footer: (_: unknown, { OkBtn }: { OkBtn: React.FC }) => <OkBtn /> }
    : { okText: t("member.reveal.show"), onOk: () => reveal.mutate(), okButtonProps: { disabled: !ready, loading: reveal.isPending } };
  return (
    <Modal open title={t("member.reveal.title")} onCancel={onClose} {...foot}>
      {reveal.data ? (
        <Shown values={reveal.data.values} called={called} />
      ) : (
        <div className="reveal-form">
          <p>{t("member.reveal.note")}</p>
          <Checkbox.Group value={asked} onChange={setAsked} options={fields.map((field) => ({ value: field, label: called(field) }))} />
          <label htmlFor={id}>{t("member.reveal.reason")}</label>
          <Input id={id} autoFocus value={reason} maxLength={REASON_CHARS_MAX} placeholder={t("member.reveal.such_as")} onChange={(event) => setReason(event.target.value)} onPressEnter={() => ready && reveal.mutate()} />
          {reveal.error && <Failure error={reveal.error} />}
        </div>
      )}
    </Modal>
  );
}

function Shown({ values, called }: { values: RevealedValue[]; called: (field: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (values.length === 0) return <p>{t("member.reveal.none")}</p>;
  return (
    <dl className="facts-list" data-testid="revealed">
      {values.map(({ field, value, since }) => (
        <div key={`${field} ${value}`}>
          <dt>{called(field)}</dt>
          <dd>
            {value}
            <small>{t("member.identities.since", { day: format.dayOf(since) })}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
