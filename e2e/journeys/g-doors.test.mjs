import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, settled, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Of this run and look: a message counts once, and the brand may have seen an earlier run. */
const RUN = Date.now().toString(36);
const name = (look) => `app-${look.language.slice(0, 2)}-${look.appearance}-${look.size}-${RUN}`;

/** The words on the page, by what they stand for: tests look by the texts a person reads. */
const WORDS = {
  en: { connect: "Connect a source", done: "Kept", rotate: "Rotate secret", off: "Switch off", on: "Switch on", mend: "Mend and replay", replayAll: /Replay (all )?\d/, disconnect: "Disconnect" },
  "zh-CN": { connect: "接入数据来源", done: "已保存", rotate: "轮换密钥", off: "停用", on: "启用", mend: "修正并重放", replayAll: /重放全部/, disconnect: "断开" },
};

async function deliver(page, key, events) {
  const answer = await page.request.post(`${URL_BASE}/v1/batch`, {
    headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` },
    data: { batch: events },
  });
  assert.equal(answer.status(), 200, await answer.text());
  return answer.json();
}

test("an app is connected, delivers, rotates its secret, and what was refused is mended and replayed", async () => {
  await inEveryLook(browser, async (page, look) => {
    const words = WORDS[look.language];
    const source = name(look);
    await signedIn(page, "/sources");
    await page.getByRole("button", { name: words.connect }).first().click();
    await page.locator("#label").fill(`App ${look.size}`);
    await page.locator("#name").fill(source);
    await page.locator(".ant-modal .ant-btn-primary").click();
    const key = await page.getByTestId("secret").locator("code").innerText();
    assert.match(key, /^wk_[0-9a-f]{32}$/);
    await page.getByRole("button", { name: words.done }).click();
    await page.waitForURL(new RegExp(`/sources/${source}$`));

    const order = (n, revenue) => ({
      type: "track", event: "Order Completed", messageId: `${source}-${n}`, userId: source,
      timestamp: new Date(Date.now() - 60_000).toISOString(), properties: { order_id: `${source}-${n}`, revenue },
    });
    const view = { type: "track", event: "Lookbook Opened", messageId: `${source}-v`, userId: source, timestamp: new Date(Date.now() - 60_000).toISOString() };
    const taken = await deliver(page, key, [order(1, 20), order(2, "twenty"), order(3, "thirty"), view, view]);
    assert.deepEqual([taken.accepted, taken.repeated, taken.refused], [2, 1, 2]);
    await page.reload();
    await page.locator(".source-stats").waitFor();
    await eventually(async () => {
      const stats = await page.locator(".source-stats .stat-value").allInnerTexts();
      assert.deepEqual(stats.slice(1), ["2", "1", "2"]);
    });
    await check(page, "g1-source", look);

    await page.getByRole("button", { name: words.rotate }).click();
    await page.locator(".ant-modal .ant-btn-primary").click();
    const second = await page.getByTestId("secret").locator("code").innerText();
    assert.notEqual(second, key);
    await page.getByRole("button", { name: words.done }).click();
    assert.equal((await deliver(page, key, [view])).repeated, 1, "the old secret still works");
    assert.equal((await deliver(page, second, [view])).repeated, 1);

    await page.goto(`${URL_BASE}/events?source=${source}`);
    await settled(page);
    await page.getByRole("button", { name: "Lookbook Opened" }).click();
    await eventually(async () => assert.match(await page.getByTestId("sample").innerText(), /"messageId": "app-/));
    await check(page, "g2-events", look);

    await page.goto(`${URL_BASE}/dead-letters?source=${source}`);
    await settled(page);
    await check(page, "g3-letters", look);
    await page.locator(".letter-why").first().click();
    const body = page.locator("#letter-body");
    await body.waitFor();
    const mended = JSON.parse(await body.inputValue());
    mended.properties.revenue = 30;
    await body.fill(JSON.stringify(mended));
    await check(page, "g4-letter", look);
    await page.getByRole("button", { name: words.mend }).click();
    await page.locator("#letter-body").waitFor({ state: "hidden" });
    await eventually(async () => assert.equal(await page.locator("tbody tr").count(), 1));
    const left = (await ask(page, `/dead-letters?source=${source}&state=open`)).items;
    assert.equal(left.length, 1);
    // The cause of the other is still there: all are tried, none is taken.
    await page.getByRole("button", { name: words.replayAll }).click();
    await eventually(async () => {
      const [letter] = (await ask(page, `/dead-letters?source=${source}&state=open`)).items;
      assert.equal(letter.attempts, 1);
    });

    // The shared brand is left as it was found, but for what was sent.
    await page.request.post(`${URL_BASE}/api/v1/dead-letters/${left[0].id}/discard`, { headers: { "x-perennial": "1" } });
    await page.goto(`${URL_BASE}/sources/${source}`);
    await settled(page);
    const on = page.getByRole("button", { name: words.on, exact: true });
    // A click may fall into the page's first drawing and be lost, so it is tried until it took.
    await eventually(async () => {
      if (!(await on.isVisible())) await page.getByRole("button", { name: words.off, exact: true }).click({ timeout: 2000 });
      await on.waitFor({ timeout: 3000 });
    }, Date.now() + 30000);
    await page.getByRole("button", { name: words.disconnect }).click();
    await page.locator(".ant-popconfirm-buttons .ant-btn-primary").click();
    await page.waitForURL(/\/sources$/);
    await check(page, "g5-sources", look);
  });
});
