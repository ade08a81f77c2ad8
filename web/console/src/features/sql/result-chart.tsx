import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { usePreferences } from "../../app/preferences";
import { useFormat } from "../../app/words";
import { Chart } from "../lifecycle/charts/chart";
import { chartTheme, useNarrow } from "../lifecycle/charts/chart-theme";
import type { Drawn } from "./drawn";

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent]);

const HUES = ["#3f6fb5", "#b0702a", "#8a4fa3", "#3c8a5f", "#a8433f", "#5b6b7b"];

/** The numbers of an answer, as bars or as lines beside each other. */
export default function ResultChart({ of, way, label }: { of: Drawn; way: "bars" | "line"; label: string }) {
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const said = (value: number) => format.fixed(value, Number.isInteger(value) ? 0 : 2);
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", valueFormatter: (value: number | null) => (value === null ? "–" : said(value)) },
      legend: { show: of.series.length > 1, top: 0, right: 8, type: "scroll", itemWidth: 14, itemHeight: 8, textStyle: { color: colors.soft } },
      grid: { left: 8, right: 16, top: of.series.length > 1 ? 36 : 12, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: of.names, axisLabel: { color: colors.soft, hideOverlap: true, width: narrow ? 64 : 120, overflow: "truncate" }, axisTick: { show: false } },
      yAxis: { type: "value", axisLabel: { color: colors.soft, formatter: said }, splitLine: { lineStyle: { color: colors.border } } },
      series: of.series.map((one, at) => ({
        type: way === "bars" ? "bar" : "line",
        name: one.name,
        data: one.values,
        symbol: "none",
        barMaxWidth: 40,
        itemStyle: { color: HUES[at % HUES.length] },
      })),
    };
  }, [of, way, appearance, narrow, format]);
  return <Chart option={option} height={narrow ? 280 : 340} label={label} />;
}
