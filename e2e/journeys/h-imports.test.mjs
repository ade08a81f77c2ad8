import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, settled, signedIn } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Three orders with a Chinese header in GBK, the last with a day that does not exist; each run has a source of its own. */
const GBK = Buffer.from(
  "tqm1pbHgusUsuLa/7sqxvOQsu+HUscrWu/q6xSy74dSx0NXD+yzKtbi2vfC27gpKMSwyMDI1LTAxLTA1IDEwOjAwOjAwLDE5OTAwMDAwMDcxLMDuwNcsMTAuMDAKSjIsMjAyNS0wMi0wNiAxMDowMDowMCwxOTkwMDAwMDA3Miy6q8O3w7csMjAuMDAKSjMsMjAyNS8xMy8wNSwxOTkwMDAwMDA3MSzA7sDXLDMwLjAwCg==",
  "base64",
);

const state = async (page, id) => (await ask(page, `/imports/${id}`)).import;

test("a file in GBK goes from upload over mapping and dry run to the import, its bad rows and its undoing", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/imports");
    await page.locator("input[type=file]").setInputFiles({ name: "orders.csv", mimeType: "text/csv", buffer: GBK });
    await page.waitForURL(/imports\/\d+$/);
    const id = Number(page.url().split("/").at(-1));
    await page.locator("#import-mapping").waitFor();
    const found = (await ask(page, `/imports/${id}`)).found;
    assert.equal(found.encoding, "gb18030");
    const text = await page.locator("#content").innerText();
    assert.ok(text.includes("199****0071") && !text.includes("19900000071"), "samples are masked");
    await page.locator("[data-field=source]").fill(`journey ${look.language} ${look.appearance} ${look.size}`);
    await page.locator(".import-actions button.ant-btn-primary").first().click();
    await eventually(async () => assert.match((await state(page, id)).source, /^journey/));
    await check(page, "h1-mapping", look);

    await page.locator("[data-deed=dry-run]").click();
    await page.locator("[data-count=new]").waitFor();
    assert.equal(await page.locator("[data-count=new]").innerText(), "2");
    assert.equal(await page.locator("[data-count=bad]").innerText(), "1");
    await page.locator(".import-problems").first().waitFor();
    await check(page, "h2-dry-run", look);

    await page.locator("[data-deed=start]").click();
    await page.locator("#import-summary").waitFor();
    assert.equal((await state(page, id)).state, "done");
    const [bad] = await Promise.all([page.waitForEvent("download"), page.locator("[data-deed=bad-rows]").click()]);
    assert.match(bad.suggestedFilename(), /\.xlsx$/);
    await check(page, "h3-outcome", look);

    await page.locator("[data-deed=undo]").click();
    const now = page.locator("[data-deed=undo-now]");
    await now.waitFor();
    await eventually(async () => assert.ok(await now.isEnabled()));
    await now.click();
    await eventually(async () => assert.equal((await state(page, id)).state, "undone"));
    await page.goto(page.url().replace(/\/\d+$/, ""));
    await settled(page);
    await check(page, "h4-list", look);
  });
});

test("what is no table is refused in words and leaves nothing in the list", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/imports");
    const before = (await ask(page, "/imports")).total;
    await page.locator("input[type=file]").setInputFiles({ name: "photo.csv", mimeType: "text/csv", buffer: Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1") });
    await page.locator(".upload .failure").waitFor();
    assert.equal((await ask(page, "/imports")).total, before);
    await check(page, "h5-refused", look);
  });
});
