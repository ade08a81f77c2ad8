/** "from → to" with both stages' colours; without a from, the member joined. */
import { ArrowRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { StageMark } from "@perennial/ui";
import type { Stages } from "./models";
import "./stage-change.css";

export function StageChange({ from, to, stages }: { from: string | null | undefined; to: string; stages: Stages }) {
  const { t } = useTranslation();
  const [a, b] = [from ? stages.of(from) : null, stages.of(to)];
  return (
    <span className="stage-change">
      {a ? <StageMark color={a.color} name={a.name} muted /> : <span className="soft">{t("shell.joined")}</span>}
      <ArrowRight size={13} aria-hidden="true" className="stage-arrow" />
      <StageMark color={b.color} name={b.name} />
    </span>
  );
}
