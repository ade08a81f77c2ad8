/** One stage: its rule as a sentence, and opened its names, group, place and condition. */
import { Button, Input, Select } from "antd";
import { ArrowDown, ArrowUp, ChevronDown, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { PolicyVersion } from "@perennial/api-client";
import { useWords } from "../../app/words";
import { RuleEditor } from "../conditions/rule-editor";
import { movedStage, withoutStage, withStage, type Draft } from "./draft";

type Props = {
  draft: Draft;
  at: number;
  rule: PolicyVersion["stages"][number] | undefined;
  problems: { pointer: string; detail: string; detail_zh: string }[];
  open: boolean;
  onOpen: (open: boolean) => void;
  onChange: (draft: Draft) => void;
};

export function StageEditor({ draft, at, rule, problems, open, onOpen, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const stage = draft.stages[at]!;
  const last = at === draft.stages.length - 1;
  const name = words(stage.name);
  const label = (language: "en" | "zh") => (
    <label>
      {t(`policies.stages.name.${language}`)}
      <Input value={stage.name[language]} onChange={(event) => onChange(withStage(draft, stage.id, { name: { ...stage.name, [language]: event.target.value } }))} />
    </label>
  );
  return (
    <li data-stage={stage.id} data-open={open || undefined}>
      <div className="policy-stage-head">
        <button type="button" className="policy-stage-toggle" aria-expanded={open} onClick={() => onOpen(!open)}>
          <ChevronDown size={15} aria-hidden="true" />
          <strong>{name}</strong>
          <span className="soft">{rule && rule.when === (stage.when ?? null) ? words(rule.sentence) : (stage.when ?? t("policies.stages.catch_all"))}</span>
        </button>
        {!last && (
          <span className="policy-stage-tools">
            <Button type="text" size="small" disabled={at === 0} icon={<ArrowUp size={14} aria-hidden="true" />} aria-label={t("policies.stages.earlier", { name })} onClick={() => onChange(movedStage(draft, at, -1))} />
            <Button type="text" size="small" disabled={at >= draft.stages.length - 2} icon={<ArrowDown size={14} aria-hidden="true" />} aria-label={t("policies.stages.later", { name })} onClick={() => onChange(movedStage(draft, at, 1))} />
          </span>
        )}
      </div>
      {!open && problems.map((problem) => (
        <p key={problem.pointer} className="policy-problem">
          {i18n.language.startsWith("zh") ? problem.detail_zh : problem.detail}
        </p>
      ))}
      {open && (
        <div className="policy-stage-body">
          <div className="policy-stage-names">
            {label("zh")}
            {label("en")}
            <label>
              {t("policies.stages.group")}
              <Select
                aria-label={t("policies.stages.group")}
                value={stage.group}
                options={draft.groups.map((group) => ({ value: group.id, label: words(group.name) }))}
                onChange={(group) => onChange(withStage(draft, stage.id, { group }))}
              />
            </label>
          </div>
          {stage.when === undefined ? (
            <p className="soft">{t("policies.stages.catch_all")}</p>
          ) : (
            <RuleEditor
              id={`rule-${stage.id}`}
              label={t("policies.stages.rule", { name })}
              text={stage.when}
              definitions={draft.let ?? []}
              onChange={(when) => onChange(withStage(draft, stage.id, { when }))}
            />
          )}
          {!last && (
            <Button size="small" icon={<Trash2 size={14} aria-hidden="true" />} onClick={() => onChange(withoutStage(draft, stage.id))}>
              {t("policies.stages.remove")}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
