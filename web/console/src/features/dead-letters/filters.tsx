import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { DeadLetterPage } from "@perennial/api-client";
import { useFormat } from "../../app/words";
import { STATES, type LetterState } from "./list-state";

type Props = { groups: DeadLetterPage["groups"]; state: LetterState; onChange: (by: Partial<LetterState>) => void };

/** State, source and reason; each choice says how many letters it leads to. */
export function LetterFilters({ groups, state, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = (fits: (group: Props["groups"][number]) => boolean) => groups.filter(fits).reduce((sum, group) => sum + group.letters, 0);
  const choices = (key: "source" | "code", all: string) => {
    const found = [...new Set([...groups.filter((group) => group.state === state.state).map((group) => group[key]), state[key]].filter(Boolean))].sort();
    const options = found.map((value) => ({ value, label: `${value} (${format.count(count((group) => group[key] === value && group.state === state.state))})` }));
    return [{ value: "", label: all }, ...options];
  };
  return (
    <div className="letter-filters">
      <Segmented
        aria-label={t("letters.state.label")}
        value={state.state}
        onChange={(value) => onChange({ state: value })}
        options={STATES.map((value) => ({ value, label: `${t(`letters.state.${value}`)} ${format.count(count((group) => group.state === value))}` }))}
      />
      <Select
        aria-label={t("letters.column.source")}
        popupMatchSelectWidth={false}
        value={state.source}
        options={choices("source", t("letters.all_sources"))}
        onChange={(source) => onChange({ source })}
      />
      <Select
        aria-label={t("letters.reason")}
        popupMatchSelectWidth={false}
        value={state.code}
        options={choices("code", t("letters.all_reasons"))}
        onChange={(code) => onChange({ code })}
      />
    </div>
  );
}
