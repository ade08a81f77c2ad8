import { expect, test } from "vitest";
import { addressOf, changed, moved, roomOf, type Card } from "./cards";

const card = (by: Partial<Card> = {}): Card => ({ room: "metrics", query: "view=funnel&as_of=2026-01-01", title: "", wide: false, ...by });

test("the last days are counted from today, whatever day the address was kept on", () => {
  expect(addressOf(card({ last_days: 30 }), "2026-03-01").toString()).toBe("view=funnel&from=2026-01-31&to=2026-03-01");
  expect(addressOf(card(), "2026-03-01").toString()).toBe("view=funnel&as_of=2026-01-01");
  expect(addressOf(card({ room: "value", last_days: 30 }), "2026-03-01").toString()).toBe("view=funnel&as_of=2026-01-01");
});

test("cards move one place, and not beyond the ends", () => {
  const three = ["a", "b", "c"].map((title) => card({ title }));
  const titles = (cards: Card[]) => cards.map((one) => one.title).join("");
  expect(titles(moved(three, 0, 1))).toBe("bac");
  expect(titles(moved(three, 2, -1))).toBe("acb");
  expect(titles(moved(three, 0, -1))).toBe("abc");
  expect(titles(moved(three, 2, 1))).toBe("abc");
  expect(changed(three, 1, { wide: true }).map((one) => one.wide)).toEqual([false, true, false]);
});

test("only rooms whose state is in their address can be pinned", () => {
  expect([roomOf("/"), roomOf("/analysis"), roomOf("/members"), roomOf("/value"), roomOf("/sql")]).toEqual(["overview", "metrics", undefined, "value", undefined]);
});
