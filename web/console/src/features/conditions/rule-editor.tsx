/** A condition as text and as boxes: two views of one meaning, which is the server's. */
import { Input, Segmented } from "antd";
import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, asObject, body } from "@perennial/api-client";
import { useWords } from "../../app/words";
import { Builder } from "./builder";
import { ConditionProblems } from "./condition-problems";
import { useCatalog, useUnderstood, type Definition } from "./queries";
import type { Group } from "./tree";
import "./builder.css";

type Props = { id: string; label: string; text: string; definitions: Definition[]; readOnly?: boolean; onChange: (text: string) => void };

export function RuleEditor({ id, label, text, definitions, readOnly, onChange }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const [view, setView] = useState<"text" | "builder">("text");
  const { understood } = useUnderstood(text, definitions);
  const catalog = useCatalog().data;
  const built = useMutation({
    mutationFn: (tree: Group) => body(api.POST("/api/v1/conditions", { body: { tree: asObject(tree), definitions } })),
    onSuccess: (answer) => {
      if (answer.text) onChange(answer.text);
    },
  });
  const wrong = understood && understood.problems.length > 0;
  const tree = understood?.tree as Group | null | undefined;
  const refused = built.data && built.data.problems.length > 0 ? built.data.problems : undefined;
  return (
    <div className="rule-editor">
      {!readOnly && (
        <Segmented
          size="small"
          aria-label={t("conditions.view", { name: label })}
          value={view}
          onChange={(next: "text" | "builder") => setView(next)}
          options={[
            { value: "text", label: t("conditions.text") },
            { value: "builder", label: t("conditions.builder"), disabled: Boolean(wrong) },
          ]}
        />
      )}
      {view === "text" || !tree || !catalog ? (
        <Input.TextArea
          id={id}
          className="code"
          aria-label={label}
          autoSize={{ minRows: 1, maxRows: 8 }}
          spellCheck={false}
          readOnly={readOnly}
          status={wrong ? "error" : undefined}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <Builder group={tree} catalog={catalog} onChange={(next) => built.mutate(next)} />
      )}
      <div aria-live="polite">
        {wrong && <ConditionProblems text={text.trim()} problems={understood.problems} onTake={onChange} />}
        {!wrong && refused && view === "builder" && <ConditionProblems text="" problems={refused} />}
        {!wrong && understood?.sentence && <p className="condition-sentence">{words(understood.sentence)}</p>}
      </div>
    </div>
  );
}
