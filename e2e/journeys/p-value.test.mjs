import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { check, eventually, inEveryLook, launch, settled, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const panel = (page, id) => page.locator(`section[aria-labelledby=${id}]`);
/** What the server answers the page: everyone is counted once, not once for the page and once for the test. */
const heard = async (page, path, go) => {
  const [answer] = await Promise.all([page.waitForResponse((one) => new URL(one.url()).pathname === `/api/v1/value/${path}`, { timeout: 90000 }), go()]);
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

/** CDNOW names no channels: two members buy on the web, one of them twice. */
async function buyOnTheWeb(page) {
  const { today } = await (await page.request.get(`${URL_BASE}/api/v1/brand`)).json();
  for (const [at, number] of ["web-1", "web-1", "web-2"].entries()) {
    const paid_at = new Date(Date.parse(today) - (at + 1) * 86400000).toISOString().slice(0, 10);
    const order = { source: "web", order_id: `W${at}`, channel: "web", paid_at, amount: "12.00", member: { number } };
    const placed = await page.request.post(`${URL_BASE}/api/v1/orders`, { headers: { "x-perennial": "1" }, data: order });
    assert.ok([200, 201].includes(placed.status()), await placed.text());
  }
}

test("RFM within one channel has its own buyers, whom a class opens one by one", async () => {
  let bought = false;
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/value");
    if (!bought) await buyOnTheWeb(page);
    bought = true;
    const rfm = await heard(page, "rfm", () => page.goto(`${URL_BASE}/value?within=channel:web`));
    assert.deepEqual([rfm.channel, rfm.buyers], ["web", 2]);
    const best = rfm.classes.find((one) => one.members > 0);
    await eventually(async () => {
      const row = panel(page, "rfm-classes").locator("tbody tr").nth(rfm.classes.indexOf(best));
      if (!(await page.locator(".behind-drawer").isVisible())) await row.getByRole("button").click({ timeout: 2000 });
      assert.equal(await page.locator(".behind-drawer tbody tr").count(), best.members);
    });
    await check(page, "p10-rfm-within", look);
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

test("who slips away with reasons and actions, judged; and equity whose movements add up", async () => {
  await inEveryLook(browser, async (page, look) => {
    const told = await heard(page, "warnings", () => signedIn(page, "/value?view=warnings"));
    const words = (text) => (look.language === "en" ? text.en : text.zh);
    await eventually(async () => {
      const rows = await panel(page, "warnings").locator("tbody tr").allInnerTexts();
      assert.equal(rows.length, told.items.length);
      for (const [at, one] of told.items.slice(0, 5).entries()) for (const part of [...one.reasons, one.action]) assert.ok(rows[at].includes(words(part.text)), rows[at]);
      assert.equal(await panel(page, "judged").locator("tbody tr").count(), 4);
    });
    await check(page, "p4-warnings", look);

    const equity = await heard(page, "equity", () => page.goto(`${URL_BASE}/value?view=equity&margin=40`));
    await settled(page);
    await panel(page, "equity").locator("[role=img] svg path").first().waitFor({ state: "attached" });
    await eventually(async () => {
      const change = equity.movements.reduce((sum, one) => sum + one.worth.change.minor, 0);
      assert.equal(change, equity.all.after.minor - equity.all.before.minor);
      assert.equal(await panel(page, "equity").locator("tbody tr").count(), 6);
      assert.equal(await panel(page, "equity-parts").locator("tbody tr").count(), equity.parts.length);
      assert.equal(await panel(page, "equity-by-cohort").locator("tbody tr").count(), equity.groups.find((one) => one.by === "cohort").groups.length);
    });
    await check(page, "p5-equity", look);
  });
});

test("super users by tests one can change, kinds of value, and which events to send where nobody sends any", async () => {
  await inEveryLook(browser, async (page, look) => {
    const strict = await heard(page, "super-users", () => signedIn(page, "/value?view=super&window=730"));
    await eventually(async () => {
      const rows = await panel(page, "super-users").locator("table").first().locator("tbody tr").allInnerTexts();
      assert.equal(rows.length, 5);
      const silent = await panel(page, "super-users").innerText();
      for (const one of strict.tests.filter((test) => !test.heard && test.signals.length > 0)) assert.ok(silent.includes(one.signals[0].names[0]), silent);
    });
    await check(page, "p7-super-users-teach", look);

    const eased = await heard(page, "super-users", () => page.goto(`${URL_BASE}/value?view=super&window=730&looked=0&carted=0&spoke=0&referred=0`));
    assert.ok(eased.total > 0 && eased.condition);
    await eventually(async () => assert.equal(await panel(page, "super-list").locator("tbody tr").count(), eased.items.length));
    await check(page, "p8-super-users", look);

    const alike = await heard(page, "look-alikes", () => page.goto(`${URL_BASE}/value?view=alike`));
    await eventually(async () => {
      const rows = await panel(page, "look-alikes").locator("tbody tr").allInnerTexts();
      assert.equal(rows.length, alike.learned.weights.length);
      assert.ok((await panel(page, "look-alikes").innerText()).includes(alike.learned.auc.toFixed(3)));
      assert.equal(await panel(page, "look-alikes-list").locator("tbody tr").count(), alike.items.length);
    });
    await check(page, "p8-look-alikes", look);

    const delivered = await heard(page, "delivered", () => page.goto(`${URL_BASE}/value?view=delivered`));
    assert.equal(delivered.members, 0);
    await panel(page, "delivered").getByText("properties.scores").waitFor();
    await check(page, "p8-delivered-teach", look);

    const kinds = await heard(page, "kinds", () => page.goto(`${URL_BASE}/value?view=kinds&window=730`));
    await eventually(async () => {
      assert.equal(await panel(page, "kinds").locator("tbody tr").count(), kinds.sources.length);
      assert.equal(await panel(page, "kinds-list").locator("tbody tr").count(), kinds.items.length);
    });
    await eventually(async () => {
      // By the keyboard: at the end of a long page on a phone a click may meet what scrolls past.
      await panel(page, "signals").getByRole("button").press("Enter", { timeout: 2000 });
      await panel(page, "signals").locator("textarea").waitFor({ timeout: 2000 });
    });
    assert.ok((await panel(page, "signals").locator("textarea").inputValue()).includes("half_life_days: 365"));
    await check(page, "p9-kinds", look);
  });
});

test("a model is fitted anew, looked at and put in force; its fields then choose members", async () => {
  let decided = false;
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/value?view=models");
    const card = panel(page, "value-in-force");
    if (!decided) {
      await card.getByRole("button").last().waitFor();
      await eventually(async () => {
        await card.locator("header button.ant-btn-primary").click({ timeout: 2000 });
        await page.locator("#policy-reason").fill("journey", { timeout: 2000 });
      });
      await page.locator(".ant-modal .ant-btn-primary").click();
    } else {
      await eventually(() => card.locator("tbody button").first().click({ timeout: 2000 }));
    }
    await panel(page, "value-preview").locator("table").nth(2).waitFor();
    await check(page, "p6-model-preview", look);
    if (decided) return;
    decided = true;
    await eventually(async () => {
      await card.locator("tbody tr").first().locator("button.ant-btn-primary").click({ timeout: 2000 });
      await page.locator("#policy-reason").fill("journey", { timeout: 2000 });
    });
    await page.locator(".ant-modal .ant-btn-primary").click();
    await eventually(async () => {
      const { active } = await (await page.request.get(`${URL_BASE}/api/v1/value/versions`)).json();
      assert.ok(active);
    });
    await page.goto(`${URL_BASE}/members?condition=${encodeURIComponent("p_alive >= 0.9")}`);
    await eventually(async () => assert.ok((await page.locator("#content tbody tr").count()) > 0));
  });
});
