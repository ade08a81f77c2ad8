import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Acquisition } from "@perennial/api-client";
import { palette } from "@perennial/ui";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { Chart } from "../../lifecycle/charts/chart";
import { chartTheme, useNarrow } from "../../lifecycle/charts/chart-theme";

register([BarChart, GridComponent, LegendComponent, TooltipComponent]);

/** More groups than this stand in the table alone. */
const DRAWN = 10;

/** Of everyone and of the largest groups: the share that came so far or further, step by step. */
export default function AcquisitionBars({ data, label }: { data: Acquisition; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const drawn = 1 + Math.min(DRAWN, data.rows.length);
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const percent = (value: number) => format.share(value, 1);
    const everyone = { ...data.all, name: t("metrics.retention.everyone") };
    // A category axis begins at the bottom.
    const shown = [everyone, ...data.rows.slice(0, DRAWN).map((row) => ({ ...row, name: row.group || t("metrics.retention.unnamed") }))].reverse();
    const faint = ["55", "aa", ""];
    const series = (["follower", "registered", "bought"] as const).map((step, at) => ({
      type: "bar",
      name: t(`metrics.acquisition.step.${step}`),
      data: shown.map((row) => row.steps[at + 1]?.share_of_known ?? 0),
      barGap: "10%",
      barCategoryGap: "28%",
      itemStyle: { color: `${palette(appearance).accent}${faint[at]}` },
      label: { show: true, position: "right", color: colors.text, fontSize: 11, formatter: ({ value }: { value: number }) => percent(value) },
    }));
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: percent },
      legend: { data: series.map((one) => one.name), top: 0, right: 8, itemWidth: 12, itemHeight: 8, textStyle: { color: colors.soft } },
      grid: { left: narrow ? 90 : 160, right: 56, top: narrow ? 52 : 36, bottom: 28 },
      xAxis: { type: "value", min: 0, max: 1, axisLabel: { color: colors.soft, formatter: percent, hideOverlap: true }, splitLine: { lineStyle: { color: colors.border } } },
      yAxis: { type: "category", data: shown.map((row) => row.name), axisTick: { show: false }, axisLine: { lineStyle: { color: colors.strong } }, axisLabel: { color: colors.soft, width: narrow ? 80 : 150, overflow: "truncate" } },
      series,
    };
  }, [data, appearance, narrow, format, t]);
  return <Chart option={option} height={96 + 62 * drawn} label={label} />;
}
