import { expect, test } from "vitest";
import { askedFor, COLUMNS, LIST_STATE, nextSort, type ListState } from "../features/members/list-state";
import { ROOM_STATE, type RoomState } from "../features/lifecycle/room-state";
import { readState, writeState } from "./url-state";

const list = (search: string) => readState<ListState>(LIST_STATE, new URLSearchParams(search));
const room = (search: string) => readState<RoomState>(ROOM_STATE, new URLSearchParams(search));

test("an empty address is every default", () => {
  expect(list("")).toEqual({ q: "", condition: "", list: "", columns: [...COLUMNS], stage: "", model: "", sort: "recency", order: "asc", cursor: "", page: 1 });
});

test("what is typed into the address by hand cannot break the room", () => {
  expect(list("sort=evil&order=up&page=-3")).toMatchObject({ sort: "recency", order: "asc", page: 1 });
  expect(room("as_of=2026-02-30&from=yesterday&view=x")).toMatchObject({ as_of: null, from: null, view: "counts" });
});

test("defaults leave the address, other keys stay", () => {
  const next = writeState<ListState>(LIST_STATE, new URLSearchParams("stage=new.first&x=1"), { stage: "", sort: "money", order: "asc" });
  expect(next.toString()).toBe("x=1&sort=money");
});

test("a state comes back from the address it was written to", () => {
  const state: RoomState = { view: "flow", model: "guest", as_of: null, compare: "7", from: "2026-01-01", to: "2026-02-01", as: "table", moved: true, stage: "new.first", cohort: "month" };
  expect(room(writeState<RoomState>(ROOM_STATE, new URLSearchParams(), state).toString())).toEqual(state);
});

test("a column starts in its useful direction and turns on the second press", () => {
  expect(nextSort({ sort: "recency", order: "asc" }, "money")).toEqual({ sort: "money", order: "desc" });
  expect(nextSort({ sort: "money", order: "desc" }, "money")).toEqual({ sort: "money", order: "asc" });
});

test("empty conditions are not sent to the server", () => {
  expect(JSON.parse(JSON.stringify(askedFor(list("stage=ended"))))).toEqual({ stage: "ended", sort: "recency", order: "asc", limit: 50 });
});

test("chosen columns stand in the address in the table's order; all of them need not be named", () => {
  expect(list("columns=money,stage,nope").columns).toEqual(["stage", "money"]);
  expect(list("columns=").columns).toEqual([]);
  const all = writeState<ListState>(LIST_STATE, new URLSearchParams("columns=stage"), { columns: [...COLUMNS] });
  expect(all.toString()).toBe("");
});
