// Who may do what: users, keys, one's own account with a second factor, the audit trail, and whether all is well.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, LANGUAGES, launch, open, settled, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const WORDS = {
  en: { edit: "Edit", save: "Save", kept: "I have kept it", remove: "Delete", again: "Set up", on: "Switch on", revealed: "API key added", endOthers: "End all others" },
  "zh-CN": { edit: "编辑", save: "保存", kept: "已保存", remove: "删除", again: "开始设置", on: "启用", revealed: "新建 API 密钥", endOthers: "退出其他全部" },
};

/** The six digits of a time step (RFC 6238); `ahead` steps from now, because each opens once. */
function code(secret, ahead = 0) {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + ahead));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, "0");
}

/** Sends the sign-in form as somebody else. */
async function enter(page, name, password) {
  await page.locator("#sign-in-name").fill(name);
  await page.locator("#sign-in-password").fill(password);
  await page.locator("button[type=submit]").click();
}

for (const language of LANGUAGES) {
  test(`a guide is added for one store, chooses a password, sets up a second factor and signs in with it (${language})`, async () => {
    const words = WORDS[language];
    const name = `guide-${language.slice(0, 2)}-${Date.now()}`;
    const owner = await open(browser, { language, appearance: "light", size: "desktop" });
    await signedIn(owner, "/settings/users");
    await owner.locator(".panel-actions button").first().click();
    await owner.locator("#user-name").fill(name);
    await owner.locator("#user-role").click();
    await owner.locator(`.ant-select-item-option[title="${language === "en" ? "Associate" : "导购"}"]`).click();
    await owner.locator("#user-stores").fill("S1,");
    await owner.getByRole("button", { name: words.save }).click();
    const first = await owner.getByTestId("secret").innerText();
    await owner.getByRole("button", { name: words.kept }).click();
    await owner.locator("tr", { hasText: name }).waitFor();

    const guide = await open(browser, { language, appearance: "light", size: "phone" });
    await guide.goto(`${URL_BASE}/members`);
    await enter(guide, name, first);
    // Nothing else is open before the password is one's own.
    await guide.waitForURL(/\/settings\/security/);
    const own = `a password of ${name}`;
    await guide.locator("#password-current").fill(first);
    await guide.locator("#password-new").fill(own);
    await guide.locator("#password-again").fill(own);
    await guide.locator("form button[type=submit]").first().click();
    await eventually(async () => assert.equal(await guide.locator(".banner").count(), 0));
    await guide.getByRole("button", { name: words.again }).click();
    const secret = await guide.getByTestId("factor-secret").innerText();
    await guide.locator("#factor-code").fill(code(secret));
    await guide.getByRole("button", { name: words.on }).click();
    await eventually(async () => assert.equal(await guide.getByTestId("recovery-codes").locator("li").count(), 10));
    await check(guide, "k1-second-factor", { language, appearance: "light", size: "phone" });
    await guide.getByRole("button", { name: words.kept }).click();
    await guide.context().clearCookies();

    await guide.goto(`${URL_BASE}/`);
    await enter(guide, name, own);
    await guide.locator("#sign-in-code").fill(code(secret, 1));
    await guide.locator("button[type=submit]").click();
    // Figures of everyone are not for a guide: the first room is the members.
    await guide.waitForURL(/\/members/);
    await settled(guide);
    assert.equal(await guide.locator("nav.side-nav a[href='/lifecycle']").count(), 0);
    await check(guide, "k2-guide-members", { language, appearance: "light", size: "phone" });
    await guide.context().close();
    await owner.context().close();
  });

  test(`a key is shown once, opens what its scopes say, and nothing once deleted (${language})`, async () => {
    const words = WORDS[language];
    const name = `till-${language}-${Date.now()}`;
    const page = await open(browser, { language, appearance: "light", size: "desktop" });
    await signedIn(page, "/settings/keys");
    await page.locator(".panel-actions button").first().click();
    await page.locator("#key-name").fill(name);
    await page.getByRole("button", { name: words.save }).click();
    const secret = await page.getByTestId("secret").innerText();
    await page.getByRole("button", { name: words.kept }).click();
    const status = async (path) => (await fetch(`${URL_BASE}/api/v1${path}`, { headers: { authorization: `Bearer ${secret}` } })).status;
    assert.deepEqual([await status("/models"), await status("/users"), await status("/audit")], [200, 403, 403]);
    await page.locator("tr", { hasText: name }).getByRole("button", { name: words.remove }).click();
    await page.locator(".ant-popconfirm").getByRole("button", { name: words.remove }).click();
    await eventually(async () => assert.equal(await page.locator("tr", { hasText: name }).count(), 0));
    assert.equal(await status("/models"), 401);

    // Both stand in the audit trail, which is whole; and the file of it holds them.
    await page.goto(`${URL_BASE}/audit?what=key_created`);
    await settled(page);
    assert.ok((await page.locator("tbody tr").first().innerText()).includes(name));
    assert.ok((await page.locator("tbody tr").first().innerText()).includes(words.revealed));
    assert.ok(await page.locator("[data-testid=audit-check].intact").isVisible());
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("a[download]").click()]);
    assert.match(download.suggestedFilename(), /^audit-\d{4}-\d{2}-\d{2}\.csv$/);
    await page.context().close();
  });

  test(`somebody sees where they are signed in and ends what they do not know (${language})`, async () => {
    const words = WORDS[language];
    const page = await open(browser, { language, appearance: "light", size: "desktop" });
    const body = { name: process.env.PERENNIAL_USER ?? "owner", password: process.env.PERENNIAL_PASSWORD ?? "perennial" };
    const own = await page.request.post(`${URL_BASE}/api/v1/session`, { data: body });
    assert.equal(own.status(), 204);
    await page.goto(`${URL_BASE}/settings/security`);
    await settled(page);
    const strange = await fetch(`${URL_BASE}/api/v1/session`, { method: "POST", headers: { "content-type": "application/json", "user-agent": "Strange device" }, body: JSON.stringify(body) });
    const cookie = strange.headers.get("set-cookie").split(";")[0];
    await page.reload();
    await settled(page);
    await page.getByTestId("session").filter({ hasText: "Strange device" }).first().getByRole("button").click();
    await eventually(async () => assert.equal((await fetch(`${URL_BASE}/api/v1/session`, { headers: { cookie } })).status, 401));
    assert.equal((await ask(page, "/session")).name, body.name, `${words.endOthers} was not pressed: this session stays`);
    await page.context().close();
  });
}

test("the rooms of whoever manages can be read in every look", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/settings/users");
    await page.locator("tbody tr").first().waitFor();
    await check(page, "k3-users", look);
    for (const [path, name, there] of [
      ["/settings/keys", "k4-keys", ".panel"],
      ["/settings/security", "k5-account", "[data-testid=session]"],
      ["/audit", "k6-audit", "tbody tr"],
      ["/health", "k7-health", "[data-testid=health-verdict]"],
    ]) {
      await page.goto(URL_BASE + path);
      await page.locator(there).first().waitFor();
      await check(page, name, look);
    }
  });
});

test("what identifies a member is shown for a reason, which stands in the audit trail", async () => {
  const run = Date.now().toString(36);
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/members");
    const own = `${look.language} ${look.appearance} ${look.size} ${run}`;
    // A phone number of this look alone: two orders with one number are one member.
    const phone = `138${String(Date.now()).slice(-8)}`;
    const order = { source: "pos", order_id: own, member: { number: own, phone, name: "李雷" }, paid_at: new Date(Date.now() - 3600_000).toISOString(), amount: "88.00" };
    const placed = await page.request.post(`${URL_BASE}/api/v1/orders`, { headers: { "x-perennial": "1" }, data: order });
    assert.equal(placed.status(), 201, await placed.text());
    const { member } = await placed.json();
    await page.goto(`${URL_BASE}/members/${member}`);
    await settled(page);
    assert.ok(!(await page.locator("body").innerText()).includes(phone), "masked");
    await page.getByTestId("reveal").click();
    await page.locator(".reveal-form input[type=checkbox][value=phone]").check();
    await page.locator(".reveal-form input[type=text]").fill(`parcel 1042, ${run}`);
    await check(page, "k8-reveal", look);
    await page.locator(".ant-modal .ant-btn-primary").click();
    await eventually(async () => assert.match(await page.getByTestId("revealed").innerText(), new RegExp(phone)));
    await check(page, "k9-revealed", look);
    await page.locator(".ant-modal .ant-btn-primary").click();
    await eventually(async () => assert.ok(!(await page.locator("body").innerText()).includes(phone), "gone when the dialog is closed"));
    const { items } = await ask(page, `/audit?what=personal_data_revealed`);
    assert.ok(items.some((line) => JSON.stringify(line).includes(member) && JSON.stringify(line).includes(`parcel 1042, ${run}`)));
  });
});
