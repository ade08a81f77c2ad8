import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { texts as en } from "./en";
import { texts as zh } from "./zh-CN";

type Tree = { [key: string]: string | Tree };

/** Key → text; plural forms are folded into one key, since Chinese has one and English two. */
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

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
const [english, chinese] = [flat(en), flat(zh as Tree)];

test("both languages have the same keys", () => {
  expect(english.size).toBeGreaterThan(150);
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
});

test("both languages fill the same placeholders in every form", () => {
  for (const [key, forms] of english)
    for (const form of [...forms, ...(chinese.get(key) ?? [])]) expect(placeholders(form), key).toEqual(placeholders(forms[0]!));
});

test("a plural in English has both forms, and Chinese is Chinese", () => {
  const plural = JSON.stringify(en).match(/"(\w+)_one"/g)?.length ?? 0;
  expect(plural).toBeGreaterThan(0);
  expect(JSON.stringify(en).match(/"(\w+)_other"/g)?.length).toBe(plural);
  for (const [key, forms] of chinese) if (key !== "shell.language_en" && !key.includes("channel.app")) expect(forms.join(), key).toMatch(/[\u4e00-\u9fff]/);
});

const SRC = join(import.meta.dirname, "..");
const UI = join(import.meta.dirname, "../../../packages/ui/src");
const sources = [SRC, UI].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tsx")).map((name) => join(root, name)),
);
const SPOKEN = new Set(["title", "label", "placeholder", "alt", "aria-label", "caption", "note", "head", "hint"]);
const wordy = (text: string) => /[\p{L}]/u.test(text);

/** Texts a person would read that stand in the code instead of the resources. */
function hardCoded(path: string, code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isJsxText(node) && wordy(node.text)) found.push(node.text.trim());
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer) && wordy(node.initializer.text)) found.push(node.initializer.text);
    if (ts.isJsxExpression(node) && node.expression && ts.isStringLiteral(node.expression) && ts.isJsxElement(node.parent) && wordy(node.expression.text)) found.push(node.expression.text);
    if (ts.isPropertyAssignment(node) && SPOKEN.has(node.name.getText()) && ts.isStringLiteral(node.initializer) && wordy(node.initializer.text)) found.push(node.initializer.text);
    if (/\p{Script=Han}/u.test(node.getText()) && ts.isStringLiteralLike(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return found;
}

test("the search for hard-coded text can see one", () => {
  expect(hardCoded("x.tsx", `const a = <p title="Hello">Words {"more"} {t("k")} · </p>; const b = { label: "Name" };`)).toEqual(["Hello", "Words", "more", "Name"]);
});

test("no text a person reads stands in a component", () => {
  expect(sources.length).toBeGreaterThan(20);
  for (const path of sources) expect(hardCoded(path, readFileSync(path, "utf8")), path).toEqual([]);
});

test("every key is used somewhere", () => {
  const code = [SRC].flatMap((root) => readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name)).map((name) => readFileSync(join(root, name), "utf8")));
  const all = code.join("\n");
  const unused = [...english.keys()].filter((key) => {
    const parent = key.slice(0, key.lastIndexOf("."));
    return !all.includes(`"${key}"`) && !all.includes(`${parent}.\${`) && !all.includes(`${parent.slice(0, parent.lastIndexOf("."))}.\${`);
  });
  expect(unused).toEqual([]);
});
