import { Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Answer } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { useUrlState } from "../../url/url-state";
import { useBrand } from "../session/queries";
import { BasketsView } from "./baskets";
import { BehindDrawer } from "./behind-drawer";
import { ContributionView } from "./contribution";
import { CrossView } from "./cross";
import { DueView } from "./due";
import { FunnelView } from "./funnel";
import { ProductsView } from "./products";
import type { Behind } from "./queries";
import { RepurchaseView } from "./repurchase";
import { RetentionView } from "./retention";
import { ROOM_STATE, VIEWS, type RoomState } from "./room-state";
import "./metrics.css";

export function MetricsPage() {
  const { t } = useTranslation();
  const brand = useBrand();
  const [state, change] = useUrlState<RoomState>(ROOM_STATE);
  const [behind, open] = useState<Behind | null>(null);
  usePageTitle(t("metrics.title"));
  return (
    <div className="metrics">
      <div className="room-head">
        <h1>{t("metrics.title")}</h1>
        <div className="metrics-tools">
          <Segmented
            aria-label={t("metrics.view.label")}
            value={state.view}
            onChange={(view) => change({ view })}
            options={VIEWS.map((value) => ({ value, label: t(`metrics.view.${value}`) }))}
          />
        </div>
      </div>
      <Answer of={brand} rows={12}>
        {({ today }) => {
          const room = { state, change, today };
          if (state.view === "retention") return <RetentionView room={room} open={open} />;
          if (state.view === "funnel") return <FunnelView room={room} open={open} />;
          if (state.view === "contribution") return <ContributionView room={room} open={open} />;
          if (state.view === "products") return <ProductsView room={room} open={open} />;
          if (state.view === "due") return <DueView room={room} open={open} />;
          if (state.view === "baskets") return <BasketsView room={room} />;
          if (state.view === "cross") return <CrossView room={room} open={open} />;
          return <RepurchaseView room={room} open={open} />;
        }}
      </Answer>
      {behind && <BehindDrawer behind={behind} onClose={() => open(null)} />}
    </div>
  );
}
