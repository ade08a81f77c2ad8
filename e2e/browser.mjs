// What the journeys share: a browser, signed-in pages in each way the console can look, and the checks every page must pass.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { FOLDER, PICTURES } from "./pictures.mjs";

export const URL_BASE = (process.env.PERENNIAL_URL ?? "http://127.0.0.1:4300").replace(/\/$/, "");
const USER = process.env.PERENNIAL_USER ?? "owner";
const PASSWORD = process.env.PERENNIAL_PASSWORD ?? "perennial";
const SHOTS = new URL("./shots/", import.meta.url).pathname;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
mkdirSync(SHOTS, { recursive: true });

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
export const LANGUAGES = ["zh-CN", "en"];
const EVERY_LOOK = LANGUAGES.flatMap((language) =>
  ["light", "dark"].flatMap((appearance) => Object.keys(SIZES).map((size) => ({ language, appearance, size }))),
);
/**
 * The looks a story is told in: any two of language, appearance and size meet in one of these four. `PERENNIAL_EVERY_LOOK=1` tells it in all
 * eight; where only the guide's pictures are taken, in those they show.
 */
const meets = ({ language, appearance, size }) => (language === "en") !== ((appearance === "dark") === (size === "phone"));
const shown = ({ appearance, size }) => appearance === "light" && size === "desktop";
const wanted = process.env.PERENNIAL_PICTURES ? shown : process.env.PERENNIAL_EVERY_LOOK ? () => true : meets;
export const LOOKS = EVERY_LOOK.filter(wanted);

export const launch = () =>
  chromium.launch({
    executablePath: process.env.PERENNIAL_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });

/**
 * A page in one look, not signed in. Any error the page throws fails the journey at the next `check`.
 * Its owner asked for less motion: a click can then not miss a button that still moves.
 */
export async function open(browser, { language, appearance, size }) {
  const context = await browser.newContext({
    viewport: SIZES[size],
    hasTouch: size === "phone",
    isMobile: size === "phone",
    acceptDownloads: true,
    reducedMotion: "reduce",
  });
  await context.addInitScript(
    ([l, a]) => {
      if (localStorage.getItem("perennial.language")) return;
      localStorage.setItem("perennial.language", l);
      localStorage.setItem("perennial.appearance", a);
    },
    [language, appearance],
  );
  const page = await context.newPage();
  page.thrown = [];
  page.on("pageerror", (error) => page.thrown.push(String(error)));
  return page;
}

/** Signs in through the page, as a person does. */
export async function signIn(page, at = "/") {
  await page.goto(URL_BASE + at);
  await page.locator("#sign-in-name").fill(USER);
  await page.locator("#sign-in-password").fill(PASSWORD);
  await page.locator("button[type=submit]").click();
  await page.locator("nav.side-nav").waitFor();
  await settled(page);
}

let session;

/** Signed in at a page: through the form the first time in a file, then with that session. Not for a story that signs out. */
export async function signedIn(page, at = "/") {
  if (!session) {
    await signIn(page, at);
    session = await page.context().cookies();
    return;
  }
  await page.context().addCookies(session);
  await page.goto(URL_BASE + at);
  await page.locator("nav.side-nav").waitFor();
  await settled(page);
}

/** Chooses in the account menu. On a busy machine a click may fall into the menu's opening and be lost, so it is tried until it took. */
export async function chooseInMenu(page, name, took) {
  const item = page.getByRole("menuitem", { name });
  await eventually(async () => {
    if (await took.count()) return;
    if (!(await item.isVisible())) await page.getByTestId("account").click({ timeout: 2000 });
    await item.click({ timeout: 2000 });
    await took.waitFor({ timeout: 2000 });
  }, Date.now() + 30000);
}

/** Nothing is loading any more. */
export async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => !document.querySelector(".skeleton, [aria-busy=true]"));
}

/** Repeats assertions until they hold: the page may still show the answer before. */
export async function eventually(assertion, deadline = Date.now() + 25000) {
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((wake) => setTimeout(wake, 80));
    }
  }
}

/** Types a day into a date field and confirms it, as a person does; a busy machine may need a second try. */
export async function pickDay(page, name, day) {
  const field = page.locator(`[data-field=${name}] input`);
  await eventually(async () => {
    await field.fill(day);
    await field.press("Enter");
    await page.waitForURL(new RegExp(`${name.replace("-", "_")}=${day}`), { timeout: 1500 });
  }, Date.now() + 15000);
  await settled(page);
}

/** A read of the API in the page's session. */
export async function ask(page, path) {
  const answer = await page.request.get(`${URL_BASE}/api/v1${path}`);
  assert.equal(answer.status(), 200, `GET ${path}`);
  return answer.json();
}

/** No sideways scrolling, no serious accessibility finding, no thrown error; and a picture to look at. */
export async function check(page, name, { language, appearance, size }) {
  await settled(page);
  await page.screenshot({ path: `${SHOTS}${name}-${size}-${language}-${appearance}.png`, fullPage: true });
  // The first run is shown as it is tried: in Chinese on a phone, in English at a desk.
  const guide = (size === "desktop" && appearance === "light") || name.startsWith("i");
  if (process.env.PERENNIAL_PICTURES && PICTURES[name] && guide) {
    await page.screenshot({ path: `${FOLDER}${PICTURES[name]}${language === "en" ? "" : ".zh"}.png` });
  }
  const where = `${name}, ${size}, ${language}, ${appearance}`;
  assert.deepEqual(page.thrown, [], `${where}: the page threw`);
  assert.equal(await page.evaluate(() => document.documentElement.lang), language, where);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), appearance, where);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${where}: ${over} px wider than the screen`);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const grave = violations.filter((one) => one.impact === "serious" || one.impact === "critical");
  assert.deepEqual(
    grave.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ") + (node.any[0] ? ` (${node.any[0].message})` : "")).join(" | ")}`),
    [],
    where,
  );
}

/** Runs a story once in every look, in a fresh browser context each time. */
export async function inEveryLook(browser, story) {
  for (const look of LOOKS) {
    const page = await open(browser, look);
    try {
      await story(page, look);
    } finally {
      await page.context().close();
    }
  }
}

export const word = (words, language) => (language === "zh-CN" ? words.zh : words.en);
