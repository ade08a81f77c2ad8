import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { Answer } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { useUrlState } from "../../url/url-state";
import { useBrand } from "../session/queries";
import { DeliveredView } from "./delivered";
import { EquityView } from "./equity";
import { HoldoutView } from "./holdout";
import { KindsView } from "./kinds";
import { LookAlikesView } from "./look-alikes";
import { ModelsView } from "./models";
import { RfmView } from "./rfm";
import { ROOM_STATE, VIEWS, type RoomState } from "./room-state";
import { SuperUsersView } from "./super-users";
import { WarningsView } from "./warnings";
import "./value.css";

export function ValuePage() {
  const { t } = useTranslation();
  const brand = useBrand();
  const [state, change] = useUrlState<RoomState>(ROOM_STATE);
  usePageTitle(t("value.title"));
  return (
    <>
      <div className="room-head value-head">
        <h1>{t("value.title")}</h1>
        <Segmented
          aria-label={t("value.view.label")}
          value={state.view}
          onChange={(view) => change({ view })}
          options={VIEWS.map((value) => ({ value, label: t(`value.view.${value}`) }))}
        />
      </div>
      <Answer of={brand} rows={12}>
        {({ today }) => {
          const room = { state, change, today };
          if (state.view === "models") return <ModelsView room={room} />;
          if (state.view === "warnings") return <WarningsView room={room} />;
          if (state.view === "equity") return <EquityView room={room} />;
          if (state.view === "super") return <SuperUsersView room={room} />;
          if (state.view === "alike") return <LookAlikesView room={room} />;
          if (state.view === "kinds") return <KindsView room={room} />;
          if (state.view === "delivered") return <DeliveredView room={room} />;
          if (state.view === "holdout") return <HoldoutView room={room} />;
          return <RfmView room={room} />;
        }}
      </Answer>
    </>
  );
}
