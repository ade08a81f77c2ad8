/** One rule of a condition: a field or a windowed count, an operator, a value. A rule of another kind says that it is edited as text. */
import { Button, Input, InputNumber, Select } from "antd";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConditionCatalog } from "@perennial/api-client";
import { useWords } from "../../app/words";
import { isAggregate, isSimple, operatorsOf, readValue, showValue, withOperator, type Aggregate, type Rule, type Value } from "./tree";

type Props = { rule: Rule; catalog: ConditionCatalog; onChange: (rule: Rule) => void; onRemove?: () => void };
const SUMMARIES = ["count", "sum", "average", "first", "last"] as const;
const WORDED = ["between", "notBetween", "in", "notIn", "null", "notNull", "holds", "beginsWith", "contains", "endsWith"] as const;

export function BuilderRule({ rule, catalog, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const aggregate = isAggregate(rule.operand) ? rule.operand : undefined;
  const field = catalog.fields.find((one) => one.name === rule.field);
  const type = aggregate ? typeOf(aggregate, catalog) : (field?.type ?? "int");
  const remove = onRemove && <Button type="text" size="small" icon={<Trash2 size={14} aria-hidden="true" />} aria-label={t("conditions.remove")} onClick={onRemove} />;
  if (!isSimple(rule)) {
    return (
      <div className="builder-rule">
        <span className="soft">{t("conditions.as_text")}</span>
        {remove}
      </div>
    );
  }
  const fields = catalog.fields.map((one) => ({ value: one.name, label: words(one.label) }));
  const facts = catalog.facts.map((one) => ({ value: `fact ${one.name}`, label: t("conditions.over", { fact: words(one.label) }) }));
  const choose = (value: string) => {
    if (value.startsWith("fact ")) onChange({ field: "expression", operator: ">=", valueSource: "value", value: 1, operand: { aggregate: "count", fact: value.slice(5), days: 90, endingDaysAgo: 0 } });
    else onChange({ ...withOperator({ field: value, operator: "=" , value: rule.value }, operatorsOf(catalog.fields.find((one) => one.name === value)?.type ?? "int").includes(rule.operator) ? rule.operator : "=") });
  };
  const operators = operatorsOf(type).map((value) => {
    const worded = WORDED.find((one) => one === value);
    return { value, label: worded ? t(`conditions.operator.${worded}`) : value };
  });
  const values = Array.isArray(rule.value) ? (rule.value as Value[]) : rule.value === undefined ? [] : [rule.value as Value];
  const put = (at: number, value: Value) => onChange({ ...rule, value: Array.isArray(rule.value) ? values.map((held, place) => (place === at ? value : held)) : value });
  return (
    <div className="builder-rule">
      <Select
        className="builder-field"
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={false}
        aria-label={t("conditions.field")}
        value={aggregate ? `fact ${aggregate.fact}` : rule.field}
        options={[...fields, ...facts]}
        onChange={choose}
      />
      {aggregate && <Window aggregate={aggregate} catalog={catalog} onChange={(operand) => onChange({ ...rule, operand })} />}
      <Select className="builder-operator" popupMatchSelectWidth={false} aria-label={t("conditions.comparison")} value={rule.operator} options={operators} onChange={(operator) => onChange(withOperator(rule, operator))} />
      {values.map((value, at) => (
        <Typed key={at} value={value} label={t("conditions.value")} onChange={(text) => put(at, readValue(text, type))} />
      ))}
      {remove}
    </div>
  );
}

function typeOf(aggregate: Aggregate, catalog: ConditionCatalog): string {
  if (aggregate.aggregate === "count") return "int";
  if (aggregate.aggregate === "first" || aggregate.aggregate === "last") return "day";
  return catalog.facts.find((fact) => fact.name === aggregate.fact)?.fields.find((field) => field.name === aggregate.measure)?.type ?? "decimal";
}

function Window({ aggregate, catalog, onChange }: { aggregate: Aggregate; catalog: ConditionCatalog; onChange: (aggregate: Aggregate) => void }) {
  const { t } = useTranslation();
  const measures = catalog.facts.find((fact) => fact.name === aggregate.fact)?.fields.filter((field) => field.type === "money" || field.type === "int" || field.type === "decimal") ?? [];
  const summaries = SUMMARIES.filter((one) => measures.length > 0 || (one !== "sum" && one !== "average"));
  const summarise = (summary: string) => {
    const rest = { ...aggregate, aggregate: summary };
    delete rest.measure;
    const measured = summary === "sum" || summary === "average";
    onChange(measured ? { ...rest, measure: measures[0]?.name } : rest);
  };
  return (
    <>
      <Select popupMatchSelectWidth={false} aria-label={t("conditions.summary")} value={aggregate.aggregate} options={summaries.map((value) => ({ value, label: t(`conditions.summaries.${value}`) }))} onChange={summarise} />
      <span className="builder-days">
        {t("conditions.within")}
        <InputNumber
          aria-label={t("conditions.days")}
          min={1}
          max={36500}
          value={aggregate.days ?? null}
          placeholder={t("conditions.ever")}
          onChange={(days) => {
            if (days !== null) return onChange({ ...aggregate, days, endingDaysAgo: aggregate.endingDaysAgo ?? 0 });
            const rest = { ...aggregate };
            delete rest.days;
            delete rest.endingDaysAgo;
            onChange(rest);
          }}
        />
        {t("conditions.days")}
      </span>
    </>
  );
}

/** Typed in peace, told when left or confirmed. */
function Typed({ value, label, onChange }: { value: Value; label: string; onChange: (text: string) => void }) {
  const shown = showValue(value);
  const [typed, setTyped] = useState<string | null>(null);
  const tell = () => {
    if (typed !== null && typed !== shown) onChange(typed);
    setTyped(null);
  };
  return <Input className="builder-value" aria-label={label} value={typed ?? shown} onChange={(event) => setTyped(event.target.value)} onBlur={tell} onPressEnter={tell} />;
}
