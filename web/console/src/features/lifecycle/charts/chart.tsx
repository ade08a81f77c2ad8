/** ECharts in React: one instance per element, drawn as SVG, resized with its box, saved as PNG. Only imported chart types are bundled. */
import { Button } from "antd";
import { init, use as register, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { ImageDown } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { palette } from "@perennial/ui";
import { usePreferences } from "../../../app/preferences";
import { savePicture } from "./picture";
import "./chart.css";

register([SVGRenderer]);

export function Chart({ option, height, label }: { option: EChartsCoreOption; height: number; label: string }) {
  const { t } = useTranslation();
  const { appearance } = usePreferences();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof init>>(null);
  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, undefined, { renderer: "svg" });
    chart.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);
  const save = () => {
    const drawn = box.current?.querySelector("svg");
    if (drawn) void savePicture(drawn, label, palette(appearance).surface);
  };
  return (
    <div className="chart">
      <div role="img" aria-label={label}>
        <div ref={box} style={{ height }} aria-hidden="true" />
      </div>
      <Button className="chart-save" size="small" type="text" icon={<ImageDown size={15} aria-hidden="true" />} aria-label={t("shell.save_picture")} title={t("shell.save_picture")} onClick={save} />
    </div>
  );
}
