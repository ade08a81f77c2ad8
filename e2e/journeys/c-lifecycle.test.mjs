import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, pickDay, settled, signedIn, URL_BASE, word } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const addDays = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

test("stages on another day, the flow between two days as Sankey and as table, and one stage day by day", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/lifecycle");
    const brand = await ask(page, "/brand");
    const model = (await ask(page, "/models")).find((one) => one.primary);
    const to = addDays(brand.last_purchase_on, -10);
    const from = [addDays(to, -120), addDays(brand.first_purchase_on, 1)].sort().at(-1);

    await pickDay(page, "as-of", to);
    const counts = await ask(page, `/models/${model.id}/stages?as_of=${to}`);
    await eventually(async () => {
      const rows = await page.locator("tbody tr").allInnerTexts();
      for (const [i, stage] of model.stages.entries()) {
        const cells = rows[i].replaceAll(",", "").split("\t").map((cell) => cell.trim());
        assert.ok(cells.includes(word(stage.name, look.language)) && cells.includes(String(counts.stages[stage.id] ?? 0)), cells.join(" | "));
      }
    });
    await check(page, "c1-stages", look);

    await page.goto(`${URL_BASE}/lifecycle?view=flow&from=${from}`);
    await settled(page);
    await pickDay(page, "to", to);
    await page.locator("[role=img] svg path").first().waitFor();
    const flow = await ask(page, `/models/${model.id}/flow?from=${from}&to=${to}`);
    const ends = new Set(flow.links.map((link) => link.to));
    await eventually(async () => {
      const drawn = (await page.locator("[role=img] svg text").allTextContents()).join(" ").replaceAll(",", "");
      for (const id of ends) {
        const arrived = [...flow.links, ...flow.arrived].filter((link) => link.to === id).reduce((sum, link) => sum + link.members, 0);
        assert.ok(drawn.includes(word(model.stages.find((stage) => stage.id === id).name, look.language)), `${id} is labelled`);
        assert.ok(drawn.includes(String(arrived)), `${id} has ${arrived}`);
      }
    });
    await check(page, "c2-sankey", look);

    await page.locator("#content .ant-segmented-item").last().click();
    await page.waitForURL(/as=table/);
    const everyone = [...flow.links, ...flow.arrived].reduce((sum, link) => sum + link.members, 0);
    await eventually(async () => {
      const shown = await page.locator(look.size === "desktop" ? ".matrix tbody td:last-child" : ".flow-lines strong").allInnerTexts();
      assert.equal(shown.reduce((sum, text) => sum + Number(text.replaceAll(",", "")), 0), everyone);
    });
    await check(page, "c3-table", look);

    await page.goto(`${URL_BASE}/lifecycle?view=daily&from=${from}&to=${to}&stage=${encodeURIComponent(model.stages.at(-2).id)}`);
    await page.locator("[role=img] svg path").first().waitFor();
    await page.locator("details.daily-table summary, .empty").first().waitFor();
    await check(page, "c4-daily", look);
  });
});
