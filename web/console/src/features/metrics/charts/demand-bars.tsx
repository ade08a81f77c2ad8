import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Demand } from "@perennial/api-client";
import { palette } from "@perennial/ui";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { Chart } from "../../lifecycle/charts/chart";
import { chartTheme, useNarrow } from "../../lifecycle/charts/chart-theme";

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent]);

/** Expected purchases of all rows week by week, between the ends of their interval. */
export default function DemandBars({ weeks, label }: { weeks: Demand["weeks"]; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const whole = (value: number) => format.count(Math.round(value));
    const end = (name: "low" | "high") => ({
      type: "line",
      name: t(`metrics.demand.${name}`),
      data: weeks.map((week) => week[name]),
      symbol: "rect",
      symbolSize: [18, 2],
      lineStyle: { width: 0 },
      itemStyle: { color: colors.text },
    });
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: whole },
      grid: { left: narrow ? 44 : 64, right: 16, top: 24, bottom: 32 },
      xAxis: { type: "category", data: weeks.map((week) => format.day(week.from)), axisTick: { show: false }, axisLine: { lineStyle: { color: colors.strong } }, axisLabel: { color: colors.soft, hideOverlap: true } },
      yAxis: { type: "value", min: 0, axisLabel: { color: colors.soft, formatter: whole }, splitLine: { lineStyle: { color: colors.border } } },
      series: [{ type: "bar", name: t("metrics.demand.expected"), data: weeks.map((week) => week.purchases), barMaxWidth: 48, itemStyle: { color: palette(appearance).accent } }, end("low"), end("high")],
    };
  }, [weeks, appearance, narrow, format, t]);
  return <Chart option={option} height={narrow ? 240 : 260} label={label} />;
}
