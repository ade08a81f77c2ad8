// The mock's answers that count everyone.
import { name, yuan } from "./brand.mjs";
import { dayNumber, dayText, stageOf, traits } from "./models.mjs";

const bump = (into, key, by = 1) => { into[key] = (into[key] ?? 0) + by; };

export function counts(members, model, asOf, upTo) {
  const stages = {};
  let [all, again, buyers] = [0, 0, 0];
  for (const m of members) {
    const t = traits(m, dayNumber(asOf));
    if (!t) continue;
    all += 1;
    if (t.life > 1) again += 1;
    if (t.f_total > 0) buyers += 1;
    bump(stages, stageOf(model, t));
  }
  return { as_of: asOf, model, members: all, members_with_more_than_one_life: again, buyers, stages, data_up_to: upTo };
}

export function flow(members, model, from, to, upTo) {
  const links = {};
  const arrived = {};
  for (const m of members) {
    const [a, b] = [traits(m, dayNumber(from)), traits(m, dayNumber(to))];
    if (!b) continue;
    if (a) bump(links, `${stageOf(model, a)}|${stageOf(model, b)}`);
    else bump(arrived, stageOf(model, b));
  }
  return {
    from, to, data_up_to: upTo,
    links: Object.entries(links).map(([key, n]) => ({ from: key.split("|")[0], to: key.split("|")[1], members: n })),
    arrived: Object.entries(arrived).map(([stage, n]) => ({ to: stage, members: n })),
  };
}

export function daily(members, model, from, to, upTo) {
  const days = [];
  for (let day = dayNumber(from); day <= dayNumber(to); day += 1) {
    const row = { day: dayText(day), in: {}, out: {}, members: {} };
    for (const m of members) {
      const [a, b] = [traits(m, day - 1), traits(m, day)];
      const [was, is] = [a && stageOf(model, a), b && stageOf(model, b)];
      if (is) bump(row.members, is);
      if (is && was !== is) bump(row.in, is);
      if (was && was !== is) bump(row.out, was);
    }
    days.push(row);
  }
  return { days, data_up_to: upTo };
}

export function movements(members, today, days) {
  const moved = {};
  const recent = [];
  for (let day = dayNumber(today) - days + 1; day <= dayNumber(today); day += 1)
    for (const m of members) {
      const [a, b] = [traits(m, day - 1), traits(m, day)];
      const [from, to] = [a ? stageOf("rf", a) : null, b ? stageOf("rf", b) : null];
      if (!to || from === to) continue;
      bump(moved, `${dayText(day)}|${from ?? ""}|${to}`);
      recent.unshift({ member: m.id, at: new Date((day + 0.2) * 86_400_000).toISOString(), from, to, name: name(m) });
    }
  return {
    movements: Object.entries(moved).map(([key, n]) => ({ day: key.split("|")[0], from: key.split("|")[1] || null, to: key.split("|")[2], members: n })),
    recent: recent.slice(0, 20),
  };
}

const SORT = { recency: (r) => r.recency ?? 1e9, orders: (r) => r.f_total, money: (r) => r.money.minor, first: (r) => r.first_purchase_on ?? "9999" };

export function rows(members, today, query) {
  const model = query.get("model") || "rf";
  const q = (query.get("q") ?? "").trim();
  const list = [];
  for (const m of members) {
    const t = traits(m, dayNumber(today));
    const stage = stageOf(model, t);
    if (query.get("stage") && query.get("stage") !== stage) continue;
    if (q && ![m.id, m.number, name(m)].includes(q) && !m.orders.some((o) => o.id === q)) continue;
    list.push({
      member: m.id, name: name(m), number: m.relation === "aware" ? null : `${m.number.slice(0, 3)}***${m.number.slice(-2)}`, stage, life: t.life, recency: t.recency, f_life: t.f_life, f_total: t.f_total, money: yuan(t.money),
      first_purchase_on: t.days.length ? dayText(t.days[0]) : null, last_purchase_on: t.days.length ? dayText(t.days.at(-1)) : null,
    });
  }
  const key = SORT[query.get("sort")] ?? SORT.recency;
  const sign = query.get("order") === "desc" ? -1 : 1;
  return list.sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : a.member < b.member ? -1 : 1));
}
