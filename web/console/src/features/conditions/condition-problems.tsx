/** What is wrong with a condition, at its place in the text; a near name is one press away. */
import { useTranslation } from "react-i18next";
import type { Understood } from "@perennial/api-client";
import "./conditions.css";

type Problem = Understood["problems"][number];
type Props = { text: string; problems: Problem[]; onTake?: (text: string) => void };

export function ConditionProblems({ text, problems, onTake }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <ul className="condition-problems">
      {problems.map((problem, at) => {
        const [from, length] = [problem.offset, problem.length];
        const placed = from !== null && length !== null;
        return (
          <li key={at}>
            <span>{i18n.language.startsWith("zh") ? problem.detail_zh : problem.detail}</span>
            {placed && (
              <code className="condition-place">
                {text.slice(Math.max(0, from - 24), from)}
                <mark>{text.slice(from, from + length) || "␣"}</mark>
                {text.slice(from + length, from + length + 24)}
              </code>
            )}
            {placed && onTake && problem.near.map((name) => (
              <button key={name} type="button" className="condition-near" onClick={() => onTake(text.slice(0, from) + name + text.slice(from + length))}>
                {t("conditions.take", { name })}
              </button>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
