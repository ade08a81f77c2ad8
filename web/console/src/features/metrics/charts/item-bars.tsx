import { BarChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Products } from "@perennial/api-client";
import { palette } from "@perennial/ui";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { Chart } from "../../lifecycle/charts/chart";
import { chartTheme, useNarrow } from "../../lifecycle/charts/chart-theme";

register([BarChart, GridComponent, TooltipComponent]);

/** Repurchase rates of the first items, in the order of the table. */
export default function ItemBars({ rows, label }: { rows: Products["rows"]; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const percent = (value: number) => format.share(value, 1);
    // A category axis begins at the bottom.
    const shown = [...rows].reverse();
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: percent },
      grid: { left: narrow ? 120 : 260, right: 56, top: 8, bottom: 28 },
      xAxis: { type: "value", min: 0, axisLabel: { color: colors.soft, formatter: percent, hideOverlap: true }, splitLine: { lineStyle: { color: colors.border } } },
      yAxis: {
        type: "category",
        data: shown.map((row) => row.item),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: colors.strong } },
        axisLabel: { color: colors.soft, width: narrow ? 108 : 248, overflow: "truncate" },
      },
      series: [
        {
          type: "bar",
          name: t("metrics.products.rate"),
          data: shown.map((row) => row.repurchase_rate ?? 0),
          barCategoryGap: "30%",
          itemStyle: { color: palette(appearance).accent },
          label: { show: true, position: "right", color: colors.text, fontSize: 11, formatter: ({ value }: { value: number }) => percent(value) },
        },
      ],
    };
  }, [rows, appearance, narrow, format, t]);
  return <Chart option={option} height={60 + 22 * rows.length} label={label} />;
}
