import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, open, pickDay, settled, signedIn, URL_BASE, word } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** The stage with the most members who have bought, so that there is something to explain. */
async function fullestStage(page) {
  const model = (await ask(page, "/models")).find((one) => one.primary);
  const { stages } = await ask(page, `/models/${model.id}/stages`);
  const bought = model.stages.filter((stage) => stage.group !== "prospect");
  return { model, stage: bought.sort((a, b) => (stages[b.id] ?? 0) - (stages[a.id] ?? 0))[0] };
}

test("members of a stage, one of them, and why that stage as of a past day", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/members");
    const { model, stage } = await fullestStage(page);
    await check(page, "b1-members", look);

    await page.locator(`.chip[data-stage="${stage.id}"]`).click();
    await page.waitForURL(/stage=/);
    await settled(page);
    const expected = await ask(page, `/members?stage=${encodeURIComponent(stage.id)}&limit=50&sort=recency&order=asc`);
    const links = page.locator("a.member-link");
    const marks = page.locator(look.size === "phone" ? "td.phone-title .stage-mark" : "tbody td:nth-child(3) .stage-mark");
    await eventually(async () => {
      assert.equal(await links.count(), expected.items.length);
      for (const shown of await marks.allInnerTexts()) assert.equal(shown.trim(), word(stage.name, look.language));
    });

    await links.first().click();
    await page.getByTestId("verdict").waitFor();
    const lines = await page.locator(".values dd, .evidence time, .facts-list dd:not(:has(small))").evaluateAll((cells) =>
      cells.map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return { text: cell.textContent, lines: new Set([...range.getClientRects()].map((rect) => Math.round(rect.top))).size };
      }),
    );
    assert.ok(lines.length > 0);
    assert.deepEqual(lines.filter((one) => one.lines > 1), [], "values stand on one line");
    await check(page, "b2-member", look);

    const member = new URL(page.url()).pathname.split("/").at(-1);
    const detail = await ask(page, `/members/${member}`);
    const asOf = detail.lives[0].from;
    await pickDay(page, "as-of", asOf);
    const told = await ask(page, `/members/${member}/explain?model=${model.id}&as_of=${asOf}`);
    const then = model.stages.find((one) => one.id === told.stage);
    await eventually(async () => {
      assert.equal(await page.getByTestId("verdict").innerText(), word(then.name, look.language));
      const explained = await page.locator(".explained").innerText();
      assert.ok(explained.includes(asOf), "the day");
      assert.ok(explained.toLowerCase().includes(word(told.rule.sentence, look.language).toLowerCase()), "the rule's sentence");
      const values = (await page.locator(".values dd").allInnerTexts()).map((text) => text.replaceAll(",", ""));
      assert.equal(values.length, told.values.length);
      for (const [i, { field, value, text }] of told.values.entries())
        if (typeof value !== "boolean" && value !== null) assert.ok(values[i].includes(text), `${field} is ${text}, shown is ${values[i]}`);
      assert.equal(await page.locator(".rejected li").count(), told.rejected.length);
    });
    await check(page, "b3-explained", look);
  });
});

test("a search that finds nothing says so and can be cleared; a member who does not exist says what to do", async () => {
  const look = { language: "zh-CN", appearance: "light", size: "desktop" };
  const page = await open(browser, look);
  await signedIn(page, "/members?q=%E6%9F%A5%E6%97%A0%E6%AD%A4%E4%BA%BA");
  await page.locator(".empty").waitFor();
  await check(page, "b4-nobody", look);
  await page.locator(".empty button").click();
  await page.locator("a.member-link").first().waitFor();
  await page.goto(`${URL_BASE}/members/m_nobody`);
  await page.locator(".failure").first().waitFor();
  await check(page, "b5-unknown", look);
  await page.context().close();
});

test("the list can be sorted, paged and left by the back button", async () => {
  const page = await open(browser, { language: "en", appearance: "light", size: "desktop" });
  await signedIn(page, "/members");
  await page.locator("th button", { hasText: "Money" }).click();
  await page.waitForURL(/sort=money&order=desc/);
  await settled(page);
  const richest = await ask(page, "/members?sort=money&order=desc&limit=1");
  await eventually(async () => assert.ok((await page.locator("a.member-link").first().getAttribute("href")).endsWith(richest.items[0].member)));
  if (richest.total > 50) {
    await page.locator(".paging-buttons button").last().click();
    await page.waitForURL(/page=2/);
    await page.goBack();
    await page.waitForURL((url) => !url.search.includes("page="));
  }
  await page.goBack();
  await page.waitForURL((url) => !url.search.includes("sort="));
  await page.context().close();
});

test("of somebody who bought often the newest facts stand there, and all of them where asked for", async () => {
  const look = { language: "zh-CN", appearance: "dark", size: "phone" };
  const page = await open(browser, look);
  await signedIn(page, "/members");
  const [{ member }] = (await ask(page, "/members?limit=1&sort=orders&order=desc")).items;
  const model = (await ask(page, "/models")).find((one) => one.primary);
  const { evidence } = await ask(page, `/members/${member}/explain?model=${model.id}`);
  assert.ok(evidence.length > 10, `${evidence.length} facts are too few to fold`);
  await page.goto(`${URL_BASE}/members/${member}`);
  const rows = page.locator(".evidence li");
  await eventually(async () => assert.equal(await rows.count(), 10));
  const newest = evidence.map((one) => one.day).sort().at(-1);
  assert.equal(await page.locator(".evidence time").first().getAttribute("datetime"), newest);
  await check(page, "b6-evidence", look);
  await page.locator(".evidence + button").click();
  await eventually(async () => assert.equal(await rows.count(), evidence.length));
  await page.context().close();
});
