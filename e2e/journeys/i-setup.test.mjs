import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { check, eventually, launch, open } from "../browser.mjs";

/** SPEC UX-2: from an empty folder to calibrated stages. */
const ACTIONS_MAX = 12;
const CDNOW_MEMBERS = 23570;
/** A busy machine takes its time to read 69,659 orders. */
const PATIENCE_MS = 180000;

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A server on an empty folder, and the link it prints on its terminal. */
async function emptyServer() {
  const folder = mkdtempSync(join(tmpdir(), "perennial-setup-"));
  const words = ["--data", join(folder, "brand"), "--lang", "en", "serve", "--listen", "127.0.0.1:0"];
  const server = spawn(process.env.PERENNIAL_PROGRAM, words, { stdio: ["ignore", "ignore", "pipe"] });
  const link = await new Promise((found, failed) => {
    let told = "";
    server.stderr.on("data", (chunk) => {
      told += chunk;
      const printed = told.match(/set-up code \S+: (http:\S+)/);
      if (printed) found(printed[1]);
    });
    server.on("exit", () => failed(new Error(`the server ended: ${told}`)));
  });
  const end = async () => {
    server.removeAllListeners("exit");
    const gone = new Promise((ended) => server.on("exit", ended));
    server.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { link, end };
}

/** What a person does is counted; what the page does by itself is waited for. */
function person(page) {
  let actions = 0;
  const act = (deed) => async (selector, ...more) => {
    actions += 1;
    await page.locator(selector)[deed](...more, { timeout: PATIENCE_MS });
  };
  return { fill: act("fill"), click: act("click"), actions: () => actions };
}

async function setUp(look) {
  const { link, end } = await emptyServer();
  const page = await open(browser, look);
  try {
    const { fill, click, actions } = person(page);
    await page.goto(link);
    await page.locator("#setup-name").waitFor();
    await check(page, "i1-brand", look);
    await fill("#setup-name", "CDNOW");
    await fill("#setup-password", "a good long password");
    await click("button[type=submit]");
    await page.locator("[data-deed=sample]").waitFor();
    await check(page, "i2-data", look);
    await click("[data-deed=sample]");
    await page.locator("[data-deed=calibrate]").waitFor({ timeout: PATIENCE_MS });
    await check(page, "i3-imported", look);
    await click("[data-deed=calibrate]");
    await page.locator("[data-deed=accept]").waitFor({ timeout: PATIENCE_MS });
    await check(page, "i4-calibrated", look);
    await click("[data-deed=accept]");
    await click("[data-deed=stages]:not([disabled])");
    await page.locator("[data-stage]").first().waitFor({ timeout: PATIENCE_MS });
    await check(page, "i5-stages", look);

    const base = new URL(page.url()).origin;
    const read = async (path) => (await page.request.get(`${base}/api/v1${path}`)).json();
    assert.ok((await read("/models")).find((model) => model.id === "rf").version > 1, "the calibrated version decides");
    // The counts follow the decisions of a moment ago.
    await eventually(async () => {
      const told = await read("/models/rf/stages");
      assert.equal(told.members, CDNOW_MEMBERS);
      for (const [stage, members] of Object.entries(told.stages)) {
        const shown = await page.locator(`[data-stage="${stage}"]`).innerText();
        assert.equal(shown.replaceAll(",", ""), String(members), stage);
      }
    });
    assert.ok(actions() <= ACTIONS_MAX, `${actions()} actions`);
  } finally {
    await page.context().close();
    await end();
  }
}

test("from an empty folder to calibrated stages of CDNOW in a dozen actions, in Chinese on a phone", { timeout: 2 * PATIENCE_MS }, () =>
  setUp({ language: "zh-CN", appearance: "light", size: "phone" }),
);

test("and in English at a desk, in the dark", { timeout: 2 * PATIENCE_MS }, () => setUp({ language: "en", appearance: "dark", size: "desktop" }));
