// The mock's lifecycle models, in display order. Only for development: the real rules live in Rust.
const w = (zh, en) => ({ zh, en });
const stage = (id, group, name, group_name, when, sentence) => ({ id, group, name, group_name, when, sentence });
const prospect = w("潜客", "Prospect");
const fresh = w("新客", "New");
const regular = w("老客", "Regular");
const risk = w("有流失风险", "At risk");
const lapsed = w("流失客", "Lapsed");
const ended = w("终止", "Ended");

export const models = [
  {
    id: "rf", version: 1, primary: true, name: w("RF 生命周期（默认）", "RF lifecycle (default)"),
    stages: [
      stage("prospect.aware", "prospect", w("认知", "Aware"), prospect, "f_total = 0 AND relation = 'aware'", w("还没有计次消费，只是见过品牌", "No counted purchase; has only seen the brand")),
      stage("prospect.follower", "prospect", w("粉丝", "Follower"), prospect, "f_total = 0 AND relation = 'follower'", w("还没有计次消费，关注了品牌账号", "No counted purchase; follows an account of the brand")),
      stage("prospect.registered", "prospect", w("注册会员", "Registered"), prospect, "f_total = 0 AND relation = 'registered'", w("还没有计次消费，已留下联系方式", "No counted purchase; has left contact details")),
      stage("new.first", "new", w("新生会员", "First purchase"), fresh, "f_life = 1 AND recency <= 30", w("本生命段内消费 1 次，最近一次不超过 30 天", "One purchase in this life, no more than 30 days ago")),
      stage("new.second", "new", w("二次复购新会员", "Second purchase"), fresh, "f_life = 2 AND purchases_in(90) = 2", w("本生命段内消费 2 次，两次都在最近 90 天内", "Two purchases in this life, both within the last 90 days")),
      stage("regular.active", "regular", w("活跃会员", "Active"), regular, "f_life >= 2 AND recency < 90", w("本生命段内消费至少 2 次，最近一次在 90 天内", "At least two purchases in this life, the last within 90 days")),
      stage("regular.loyal", "regular", w("忠诚会员", "Loyal"), regular, "recency < 180 AND f_life >= 5 AND purchases_in(360) >= 3", w("最近一次在 180 天内，本生命段内消费至少 5 次，其中最近 360 天内至少 3 次", "Last purchase within 180 days, at least five in this life and at least three within 360 days")),
      stage("at_risk.silent", "at_risk", w("沉默会员", "Silent"), risk, "recency < 180", w("最近一次在 180 天内，且不属于以上任何阶段", "Last purchase within 180 days and none of the stages above")),
      stage("lapsed.sleeping", "lapsed", w("睡眠会员", "Sleeping"), lapsed, "recency >= 180 AND recency < 360", w("最近一次在 180 至 359 天之前", "Last purchase 180 to 359 days ago")),
      stage("lapsed.churned", "lapsed", w("流失会员", "Churned"), lapsed, "recency >= 360 AND recency < 720", w("最近一次在 360 至 719 天之前", "Last purchase 360 to 719 days ago")),
      stage("ended", "ended", w("终止", "Ended"), ended, "recency >= 720", w("最近一次在 720 天或更早之前", "Last purchase 720 days ago or earlier")),
    ],
  },
  {
    id: "guest", version: 1, primary: false, name: w("客人六分", "Guest"),
    stages: [
      stage("prospect", "prospect", w("潜客", "Prospect"), prospect, "f_total = 0", w("还没有计次消费", "No counted purchase")),
      stage("new", "new", w("新客", "New"), fresh, "f_life = 1 AND recency < 90", w("本生命段内消费 1 次，最近一次在 90 天内", "One purchase in this life, within 90 days")),
      stage("returning", "regular", w("回头客", "Returning"), regular, "f_life IN (2, 3) AND recency < 90", w("本生命段内消费 2 至 3 次，最近一次在 90 天内", "Two or three purchases in this life, the last within 90 days")),
      stage("active", "regular", w("活跃客", "Active"), regular, "f_life >= 4 AND recency < 90", w("本生命段内消费至少 4 次，最近一次在 90 天内", "At least four purchases in this life, the last within 90 days")),
      stage("sleeping", "lapsed", w("沉睡", "Asleep"), lapsed, "recency >= 90 AND recency < 360", w("最近一次在 90 至 359 天之前", "Last purchase 90 to 359 days ago")),
      stage("churned", "lapsed", w("流失", "Churned"), lapsed, "recency >= 360", w("最近一次在 360 天或更早之前", "Last purchase 360 days ago or earlier")),
    ],
  },
];

export const dayNumber = (day) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
export const dayText = (number) => new Date(number * 86_400_000).toISOString().slice(0, 10);

/** The member's traits on a day (day numbers), or null when not yet a member. */
export function traits(member, on) {
  if (member.seen > on) return null;
  const bought = member.orders.filter((order) => order.day <= on && !(order.cancelled && order.cancelled <= on));
  const days = [...new Set(bought.map((order) => order.day))];
  let life = 0;
  let lifeDays = [];
  for (const day of days) {
    if (life === 0 || day - lifeDays.at(-1) >= 180) {
      life += 1;
      lifeDays = [];
    }
    lifeDays.push(day);
  }
  const last = days.at(-1);
  return {
    bought, days, life, lifeDays, relation: member.relation,
    recency: last === undefined ? null : on - last, f_life: lifeDays.length, f_total: days.length,
    within: (n) => lifeDays.filter((day) => on - day < n).length,
    money: bought.reduce((sum, order) => sum + order.minor - (order.refund && order.refund.day <= on ? order.refund.minor : 0), 0),
  };
}

export function stageOf(model, t) {
  const r = t.recency;
  if (model === "guest") {
    if (r === null) return "prospect";
    if (r >= 360) return "churned";
    if (r >= 90) return "sleeping";
    return t.f_life >= 4 ? "active" : t.f_life >= 2 ? "returning" : "new";
  }
  if (r === null) return `prospect.${t.relation}`;
  if (r >= 720) return "ended";
  if (r >= 360) return "lapsed.churned";
  if (r >= 180) return "lapsed.sleeping";
  if (t.f_life === 1 && r <= 30) return "new.first";
  if (t.f_life === 2 && t.within(90) === 2) return "new.second";
  if (t.f_life >= 5 && t.within(360) >= 3) return "regular.loyal";
  if (t.f_life >= 2 && r < 90) return "regular.active";
  return "at_risk.silent";
}
