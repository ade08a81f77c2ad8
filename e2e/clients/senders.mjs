// The four client libraries as they are published, each sending the same deeds of one person.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Analytics } from "@segment/analytics-node";
import RudderAnalytics from "@rudderstack/rudder-sdk-node";

const PYTHON = process.env.PERENNIAL_PYTHON ?? "python3";

/** An order of 25.00 for two pieces, updated, of which 10.00 are given back; another that is cancelled; two views; an event of the brand's own. */
export function deeds(user) {
  const order = { order_id: `O-${user}`, currency: "CNY", shipping: 8, products: [{ sku: "tea", price: 12.5, quantity: 2, category: "tea/green" }] };
  return {
    traits: { name: "Han Meimei", email: `${user}@example.cn`, phone: phone(user), address: { city: "杭州" } },
    tracks: [
      ["Product Viewed", { sku: "tea" }],
      ["Product Viewed", { sku: "cup" }],
      ["Steeped", { minutes: 3 }],
      ["Order Completed", { ...order, revenue: 25 }],
      ["Order Updated", { ...order, revenue: 25, affiliation: "West Lake" }],
      ["Order Refunded", { order_id: order.order_id, total: 10, refund_id: `R-${user}` }],
      ["Order Completed", { order_id: `P-${user}`, total: 99 }],
      ["Order Cancelled", { order_id: `P-${user}` }],
    ],
  };
}

/** Calls beside the tracks: identify, page, screen, group, alias. */
export const OTHER_CALLS = 5;

/** A number of nobody's, the same for the same user. */
function phone(user) {
  const digits = [...user].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 100_000_000, 7);
  return `199${String(digits).padStart(8, "0")}`;
}

async function segmentNode(key, host, user) {
  const failed = [];
  const client = new Analytics({ writeKey: key, host, flushInterval: 100 });
  client.on("error", (error) => failed.push(JSON.stringify(error)));
  const { traits, tracks } = deeds(user);
  client.identify({ userId: user, traits });
  client.page({ userId: user, name: "Home" });
  client.screen({ userId: user, name: "Start" });
  client.group({ userId: user, groupId: "family-1", traits: { size: 3 } });
  client.alias({ userId: user, previousId: `anon-${user}` });
  for (const [event, properties] of tracks) client.track({ userId: user, event, properties });
  await client.closeAndFlush({ timeout: 30_000 });
  if (failed.length) throw new Error(`the client was told: ${failed}`);
}

async function rudderNode(key, host, user, packed) {
  const client = new RudderAnalytics(key, { dataPlaneUrl: host, flushInterval: 100, gzip: packed === "gzip", logLevel: "error" });
  const { traits, tracks } = deeds(user);
  client.identify({ userId: user, traits });
  client.page({ userId: user, name: "Home" });
  client.screen({ userId: user, name: "Start" });
  client.group({ userId: user, groupId: "family-1", traits: { size: 3 } });
  client.alias({ userId: user, previousId: `anon-${user}` });
  for (const [event, properties] of tracks) client.track({ userId: user, event, properties });
  await client.flush();
}

/** A Python client, as a child of ours that hears the deeds on its stdin. */
function python(script) {
  return async (key, host, user, packed) => {
    const child = spawn(PYTHON, [new URL(script, import.meta.url).pathname, key, host, user, packed], { stdio: ["pipe", "inherit", "pipe"] });
    let said = "";
    child.stderr.on("data", (data) => (said += data));
    child.stdin.end(JSON.stringify(deeds(user)));
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`${script} ended with ${code}: ${said}`);
  };
}

export const SENDERS = [
  { name: "segment-node", packed: "plain", send: segmentNode },
  { name: "rudder-node", packed: "plain", send: rudderNode },
  { name: "rudder-node-gzip", packed: "gzip", send: rudderNode },
  { name: "segment-python", packed: "plain", send: python("./segment_sender.py") },
  { name: "segment-python-gzip", packed: "gzip", send: python("./segment_sender.py") },
  { name: "rudder-python", packed: "plain", send: python("./rudder_sender.py") },
  { name: "rudder-python-gzip", packed: "gzip", send: python("./rudder_sender.py") },
];
