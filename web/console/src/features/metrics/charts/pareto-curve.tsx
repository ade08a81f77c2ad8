import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Pareto } from "@perennial/api-client";
import { palette } from "@perennial/ui";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { Chart } from "../../lifecycle/charts/chart";
import { chartTheme, useNarrow } from "../../lifecycle/charts/chart-theme";

register([LineChart, GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent]);

/** The money that the first so many per cent of buyers bring, with the first fifth and the four fifths marked. */
export default function ParetoCurve({ data, label }: { data: Pareto; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const percent = (value: number) => format.share(value, 1);
    const accent = palette(appearance).accent;
    const points = data.curve.map((point, at): [number, number] => [at / 100, point.money_share ?? 0]);
    const marks = [
      ...(typeof data.top_fifth?.money_share !== "number" ? [] : [{ coord: [0.2, data.top_fifth.money_share], value: `20 % → ${percent(data.top_fifth.money_share)}` }]),
      ...(typeof data.four_fifths?.money_share !== "number" ? [] : [{ coord: [data.four_fifths.buyers_share, data.four_fifths.money_share], value: `${percent(data.four_fifths.buyers_share)} → 80 %` }]),
    ];
    const axis = { type: "value", min: 0, max: 1, axisLabel: { color: colors.soft, formatter: (value: number) => `${Math.round(value * 100)}%` } };
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", valueFormatter: percent, axisPointer: { label: { formatter: ({ value }: { value: number }) => percent(value) } } },
      grid: { left: narrow ? 44 : 56, right: 24, top: 28, bottom: 44 },
      xAxis: { ...axis, name: t("metrics.contribution.ranked"), nameLocation: "middle", nameGap: 28, nameTextStyle: { color: colors.soft }, splitLine: { show: false } },
      yAxis: { ...axis, max: Math.max(1, ...points.map(([, share]) => share)), splitLine: { lineStyle: { color: colors.border } } },
      series: [
        {
          type: "line",
          name: t("metrics.share"),
          symbol: "none",
          data: points,
          lineStyle: { width: 2, color: accent },
          itemStyle: { color: accent },
          areaStyle: { color: accent, opacity: 0.08 },
          markLine: { symbol: "none", silent: true, lineStyle: { color: colors.strong, type: "dashed" }, label: { show: false }, data: [{ xAxis: 0.2 }, { yAxis: 0.8 }] },
          markPoint: { symbol: "circle", symbolSize: 8, itemStyle: { color: accent }, label: { position: "right", offset: [4, 8], color: colors.text, formatter: "{c}" }, data: marks },
        },
      ],
    };
  }, [data, appearance, narrow, format, t]);
  return <Chart option={option} height={narrow ? 320 : 380} label={label} />;
}
