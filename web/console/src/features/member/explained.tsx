/** One explanation on the page: verdict and rule, what would change it, values, evidence, why not the others. */
import { useTranslation } from "react-i18next";
import type { Explanation } from "@perennial/api-client";
import { Badge, StageMark } from "@perennial/ui";
import { useWords } from "../../app/words";
import type { Stages } from "../lifecycle/models";
import { Evidence } from "./evidence";
import { useShown } from "./shown";

type Props = { explanation: Explanation; stages: Stages; busy: boolean };

export function Explained({ explanation, stages, busy }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const show = useShown();
  const stage = stages.of(explanation.stage);
  return (
    <div className={busy ? "explained busy" : "explained"} aria-busy={busy}>
      <div className="verdict" style={{ "--stage": stage.color } as React.CSSProperties}>
        <p className="verdict-day">{t("member.explain.verdict", { day: explanation.as_of })}</p>
        <p className="verdict-stage">
          <strong data-testid="verdict">{stage.name}</strong>
          {explanation.life > 0 && <span>{t("member.nth_life", { n: explanation.life })}</span>}
        </p>
        <p className="verdict-rule">{words(explanation.rule.sentence)}</p>
        <details>
          <summary>{t("member.explain.condition")}</summary>
          <code>{explanation.rule.text}</code>
        </details>
      </div>
      <section>
        <h3>{t("member.explain.would_change")}</h3>
        <Changes explanation={explanation} stages={stages} />
      </section>
      <section>
        <h3>{t("member.explain.values")}</h3>
        <dl className="values">
          {explanation.values.map((value) => (
            <div key={value.field}>
              <dt title={value.field}>{words(value.name)}</dt>
              <dd>
                {typeof value.value === "string" ? value.text : show(value.value, value.field)}
                {value.note && <span className="soft"> {words(value.note)}</span>}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h3>{t("member.explain.evidence")}</h3>
        <Evidence key={`${explanation.member} ${explanation.as_of}`} evidence={explanation.evidence} />
      </section>
      {explanation.rejected.length > 0 && (
        <section className="rejected">
          <h3>{t("member.explain.rejected")}</h3>
          <ul>
            {explanation.rejected.map((one) => (
              <li key={one.stage}>
                <StageMark color={stages.of(one.stage).color} name={stages.of(one.stage).name} />
                <span>
                  <span>{words(one.because)}</span>
                  <code>{one.text}</code>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Changes({ explanation, stages }: Omit<Props, "busy">) {
  const { t } = useTranslation();
  const words = useWords();
  if (explanation.would_change.length === 0) return <p className="soft">{t("member.explain.would_none")}</p>;
  return (
    <ul className="changes">
      {explanation.would_change.map((one) => (
        <li key={`${one.kind} ${one.to} ${one.on ?? ""}`}>
          <Badge tone={one.kind === "purchase" ? "accent" : "plain"}>{t(`member.explain.${one.kind}`)}</Badge>
          <span>{words(one.sentence)}</span>
          <StageMark color={stages.of(one.to).color} name={stages.of(one.to).name} />
        </li>
      ))}
    </ul>
  );
}
