/** A condition in words of the condition language. The server reads it while it is typed and says what is wrong where. */
import { Button, Input } from "antd";
import { Filter } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWords } from "../../app/words";
import { ConditionProblems } from "../conditions/condition-problems";
import { useUnderstood } from "../conditions/queries";

export function ConditionBar({ value, onApply }: { value: string; onApply: (condition: string) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const [open, setOpen] = useState(value !== "");
  const [typed, setTyped] = useState(value);
  const { understood, settled } = useUnderstood(typed);
  const wrong = understood && understood.problems.length > 0;
  if (!open) {
    return (
      <Button type="text" className="condition-open" icon={<Filter size={15} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("members.condition.open")}
      </Button>
    );
  }
  return (
    <form
      className="condition-bar"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() === "" || (settled && understood && !wrong)) onApply(typed.trim());
      }}
    >
      <label htmlFor="member-condition">{t("members.condition.label")}</label>
      <div className="condition-line">
        <Input.TextArea
          id="member-condition"
          autoSize={{ minRows: 1, maxRows: 6 }}
          spellCheck={false}
          className="code"
          value={typed}
          status={wrong ? "error" : undefined}
          aria-describedby="member-condition-said"
          placeholder={"recency < 90 AND f_total >= 3"}
          onChange={(event) => setTyped(event.target.value)}
          onPressEnter={(event) => {
            if (event.shiftKey) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
        <Button type="primary" htmlType="submit" disabled={typed.trim() !== "" && (!settled || Boolean(wrong))}>
          {t("members.condition.apply")}
        </Button>
        <Button
          onClick={() => {
            setTyped("");
            setOpen(false);
            if (value !== "") onApply("");
          }}
        >
          {t("members.condition.clear")}
        </Button>
      </div>
      <div id="member-condition-said" aria-live="polite">
        {wrong ? (
          <ConditionProblems text={typed} problems={understood.problems} onTake={setTyped} />
        ) : understood?.sentence && typed.trim() !== "" ? (
          <p className="condition-sentence">{words(understood.sentence)}</p>
        ) : (
          <p className="condition-sentence">{t("members.condition.hint")}</p>
        )}
      </div>
    </form>
  );
}
