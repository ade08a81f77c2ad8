// The five tasks of identity conflicts: see who may be one person, look at the evidence, answer, take a merge back, and change the rules.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, check, eventually, inEveryLook, launch, LOOKS, settled, signedIn, URL_BASE } from "../browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Of this run: what an earlier one recorded is somebody else's. */
const RUN = String(Date.now() % 100000).padStart(5, "0");
const STORIES = ["one", "two", "three"];
const address = (story, look) => `${story}${LOOKS.indexOf(look)}.${RUN}@journey.cn`;

const phoneOf = (story, look, n) => `199${STORIES.indexOf(story)}${LOOKS.indexOf(look)}${RUN}${n}`;

/** A purchase, as a till records it; answers the member. */
async function buys(page, id, member) {
  const answer = await page.request.post(`${URL_BASE}/api/v1/orders`, {
    headers: { "x-perennial": "1" },
    data: {
      source: "till", order_id: id, paid_at: new Date(Date.now() - 3600_000).toISOString(), member,
      lines: [{ sku: "tea", quantity: 1, paid: "25.00" }],
    },
  });
  assert.equal(answer.status(), 201, await answer.text());
  return (await answer.json()).member;
}

/** Two members, each with a phone of their own, whom one address names both. */
async function conflict(page, look, story) {
  const at = LOOKS.indexOf(look);
  const named = (n) => ({ phone: phoneOf(story, look, n), email: address(story, look), name: n === 1 ? "李雷" : "韩梅梅" });
  const ann = await buys(page, `${RUN}-${story}-${at}-1`, named(1));
  const bob = await buys(page, `${RUN}-${story}-${at}-2`, named(2));
  assert.notEqual(ann, bob, "nobody joins them unasked");
  return [ann, bob];
}

const row = (page, member) => page.locator(".people-conflict", { has: page.locator(`a[href="/members/${member}"]`) });

/** Opens the queue at a conflict, with its evidence. */
async function lookAt(page, member) {
  await page.goto(`${URL_BASE}/members/conflicts`);
  await settled(page);
  const held = row(page, member);
  await eventually(async () => {
    if (!(await held.locator(".people-evidence li").count())) await held.locator("button[aria-expanded=false]").click({ timeout: 2000 });
    assert.equal(await held.locator(".people-evidence li").count(), 4, "each phone, and the address of both");
  });
  return held;
}

async function answer(page, held, why, button) {
  await held.locator(".people-actions input").fill(why);
  await held.locator(".people-actions button").nth(button).click();
  await eventually(async () => assert.equal(await held.count(), 0, "an answered conflict leaves the queue"));
}

test("one person is made of two with the evidence in view, taken apart again on the member's page, and put together by hand", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/members");
    const [ann, bob] = await conflict(page, look, "one");
    await page.locator('a[href="/members/conflicts"]').first().click();
    await page.waitForURL(/conflicts/);
    const held = await lookAt(page, ann);
    assert.ok(!(await held.innerText()).includes(address("one", look)), "masked");
    await held.locator(".people-side").nth(2).waitFor();
    assert.equal(await held.locator(".people-side").count(), 3, "both now, and the one afterwards");
    await check(page, "o1-conflict", look);
    await answer(page, held, "one person, two phones", 0);

    await page.goto(`${URL_BASE}/members/${bob}`);
    await settled(page);
    const parts = page.locator("[aria-labelledby=member-parts]");
    await parts.waitFor();
    assert.equal(await parts.locator("li").count(), 2);
    await parts.locator("li", { hasText: /\*/ }).nth(1).locator("input[type=checkbox]").check();
    await eventually(async () => assert.equal(await parts.locator(".people-side").count(), 3, "one now, two afterwards"));
    await check(page, "o2-split", look);
    await parts.locator(".people-actions input").fill("two people after all");
    await parts.locator(".people-actions button").click();
    await eventually(async () => assert.equal(await page.locator("[aria-labelledby=member-parts]").count(), 0), Date.now() + 30000);
    for (const member of [ann, bob]) assert.equal((await ask(page, `/members/${member}`)).member, member, "who they were");
    const queue = await ask(page, "/conflicts?limit=200");
    assert.ok(!JSON.stringify(queue).includes(ann), "nobody is asked again");

    // And together by hand: the other one is found by its phone.
    const join = page.locator("[aria-labelledby=member-join]");
    await eventually(async () => {
      await join.locator("input[type=search]").fill(phoneOf("one", look, 1));
      await join.locator(".ant-input-search button").click({ timeout: 2000 });
      await join.locator(".people-found input[type=radio]").first().check({ timeout: 4000 });
      assert.equal(await join.locator(".people-found input[type=radio]").count(), 1, "found, and not the member itself");
    }, Date.now() + 40000);
    await eventually(async () => assert.equal(await join.locator(".people-side").count(), 3, "both now, and the one afterwards"));
    await check(page, "o4-by-hand", look);
    await join.locator(".people-actions input").fill("the same person, she says");
    await join.locator(".people-actions button").click();
    await eventually(async () => assert.equal((await ask(page, `/members/${bob}`)).parts.length, 2));
  });
});

test("two people are kept apart, and a value that names nobody is blocked by a new version of the rules", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/members/conflicts");
    const [ann] = await conflict(page, look, "two");
    await answer(page, await lookAt(page, ann), "sisters share an address", 1);
    assert.equal((await ask(page, `/members/${ann}`)).parts.length, 1);

    const before = (await ask(page, "/identity-rules")).version;
    const [shop] = await conflict(page, look, "three");
    await answer(page, await lookAt(page, shop), "the shop's own address", 2);
    const rules = await ask(page, "/identity-rules");
    assert.equal(rules.version, before + 1);
    assert.equal(rules.history[0].reason, "the shop's own address");
    assert.ok(rules.yaml.includes(address("three", look)));
  });
});

test("identity rules are read, told wrong at their place, and put in force with a reason", async () => {
  await inEveryLook(browser, async (page, look) => {
    await signedIn(page, "/members/conflicts");
    const panel = page.locator("[aria-labelledby=identity-rules]");
    const text = panel.locator("textarea").first();
    const held = await text.inputValue();
    const save = async (yaml, reason) => {
      await text.fill(yaml);
      await panel.locator(".people-actions input").fill(reason);
      await panel.locator(".people-actions .ant-btn-primary").click();
    };
    await save(held.replace("per_member: 1", "per_member: 0"), "none at all");
    await panel.locator("[role=alert]").waitFor();
    assert.match(await panel.locator("[role=alert]").innerText(), /per_member/);
    await check(page, "o3-identity-rules", look);
    const version = (await ask(page, "/identity-rules")).version;
    await save(`# ${LOOKS.indexOf(look)}\n${held}`, "a word before the rules");
    await eventually(async () => assert.equal((await ask(page, "/identity-rules")).version, version + 1));
    await eventually(async () => assert.match(await panel.innerText(), /a word before the rules/));
  });
});
