/** Why this stage, as of any day and as known at any day. The server explains; nothing is decided here. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { ApiError } from "@perennial/api-client";
import { Empty, endOfDay, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { day, text, useUrlState } from "../../url/url-state";
import { DayField } from "../lifecycle/day-field";
import { ModelSelect } from "../lifecycle/model-select";
import { useStages } from "../lifecycle/models";
import { useBrand } from "../session/queries";
import { Explained } from "./explained";
import { useExplanation } from "./queries";

type State = { model: string; as_of: string | null; known_at: string | null };
const STATE = { model: text(), as_of: day(), known_at: day() };

export function Explain({ member }: { member: string }) {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const brand = useBrand().data;
  const [state, change] = useUrlState<State>(STATE);
  const stages = useStages(state.model || undefined);
  const explanation = useExplanation(member, {
    model: state.model || stages.model?.id,
    as_of: state.as_of ?? undefined,
    known_at: state.known_at ? endOfDay(state.known_at, format.timeZone) : undefined,
  });
  const asOf = state.as_of ?? brand?.today ?? null;
  const notYet = explanation.error instanceof ApiError && explanation.error.status === 404;
  return (
    <Panel
      id="member-explain"
      title={t("member.explain.title")}
      note={
        stages.model && t("member.explain.note", { model: words(stages.model.name), n: stages.model.version })
      }
      actions={<ModelSelect value={state.model} onChange={(model) => change({ model })} />}
    >
      <div className="day-fields">
        <DayField name="as-of" label={t("member.explain.as_of")} value={asOf} onChange={(as_of) => change({ as_of })} />
        <DayField
          name="known-at"
          label={t("member.explain.known_at")}
          value={state.known_at}
          allowClear
          placeholder={t("member.explain.known_now")}
          onChange={(known_at) => change({ known_at })}
        />
        {(state.as_of || state.known_at) && (
          <Button type="link" onClick={() => change({ as_of: null, known_at: null })}>
            {t("member.explain.today")}
          </Button>
        )}
        {state.known_at && <p className="day-hint">{t("member.explain.known_hint")}</p>}
      </div>
      {notYet && asOf ? (
        <Empty title={t("member.explain.not_yet.title", { day: asOf })}>{t("member.explain.not_yet.body")}</Empty>
      ) : (
        <Answer of={explanation} rows={8}>
          {(data) => <Explained explanation={data} stages={stages} busy={explanation.isPlaceholderData} />}
        </Answer>
      )}
    </Panel>
  );
}
