import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const typed = (page) => page.getByTestId("sql-statement");
const basis = (page) => page.getByTestId("sql-basis");

/** Types a statement and runs it from the keyboard. */
async function run(page, statement) {
  await typed(page).fill(statement);
  await typed(page).press("Control+Enter");
}

test("an example of a view is run, and the answer says what it rests on", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/sql");
    const views = await ask(page, "/sql/views");
    assert.deepEqual(views.items.map((view) => view.name), ["members", "orders", "lines", "behaviours", "stages", "profile"]);
    const orders = page.locator("details[data-view=orders]");
    await eventually(async () => {
      if (!(await orders.getAttribute("open"))) await orders.locator("summary").click({ timeout: 2000 });
      await orders.getByRole("button", { name: look.language === "en" ? "Example" : "示例" }).click({ timeout: 2000 });
      assert.equal(await typed(page).inputValue(), views.items[1].example);
    });
    await page.getByTestId("sql-run").click();
    await basis(page).waitFor();
    assert.ok((await page.getByTestId("sql-table").locator("tbody tr").count()) > 10);
    await check(page, "r1-sql", look);
  });
});

test("numbers are those of the rest of the console, and leave as a file", async () => {
  await inEveryLook(browser, async (page) => {
    await signedIn(page, "/sql");
    const told = await ask(page, "/metrics/repurchase");
    await run(page, "SELECT count(*) AS buyers, count(*) FILTER (WHERE purchases > 1) AS again FROM (SELECT member, count(DISTINCT day) AS purchases FROM orders WHERE counted GROUP BY member)");
    await eventually(async () => assert.deepEqual(await page.getByTestId("sql-table").locator("tbody td").allInnerTexts(), [String(told.buyers), String(told.repeat_buyers)]));
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("sql-save").click()]);
    const file = readFileSync(await download.path(), "utf8");
    assert.equal(file.trim(), `\ufeffbuyers,again\r\n${told.buyers},${told.repeat_buyers}`.trim());
  });
});

test("what is wrong is said, marked in the statement, and nothing is written", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/sql");
    await run(page, "SELECT member,\n  nme FROM members");
    await page.locator(".failure").waitFor();
    assert.match(await page.locator(".failure").innerText(), /registered_on/);
    await eventually(async () => assert.equal(await typed(page).evaluate((box) => box.selectionStart), 17));
    await check(page, "r2-sql-wrong", look);
    await run(page, "DELETE FROM members");
    await eventually(async () => assert.match(await page.locator(".failure").innerText(), /sql\.read_only/));
  });
});

test("personal columns are masked, and shown for a reason that stands in the trail", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/sql");
    const statement = "SELECT member, number, phone FROM members WHERE number IS NOT NULL ORDER BY member LIMIT 3";
    await run(page, statement);
    await basis(page).waitFor();
    await eventually(async () => {
      if (!(await page.locator(".sql-clear .ant-input").count())) await page.locator(".sql-clear input[type=checkbox]").click({ timeout: 2000 });
      await page.locator(".sql-clear .ant-input").fill("journey r", { timeout: 2000 });
    });
    await run(page, statement);
    await eventually(async () => assert.equal((await ask(page, "/audit?what=personal_data_revealed")).items[0].detail, "sql: journey r"));
    await page.getByRole("tab").nth(1).click();
    await eventually(async () => assert.match(await page.getByTestId("sql-history").innerText(), /WHERE number IS NOT NULL/));
    await check(page, "r3-sql-history", look);
  });
});

test("an answer is drawn, pinned, and asked anew as a card of a dashboard", async () => {
  await inEveryLook(browser, async (page, look) => {
    const word = (en, zh) => (look.language === "en" ? en : zh);
    await signedIn(page, "/sql");
    for (const one of await ask(page, "/dashboards")) {
      if (one.mine) await page.request.delete(`${URL_BASE}/api/v1/dashboards/${one.id}`, { headers: { "x-perennial": "1" } });
    }
    const statement = "SELECT date_trunc('month', day) AS month, sum(net) AS net FROM orders WHERE counted GROUP BY 1 ORDER BY 1";
    await run(page, statement);
    await basis(page).waitFor();
    const drawn = page.locator(".sql-main [role=img] svg path");
    await eventually(async () => {
      await page.locator(".ant-segmented-item", { hasText: word("Bars", "柱状图") }).click({ timeout: 2000 });
      await drawn.first().waitFor({ state: "attached", timeout: 2000 });
    });
    await check(page, "r3-sql-bars", look);
    await eventually(async () => {
      if ((await ask(page, "/dashboards")).length > 0) return;
      const fresh = page.getByRole("menuitem", { name: word("New dashboard", "新建看板"), exact: true });
      if (!(await fresh.isVisible())) await page.locator(".sql-main").getByRole("button", { name: word("Pin to a dashboard", "加到看板") }).click({ timeout: 2000 });
      await fresh.click({ timeout: 2000 });
      assert.ok((await ask(page, "/dashboards")).length > 0);
    });
    const [kept] = await ask(page, "/dashboards");
    assert.equal(new URLSearchParams(kept.cards[0].query).get("statement"), statement);
    await page.goto(`${URL_BASE}/dashboards`);
    await page.getByTestId("card-0").locator("[role=img] svg path").first().waitFor({ state: "attached" });
    await check(page, "r4-sql-card", look);
    await page.getByTestId("card-0").locator(".board-card-open").click();
    await page.waitForURL(/\/sql\?statement=/);
    await eventually(async () => assert.equal(await typed(page).inputValue(), statement));
  });
});
