import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import type { DailyRow } from "../daily-rows";
import { Chart } from "./chart";
import { chartTheme, useNarrow } from "./chart-theme";

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent]);

/** Above: how many are in the stage. Below: who came (up) and left (down) each day. One time axis for both. */
export default function InOut({ rows, color, label }: { rows: DailyRow[]; color: string; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const days = rows.map((row) => row.day);
    const axis = (gridIndex: number, labelled: boolean) => ({
      type: "category",
      gridIndex,
      data: days,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.strong }, onZero: true },
      axisLabel: { show: labelled, color: colors.soft, hideOverlap: true, formatter: (day: string) => format.monthDay(day) },
    });
    const scale = (gridIndex: number, name: string) => ({
      type: "value",
      gridIndex,
      name,
      nameTextStyle: { color: colors.soft, align: "left" },
      minInterval: 1,
      splitNumber: gridIndex === 0 ? 3 : 4,
      scale: gridIndex === 0,
      axisLabel: { color: colors.soft, formatter: (value: number) => format.count(Math.abs(value)) },
      splitLine: { lineStyle: { color: colors.border } },
    });
    const side = { left: narrow ? 40 : 48, right: 12 };
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "line", lineStyle: { color: colors.strong } }, valueFormatter: (value: number) => format.count(Math.abs(value)) },
      legend: { top: 0, right: 8, itemWidth: 10, itemHeight: 10, textStyle: { color: colors.soft }, data: [t("lifecycle.daily.in"), t("lifecycle.daily.out")] },
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      grid: [
        { ...side, top: 34, height: 110 },
        { ...side, top: 196, bottom: 28 },
      ],
      xAxis: [axis(0, false), { ...axis(1, true), axisLine: { show: false }, position: "bottom" }],
      yAxis: [scale(0, t("lifecycle.daily.members")), scale(1, `${t("lifecycle.daily.in")} / ${t("lifecycle.daily.out")}`)],
      series: [
        { type: "line", name: t("lifecycle.daily.members"), data: rows.map((row) => row.members), xAxisIndex: 0, yAxisIndex: 0, step: "end", showSymbol: false, lineStyle: { width: 2, color }, itemStyle: { color } },
        { type: "bar", name: t("lifecycle.daily.in"), stack: "io", data: rows.map((row) => row.in), xAxisIndex: 1, yAxisIndex: 1, itemStyle: { color }, barMaxWidth: 14 },
        { type: "bar", name: t("lifecycle.daily.out"), stack: "io", data: rows.map((row) => -row.out), xAxisIndex: 1, yAxisIndex: 1, itemStyle: { color: colors.soft, opacity: 0.65 }, barMaxWidth: 14 },
      ],
    };
  }, [rows, color, appearance, narrow, format, t]);
  return <Chart option={option} height={narrow ? 380 : 420} label={label} />;
}
