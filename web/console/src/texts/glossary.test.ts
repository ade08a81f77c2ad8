/** One word for one thing: where an English text uses a term of docs/glossary.md, the Chinese text uses the glossary's word. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { texts as en } from "./en";
import { texts as zh } from "./zh-CN";

type Tree = { [key: string]: string | Tree };
type Term = { en: string; zh: string };

const ROOT = join(import.meta.dirname, "../../../..");
/** `term @ key`, one a line, with the reason in front of each group. The list only gets shorter. */
const EXCEPTIONS = readFileSync(join(import.meta.dirname, "glossary-exceptions.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const EXCEPTIONS_MAX = 65;
/** Slices whose texts are held to the glossary. The list only gets longer: whoever writes a slice adds it once its words are those. */
const HELD = ["conditions", "events", "jobs", "letters", "lifecycle", "member", "members", "metrics", "overview", "people", "policies", "search", "session", "shell", "sources", "value"];

export function glossary(markdown: string): Term[] {
  return markdown
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter((cells) => cells.length === 5 && cells[1] !== "en" && !cells[1]!.startsWith("---"))
    .map((cells) => ({ en: cells[1]!, zh: cells[2]! }));
}

function flat(tree: Tree, path = ""): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") {
      const name = path + key.replace(/_(one|other)$/, "");
      found.set(name, [...(found.get(name) ?? []), value]);
    } else for (const [name, forms] of flat(value, `${path}${key}.`)) found.set(name, forms);
  }
  return found;
}

/** The terms a text uses; a longer one hides those within it. */
export function used(text: string, terms: Term[]): Term[] {
  let rest = text.replaceAll(/\{\{\w+\}\}/g, " ");
  return [...terms].sort((a, b) => b.en.length - a.en.length).filter((term) => {
    const plural = term.en.endsWith("y") ? `(?:y|ies)` : `(?:s|es|d|ed)?`;
    const stem = term.en.endsWith("y") ? term.en.slice(0, -1) : term.en;
    const pattern = new RegExp(`(?<![\\w-])${stem.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}${plural}(?![\\w-])`, "gi");
    const there = pattern.test(rest);
    rest = rest.replaceAll(pattern, "\u0000");
    return there;
  });
}

const TERMS = glossary(readFileSync(join(ROOT, "docs/glossary.md"), "utf8"));
const [english, chinese] = [flat(en), flat(zh as Tree)];

function missing(): string[] {
  const found: string[] = [];
  for (const [key, forms] of english) {
    if (!HELD.includes(key.split(".")[0]!)) continue;
    const said = (chinese.get(key) ?? []).join(" ");
    for (const term of used(forms.join(" \u0000 "), TERMS)) if (!said.includes(term.zh)) found.push(`${term.en} @ ${key}`);
  }
  return found;
}

test("the glossary is read, and a term is seen in its forms but not within a longer one", () => {
  expect(TERMS.length).toBeGreaterThan(80);
  const terms = [{ en: "purchase", zh: "消费" }, { en: "second purchase", zh: "二次复购新会员" }, { en: "policy", zh: "策略" }];
  expect(used("Two policies", terms).map((term) => term.zh)).toEqual(["策略"]);
  expect(used("Second purchase counts", terms).map((term) => term.zh)).toEqual(["二次复购新会员"]);
  expect(used("repurchased", terms)).toEqual([]);
});

test("Chinese texts use the glossary's words", () => {
  expect(missing().filter((one) => !EXCEPTIONS.includes(one))).toEqual([]);
});

test("the exceptions are needed, and become fewer", () => {
  const needed = new Set(missing());
  expect(EXCEPTIONS.filter((one) => !needed.has(one))).toEqual([]);
  expect(EXCEPTIONS.length).toBeLessThanOrEqual(EXCEPTIONS_MAX);
});
