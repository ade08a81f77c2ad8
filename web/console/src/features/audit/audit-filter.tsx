import { Button, DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ALL, type AuditState } from "./audit-state";
import { useWhats } from "./what";

type Props = { state: AuditState; onChange: (by: Partial<AuditState>) => void };

export function AuditFilter({ state, onChange }: Props) {
  const { t } = useTranslation();
  const whats = useWhats();
  const any = state.who || state.what || state.member || state.from || state.to;
  const day = (name: "from" | "to") => (
    <span data-field={name}>
      <DatePicker
        aria-label={t(`audit.filter.${name}`)}
        placeholder={t(`audit.filter.${name}`)}
        value={state[name] ? dayjs(state[name]) : null}
        onChange={(chosen) => onChange({ [name]: chosen ? chosen.format("YYYY-MM-DD") : null })}
      />
    </span>
  );
  return (
    <div className="audit-filter" role="search">
      <Typed key={`who ${state.who}`} label={t("audit.filter.who")} value={state.who} onDone={(who) => onChange({ who })} />
      <Select
        className="audit-what"
        aria-label={t("audit.filter.what")}
        placeholder={t("audit.filter.what")}
        value={state.what || null}
        options={whats}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        onChange={(what: string | null) => onChange({ what: what ?? "" })}
      />
      <Typed key={`member ${state.member}`} label={t("audit.filter.member")} value={state.member} onDone={(member) => onChange({ member })} />
      {day("from")}
      {day("to")}
      {any && <Button onClick={() => onChange(ALL)}>{t("audit.filter.reset")}</Button>}
    </div>
  );
}

/** Asks when the typing is done. */
function Typed({ label, value, onDone }: { label: string; value: string; onDone: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const done = () => typed.trim() !== value && onDone(typed.trim());
  return (
    <Input
      className="audit-typed"
      aria-label={label}
      placeholder={label}
      value={typed}
      allowClear
      onChange={(event) => {
        setTyped(event.target.value);
        if (event.target.value === "" && value) onDone("");
      }}
      onBlur={done}
      onPressEnter={done}
    />
  );
}
