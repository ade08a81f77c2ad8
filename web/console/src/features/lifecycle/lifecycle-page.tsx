import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { Answer } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { useUrlState } from "../../url/url-state";
import { useBrand } from "../session/queries";
import { Counts } from "./counts";
import { DailyView } from "./daily";
import { FlowView } from "./flow";
import { ModelSelect } from "./model-select";
import { useStages } from "./models";
import { ROOM_STATE, VIEWS, type RoomState } from "./room-state";
import { SurvivalView } from "./survival";
import { TimesView } from "./times";
import "./lifecycle.css";

export function LifecyclePage() {
  const { t } = useTranslation();
  const brand = useBrand();
  const [state, change] = useUrlState<RoomState>(ROOM_STATE);
  const stages = useStages(state.model || undefined);
  usePageTitle(t("lifecycle.title"));
  return (
    <>
      <div className="room-head">
        <h1>{t("lifecycle.title")}</h1>
        <div className="lifecycle-tools">
          <Segmented
            aria-label={t("lifecycle.view.label")}
            value={state.view}
            onChange={(view) => change({ view })}
            options={VIEWS.map((value) => ({ value, label: t(`lifecycle.view.${value}`) }))}
          />
          <ModelSelect value={state.model} onChange={(model) => change({ model, stage: "" })} />
        </div>
      </div>
      <Answer of={brand} rows={12}>
        {({ today, first_purchase_on: first }) => {
          const room = { state, change, today, first };
          if (state.view === "flow") return <FlowView room={room} stages={stages} />;
          if (state.view === "daily") return <DailyView room={room} stages={stages} />;
          if (state.view === "times") return <TimesView room={room} stages={stages} />;
          if (state.view === "survival") return <SurvivalView room={room} />;
          return <Counts room={room} stages={stages} />;
        }}
      </Answer>
    </>
  );
}
