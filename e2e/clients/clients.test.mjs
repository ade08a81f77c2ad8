// The published client libraries, unmodified, against the real program.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deeds, OTHER_CALLS, SENDERS } from "./senders.mjs";
import { Brand } from "./server.mjs";

let brand;
before(async () => {
  brand = new Brand();
  await brand.start();
});
after(() => brand.end());

const connect = async (name) => (await brand.ask("POST", "/sources", { name, kind: "segment", label: name })).secret;

/** Clients flush in the background: repeats until it holds. */
async function eventually(assertion, deadline = Date.now() + 30_000) {
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((wake) => setTimeout(wake, 200));
    }
  }
}

for (const { name, packed, send } of SENDERS) {
  test(`${name} delivers a person's deeds`, async () => {
    const user = `user-${name}`;
    await send(await connect(name), brand.url, user, packed);
    const { traits, tracks } = deeds(user);
    await eventually(async () => {
      const source = await brand.ask("GET", `/sources/${name}`);
      const sum = (count) => source.days.reduce((all, day) => all + day[count], 0);
      assert.deepEqual(
        { accepted: sum("accepted"), repeated: sum("repeated"), refused: sum("refused"), error: source.last_error },
        { accepted: tracks.length + OTHER_CALLS, repeated: 0, refused: 0, error: null },
      );
    });
    const found = async (q) => (await brand.ask("GET", `/members?q=${encodeURIComponent(q)}`)).items[0];
    const member = await eventually(async () => {
      const member = await found(user);
      assert.ok(member, `${user} is a member`);
      return member;
    });
    // 25.00 without shipping, 10.00 given back; the second order is cancelled.
    assert.deepEqual([member.money.minor, member.f_total], [1500, 1]);
    assert.equal((await found(traits.email)).member, member.member);
    assert.equal((await found(traits.phone)).member, member.member);
    const events = await brand.ask("GET", `/events?source=${name}`);
    const seen = Object.fromEntries(events.map((event) => [event.name, event.seen]));
    assert.deepEqual(seen, {
      "Order Cancelled": 1, "Order Completed": 2, "Order Refunded": 1, "Order Updated": 1, "Product Viewed": 2, Steeped: 1,
      alias: 1, group: 1, identify: 1, page: 1, screen: 1,
    });
  });
}

test("a message that was acknowledged is the same message after a restart", async () => {
  const authorization = `Basic ${Buffer.from(`${await connect("restart")}:`).toString("base64")}`;
  const at = new Date(Date.now() - 60_000).toISOString();
  const event = (n) => ({ type: "track", event: "Steeped", userId: "u", messageId: `restart-${n}`, timestamp: at });
  const send = async (...events) => {
    const body = JSON.stringify({ batch: events, sentAt: new Date().toISOString() });
    const answer = await fetch(`${brand.url}/v1/batch`, { method: "POST", headers: { authorization }, body });
    const { accepted, repeated, refused } = await answer.json();
    return [answer.status, accepted, repeated, refused];
  };
  assert.deepEqual(await send(event(1), event(2)), [200, 2, 0, 0]);
  await brand.stop();
  await brand.start();
  assert.deepEqual(await send(event(2), event(1), event(3)), [200, 1, 2, 0]);
});
