/** A model's document while it is edited: stages in the order of testing, and at the side what it would do. */
import { Button } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Policy, PolicyVersion } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Decide, SaveDraft } from "./decide";
import { addedStage, isSame, type Draft } from "./draft";
import { useCheck } from "./queries";
import { StageEditor } from "./stage-editor";
import { Trials } from "./trials";

type Props = { policy: Policy; row: Policy["versions"][number]; version: PolicyVersion; onSaved: (version: number) => void };

export function Editor({ policy, row, version, onSaved }: Props) {
  const { t, i18n } = useTranslation();
  const kept = version.document as unknown as Draft;
  const [draft, setDraft] = useState(kept);
  const [open, setOpen] = useState<string | null>(null);
  const changed = !isSame(draft, kept);
  const checked = useCheck(changed ? draft : null);
  const problems = changed ? (checked.data?.problems ?? []) : [];
  const sound = !changed || (checked.data !== undefined && problems.length === 0);
  const about = (at: number) => problems.filter((problem) => problem.pointer.startsWith(`/stages/${at}/`));
  const rest = problems.filter((problem) => !problem.pointer.startsWith("/stages/"));
  return (
    <div className="policy-columns">
      <Panel
        id="policy-stages"
        title={t("policies.stages.title")}
        note={t("policies.stages.note")}
        actions={
          changed ? (
            <>
              <Button onClick={() => setDraft(kept)}>{t("policies.revert")}</Button>
              <SaveDraft model={policy.id} draft={draft} disabled={!sound} onSaved={onSaved} />
            </>
          ) : (
            <Decide policy={policy} row={row} />
          )
        }
      >
        {rest.map((problem) => (
          <p key={problem.pointer} className="policy-problem" role="alert">
            {i18n.language.startsWith("zh") ? problem.detail_zh : problem.detail}
          </p>
        ))}
        <ol className="policy-stages">
          {draft.stages.map((stage, at) => (
            <StageEditor
              key={stage.id}
              draft={draft}
              at={at}
              rule={version.stages.find((one) => one.id === stage.id)}
              problems={about(at)}
              open={open === stage.id}
              onOpen={(on) => setOpen(on ? stage.id : null)}
              onChange={setDraft}
            />
          ))}
        </ol>
        <Button
          icon={<Plus size={15} aria-hidden="true" />}
          onClick={() => {
            const next = addedStage(draft, { en: t("policies.stages.new"), zh: t("policies.stages.new") });
            setDraft(next);
            setOpen(next.stages.at(-2)?.id ?? null);
          }}
        >
          {t("policies.stages.add")}
        </Button>
      </Panel>
      <Trials policy={policy} draft={draft} sound={sound} onTake={setDraft} />
    </div>
  );
}
