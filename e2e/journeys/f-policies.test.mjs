import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, open, settled, signedIn, URL_BASE, word } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const rule = "f_life >= 2 AND recency < 60";

/** Opens a stage of the editor and writes another rule for it. */
async function change(page, text) {
  await page.locator("[data-stage='regular.active'] .policy-stage-toggle").click();
  const field = page.locator("[id='rule-regular.active']");
  await field.fill(text);
  return field;
}

test("a rule is changed as text and in the builder, and means the same in both", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/policies");
    const [policy] = await ask(page, "/policies");
    await page.getByRole("link", { name: word(policy.name, look.language) }).click();
    await page.waitForURL(/policies\/rf/);
    await settled(page);
    const field = await change(page, "f_life >= 2 AND recenc < 60");
    await page.locator(".condition-problems mark").waitFor();
    await check(page, "f1-rule-wrong", look);
    await page.locator(".condition-near").first().click();
    await eventually(async () => assert.equal(await field.inputValue(), rule));
    const stage = page.locator("[data-stage='regular.active']");
    await stage.locator(".rule-editor .ant-segmented-item").last().click();
    await stage.locator(".builder-rule").nth(1).waitFor();
    const days = stage.locator(".builder-rule").nth(1).locator(".builder-value");
    assert.equal(await days.inputValue(), "60");
    await check(page, "f2-builder", look);
    await days.fill("45");
    await days.press("Enter");
    await eventually(async () => assert.match(await stage.locator(".rule-editor .condition-sentence").innerText(), /45/));
    await stage.locator(".rule-editor .ant-segmented-item").first().click();
    await eventually(async () => assert.equal(await field.inputValue(), "f_life >= 2 AND recency < 45"));
  });
});

test("a draft is previewed, backtested and calibrated before it decides", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/policies/rf");
    await change(page, rule);
    await page.locator("[data-stage='regular.active'] .condition-sentence").filter({ hasText: "60" }).waitFor();
    const tools = page.locator(".policy-trial-tools");
    await eventually(async () => {
      await tools.locator("button.ant-btn-primary").click({ timeout: 1000 });
      await page.locator("[data-trial=preview], .under-way").first().waitFor({ timeout: 3000 });
    }, Date.now() + 20000);
    await page.locator("[data-trial=preview]").waitFor({ timeout: 60000 });
    await check(page, "f3-preview", look);
    if (look.appearance === "dark") return;
    const month = (await ask(page, "/brand")).last_purchase_on.slice(0, 7);
    const before = new Date(`${month}-01T00:00:00Z`);
    before.setUTCMonth(before.getUTCMonth() - 2);
    await tools.locator("input[type=month]").first().fill(before.toISOString().slice(0, 7));
    await tools.locator("input[type=month]").last().fill(month);
    await tools.locator(".policy-trial-months button").click();
    await page.locator("[data-trial=backtest] tbody tr").nth(2).waitFor({ timeout: 60000 });
    await check(page, "f4-backtest", look);
    await tools.locator("> button").nth(1).click();
    await page.locator("[data-trial=calibrate] tbody tr").first().waitFor({ timeout: 60000 });
    await check(page, "f5-calibration", look);
  });
});

test("a draft is saved, compared, put in force with a reason, and the version before comes back", async () => {
  const look = { language: "zh-CN", appearance: "light", size: "desktop" };
  const page = await open(browser, look);
  await signedIn(page, "/policies/rf");
  const before = (await ask(page, "/policies")).find((one) => one.id === "rf").active;
  await change(page, rule);
  const save = page.locator(".panel-actions .ant-btn-primary").first();
  await eventually(async () => assert.ok(await save.isEnabled()));
  await save.click();
  await page.locator("#policy-reason").fill("旅程试用");
  await page.locator(".ant-modal .ant-btn-primary").click();
  await page.waitForURL(/version=\d+/);
  const version = Number(new URL(page.url()).searchParams.get("version"));
  await settled(page);

  await page.goto(`${URL_BASE}/policies/rf?version=${version}&view=diff`);
  await page.locator(".policy-diff .policy-after").filter({ hasText: "60" }).waitFor();
  await check(page, "f6-diff", look);

  for (const next of [version, before]) {
    await page.goto(`${URL_BASE}/policies/rf?version=${next}`);
    await settled(page);
    await page.locator(".panel-actions .ant-btn-primary").first().click();
    await page.locator("#policy-reason").fill("旅程试用");
    await page.locator(".ant-modal .ant-btn-primary").click();
    await eventually(async () => {
      const policy = (await ask(page, "/policies")).find((one) => one.id === "rf");
      assert.equal(policy.active, next);
      assert.equal(policy.redeciding, false);
      const [job] = (await ask(page, "/jobs")).filter((one) => one.kind === "policy_activate");
      assert.equal(job.state, "done");
    }, Date.now() + 120000);
  }
  await page.goto(`${URL_BASE}/policies/rf?view=history`);
  await page.locator(".policy-notes span").first().waitFor();
  await check(page, "f7-history", look);
  await page.context().close();
});
