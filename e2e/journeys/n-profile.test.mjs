// What a brand asks its members and what members may ask of it: fields, consents and the join form set up; a member's fields and consents
// kept; everything about a member taken as a file; and a member erased.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, settled, signedIn, URL_BASE, word } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const HEADERS = { "X-Perennial": "1" };
const idOf = () => `skin_${Date.now().toString(36)}`;

/** Opens a select and picks an option by what it says; a click may fall into its opening, so it is tried until it took. */
async function pick(page, select, label) {
  const shown = page.locator(`.ant-select:has(${select})`);
  await eventually(async () => {
    if ((await shown.innerText()).includes(label)) return;
    const option = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", { hasText: label }).first();
    if (!(await option.isVisible())) await page.locator(select).click({ timeout: 2000, force: true });
    await option.click({ timeout: 2000 });
    assert.ok((await shown.innerText()).includes(label));
  });
}

const saveModal = async (page) => {
  await page.locator(".ant-modal .ant-modal-footer .ant-btn-primary").click();
  await page.locator(".ant-modal").waitFor({ state: "hidden" });
  await settled(page);
};

async function anyMember(page) {
  return (await ask(page, "/members?limit=1&sort=recency&order=asc")).items[0].member;
}

test("a field of the brand's own is defined, set on a member, and removed", async () => {
  await inEveryLook(browser, async (page, look) => {
    const id = idOf();
    const name = { zh: `肤质 ${id}`, en: `Skin ${id}` };
    await signedIn(page, "/settings/fields");
    await page.locator(".panel .ant-btn-primary").first().click();
    await page.locator("#field-label-zh").fill(name.zh);
    await page.locator("#field-label-en").fill(name.en);
    await page.locator("#field-id").fill("Skin!");
    await pick(page, "#field-type", word({ zh: "单选", en: "One choice" }, look.language));
    for (const [at, [choice, zh, en]] of [["dry", "干性", "Dry"], ["oily", "油性", "Oily"]].entries()) {
      await page.locator(".ant-modal fieldset > .ant-btn").click();
      const boxes = page.locator(".choice-line").nth(at).locator("input");
      for (const [n, text] of [choice, zh, en].entries()) await boxes.nth(n).fill(text);
    }
    await page.locator(".ant-modal .ant-modal-footer .ant-btn-primary").click();
    await page.locator(".ant-modal .field-wrong").first().waitFor();
    await check(page, "n1-field-form", look);
    await page.locator("#field-id").fill(id);
    await saveModal(page);
    await eventually(async () => assert.ok((await page.locator(".panel").first().innerText()).includes(word(name, look.language))));
    await check(page, "n2-fields", look);

    const member = await anyMember(page);
    await page.goto(`${URL_BASE}/members/${member}`);
    await settled(page);
    await page.locator(".panel:has(#member-fields) .panel-actions .ant-btn").first().click();
    await page.locator("#field-city").fill(`杭州 ${look.size}`);
    await pick(page, `#field-${id}`, word({ zh: "油性", en: "Oily" }, look.language));
    await check(page, "n3-member-edit", look);
    await saveModal(page);
    await eventually(async () => {
      const shown = await page.locator(".panel:has(#member-fields)").innerText();
      for (const text of [`杭州 ${look.size}`, word({ zh: "油性", en: "Oily" }, look.language), "console"]) assert.ok(shown.includes(text), shown);
    });
    // Conditions read it at once.
    const found = await page.request.get(`${URL_BASE}/api/v1/members?condition=${encodeURIComponent(`${id} = 'oily'`)}&limit=1`);
    assert.ok([200, 503].includes(found.status()), await found.text());
    await check(page, "n4-member-fields", look);

    await page.goto(`${URL_BASE}/settings/fields`);
    await settled(page);
    await eventually(async () => {
      const row = page.locator("tbody tr", { hasText: word(name, look.language) });
      if (!(await row.count())) return;
      if (!(await page.locator(".ant-popconfirm:visible").count())) await row.locator(".ant-btn-dangerous").click({ timeout: 2000 });
      await page.locator(".ant-popconfirm:visible .ant-btn-primary").click({ timeout: 2000 });
      await row.waitFor({ state: "detached", timeout: 3000 });
    });
  });
});

/** Fills both languages of a text. */
async function fillWords(page, id, { zh, en }) {
  await page.locator(`#${id}-zh`).fill(zh);
  await page.locator(`#${id}-en`).fill(en);
}

const CHANNELS = { sms: { zh: "短信", en: "SMS" }, email: { zh: "邮件", en: "Email" }, wechat: { zh: "微信", en: "WeChat" }, phone: { zh: "电话", en: "Phone call" } };

test("what members are asked is set up: consents, and a join form that shows what they will see", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/settings/consents");
    const before = (await ask(page, "/consents")).version ?? 0;
    for (const [at, name] of Object.values(CHANNELS).entries()) await fillWords(page, `channel-${at}-name`, name);
    await fillWords(page, "purpose-0-name", { zh: "营销信息", en: "Offers" });
    await fillWords(page, "purpose-0-text", { zh: `同意接收新品与优惠信息，可随时撤回。（${before + 1}）`, en: `I agree to receive news and offers; I can withdraw at any time. (${before + 1})` });
    await check(page, "n5-consents", look);
    await page.locator(".profile-form > .ant-btn-primary").click();
    await eventually(async () => assert.equal((await ask(page, "/consents")).version, before + 1));
    await settled(page);

    await page.goto(`${URL_BASE}/settings/join-form`);
    await settled(page);
    const title = { zh: `加入会员 ${look.size}`, en: `Become a member ${look.size}` };
    await fillWords(page, "join-title", title);
    for (const label of [{ zh: "手机号", en: "Phone" }, { zh: "邮箱", en: "Email" }, { zh: "姓名", en: "Name" }, { zh: "出生年份", en: "Year of birth" }]) {
      const block = page.locator(".profile-form .block", { hasText: word(label, look.language) });
      await eventually(async () => {
        if (await block.count()) return;
        const option = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", { hasText: word(label, look.language) }).first();
        if (!(await option.isVisible())) await page.locator("#join-field-add").click({ timeout: 2000, force: true });
        await option.click({ timeout: 2000 });
        await block.first().waitFor({ timeout: 2000 });
      });
    }
    const purposes = [["订单与积分通知", "Orders and points"], ["电子小票", "Receipts by email"], ["称呼您", "To address you"], ["生日礼遇", "Birthday treats"]];
    for (const [at, [zh, en]] of purposes.entries()) await fillWords(page, `join-field-${at}`, { zh, en });
    await page.locator("#join-field-3-min").fill("2012");
    await page.locator("#join-field-3-max").fill("1930");
    await page.locator(".profile-form > .ant-btn-primary").click();
    await page.locator(".field-wrong").first().waitFor();
    await page.locator("#join-field-3-min").fill("1930");
    await page.locator("#join-field-3-max").fill("2012");
    const consent = page.locator(".profile-form fieldset").last().locator("input[type=checkbox]").first();
    if (!(await consent.isChecked())) await consent.check();
    for (const [at, lang] of ["zh", "en"].entries()) {
      const preview = await page.locator(".join-preview").nth(at).innerText();
      for (const text of [title[lang], purposes[0][lang === "zh" ? 0 : 1], lang === "zh" ? "手机号" : "Phone", lang === "zh" ? "短信" : "SMS"]) assert.ok(preview.includes(text), `${text} in ${preview}`);
    }
    const version = (await ask(page, "/join-form")).version ?? 0;
    await page.locator(".profile-form > .ant-btn-primary").click();
    await eventually(async () => assert.equal((await ask(page, "/join-form")).version, version + 1));
    await check(page, "n6-join-form", look);
  });
});

test("somebody joins, withdraws a consent, takes everything as a file, and is erased", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/");
    const phone = `199${String(Date.now()).slice(-8)}`;
    const joining = { join_id: `n-${Date.now()}`, fields: { phone, email: `${phone}@example.cn`, name: "李雷雷雷", birth_year: 1990 }, consents: [{ purpose: "marketing", channel: "sms" }] };
    const joined = await page.request.post(`${URL_BASE}/api/v1/joins`, { headers: HEADERS, data: joining });
    assert.equal(joined.status(), 201, await joined.text());
    const { member } = await joined.json();

    await page.goto(`${URL_BASE}/members/${member}`);
    await settled(page);
    const consents = page.locator(".panel:has(#member-consents)");
    await eventually(async () => assert.ok((await consents.innerText()).includes(word({ zh: "已同意", en: "Given" }, look.language))));
    await consents.locator(".consent-line", { hasText: word({ zh: "已同意", en: "Given" }, look.language) }).locator(".ant-btn").first().click();
    const withdrawn = consents.locator(".consent-line", { hasText: word({ zh: "已撤回", en: "Withdrawn" }, look.language) });
    await withdrawn.waitFor();
    await withdrawn.locator(".ant-btn-text").click();
    await consents.locator(".consent-history").waitFor();
    assert.equal(await consents.locator(".consent-history li").count(), 2);
    assert.deepEqual(await ask(page, `/members/${member}/may-send?purpose=marketing&channel=sms`), { may: false, reason: "withdrawn" });
    const timeline = page.locator(".timeline-item", { hasText: word({ zh: "营销信息 · 短信", en: "Offers · SMS" }, look.language) });
    await eventually(async () => assert.equal(await timeline.count(), 2, "said and taken back, on the timeline"));
    await check(page, "n7-consents", look);

    const saved = page.waitForEvent("download");
    await page.locator(".panel:has(#member-data) a.ant-btn").click();
    assert.equal((await saved).suggestedFilename(), `${member}.zip`);

    await page.locator(".panel:has(#member-data) button.ant-btn-dangerous").click();
    await page.locator(".losses").waitFor();
    const sure = page.locator(".ant-modal .ant-modal-footer .ant-btn-dangerous");
    assert.ok(await sure.isDisabled(), "not before the member's number was typed");
    await page.locator("#erase-confirm").fill(member);
    await check(page, "n8-erase", look);
    await sure.click();
    await page.locator(".ant-modal").waitFor({ state: "hidden" });
    await eventually(async () => assert.equal(await page.locator(".panel:has(#member-data) button.ant-btn-dangerous").count(), 0));
    const shown = await page.locator("main").innerText();
    assert.ok((await page.locator("h1").innerText()).includes(word({ zh: "已删除", en: "Erased" }, look.language)));
    for (const text of ["李", phone.slice(-4)]) assert.ok(!shown.includes(text), text);
    await check(page, "n9-erased", look);
    assert.equal((await ask(page, `/members?q=${phone}`)).total, 0);
  });
});
