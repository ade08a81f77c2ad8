import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, settled, signedIn, word } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("time in stage, growing up and prime, as the server counts them", async () => {
  await inEveryLook(browser, async (page, look) => {
    const brand = await (await signedIn(page, "/lifecycle"), ask(page, "/brand"));
    const day = brand.last_purchase_on;
    await page.goto(`${new URL(page.url()).origin}/lifecycle?view=times&as_of=${day}`);
    await settled(page);
    const model = (await ask(page, "/models")).find((one) => one.primary);
    const times = await ask(page, `/models/${model.id}/times?as_of=${day}`);
    const shown = times.stages.filter((one) => one.time.count > 0);
    await eventually(async () => {
      const rows = await page.locator(".times tbody").first().locator("tr").allInnerTexts();
      assert.equal(rows.length, shown.length);
      for (const [at, { stage, time }] of shown.entries()) {
        const text = rows[at].replaceAll(",", "");
        assert.ok(text.includes(word(model.stages.find((one) => one.id === stage).name, look.language)), text);
        assert.ok(text.includes(String(time.count)) && (time.p50 === null || text.includes(String(time.p50))), text);
      }
    });
    assert.equal(await page.locator("#growing-up, #prime").count(), 2);
    await check(page, "e1-times", look);
  });
});

test("survival by cohort is drawn with its band, and the table has the same", async () => {
  await inEveryLook(browser, async (page, look) => {
    const brand = await (await signedIn(page, "/lifecycle"), ask(page, "/brand"));
    const day = brand.last_purchase_on;
    await page.goto(`${new URL(page.url()).origin}/lifecycle?view=survival&cohort=month&as_of=${day}`);
    await page.locator("[role=img] svg path").first().waitFor();
    const survival = await ask(page, `/survival?by=month&as_of=${day}`);
    await eventually(async () => {
      const rows = await page.locator("#content tbody tr").allInnerTexts();
      assert.equal(rows.length, survival.cohorts.length);
      for (const [at, cohort] of survival.cohorts.entries()) {
        const text = rows[at].replaceAll(",", "");
        assert.ok(cohort.cohort === null || text.includes(cohort.cohort), text);
        assert.ok(text.includes(String(cohort.members)) && text.includes(String(cohort.ended)), text);
      }
    });
    await check(page, "e2-survival", look);
  });
});
