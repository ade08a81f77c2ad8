import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, chooseInMenu, eventually, inEveryLook, launch, open, settled, signedIn, signIn, URL_BASE, word } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test("a wrong password is refused in words, and the sign-in page can be read in every look", async () => {
  await inEveryLook(browser, async (page, look) => {
    await page.goto(`${URL_BASE}/members?stage=x`);
    await page.locator("#sign-in-name").fill("owner");
    await page.locator("#sign-in-password").fill("certainly not this one");
    await page.locator("button[type=submit]").click();
    await page.locator(".sign-in-wrong").waitFor();
    await check(page, "a1-sign-in", look);
  });
});

test("signed in, the overview shows the count of every stage the server counts", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page);
    const [overview, models] = await Promise.all([ask(page, "/overview"), ask(page, "/models")]);
    const stages = models.find((model) => model.primary).stages;
    const rows = await page.locator(".overview-stages section").first().locator("tbody tr").all();
    assert.equal(rows.length, stages.length);
    for (const [i, stage] of stages.entries()) {
      const text = await rows[i].innerText();
      assert.ok(text.includes(word(stage.name, look.language)), `${text} names ${stage.id}`);
      assert.ok(text.replaceAll(",", "").includes(String(overview.stages.stages[stage.id] ?? 0)), `${text} counts ${stage.id}`);
    }
    await check(page, "a2-overview", look);
  });
});

test("the language changes in place, and stays after a reload", async () => {
  const page = await open(browser, { language: "zh-CN", appearance: "light", size: "desktop" });
  await signIn(page);
  const first = (await ask(page, "/models")).find((model) => model.primary).stages[0];
  const cell = page.locator(".overview-stages tbody tr").first();
  const reads = (name) => eventually(async () => assert.ok((await cell.innerText()).includes(name)));
  await reads(first.name.zh);
  await chooseInMenu(page, "English", page.locator("html[lang=en]"));
  await reads(first.name.en);
  await page.reload();
  await settled(page);
  await reads(first.name.en);
  await chooseInMenu(page, "Sign out", page.locator("#sign-in-name"));
  await page.context().close();
});
