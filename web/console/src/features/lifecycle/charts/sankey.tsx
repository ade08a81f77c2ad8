import { SankeyChart } from "echarts/charts";
import { TooltipComponent } from "echarts/components";
import { use as register } from "echarts/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../../app/preferences";
import { useFormat } from "../../../app/words";
import { JOINED, matrixOf, type Link } from "../flow-links";
import type { Stages } from "../models";
import { Chart } from "./chart";
import { chartTheme, useNarrow } from "./chart-theme";

register([SankeyChart, TooltipComponent]);

export default function Sankey({ links, stages, label }: { links: Link[]; stages: Stages; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const narrow = useNarrow();
  const option = useMemo(() => {
    const { base, tooltip, colors } = chartTheme(appearance);
    const matrix = matrixOf(links, stages.list.map((stage) => stage.id));
    const nameOf = (id: string) => (id === JOINED ? t("shell.joined") : stages.of(id).name);
    const colorOf = (id: string) => (id === JOINED ? colors.soft : stages.of(id).color);
    const node = (side: "from" | "to") => (id: string) => ({
      name: `${side} ${id}`,
      depth: side === "from" ? 0 : 1,
      value: side === "from" ? matrix.ofRow(id) : matrix.ofColumn(id),
      itemStyle: { color: colorOf(id), borderWidth: 0 },
      label: {
        position: side === "from" ? "left" : "right",
        formatter: `{n|${nameOf(id)}} {c|${format.count(side === "from" ? matrix.ofRow(id) : matrix.ofColumn(id))}}`,
        rich: { n: { color: colors.text, fontSize: narrow ? 11 : 12 }, c: { color: colors.soft, fontSize: narrow ? 11 : 12 } },
      },
    });
    const tip = (from: string, to: string, members: number) =>
      from === JOINED
        ? t("lifecycle.flow.tip_joined", { to: nameOf(to), members: format.count(members) })
        : t("lifecycle.flow.tip", {
            from: nameOf(from),
            to: nameOf(to),
            members: format.count(members),
            share: format.share(members, matrix.ofRow(from)),
          });
    const side = narrow ? (format.language === "en" ? 126 : 108) : 160;
    return {
      ...base,
      tooltip: {
        ...tooltip,
        trigger: "item",
        formatter: ({ data, dataType }: { dataType: string; data: { tip?: string } }) =>
          dataType === "edge" && data.tip ? escaped(data.tip) : "",
      },
      series: [
        {
          type: "sankey",
          left: side,
          right: side,
          top: 8,
          bottom: 8,
          nodeWidth: 10,
          nodeGap: narrow ? 12 : 14,
          layoutIterations: 0,
          draggable: false,
          emphasis: { focus: "adjacency", lineStyle: { opacity: 0.7 } },
          lineStyle: { color: "source", opacity: appearance === "dark" ? 0.38 : 0.3, curveness: 0.5 },
          data: [...matrix.rows.map(node("from")), ...matrix.columns.map(node("to"))],
          links: links.map((link) => ({
            source: `from ${link.from}`,
            target: `to ${link.to}`,
            value: link.members,
            tip: tip(link.from, link.to, link.members),
          })),
        },
      ],
    };
  }, [links, stages, appearance, narrow, format, t]);
  return <Chart option={option} height={narrow ? 520 : 560} label={label} />;
}

/** Names come from the brand's own models: text, never markup. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
}
