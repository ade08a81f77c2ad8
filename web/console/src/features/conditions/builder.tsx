/** A condition as boxes: a widget only. Every change goes to the server as a tree, and what comes back is what it means. */
import { Button, Checkbox, Segmented } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ConditionCatalog } from "@perennial/api-client";
import { BuilderRule } from "./builder-rule";
import { isGroup, replaced, type Group, type Node } from "./tree";

type Props = { group: Group; catalog: ConditionCatalog; depth?: number; onChange: (group: Group) => void; onRemove?: () => void };

export function Builder({ group, catalog, depth = 0, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const first = catalog.fields[0]?.name ?? "recency";
  const rule = (): Node => ({ field: first, operator: ">=", valueSource: "value", value: 1 });
  const change = (at: number, node: Node | null) => onChange(replaced(group, at, node));
  return (
    <div className="builder" role="group" aria-label={t("conditions.group")} data-depth={depth}>
      <div className="builder-head">
        <Segmented
          size="small"
          aria-label={t("conditions.combinator")}
          value={group.combinator}
          onChange={(combinator: "and" | "or") => onChange({ ...group, combinator })}
          options={[
            { value: "and", label: t("conditions.and") },
            { value: "or", label: t("conditions.or") },
          ]}
        />
        <Checkbox checked={group.not} onChange={(event) => onChange({ ...group, not: event.target.checked })}>
          {t("conditions.not")}
        </Checkbox>
        {onRemove && <Button type="text" size="small" icon={<Trash2 size={14} aria-hidden="true" />} aria-label={t("conditions.remove")} onClick={onRemove} />}
      </div>
      {group.rules.map((node, at) =>
        isGroup(node) ? (
          <Builder key={at} group={node} catalog={catalog} depth={depth + 1} onChange={(next) => change(at, next)} onRemove={() => change(at, null)} />
        ) : (
          <BuilderRule key={at} rule={node} catalog={catalog} onChange={(next) => change(at, next)} onRemove={group.rules.length > 1 ? () => change(at, null) : undefined} />
        ),
      )}
      <div className="builder-foot">
        <Button size="small" icon={<Plus size={14} aria-hidden="true" />} onClick={() => onChange({ ...group, rules: [...group.rules, rule()] })}>
          {t("conditions.add_rule")}
        </Button>
        {depth < 2 && (
          <Button size="small" onClick={() => onChange({ ...group, rules: [...group.rules, { combinator: "or", not: false, rules: [rule(), rule()] }] })}>
            {t("conditions.add_group")}
          </Button>
        )}
      </div>
    </div>
  );
}
