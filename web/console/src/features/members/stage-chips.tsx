/** Filter by stage: every stage with its count, one press away. */
import { useTranslation } from "react-i18next";
import { StageMark } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { ModelSelect } from "../lifecycle/model-select";
import { useStageCounts, type Stages } from "../lifecycle/models";

type Props = {
  model: string;
  stage: string;
  stages: Stages;
  onStage: (stage: string) => void;
  onModel: (model: string) => void;
};

export function StageChips({ model, stage, stages, onStage, onModel }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const counts = useStageCounts(stages.model?.id).data;
  return (
    <div className="stage-filter">
      <div className="stage-chips" role="group" aria-label={t("members.stage")}>
        <button type="button" className="chip" aria-pressed={stage === ""} onClick={() => onStage("")}>
          {t("members.all")}
          {counts && <span className="chip-count">{format.count(counts.members)}</span>}
        </button>
        {stages.list.map((one) => (
          <button
            key={one.id}
            type="button"
            className="chip"
            data-stage={one.id}
            aria-pressed={stage === one.id}
            onClick={() => onStage(stage === one.id ? "" : one.id)}
          >
            <StageMark color={one.color} name={one.name} />
            {counts && <span className="chip-count">{format.count(counts.stages[one.id] ?? 0)}</span>}
          </button>
        ))}
      </div>
      <ModelSelect value={model} onChange={onModel} />
    </div>
  );
}
