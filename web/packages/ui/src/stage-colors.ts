/**
 * One colour per stage, the same in every room and model: the last part of the stage's id decides ("active" is green in each
 * model), then its group, then its place in the order. Every colour keeps 3 : 1 against the surface of its theme.
 */
export type Appearance = "light" | "dark";
type Pair = readonly [light: string, dark: string];

const BY_NAME: Record<string, Pair> = {
  aware: ["#8a96a3", "#76828f"],
  follower: ["#6d8098", "#8fa2b8"],
  registered: ["#4d6a94", "#7d9fd4"],
  prospect: ["#8a96a3", "#8390a0"],
  customer: ["#6d8098", "#8fa2b8"],
  member: ["#4d6a94", "#7d9fd4"],
  new: ["#2b8cc2", "#5ab4e4"],
  first: ["#2b8cc2", "#5ab4e4"],
  second: ["#1f66a5", "#4190d8"],
  returning: ["#1f66a5", "#4190d8"],
  active: ["#3c9a6a", "#62c795"],
  loyal: ["#14684a", "#2fa077"],
  silent: ["#b87b0a", "#e3b04b"],
  sleeping: ["#c2613b", "#e58b60"],
  asleep: ["#c2613b", "#e58b60"],
  churned: ["#943a37", "#cf6862"],
  lapsed: ["#943a37", "#cf6862"],
  ended: ["#6b6a70", "#8c8b92"],
  exploration: ["#2b8cc2", "#5ab4e4"],
  growth: ["#3c9a6a", "#62c795"],
  stability: ["#14684a", "#2fa077"],
  decline: ["#c2613b", "#e58b60"],
};

const BY_GROUP: Record<string, Pair> = {
  prospect: ["#8a96a3", "#8390a0"],
  new: ["#2b8cc2", "#5ab4e4"],
  regular: ["#3c9a6a", "#62c795"],
  at_risk: ["#b87b0a", "#e3b04b"],
  lapsed: ["#c2613b", "#e58b60"],
  ended: ["#6b6a70", "#8c8b92"],
};

const BY_PLACE: readonly Pair[] = [
  ["#6d8098", "#8fa2b8"],
  ["#2b8cc2", "#5ab4e4"],
  ["#3c9a6a", "#62c795"],
  ["#b87b0a", "#e3b04b"],
  ["#c2613b", "#e58b60"],
  ["#943a37", "#cf6862"],
];

export function stageColor(stage: { id: string; group: string }, place: number, appearance: Appearance): string {
  const name = stage.id.split(".").at(-1) ?? stage.id;
  const [light, dark] = BY_NAME[name] ?? BY_GROUP[stage.group] ?? BY_PLACE[place % BY_PLACE.length]!;
  return appearance === "light" ? light : dark;
}
