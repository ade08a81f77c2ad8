import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ValueHoldout } from "@perennial/api-client";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { Chart } from "../../lifecycle/charts/chart";
import { chartTheme, useNarrow } from "../../lifecycle/charts/chart-theme";
import { modelName } from "../model-names";

register([LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent]);

const HUES = ["#3f6fb5", "#b0702a", "#8a4fa3"];
const STYLES = ["dashed", "dotted", "solid"];

/** Repeat purchases since the beginning: what came as a thick line, each model beside it; from the upright line on nothing was known. */
export default function Tracking({ held, label }: { held: ValueHoldout; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const line = (name: string, color: string, data: (number | string)[][], more: object) => ({ type: "line", name, symbol: "none", data, itemStyle: { color }, ...more });
    const actual = line(t("value.holdout.actual"), colors.text, held.tracking.map((point) => [point.day, point.actual]), {
      lineStyle: { width: 3, color: colors.text },
      markLine: { silent: true, symbol: "none", data: [{ xAxis: held.until }], lineStyle: { color: colors.soft, type: "solid" }, label: { formatter: t("value.tracking.from_here"), color: colors.soft, position: "insideEndTop" } },
    });
    const models = held.models.map((model, at) =>
      line(modelName(model.asked), HUES[at]!, held.tracking.map((point) => [point.day, Math.round(point.expected[at] ?? 0)]), {
        lineStyle: { width: 2, color: HUES[at], type: STYLES[at] },
      }),
    );
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", valueFormatter: (value: number) => format.count(value) },
      legend: { top: 0, right: 8, itemWidth: 18, itemHeight: 8, textStyle: { color: colors.soft } },
      grid: { left: narrow ? 48 : 60, right: 16, top: narrow ? 64 : 40, bottom: 32 },
      xAxis: { type: "time", axisLabel: { color: colors.soft, hideOverlap: true, formatter: "{yyyy}-{MM}" }, splitLine: { show: false } },
      yAxis: { type: "value", min: 0, axisLabel: { color: colors.soft, formatter: (value: number) => format.count(value) }, splitLine: { lineStyle: { color: colors.border } } },
      series: [actual, ...models],
    };
  }, [held, appearance, narrow, format, t]);
  return <Chart option={option} height={narrow ? 340 : 380} label={label} />;
}
