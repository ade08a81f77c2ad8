import { BarChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { palette } from "@perennial/ui";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { Chart } from "../../lifecycle/charts/chart";
import { chartTheme, useNarrow } from "../../lifecycle/charts/chart-theme";
import type { Bin } from "../interval-bins";

register([BarChart, GridComponent, MarkLineComponent, TooltipComponent]);

/** Intervals by length, with the days by which half, four fifths and nine tenths have passed. */
export default function IntervalBars({ bins, marks, label }: { bins: Bin[]; marks: [string, number | null][]; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const width = bins.length > 0 ? bins[0]!.to - bins[0]!.from + 1 : 1;
    // Lines may stand close together: each label has a row of its own.
    const row = (at: number) => 4 + 14 * (marks.length - 1 - at);
    const lines = marks.flatMap(([name, days], at) =>
      days === null ? [] : [{ xAxis: Math.floor(days / width), label: { formatter: `${name} ${format.count(days)}`, distance: row(at) } }],
    );
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (value: number) => format.count(value) },
      grid: { left: narrow ? 44 : 56, right: 24, top: 56, bottom: 44 },
      xAxis: {
        type: "category",
        data: bins.map((bin) => t("metrics.repurchase.range", { from: bin.from, to: bin.to })),
        name: t("metrics.repurchase.days"),
        nameLocation: "middle",
        nameGap: 28,
        nameTextStyle: { color: colors.soft },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: colors.strong } },
        axisLabel: { color: colors.soft, hideOverlap: true, formatter: (_: string, at: number) => String(bins[at]?.from ?? "") },
      },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: colors.soft, formatter: (value: number) => format.count(value) }, splitLine: { lineStyle: { color: colors.border } } },
      series: [
        {
          type: "bar",
          name: t("metrics.repurchase.count"),
          data: bins.map((bin) => bin.count),
          barCategoryGap: "12%",
          itemStyle: { color: palette(appearance).accent },
          markLine: { symbol: "none", silent: true, lineStyle: { color: colors.strong, type: "dashed" }, label: { color: colors.text, fontSize: 11 }, data: lines },
        },
      ],
    };
  }, [bins, marks, appearance, narrow, format, t]);
  return <Chart option={option} height={narrow ? 280 : 320} label={label} />;
}
