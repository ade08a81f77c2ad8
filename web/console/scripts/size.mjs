// Prints the gzip size of the JavaScript the first page (sign-in, then overview) loads, and fails above the budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 350;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const gzip = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1024;

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const lazy = (part) => Object.keys(manifest).filter((key) => key.includes(part) && manifest[key].isDynamicEntry);
const first = new Set([entry, ...lazy("session/sign-in"), ...lazy("overview/overview-page"), ...lazy("texts/zh-CN")].flatMap((key) => [...closure(key)]));

let total = 0;
for (const key of first) {
  const size = gzip(manifest[key].file);
  total += size;
  console.log(`${size.toFixed(1).padStart(8)} KB  ${manifest[key].file}`);
}
console.log(`${total.toFixed(1).padStart(8)} KB  first page, gzip (budget ${BUDGET_KB})\n`);
for (const room of ["members/members-page", "member/member-page", "lifecycle/lifecycle-page"]) {
  const more = lazy(room).flatMap((key) => [...closure(key)]).filter((key) => !first.has(key));
  console.log(`${more.reduce((sum, key) => sum + gzip(manifest[key].file), 0).toFixed(1).padStart(8)} KB  more for ${room}`);
}
for (const key of lazy("charts/")) console.log(`${[...closure(key)].filter((one) => !first.has(one)).reduce((sum, one) => sum + gzip(manifest[one].file), 0).toFixed(1).padStart(8)} KB  more for ${key}`);
if (total > BUDGET_KB) process.exit(1);
