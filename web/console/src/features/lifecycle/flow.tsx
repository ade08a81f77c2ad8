/** Who was where on one day and where they are on another: Sankey or table. */
import { Checkbox, Segmented } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { addDays, Empty, Panel } from "@perennial/ui";
import { Answer, Loading } from "../../app/states";
import { useFormat } from "../../app/words";
import { linksOf, summaryOf } from "./flow-links";
import { FlowTable } from "./flow-table";
import type { Stages } from "./models";
import { useFlow } from "./queries";
import { RangeFields } from "./range-fields";
import type { Room } from "./room-state";

const Sankey = lazy(() => import("./charts/sankey"));

export function FlowView({ room, stages }: { room: Room; stages: Stages }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, change, today } = room;
  const to = state.to ?? today;
  const from = state.from ?? addDays(to, -90);
  const valid = from < to;
  const flow = useFlow(stages.model?.id, { from, to }, valid);
  return (
    <Panel
      id="lifecycle-flow"
      title={t("lifecycle.flow.title", { from, to })}
      note={t("lifecycle.flow.note")}
      actions={
        <Segmented
          aria-label={t("lifecycle.flow.as")}
          value={state.as}
          onChange={(as: "chart" | "table") => change({ as })}
          options={[
            { value: "chart", label: t("lifecycle.flow.chart") },
            { value: "table", label: t("lifecycle.flow.table") },
          ]}
        />
      }
    >
      <div className="day-fields">
        <RangeFields room={room} from={from} to={to} />
        <Checkbox checked={state.moved} onChange={(event) => change({ moved: event.target.checked })}>
          {t("lifecycle.flow.hide_stayed")}
        </Checkbox>
      </div>
      {!valid ? (
        <Empty title={t("lifecycle.date_order")} />
      ) : (
        <Answer of={flow} rows={12}>
          {(data) => {
            const links = linksOf(data, state.moved);
            const sums = summaryOf(data);
            if (links.length === 0) return <Empty title={t("lifecycle.flow.none")}>{t("lifecycle.flow.none_teach")}</Empty>;
            return (
              <div className={flow.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={flow.isPlaceholderData}>
                <p className="chart-summary">
                  {t("lifecycle.flow.summary", {
                    stayed: format.count(sums.stayed),
                    moved: format.count(sums.moved),
                    arrived: format.count(sums.arrived),
                  })}
                </p>
                {state.as === "table" ? (
                  <FlowTable links={links} stages={stages} />
                ) : (
                  <Suspense fallback={<Loading rows={12} />}>
                    <Sankey links={links} stages={stages} label={t("lifecycle.flow.aria", { from: data.from, to: data.to })} />
                  </Suspense>
                )}
              </div>
            );
          }}
        </Answer>
      )}
    </Panel>
  );
}
