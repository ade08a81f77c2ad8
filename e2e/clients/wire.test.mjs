// Clients of PostgreSQL as they are published, against the real program's wire.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import pg from "pg";
import { Brand } from "./server.mjs";

let brand, key;
before(async () => {
  brand = new Brand({ sql: true });
  await brand.start();
  key = (await brand.ask("POST", "/api-keys", { name: "bi", scopes: ["sql"] })).secret;
  const member = { number: "00042", phone: "19900000042" };
  const order = (order_id, paid_at, amount) => ({ source: "pos", order_id, member, paid_at, amount });
  await brand.ask("POST", "/orders", order("A1", "2026-01-11T00:30:00+08:00", "120.50"));
  await brand.ask("POST", "/orders", order("A2", "2026-03-01T12:00:00+08:00", "50.00"));
});
after(() => brand.end());

test("psycopg asks in transactions, with bound parameters, in both formats", () => {
  const script = new URL("wire_client.py", import.meta.url).pathname;
  const told = JSON.parse(execFileSync(process.env.PERENNIAL_PYTHON, [script, String(brand.sqlPort), key], { encoding: "utf8" }));
  const columns = ["order_id", "day", "paid_at", "net", "quantity", "counted", "nth"];
  assert.deepEqual(told.text, ["2026-01-11T00:30:00+08:00", columns]);
  assert.deepEqual(told.binary[1], columns);
  assert.match(told.undefined, /nme/);
  assert.match(told.refused, /only what reads is answered/);
  assert.deepEqual([told.members, told.phone], [1, "199****0042"]);
  assert.match(told.data_up_to, /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
});

test("node-postgres asks with bound parameters, reads by a cursor's names and is told what is wrong", async () => {
  const client = new pg.Client({ host: "127.0.0.1", port: brand.sqlPort, database: "perennial", user: "analyst", password: key });
  await client.connect();
  try {
    const found = await client.query("SELECT order_id, net, nth FROM orders WHERE nth = $1", [2]);
    assert.deepEqual(found.rows, [{ order_id: "A2", net: "50.00", nth: "2" }]);
    await assert.rejects(client.query("SELECT nme FROM members"), { code: "42703" });
    await assert.rejects(client.query("INSERT INTO members VALUES ('m')"), { code: "25006" });
    assert.deepEqual((await client.query("SELECT count(*)::int AS orders FROM orders")).rows, [{ orders: 2 }]);
  } finally {
    await client.end();
  }
});
