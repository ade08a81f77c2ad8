import { BarChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerEquity } from "@perennial/api-client";
import { palette } from "@perennial/ui";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { Chart } from "../../lifecycle/charts/chart";
import { chartTheme, useNarrow } from "../../lifecycle/charts/chart-theme";

register([BarChart, GridComponent, TooltipComponent]);

const UP = "#2f8f63";
const DOWN = "#c25b4e";

/** From what all were worth on the first day to what they are on the second: each movement stands on the ones before it. */
export default function Waterfall({ data, name, label }: { data: CustomerEquity; name: (movement: string) => string; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const { accent } = palette(appearance);
    const { currency, scale } = data.all.before;
    const major = (minor: number) => minor / 10 ** scale;
    const reached = data.movements.reduce((all, { worth }) => [...all, all.at(-1)! + worth.change.minor], [data.all.before.minor]);
    const steps = data.movements.map(({ movement, worth }, at) => ({ name: name(movement), foot: Math.min(reached[at]!, reached[at + 1]!), size: Math.abs(worth.change.minor), told: worth.change, color: worth.change.minor < 0 ? DOWN : UP }));
    const end = (name: string, worth: typeof data.all.before) => ({ name, foot: 0, size: worth.minor, told: worth, color: accent });
    const bars = [end(t("value.equity.before"), data.all.before), ...steps, end(t("value.equity.after"), data.all.after)];
    return {
      ...base,
      tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow" }, formatter: (hit: { dataIndex: number }[]) => `${bars[hit[0]!.dataIndex]!.name}<br>${format.money(bars[hit[0]!.dataIndex]!.told)}` },
      grid: { left: narrow ? 64 : 84, right: 16, top: 24, bottom: narrow ? 64 : 36 },
      xAxis: { type: "category", data: bars.map((bar) => bar.name), axisTick: { show: false }, axisLine: { lineStyle: { color: colors.strong } }, axisLabel: { color: colors.soft, interval: 0, rotate: narrow ? 45 : 0 } },
      yAxis: { type: "value", axisLabel: { color: colors.soft, formatter: (value: number) => format.amount(value, currency) }, splitLine: { lineStyle: { color: colors.border } } },
      series: [
        { type: "bar", stack: "worth", silent: true, itemStyle: { color: "transparent" }, data: bars.map((bar) => major(bar.foot)) },
        { type: "bar", stack: "worth", barCategoryGap: "30%", data: bars.map((bar) => ({ value: major(bar.size), itemStyle: { color: bar.color } })) },
      ],
    };
  }, [data, name, appearance, narrow, format, t]);
  return <Chart option={option} height={narrow ? 300 : 340} label={label} />;
}
