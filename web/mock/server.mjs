// A stand-in for `perennial serve` while the backend grows: `node mock/server.mjs [--port 4300] [--dist console/dist]`.
// Any name with the password "perennial" signs in. Never shipped.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { generate } from "./brand.mjs";
import { counts, daily, flow, movements, rows } from "./everyone.mjs";
import { detail, explain, timeline } from "./member-pages.mjs";
import { dayText, models } from "./models.mjs";

const option = (name, otherwise) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : otherwise);
const port = Number(option("port", "4300"));
const dist = option("dist", null);
const today = option("today", dayText(Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000)));
const members = process.argv.includes("--empty") ? [] : generate(today);
const sessions = new Set();

class Refusal extends Error {
  constructor(status, code, detail, detail_zh) {
    super(detail);
    this.problem = { type: "about:blank", title: code, status, code, detail, detail_zh };
  }
}

const upTo = () => new Date(Date.now() - 90_000).toISOString();
function brand() {
  const days = members.flatMap((m) => m.orders.map((o) => o.day)).sort((a, b) => a - b);
  return {
    name: "山野茶事", time_zone: "Asia/Shanghai", currency: "CNY", scale: 2, today, members: members.length, facts: days.length * 2 + members.length,
    first_purchase_on: days.length ? dayText(days[0]) : null, last_purchase_on: days.length ? dayText(days.at(-1)) : null, data_up_to: upTo(),
  };
}

function page(list, query, most) {
  const start = Number(query.get("cursor")?.slice(2) ?? 0);
  const limit = Math.min(Number(query.get("limit") ?? 50), most);
  return { items: list.slice(start, start + limit), next: start + limit < list.length ? `c_${start + limit}` : null, total: list.length };
}

function day(query, key, otherwise) {
  const text = query.get(key) ?? otherwise;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text > today) throw new Refusal(422, "day.out_of_range", `${text} is not a day up to ${today}`, `${text} 不是截至 ${today} 的有效日期`);
  return text;
}

function oneMember(id) {
  const found = members.find((m) => m.id === id);
  if (!found) throw new Refusal(404, "member.unknown", `There is no member ${id}`, `没有编号为 ${id} 的会员`);
  return found;
}

function answer(path, query) {
  const [, , , room, id, part] = path.split("/");
  if (path === "/api/v1/brand") return brand();
  if (path === "/api/v1/models") return models;
  if (path === "/api/v1/overview") {
    const week = dayText(Date.parse(`${today}T00:00:00Z`) / 86_400_000 - 7);
    return { brand: brand(), stages: counts(members, "rf", today, upTo()), week_ago: { as_of: week, stages: counts(members, "rf", week, "").stages }, ...movements(members, today, 7) };
  }
  if (room === "models" && part === "stages") return counts(members, id, day(query, "as_of", today), upTo());
  if (room === "models" && part === "flow") return flow(members, id, day(query, "from"), day(query, "to"), upTo());
  if (room === "models" && part === "daily") return daily(members, id, day(query, "from"), day(query, "to"), upTo());
  if (path === "/api/v1/members") return page(rows(members, today, query), query, 200);
  if (room === "members" && !part) return detail(oneMember(id), today);
  if (room === "members" && part === "timeline") return page(timeline(oneMember(id), today), query, 200);
  if (room === "members" && part === "explain") {
    const asOf = day(query, "as_of", today);
    const told = explain(oneMember(id), query.get("model") ?? "rf", asOf, today);
    if (!told) throw new Refusal(404, "member.not_yet", `This member was first seen after ${asOf}`, `${asOf} 时还没有这位会员`);
    return told;
  }
  throw new Refusal(404, "path.unknown", `Nothing answers at ${path}`, `没有 ${path} 这个地址`);
}

async function session(request, response, cookie) {
  if (request.method === "POST") {
    let text = "";
    for await (const chunk of request) text += chunk;
    if (JSON.parse(text).password !== "perennial") throw new Refusal(401, "session.wrong_password", "The name or the password is wrong", "用户名或密码不正确");
    const id = Math.random().toString(36).slice(2);
    sessions.add(id);
    return void response.writeHead(204, { "set-cookie": `perennial=${id}; HttpOnly; SameSite=Strict; Path=/` }).end();
  }
  if (request.method === "DELETE") {
    sessions.delete(cookie);
    return void response.writeHead(204).end();
  }
  if (!sessions.has(cookie)) throw new Refusal(401, "session.none", "Please sign in", "请先登录");
  json(response, 200, { name: "owner", role: "owner" });
}

const json = (response, status, value) => response.writeHead(status, { "content-type": status < 400 ? "application/json" : "application/problem+json" }).end(JSON.stringify(value));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

async function file(path, response) {
  const wanted = join(dist, normalize(path));
  const bytes = await readFile(wanted).catch(() => null);
  const name = bytes && extname(wanted) ? wanted : join(dist, "index.html");
  response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream" }).end(bytes ?? (await readFile(name)));
}

createServer(async (request, response) => {
  const url = new URL(request.url, "http://mock");
  try {
    if (!url.pathname.startsWith("/api/")) return dist ? await file(url.pathname === "/" ? "/index.html" : url.pathname, response) : json(response, 404, {});
    const cookie = /perennial=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    if (url.pathname === "/api/v1/session") return await session(request, response, cookie);
    if (!sessions.has(cookie)) throw new Refusal(401, "session.none", "Please sign in", "请先登录");
    if (url.pathname === "/api/v1/members/export")
      return response.writeHead(200, { "content-type": "text/csv", "content-disposition": "attachment; filename=members.csv" }).end(rows(members, today, url.searchParams).map((r) => [r.member, r.stage].join(",")).join("\n"));
    json(response, 200, answer(url.pathname, url.searchParams));
  } catch (error) {
    json(response, error.problem?.status ?? 500, error.problem ?? { type: "about:blank", status: 500, code: "mock.bug", title: "mock", detail: String(error) });
  }
}).listen(port, "127.0.0.1", () => console.log(`mock on http://127.0.0.1:${port}, today is ${today}`));
