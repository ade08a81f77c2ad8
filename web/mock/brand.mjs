// A generated brand of some two hundred members: same seed, same members, relative to the day given.
import { dayNumber, dayText } from "./models.mjs";

function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SURNAMES = [..."王李张刘陈杨黄赵周吴徐孙林高郑"];
const CHANNELS = ["tmall", "mini_program", "store", "douyin"];
const STORES = ["上海静安店", "杭州湖滨店", "成都太古里店"];
const CITIES = ["上海", "杭州", "成都", "北京", "广州", "深圳"];
const money = (minor) => ({ minor, currency: "CNY", scale: 2 });

export function generate(today, count = 212, seed = 20260) {
  const rand = random(seed);
  const pick = (list) => list[Math.floor(rand() * list.length)];
  const end = dayNumber(today);
  const members = [];
  for (let i = 0; i < count; i += 1) {
    const id = `m_${(0x9e3779b9 * (i + 1) >>> 0).toString(36).padStart(7, "0")}${i.toString(36).padStart(3, "0")}`;
    const seen = end - Math.floor(rand() * 1100);
    const relation = pick(["aware", "follower", "registered", "registered"]);
    const rhythm = 12 + Math.floor(rand() ** 2 * 260);
    const orders = [];
    let day = seen + Math.floor(rand() * 40);
    while (i % 9 !== 0 && day <= end && orders.length < 40) {
      const shop = pick(CHANNELS);
      const order = {
        id: `${shop === "store" ? "POS" : "EC"}${100000 + Math.floor(rand() * 899999)}`, day, minor: 3900 + Math.floor(rand() ** 2 * 96000),
        hour: 9 + Math.floor(rand() * 12), minute: Math.floor(rand() * 60), items: 1 + Math.floor(rand() * 4),
        channel: shop, store: shop === "store" ? pick(STORES) : null, late: rand() < 0.06 ? 2 + Math.floor(rand() * 9) : 0,
      };
      if (rand() < 0.05 && day + 3 <= end) order.cancelled = day + 2;
      else if (rand() < 0.07 && day + 6 <= end) order.refund = { day: day + 5, minor: Math.round(order.minor / 3) };
      orders.push(order);
      if (rand() < 0.17) break;
      day += Math.max(1, Math.round(rhythm * (0.3 + rand() * 1.4)));
    }
    members.push({
      id, seen, relation, orders, number: `88${String(100200 + i * 37)}`, surname: pick(SURNAMES), given: 1 + Math.floor(rand() * 2), city: pick(CITIES),
      phone: `1${pick(["38", "39", "58", "86"])}****${String(1000 + Math.floor(rand() * 8999))}`, birthday: `19${70 + Math.floor(rand() * 29)}-0${1 + Math.floor(rand() * 9)}-1${Math.floor(rand() * 9)}`,
    });
  }
  return members;
}

export const name = (m) => (m.relation === "aware" && m.orders.length === 0 ? null : `${m.surname}${"*".repeat(m.given)}`);
export const yuan = money;

/** An instant on a brand day (UTC+8) as RFC 3339. */
export const instant = (day, hour = 10, minute = 0) => new Date(day * 86_400_000 + (hour - 8) * 3_600_000 + minute * 60_000).toISOString();

export function identities(m) {
  const since = instant(m.seen, 11, 20);
  const list = [{ type: "wechat_openid", value: `oX8f****${m.id.slice(-4)}`, since }];
  if (m.relation !== "aware") list.unshift({ type: "phone", value: m.phone, since });
  if (m.orders.some((order) => order.channel === "tmall")) list.push({ type: "tmall_ouid", value: `AAE****${m.id.slice(2, 6)}`, since: instant(m.seen + 1, 20, 5) });
  return list.map((one, at) => ({ ...one, source: "mini-program", fact: `f_${m.id.slice(2)}${at}`, subject: m.id }));
}

export const profile = (m) => [
  { field: "city", name: { zh: "城市", en: "City" }, type: "text", value: m.city },
  { field: "birthday", name: { zh: "生日", en: "Birthday" }, type: "date", value: m.birthday },
  { field: "channel_first", name: { zh: "首购渠道", en: "First channel" }, type: "choice", value: m.orders[0]?.channel ?? null },
  { field: "newsletter", name: { zh: "愿意接收短信", en: "Accepts messages" }, type: "boolean", value: m.relation === "registered" },
  { field: "interests", name: { zh: "兴趣", en: "Interests" }, type: "multi-choice", value: ["茶", "户外"].slice(0, m.given) },
  { field: "registered_on", name: { zh: "注册日期", en: "Registered on" }, type: "date", value: m.relation === "aware" ? null : dayText(m.seen) },
];
