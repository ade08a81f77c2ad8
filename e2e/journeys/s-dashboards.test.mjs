import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, settled, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const words = (look, en, zh) => (look.language === "en" ? en : zh);
const plain = (text) => text.replaceAll(/[,\s]/g, "");
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** Whatever an earlier look left behind. */
async function none(page) {
  for (const one of await ask(page, "/dashboards")) {
    if (one.mine) await page.request.delete(`${URL_BASE}/api/v1/dashboards/${one.id}`, { headers: { "x-perennial": "1" } });
  }
}

/** Opens a menu by its button and chooses in it; a click may be lost on a busy machine. */
async function choose(page, opener, item, took) {
  const entry = page.getByRole("menuitem", { name: item, exact: true });
  await eventually(async () => {
    if (await took()) return;
    if (!(await entry.isVisible())) await opener.click({ timeout: 2000 });
    await entry.click({ timeout: 2000 });
    assert.ok(await took());
  });
}

test("cards are put together, arranged, shared, and stay as they were left", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/");
    await none(page);
    await page.goto(`${URL_BASE}/dashboards`);
    await settled(page);
    await check(page, "s1-none", look);
    await eventually(async () => {
      if (!(await page.locator("#board-name").count())) await button(page, words(look, "New dashboard", "新建看板")).click({ timeout: 2000 });
      await page.locator("#board-name").fill("周会 Monday", { timeout: 2000 });
    });
    const add = button(page, words(look, "Add a card", "添加卡片"));
    const offered = [["Repurchase", "复购"], ["RFM", "RFM 分层"], ["Members by stage", "各阶段人数"]];
    for (const [at, [en, zh]] of offered.entries())
      await choose(page, add, words(look, en, zh), async () => (await page.locator(".board-card").count()) === at + 1);
    // The stages come before the RFM grid, which takes the whole width then.
    await page.getByTestId("card-2").getByRole("button", { name: words(look, "Move forward", "前移") }).click();
    await page.getByTestId("card-2").getByRole("button", { name: words(look, "Over the whole width", "占整行") }).click();
    await page.getByTestId("card-0").locator(".board-tools input").first().fill("回头客");
    await page.locator(".board-edit input[type=checkbox]").check();
    await check(page, "s2-editing", look);
    await button(page, words(look, "Save", "保存")).click();
    await eventually(async () => {
      const kept = (await ask(page, "/dashboards")).find((one) => one.name === "周会 Monday");
      assert.deepEqual(kept.cards.map((card) => [card.room, card.wide, card.title]), [["metrics", false, "回头客"], ["lifecycle", true, ""], ["value", true, ""]]);
      assert.equal(kept.shared, true);
    });
    await page.reload();
    await settled(page);
    const told = await ask(page, "/metrics/repurchase?from=" + new URL(await page.getByTestId("card-0").locator(".board-card-open").getAttribute("href"), URL_BASE).searchParams.get("from"));
    await eventually(async () => assert.ok(plain(await page.getByTestId("card-0").innerText()).includes(String(told.buyers))));
    assert.equal(await page.locator(".board-card .day-fields:visible, .board-card .room-head:visible").count(), 0, "what rooms are operated by stays there");
    await check(page, "s3-dashboard", look);
  });
});

test("what a room shows is pinned, and opened again where it was", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/");
    await none(page);
    await page.goto(`${URL_BASE}/analysis?view=funnel&horizon=90`);
    await settled(page);
    const pin = button(page, words(look, "Pin to a dashboard", "加到看板"));
    await choose(page, pin, words(look, "New dashboard", "新建看板"), async () => (await ask(page, "/dashboards")).length > 0);
    const [kept] = await ask(page, "/dashboards");
    assert.deepEqual(kept.cards, [{ room: "metrics", query: "view=funnel&horizon=90", title: "", wide: true }]);
    await page.goto(`${URL_BASE}/dashboards`);
    await settled(page);
    await page.getByTestId("card-0").locator(".board-card-open").click();
    await page.waitForURL(/\/analysis\?view=funnel&horizon=90/);
  });
});

test("on paper there are the numbers, light and without anything to press", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/dashboards");
    await settled(page);
    const printed = await page.pdf({ preferCSSPageSize: true });
    assert.ok(printed.length > 20_000 && printed.subarray(0, 5).toString() === "%PDF-", `${printed.length} bytes`);
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
    assert.equal(await page.locator("nav:visible, main button.ant-btn:visible, .board-head:visible").count(), 0);
    await page.locator(".print-only:visible").waitFor();
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), look.appearance);
  });
});
