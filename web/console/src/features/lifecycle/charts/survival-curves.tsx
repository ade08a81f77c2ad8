import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Survival } from "@perennial/api-client";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { drawn } from "../survival-curve";
import { Chart } from "./chart";
import { chartTheme, useNarrow } from "./chart-theme";

register([LineChart, GridComponent, LegendComponent, TooltipComponent]);

type Cohort = Survival["cohorts"][number];
const HUES = ["#1b7f5c", "#3f6fb5", "#b0702a", "#8a4fa3", "#b3503f", "#5d6b66"];

/** Steps, one for each cohort, and the band of everyone behind them. */
export default function SurvivalCurves({ cohorts, everyone, label }: { cohorts: Cohort[]; everyone: Cohort; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const percent = (value: number) => format.share(value, 1);
    const banded = everyone.curve.filter((point) => point.low !== null && point.high !== null);
    // Two lines stacked: the lower edge unseen, the rest filled.
    const edge = (of: (point: Cohort["curve"][number]) => number, area: boolean) => ({
      type: "line",
      name: t("lifecycle.survival.band_name"),
      stack: "band",
      step: "end",
      symbol: "none",
      silent: true,
      tooltip: { show: false },
      lineStyle: { opacity: 0 },
      itemStyle: { color: colors.soft },
      areaStyle: area ? { color: colors.soft, opacity: 0.18 } : { opacity: 0 },
      data: banded.map((point) => [point.days, of(point)]),
    });
    const curve = (cohort: Cohort, at: number) => ({
      type: "line",
      name: cohort.cohort ?? "",
      step: "end",
      symbol: "none",
      data: drawn(cohort),
      lineStyle: { width: 2, color: HUES[at % HUES.length] },
      itemStyle: { color: HUES[at % HUES.length] },
    });
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", valueFormatter: (value: number) => percent(value) },
      legend: { top: 0, right: 8, itemWidth: 12, itemHeight: 8, textStyle: { color: colors.soft } },
      grid: { left: narrow ? 44 : 56, right: 16, top: narrow ? 64 : 40, bottom: 44 },
      xAxis: { type: "value", min: 0, name: t("lifecycle.survival.days"), nameLocation: "middle", nameGap: 26, nameTextStyle: { color: colors.soft }, axisLabel: { color: colors.soft }, splitLine: { show: false } },
      yAxis: { type: "value", min: 0, max: 1, axisLabel: { color: colors.soft, formatter: percent }, splitLine: { lineStyle: { color: colors.border } } },
      series: [edge((point) => point.low ?? 0, false), edge((point) => (point.high ?? 0) - (point.low ?? 0), true), ...cohorts.map(curve)],
    };
  }, [cohorts, everyone, appearance, narrow, format, t]);
  return <Chart option={option} height={narrow ? 360 : 400} label={label} />;
}
