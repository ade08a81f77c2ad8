// The mock's answers about one member: page, timeline, explanation.
import { identities, instant, name, profile, yuan } from "./brand.mjs";
import { dayNumber, dayText, models, stageOf, traits } from "./models.mjs";

export function detail(m, today) {
  const on = dayNumber(today);
  const stages = {};
  for (const model of models) {
    const t = traits(m, on);
    let since = on;
    while (since > m.seen && stageOf(model.id, traits(m, since - 1) ?? t) === stageOf(model.id, t)) since -= 1;
    stages[model.id] = { stage: stageOf(model.id, t), life: t.life, since: dayText(since) };
  }
  const lives = [];
  for (const order of traits(m, on).bought) {
    const last = lives.at(-1);
    if (!last || order.day - last.end >= 180) lives.push({ from: order.day, end: order.day, purchases: 1, minor: order.minor });
    else Object.assign(last, { end: order.day, purchases: last.purchases + (order.day === last.end ? 0 : 1), minor: last.minor + order.minor });
  }
  return {
    member: m.id, name: name(m), identities: identities(m), parts: [{ subject: m.id, since: instant(m.seen), facts: m.orders.length + 1, joined_at: null }], registered_on: m.relation === "aware" ? null : dayText(m.seen), stages, profile: profile(m),
    lives: lives.map((l, i) => ({ life: i + 1, from: dayText(l.from), to: i === lives.length - 1 && on - l.end < 180 ? null : dayText(l.end), purchases: l.purchases, money: yuan(l.minor) })),
  };
}

export function timeline(m, today) {
  const items = [];
  const on = dayNumber(today);
  const push = (day, hour, minute, kind, origin, rest = {}) =>
    items.push({ at: instant(day, hour, minute), day: dayText(day), kind, origin, recorded_at: instant(day, hour, minute + 1), retracted: false, superseded_by: null, fact: `f_${m.id.slice(2, 7)}${items.length.toString(36)}`, ...rest });
  if (m.relation !== "aware") push(m.seen, 11, 20, "member.registered", "live");
  const goLive = on - 500;
  for (const o of m.orders) {
    const order = { source: o.channel, id: o.id, amount: yuan(o.minor), items: o.items, channel: o.channel, store: o.store, status: o.cancelled ? "cancelled" : o.refund ? "refunded" : "paid" };
    push(o.day, o.hour, o.minute, "order.placed", o.day < goLive ? "backfill" : "live", o.late ? { order, recorded_at: instant(o.day + o.late, 9, 30) } : { order });
    if (o.cancelled) push(o.cancelled, 15, 12, "order.cancelled", "live", { order });
    if (o.refund) push(o.refund.day, 16, 40, "order.refunded", "live", { order: { ...order, amount: yuan(o.refund.minor) } });
  }
  for (let day = m.seen + 1; day <= on; day += 1) {
    const before = traits(m, day - 1);
    const now = traits(m, day);
    const [from, to] = [stageOf("rf", before), stageOf("rf", now)];
    if (from === to) continue;
    const change = { model: "rf", from, to, life: now.life, reactivated: now.life > before.life && before.life > 0, policy_version: 1, effect: `e_${m.id.slice(2, 6)}${day}` };
    const cause = m.orders.find((o) => o.day === day);
    if (day < goLive) push(day, 23, 58, "stage.changed", "reconstructed", { change, fact: null, recorded_at: null });
    else if (cause?.late) {
      push(day, 23, 57, "stage.changed", "timer", { change: { ...change, to: "at_risk.silent", effect: `${change.effect}a` }, superseded_by: change.effect });
      push(day, 23, 58, "stage.corrected", "correction", { change, recorded_at: instant(day + cause.late, 9, 30) });
    } else push(day, cause ? cause.hour : 0, cause ? cause.minute : 5, "stage.changed", cause ? "live" : "timer", { change });
  }
  return items.sort((a, b) => (a.at < b.at ? 1 : -1));
}

export function explain(m, modelId, asOf, today) {
  const model = models.find((one) => one.id === modelId) ?? models[0];
  const on = dayNumber(asOf);
  const t = traits(m, on);
  if (!t) return null;
  const id = stageOf(model.id, t);
  const rule = model.stages.find((stage) => stage.id === id);
  const value = (field, zh, en, v, text) => ({ field, name: { zh, en }, value: v, text: text ?? String(v) });
  const because = (stage) => ({
    zh: stage.group === "prospect" ? `已有 ${t.f_total} 次计次消费` : t.recency === null ? "还没有计次消费" : `最近一次在 ${t.recency} 天前，本生命段 ${t.f_life} 次，条件不成立`,
    en: stage.group === "prospect" ? `There are ${t.f_total} counted purchases` : t.recency === null ? "There is no counted purchase" : `Last purchase ${t.recency} days ago, ${t.f_life} in this life: the condition does not hold`,
  });
  const change = [{ kind: "purchase", to: t.recency === null || t.recency >= 180 ? "new.first" : "regular.active", on: dayText(on + 30), count: 1, amount: null, sentence: { zh: `在 ${dayText(on + 30)} 之前再消费 1 次`, en: `One more purchase before ${dayText(on + 30)}` } }];
  const next = t.recency === null ? null : [31, 90, 180, 360, 720].find((d) => d > t.recency && stageOf(model.id, traits(m, on - t.recency + d)) !== id);
  if (next) change.push({ kind: "wait", to: stageOf(model.id, traits(m, on - t.recency + next)), on: dayText(on - t.recency + next), count: null, amount: null, sentence: { zh: `若到 ${dayText(on - t.recency + next)} 仍无消费`, en: `Without a purchase until ${dayText(on - t.recency + next)}` } });
  return {
    member: m.id, model: model.id, version: model.version, as_of: asOf ?? today, stage: id, life: t.life, rule: { text: rule.when, sentence: rule.sentence },
    values: [
      value("recency", "最近一次（天）", "Recency (days)", t.recency, t.recency === null ? "–" : String(t.recency)),
      value("f_life", "本生命段频次", "Purchases in this life", t.f_life), value("f_total", "累计频次", "Purchases in all", t.f_total),
      value("purchases_in(90)", "近 90 天频次", "Purchases within 90 days", t.within(90)), value("purchases_in(360)", "近 360 天频次", "Purchases within 360 days", t.within(360)),
    ],
    evidence: t.bought.slice(-6).reverse().map((o, i) => ({ fact: `f_${m.id.slice(2, 7)}${i}`, kind: "order.placed", day: dayText(o.day), summary: `${o.id} · ¥${(o.minor / 100).toFixed(2)}` })),
    rejected: model.stages.filter((stage) => stage.id !== id).map((stage) => ({ stage: stage.id, text: stage.when, because: because(stage) })),
    would_change: change,
  };
}
