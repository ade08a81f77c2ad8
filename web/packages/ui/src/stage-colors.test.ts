import { expect, test } from "vitest";
import { stageColor, type Appearance } from "./stage-colors";
import { palette } from "./theme";

const RF = ["prospect.aware", "prospect.follower", "prospect.registered", "new.first", "new.second", "regular.loyal", "regular.active", "at_risk.silent", "lapsed.sleeping", "lapsed.churned", "ended"];

const channel = (value: number) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
function luminance(hex: string) {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a: string, b: string) => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

test.each(["light", "dark"] as Appearance[])("every stage keeps 3 : 1 against the %s surface and a colour of its own", (appearance) => {
  const colors = RF.map((id) => stageColor({ id, group: "" }, 0, appearance));
  for (const [i, color] of colors.entries()) expect(contrast(color, palette(appearance).surface), RF[i]).toBeGreaterThanOrEqual(3);
  expect(new Set(colors).size).toBe(RF.length);
});

test("a stage keeps its colour in another model", () => {
  expect(stageColor({ id: "active", group: "x" }, 3, "light")).toBe(stageColor({ id: "regular.active", group: "regular" }, 6, "light"));
});

test("a brand's own stage takes the colour of its group, else of its place", () => {
  expect(stageColor({ id: "x.vip", group: "regular" }, 0, "light")).toBe("#3c9a6a");
  expect(stageColor({ id: "x.vip", group: "x" }, 0, "light")).not.toBe(stageColor({ id: "x.vip", group: "x" }, 1, "light"));
});
