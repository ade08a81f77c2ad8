import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Policy, PolicyChange } from "@perennial/api-client";
import { Badge, Empty } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useWords } from "../../app/words";
import { useDiff } from "./queries";

const HOWS = ["added", "removed", "changed", "moved"] as const;
const WHATS = ["condition", "name", "group", "stage", "definition", "order", "display"] as const;

/** What turned another version into this one, in words and as written. */
export function DiffView({ policy, version }: { policy: Policy; version: number }) {
  const { t } = useTranslation();
  const others = policy.versions.filter((one) => one.version !== version);
  const [from, setFrom] = useState<number | undefined>();
  const against = from ?? others.find((one) => one.version === policy.active)?.version ?? others[0]?.version;
  const diff = useDiff(policy.id, against ?? version, version);
  if (against === undefined) return <Empty title={t("policies.diff.alone")} />;
  return (
    <>
      <div className="day-field">
        <label htmlFor="diff-from">{t("policies.diff.against")}</label>
        <Select id="diff-from" popupMatchSelectWidth={false} value={against} onChange={setFrom} options={others.map((one) => ({ value: one.version, label: t("policies.version", { n: one.version }) }))} />
      </div>
      <Answer of={diff} rows={5}>
        {(changes) =>
          changes.length === 0 ? (
            <Empty title={t("policies.diff.same")} />
          ) : (
            <ul className="policy-diff">
              {changes.map((change, at) => (
                <ChangeItem key={at} change={change} />
              ))}
            </ul>
          )
        }
      </Answer>
    </>
  );
}

function ChangeItem({ change }: { change: PolicyChange }) {
  const { t } = useTranslation();
  const words = useWords();
  const how = HOWS.find((one) => one === change.how) ?? "changed";
  const what = WHATS.find((one) => one === change.what) ?? "condition";
  const side = (written: PolicyChange["before"], kind: "before" | "after") =>
    written && (
      <div className={`policy-${kind}`}>
        <span className="visually-hidden">{t(`policies.diff.${kind}`)}</span>
        {written.sentence && <p>{words(written.sentence)}</p>}
        <code>{written.text}</code>
      </div>
    );
  return (
    <li>
      <p className="policy-change">
        <strong>{words(change.name)}</strong> {t(`policies.diff.what.${what}`)} <Badge>{t(`policies.diff.how.${how}`)}</Badge>
      </p>
      {side(change.before, "before")}
      {side(change.after, "after")}
    </li>
  );
}
