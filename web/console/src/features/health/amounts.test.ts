import { expect, test } from "vitest";
import { ago, bytes, days } from "./amounts";

test("bytes are told in the largest unit that leaves a number of at least one", () => {
  expect([0, 1023, 1024, 1536, 150 * 1024, 5 * 1024 ** 3, 2 * 1024 ** 5].map(bytes)).toEqual([
    "0 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
    "150 KiB",
    "5.0 GiB",
    "2048 TiB",
  ]);
});

test("spans never come out negative", () => {
  const [a, b] = ["2026-11-22T10:00:00Z", "2026-11-25T14:30:00Z"];
  expect([days(a, b), days(b, a), days(a, a)]).toEqual([3, 0, 0]);
  expect([ago(a, b), ago(b, a), ago(a, "2026-11-22T12:05:00Z")]).toEqual(["3 d 4 h", "0 min", "2 h 5 min"]);
});
