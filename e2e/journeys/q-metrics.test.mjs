import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, settled, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const plain = (text) => text.replaceAll(/[,\s]/g, "");
const at = async (page, query) => {
  await page.goto(`${new URL(page.url()).origin}/analysis?${query}`);
  await settled(page);
};

test("repurchase rates with their definitions, and the members behind one of them", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/analysis");
    const told = await ask(page, "/metrics/repurchase");
    await page.locator("[role=img] svg path").first().waitFor();
    const figures = await page.locator(".metric-figures .stat").allInnerTexts();
    assert.ok(plain(figures[0]).includes(String(told.buyers)), figures[0]);
    assert.ok(plain(figures[1]).includes((100 * told.user_repurchase_rate).toFixed(1)), figures[1]);
    const meaning = told.definitions.find((one) => one.key === "repurchase.user_rate");
    assert.ok(figures[1].includes(look.language === "en" ? meaning.en : meaning.zh), figures[1]);
    await check(page, "q1-repurchase", look);
    const drawer = page.locator(".behind-drawer");
    await eventually(async () => {
      if (!(await drawer.count())) await page.locator(".metric-figures .number-open").nth(1).click({ timeout: 2000 });
      assert.ok(plain(await drawer.innerText()).includes(String(told.repeat_buyers)));
      assert.ok((await drawer.locator("tbody tr").count()) > 10);
    });
    await check(page, "q2-behind", look);
  });
});

test("a cohort is followed over its months, and what lies ahead is blank", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/analysis?view=retention");
    const told = await ask(page, "/metrics/cohort?by=month");
    await eventually(async () => assert.equal(await page.locator(".heat-scroll tbody tr").count(), told.rows.length + 1));
    for (const [row, cohort] of told.rows.entries()) {
      const cells = (await page.locator(".heat-scroll tbody tr").nth(row).locator("td").allInnerTexts()).slice(1);
      cohort.cells.forEach((cell, column) => assert.ok(cell ? cells[column].includes((100 * cell.rate).toFixed(1)) : cells[column] === "", `${cohort.cohort} ${column}: ${cells[column]}`));
    }
    await check(page, "q3-retention", look);
  });
});

test("a better second conversion shows what it would bring", async () => {
  await inEveryLook(browser, async (page, look) => {
    const brand = await (await signedIn(page, "/analysis"), ask(page, "/brand"));
    const first = brand.first_purchase_on;
    await at(page, `view=funnel&from=${first}&horizon=90`);
    const told = await ask(page, `/metrics/funnel?from=${first}&horizon_days=90`);
    const rows = await page.locator("#metrics-funnel").locator("xpath=ancestor::section").locator("tbody tr").allInnerTexts();
    told.steps.forEach((step, row) => assert.ok(plain(rows[row]).includes(String(step.members)), rows[row]));
    const uplift = page.locator(".simulator-uplift");
    assert.ok((await uplift.innerText()).includes("0.0%"), await uplift.innerText());
    const conversion = page.locator(".simulator-fields input").nth(1);
    await eventually(async () => {
      await conversion.fill("90");
      await conversion.press("Tab");
      await page.waitForTimeout(150);
      assert.match(await uplift.innerText(), /\+[1-9]/);
    });
    await check(page, "q4-funnel", look);
    await at(page, `view=funnel&from=${first}&horizon=90&acquired=source`);
    const acquired = await ask(page, `/metrics/acquisition?from=${first}&horizon_days=90&by=source`);
    const panel = page.locator("#metrics-acquisition").locator("xpath=ancestor::section");
    await eventually(async () => {
      const bought = plain(await panel.locator("tbody tr").nth(3).innerText());
      assert.ok(bought.includes(String(acquired.all.steps[3].reached)), bought);
      assert.equal(await panel.locator("table").nth(1).locator("tbody tr").count(), acquired.rows.length);
    });
    await panel.locator("[role=img] svg path").first().waitFor();
    await check(page, "q4-acquisition", look);
  });
});

test("the first fifth of buyers, marked on the curve and told beside it", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/analysis");
    await at(page, "view=contribution");
    await page.locator("[role=img] svg path").first().waitFor();
    const told = await ask(page, "/metrics/pareto");
    const figures = await page.locator(".metric-figures .stat").allInnerTexts();
    assert.ok(figures[1].includes((100 * told.top_fifth.money_share).toFixed(1)), figures[1]);
    const groups = await ask(page, "/metrics/contribution?by=rfm");
    await at(page, "view=contribution&groups=rfm");
    const shown = page.locator("#metrics-groups").locator("xpath=ancestor::section").locator("tbody tr");
    await eventually(async () => assert.equal(await shown.count(), groups.rows.length));
    assert.ok((await shown.first().innerText()).includes((100 * groups.rows[0].money_share).toFixed(1)), await shown.first().innerText());
    await page.locator("[role=img] svg path").first().waitFor();
    await check(page, "q5-contribution", look);
    const file = await page.request.get(new URL(await page.locator(".metric-files a").first().getAttribute("href"), page.url()).href);
    assert.equal(file.status(), 200);
    assert.ok((await file.body()).subarray(0, 2).toString() === "PK");
    const saved = page.waitForEvent("download", { timeout: 20000 });
    await page.locator(".chart-save").click();
    assert.match((await saved).suggestedFilename(), /\.png$/);
  });
});

/** CDNOW names no products: three members buy beans every seven days, the third of them last a week ago. */
async function buyBeans(page) {
  const day = 24 * 3600_000;
  for (const [member, last] of [["qa", 12], ["qb", 9], ["qc", 7]]) {
    for (let times = 0; times < 8; times += 1) {
      const paid_at = new Date(Date.now() - (last + 7 * times) * day).toISOString();
      const lines = [{ sku: "beans", category: "coffee", quantity: "1", paid: "12.00" }];
      const order = { source: "q", order_id: `${member}${times}`, member: { number: member }, paid_at: paid_at.slice(0, 10), lines };
      const placed = await page.request.post(`${URL_BASE}/api/v1/orders`, { headers: { "x-perennial": "1" }, data: order });
      assert.ok(placed.ok(), await placed.text());
    }
  }
}

test("which products are bought again, who will need which next, and whoever is overdue kept as a list", async () => {
  let begun = false;
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/analysis");
    if (!begun) await buyBeans(page);
    begun = true;
    await at(page, "view=products&items=sku");
    const told = await ask(page, "/metrics/products?by=sku");
    const beans = told.rows.find((row) => row.item === "beans");
    const row = page.locator("#metrics-products").locator("xpath=ancestor::section").locator("tbody tr", { hasText: "beans" });
    await eventually(async () => assert.ok((await row.innerText()).includes((100 * beans.repurchase_rate).toFixed(1))));
    await page.locator("[role=img] svg path").first().waitFor();
    await check(page, "q6-products", look);
    await at(page, "view=due&items=sku");
    const due = await ask(page, "/metrics/due?by=sku");
    assert.ok(due.overdue >= 1 && due.rows[0].state === "overdue");
    const list = page.locator("table", { hasText: "beans" }).first().locator("tbody tr");
    await eventually(async () => assert.equal(await list.count(), due.rows.length));
    const evidence = look.language === "en" ? due.rows[0].evidence.en : due.rows[0].evidence.zh;
    assert.ok((await list.first().innerText()).includes(evidence), evidence);
    const demand = await ask(page, "/metrics/demand?by=sku");
    const coming = page.locator("#metrics-demand").locator("xpath=ancestor::section");
    await eventually(async () => {
      if (demand.rows.length === 0) return assert.ok(await coming.locator(".empty").count());
      assert.equal(await coming.locator("tbody tr").count(), demand.rows.length);
    });
    await check(page, "q7-due", look);
    const name = `${look.language} ${look.size}`;
    await eventually(async () => {
      if (!(await page.locator(".behind-save").count())) await page.locator(".metric-figures .number-open").first().click({ timeout: 2000 });
      await page.locator(".behind-save button").click({ timeout: 2000 });
      await page.locator("#list-name").fill(name, { timeout: 2000 });
    });
    await check(page, "q8-save", look);
    await page.locator(".ant-modal .ant-btn-primary").click();
    await page.locator(".behind-save a").click();
    await page.locator(".list-chip", { hasText: name }).waitFor();
    await eventually(async () => assert.equal(await page.locator("tbody tr").count(), due.overdue));
    await check(page, "q9-list", look);
    for (const kept of await ask(page, "/lists")) {
      if (kept.name === name) await page.request.delete(`${URL_BASE}/api/v1/lists/${kept.id}`, { headers: { "x-perennial": "1" } });
    }
  });
});

test("what is bought together, or that nothing is; and at which price and discount", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/analysis?view=baskets&items=sku");
    const told = await ask(page, "/metrics/baskets?items=product");
    await eventually(async () => assert.ok(plain(await page.locator(".chart-summary").innerText()).includes(String(told.baskets))));
    await check(page, "q10-baskets", look);
    await at(page, "view=cross");
    const cross = await ask(page, "/metrics/cross");
    await eventually(async () => assert.equal(await page.locator(".heat-scroll .number-open").count(), cross.cells.length));
    await check(page, "q11-cross", look);
  });
});
