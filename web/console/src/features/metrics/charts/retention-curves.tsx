import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CohortRow, Cohorts } from "@perennial/api-client";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { Chart } from "../../lifecycle/charts/chart";
import { chartTheme, useNarrow } from "../../lifecycle/charts/chart-theme";

register([LineChart, GridComponent, LegendComponent, TooltipComponent]);

const HUES = ["#1b7f5c", "#3f6fb5", "#b0702a", "#8a4fa3", "#b3503f", "#5d6b66"];

/** Rates by column, one line for each cohort and a thick one for everyone; a line ends where nobody has lived further. */
export default function RetentionCurves({ data, rows, label }: { data: Cohorts; rows: CohortRow[]; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const percent = (value: number | undefined) => (value === undefined ? "" : format.share(value, 1));
    const line = (row: CohortRow, name: string, color: string, width: number) => ({
      type: "line",
      name,
      symbolSize: 4,
      data: row.cells.map((cell) => cell?.rate ?? null),
      lineStyle: { width, color },
      itemStyle: { color },
    });
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", valueFormatter: percent },
      legend: { top: 0, right: 8, itemWidth: 12, itemHeight: 8, textStyle: { color: colors.soft } },
      grid: { left: narrow ? 44 : 56, right: 16, top: narrow ? 84 : 40, bottom: 32 },
      xAxis: { type: "category", data: data.columns.map((column) => column.name), axisLabel: { color: colors.soft }, axisTick: { show: false }, axisLine: { lineStyle: { color: colors.strong } } },
      yAxis: { type: "value", min: 0, axisLabel: { color: colors.soft, formatter: percent }, splitLine: { lineStyle: { color: colors.border } } },
      series: [
        ...rows.map((row, at) => line(row, row.cohort || t("metrics.retention.unnamed"), HUES[at % HUES.length]!, 2)),
        line(data.all, t("metrics.retention.everyone"), colors.text, 3),
      ],
    };
  }, [data, rows, appearance, narrow, format, t]);
  return <Chart option={option} height={narrow ? 340 : 380} label={label} />;
}
