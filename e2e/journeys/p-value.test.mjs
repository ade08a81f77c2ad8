import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { check, eventually, inEveryLook, launch, settled, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const panel = (page, id) => page.locator(`section[aria-labelledby=${id}]`);
/** What the server answers the page: everyone is counted once, not once for the page and once for the test. */
const heard = async (page, path, go) => {
  const [answer] = await Promise.all([page.waitForResponse((one) => one.url().includes(`/api/v1/value/${path}`), { timeout: 90000 }), go()]);
  return answer.json();
};
const digits = (text) => text.replaceAll(",", "");

test("classes and cells of RFM as the server counts them, and a cell opens exactly its members", async () => {
  await inEveryLook(browser, async (page, look) => {
    const rfm = await heard(page, "rfm", () => signedIn(page, "/value?window=730"));
    await eventually(async () => {
      const rows = await panel(page, "rfm-classes").locator("tbody tr").allInnerTexts();
      assert.equal(rows.length, 8);
      for (const [at, one] of rfm.classes.entries()) assert.ok(digits(rows[at]).includes(String(one.members)), rows[at]);
      const cells = await panel(page, "rfm-grid").locator("td a").allInnerTexts();
      assert.deepEqual(cells.map((text) => Number(digits(text))).sort((a, b) => a - b), rfm.grid.map((cell) => cell.members).sort((a, b) => a - b));
    });
    await check(page, "p1-rfm", look);

    const cell = rfm.grid.find((one) => one.members > 0);
    await eventually(async () => {
      await panel(page, "rfm-grid").locator("td a").first().click({ timeout: 2000 });
      await page.waitForURL(/members\?condition=/, { timeout: 2000 });
    });
    await eventually(async () => assert.ok(digits(await page.locator("#content").innerText()).includes(String(cell.members))));
  });
});

test("the models in plain words with their parameters, and the holdout they are judged on", async () => {
  await inEveryLook(browser, async (page, look) => {
    const told = await heard(page, "models", () => signedIn(page, "/value?view=models"));
    await eventually(async () => {
      for (const fit of [...told.models, told.spend]) {
        const card = await panel(page, `model-${fit.asked}`).innerText();
        for (const param of fit.params) assert.ok(card.includes(param.name), card);
        for (const note of fit.notes) assert.ok(card.includes(look.language === "en" ? note.text.en : note.text.zh), card);
      }
    });
    await check(page, "p2-models", look);

    const held = await heard(page, "holdout", () => page.goto(`${URL_BASE}/value?view=holdout`));
    await settled(page);
    await panel(page, "tracking").locator("[role=img] svg path").first().waitFor({ state: "attached" });
    await eventually(async () => {
      const rows = await panel(page, "holdout-models").locator("tbody tr").allInnerTexts();
      for (const [at, model] of held.models.entries()) assert.ok(rows[at].includes(model.auc_purchases.toFixed(3)), rows[at]);
      assert.equal(await panel(page, "bins").locator("tbody tr").count(), held.bins.length);
    });
    await check(page, "p3-holdout", look);
  });
});
