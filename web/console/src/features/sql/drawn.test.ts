import { expect, test } from "vitest";
import { drawn, POINTS_MAX } from "./drawn";

const column = (name: string, type: string) => ({ name, type });

test("the first column that is no number names, numbers are drawn, also those that come as texts", () => {
  const answer = { columns: [column("n", "int"), column("stage", "text"), column("money", "decimal")], rows: [[3, "loyal", "12.50"], [null, null, "1"]] };
  expect(drawn(answer)).toEqual({ names: ["loyal", ""], series: [{ name: "n", values: [3, null] }, { name: "money", values: [12.5, 1] }] });
});

test("midnights alone stand for their days", () => {
  const names = (...at: string[]) => drawn({ columns: [column("at", "instant"), column("n", "int")], rows: at.map((one) => [one, 1]) })!.names;
  expect(names("2026-01-01T00:00:00", "2026-02-01T00:00:00.000+08:00")).toEqual(["2026-01-01", "2026-02-01"]);
  expect(names("2026-01-01T00:00:00Z", "2026-01-01T12:00:00Z")).toEqual(["2026-01-01T00:00:00Z", "2026-01-01T12:00:00Z"]);
});

test("of numbers alone the first names, one alone is counted through, and nothing is drawn of nothing", () => {
  expect(drawn({ columns: [column("year", "int"), column("n", "int")], rows: [[1997, 5]] })).toEqual({ names: ["1997"], series: [{ name: "n", values: [5] }] });
  expect(drawn({ columns: [column("n", "int")], rows: [[7], [8]] })).toEqual({ names: ["1", "2"], series: [{ name: "n", values: [7, 8] }] });
  expect(drawn({ columns: [column("name", "text")], rows: [["a"]] })).toBeNull();
  expect(drawn({ columns: [column("n", "int")], rows: [] })).toBeNull();
  expect(drawn({ columns: [column("n", "int")], rows: Array.from({ length: 300 }, (_, at) => [at]) })!.names.length).toBe(POINTS_MAX);
});
