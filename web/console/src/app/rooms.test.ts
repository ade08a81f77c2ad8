import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GROUPS } from "./rooms";

const documented = JSON.parse(readFileSync(new URL("../../../../docs/openapi.json", import.meta.url), "utf8")) as { paths: Record<string, unknown> };

/** Else whoever reloads the room, or follows a link to it, is given what a program asked for. */
test("no room has an address that the server answers itself", () => {
  const taken = Object.keys(documented.paths).map((path) => path.split("/")[1]);
  expect(taken).toContain("metrics");
  const rooms = GROUPS.flatMap((group) => group.rooms).map((room) => room.to.split("/")[1]);
  expect(rooms.filter((first) => first !== "" && taken.includes(first))).toEqual([]);
});
