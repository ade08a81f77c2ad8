/** The look, once: the colours of base.css as antd tokens. Chart colours come from here too. */
import type { Appearance } from "./stage-colors";

export const FONT =
  '"Inter Variable", -apple-system, BlinkMacSystemFont, "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "Segoe UI", sans-serif';

const palettes = {
  light: {
    page: "#f5f6f4",
    surface: "#ffffff",
    border: "#e2e6e2",
    strong: "#c9d0cb",
    text: "#1a211e",
    soft: "#55615c",
    accent: "#1b6b4d",
    onAccent: "#ffffff",
    danger: "#b3362f",
  },
  dark: {
    page: "#0f1312",
    surface: "#171c1a",
    border: "#29312e",
    strong: "#3c4743",
    text: "#e5eae7",
    soft: "#a0aca6",
    accent: "#57c096",
    onAccent: "#08130e",
    danger: "#f0857c",
  },
} as const;

export const palette = (appearance: Appearance) => palettes[appearance];

/** Tokens for antd's ConfigProvider; the caller adds the algorithm of the appearance. */
export function antdTheme(appearance: Appearance, motion: boolean) {
  const c = palettes[appearance];
  return {
    token: {
      colorPrimary: c.accent,
      colorLink: c.accent,
      colorError: c.danger,
      colorBgBase: c.surface,
      colorBgLayout: c.page,
      colorBgContainer: c.surface,
      colorBgElevated: appearance === "dark" ? "#1e2522" : "#ffffff",
      colorTextBase: c.text,
      colorTextPlaceholder: appearance === "dark" ? "#8f9b95" : "#66726d",
      colorTextDescription: c.soft,
      colorTextLightSolid: c.onAccent,
      colorBorder: c.strong,
      colorBorderSecondary: c.border,
      borderRadius: 6,
      fontFamily: FONT,
      fontSize: 13,
      controlHeight: 32,
      motion,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
      wireframe: false,
    },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", fontWeight: 500 },
      Segmented: { itemSelectedColor: c.text, trackPadding: 2 },
      Tooltip: { colorBgSpotlight: appearance === "dark" ? "#303a36" : "#26302c", colorTextLightSolid: "#ffffff" },
    },
  };
}
