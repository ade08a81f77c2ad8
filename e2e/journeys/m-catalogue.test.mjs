// The catalogue's five tasks: bring in a file, find an entry, change it, take it out of use, and see who changed what.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { check, eventually, inEveryLook, launch, settled, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Of this run: the brand may have seen an earlier one. */
const RUN = Date.now().toString(36);

const csv = (rows) => ({ name: "stores.csv", mimeType: "text/csv", buffer: Buffer.from(`门店编号,门店名称,大区,城市,状态\n${rows.join("\n")}\n`) });

test("a file of stores is tried, told row by row, and taken", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/catalogue?kind=stores");
    await check(page, "m1-catalogue-stores", look);
    await page.locator(".catalogue-tools button").first().click();
    const id = `J-${look.language}-${look.appearance}-${look.size}-${RUN}`;
    await page.locator(".file-field input").setInputFiles(csv([`${id},湖滨店,华东,杭州,营业`, `${id}-2,,华东,杭州,营业`]));
    await page.locator(".import-counts[data-dry=true]").waitFor();
    const counts = async () => (await page.locator(".import-counts dd").allInnerTexts()).map(Number);
    assert.deepEqual(await counts(), [1, 0, 0, 1], "one new, one refused for its missing name");
    assert.equal(await page.locator(".import-bad li").count(), 1);
    await check(page, "m2-catalogue-dry-run", look);
    const before = await page.request.get(`${URL_BASE}/api/v1/catalogue/stores/${id}`);
    assert.equal(before.status(), 404, "a dry run writes nothing");
    await page.locator(".entry-drawer .ant-btn-primary").click();
    await page.locator(".import-counts[data-dry=false]").waitFor();
    const taken = await page.request.get(`${URL_BASE}/api/v1/catalogue/stores/${id}`);
    assert.equal((await taken.json()).entry.fields.city, "杭州");
  });
});

test("an entry is found, changed and taken out of use, and its history says by whom", async () => {
  await inEveryLook(browser, async (page, look) => {
    const id = `P-${look.language}-${look.appearance}-${look.size}-${RUN}`;
    await signedIn(page, "/catalogue?entry=%2B");
    await page.locator("#id").fill(id);
    await page.locator("#name").fill("龙井");
    await page.locator("#list_price").fill("many");
    await page.locator(".entry-drawer button[type=submit]").click();
    await page.locator("#list_price_help").waitFor();
    await page.locator("#list_price").fill("$128");
    await page.locator(".entry-drawer button[type=submit]").click();
    await page.locator(".entry-drawer").waitFor({ state: "detached" });

    await page.locator(".catalogue-find input").fill(id);
    await page.locator(".catalogue-find input").press("Enter");
    await page.waitForURL(/q=P-/);
    await eventually(async () => assert.equal(await page.locator("tbody tr").count(), 1));
    await page.locator(".entry-link").click();
    await page.locator("#category").fill("茶 / 绿茶");
    await page.locator("#active").click();
    await page.locator(".entry-drawer button[type=submit]").click();
    await page.locator(".entry-drawer").waitFor({ state: "detached" });
    await eventually(async () => assert.equal(await page.locator("tbody tr").count(), 0), Date.now() + 15000);

    await page.goto(`${URL_BASE}/catalogue?state=retired&q=${id}&entry=${id}`);
    await settled(page);
    const history = page.locator(".entry-history > ol > li");
    await eventually(async () => assert.equal(await history.count(), 2));
    const latest = await history.first().innerText();
    assert.ok(latest.includes("茶/绿茶") && latest.includes("owner"), latest);
    assert.ok((await history.last().innerText()).includes("128.00"));
    await check(page, "m3-catalogue-entry", look);
  });
});
