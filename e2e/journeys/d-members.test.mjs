import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, open, settled, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const shownTotal = async (page) => Number((await page.locator(".room-title p").innerText()).replaceAll(",", "").match(/\d+/)[0]);

/** Asks as the page does: a condition on histories is answered once everyone has been looked at. */
async function total(page, query) {
  return eventually(async () => (await ask(page, `/members?limit=1&${new URLSearchParams(query)}`)).total, Date.now() + 60000);
}

test("a condition narrows the list, is told where it is wrong, and goes together with a stage", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/members");
    await page.locator(".condition-open").click();
    const field = page.locator("#member-condition");
    await field.fill("f_totl >= 3");
    await page.locator(".condition-problems mark").waitFor();
    assert.equal(await page.locator(".condition-problems mark").innerText(), "f_totl");
    await check(page, "d1-condition-wrong", look);
    await page.locator(".condition-near").first().click();
    await eventually(async () => assert.equal(await field.inputValue(), "f_total >= 3"));
    await page.locator(".condition-sentence").waitFor();
    await page.locator(".condition-bar button[type=submit]").click();
    await page.waitForURL(/condition=/);
    const expected = await total(page, { condition: "f_total >= 3" });
    await eventually(async () => assert.equal(await shownTotal(page), expected));
    await page.locator("[data-stage='lapsed.churned']").click();
    await page.waitForURL(/stage=lapsed/);
    const both = await total(page, { condition: "f_total >= 3", stage: "lapsed.churned" });
    assert.ok(both < expected);
    await eventually(async () => assert.equal(await shownTotal(page), both));
    await check(page, "d2-condition", look);
  });
});

test("a condition on histories is waited for, and says up to when its data goes", async () => {
  const look = { language: "zh-CN", appearance: "light", size: "desktop" };
  const page = await open(browser, look);
  const condition = "count(order within 365 days) >= 1";
  await signedIn(page, `/members?${new URLSearchParams({ condition })}`);
  const expected = await total(page, { condition });
  await eventually(async () => assert.equal(await shownTotal(page), expected), Date.now() + 30000);
  assert.match(await page.locator(".room-title p").innerText(), /\d{4}-\d{2}-\d{2} \d{2}:\d{2}/);
  await page.context().close();
});

test("members are chosen, exported in the background, and the file is there after a reload", async () => {
  for (const size of ["desktop", "phone"]) {
    const look = { language: size === "phone" ? "en" : "zh-CN", appearance: "light", size };
    const page = await open(browser, look);
    await signedIn(page, "/members?stage=regular.loyal");
    await page.locator("td.choice input").first().check();
    await page.locator("td.choice input").nth(1).check();
    await page.locator(".selection-bar strong").filter({ hasText: "2" }).waitFor();
    await check(page, "d3-chosen", look);
    await page.locator(".selection-bar .ant-btn-link").first().click();
    const expected = await total(page, { stage: "regular.loyal" });
    await eventually(async () => assert.ok((await page.locator(".selection-bar strong").innerText()).replaceAll(",", "").includes(String(expected))));
    await page.locator(".selection-bar button").last().click();
    await page.getByRole("menuitem", { name: /CSV/ }).click();
    const job = await eventually(async () => {
      const [latest] = await ask(page, "/jobs");
      assert.equal(latest?.kind, "members_export");
      assert.equal(latest.state, "done");
      return latest;
    }, Date.now() + 30000);
    assert.equal(job.result.rows, expected);
    await page.reload();
    await settled(page);
    if (size === "desktop") {
      await page.locator(".jobs-button").click();
      await page.locator(`[data-job='${job.id}'] .job-file`).waitFor();
      await check(page, "d4-tasks", look);
      const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`[data-job='${job.id}'] .job-file`).click()]);
      assert.match(download.suggestedFilename(), /^members-.*\.csv$/);
    }
    await page.context().close();
  }
});

test("what the list shows is saved as a view and comes back", async () => {
  const look = { language: "zh-CN", appearance: "dark", size: "desktop" };
  const page = await open(browser, look);
  await signedIn(page, "/members?stage=lapsed.churned&sort=money&order=desc&columns=stage,money");
  assert.equal(await page.locator("thead th").count(), 4);
  const name = `views ${Date.now()}`;
  const menu = page.locator(".members-tools .ant-btn").first();
  await menu.click();
  await page.getByRole("menuitem").last().click();
  await page.locator("#view-name").fill(name);
  await page.locator(".ant-modal .ant-btn-primary").click();
  await page.locator(".ant-modal").waitFor({ state: "hidden" });
  await page.goto(`${URL_BASE}/members`);
  await settled(page);
  await menu.click();
  await page.getByRole("menuitem", { name }).click();
  await page.waitForURL(/stage=lapsed.churned.*columns=stage/);
  const [saved] = (await ask(page, "/views?room=members")).filter((view) => view.name === name);
  await page.request.delete(`${URL_BASE}/api/v1/views/${saved.id}`, { headers: { "X-Perennial": "1" } });
  await page.context().close();
});

test("everything with a name is found from anywhere by keyboard", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/");
    const [member] = (await ask(page, "/members?limit=1")).items;
    await page.keyboard.press("Control+k");
    const box = page.locator(".ant-modal [role=combobox]");
    await box.fill(member.number);
    await page.locator(".palette-results li").filter({ hasText: member.number }).first().waitFor();
    await check(page, "d5-search", look);
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/members/${member.member}`));
    await page.keyboard.press("Control+k");
    await box.fill("zzz-nobody-zzz");
    await page.locator(".ant-modal [role=status]").waitFor();
    await page.keyboard.press("Escape");
    await box.waitFor({ state: "hidden" });
  });
});
