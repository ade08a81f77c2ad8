//! What each number means, in both languages: shown beside it wherever it is shown. `docs/metrics.md` says the same at length.

/// One number's definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Definition {
    /// `repurchase.user_rate`: the metric, and the number in its answer.
    pub key: &'static str,
    pub en: &'static str,
    pub zh: &'static str,
}

const fn of(key: &'static str, en: &'static str, zh: &'static str) -> Definition {
    Definition { key, en, zh }
}

/// By metric, in the order in which they are shown.
pub const DEFINITIONS: &[Definition] = &[
    of(
        "repurchase",
        "Buyers are members with a counted purchase in the period. The period holds its first day and not its last.",
        "买家指统计期内有计次消费的会员。统计期包含起始日，不含结束日。",
    ),
    of(
        "repurchase.user_rate",
        "Buyers with two counted purchases or more in the period, divided by buyers.",
        "统计期内计次消费两次及以上的买家数 ÷ 买家数。",
    ),
    of(
        "repurchase.order_rate",
        "Counted orders that are not their member's first in the period, divided by counted orders.",
        "统计期内除每位会员首单以外的计次订单数 ÷ 计次订单数。",
    ),
    of(
        "repurchase.returning_rate",
        "Buyers with a counted purchase before the period, divided by buyers.",
        "统计期之前已有计次消费的买家数 ÷ 买家数。",
    ),
    of("repurchase.purchases_per_buyer", "Counted purchases of the period divided by buyers.", "统计期内计次消费次数 ÷ 买家数。"),
    of(
        "repurchase.intervals",
        "Days between successive counted purchases of one member; an interval belongs to the period of the later purchase. Percentiles by nearest rank.",
        "同一会员相邻两次计次消费之间的天数，按后一次消费所在日归入统计期；分位数取最近秩。",
    ),
    of(
        "cohort",
        "Day 0 is the day of the first counted purchase or of registration. A member counts in a column once all of it has been observed; a cell in which nobody does is blank.",
        "第 0 日为首次计次消费日或注册日。某列的时间全部经历之后，会员才计入该列；无人可计的单元格留空。",
    ),
    of("cohort.classic", "Active in the n-th unit after day 0.", "在第 0 日之后的第 n 个周期内活跃。"),
    of(
        "cohort.rolling",
        "Active in the n-th unit after day 0 or at any time after it.",
        "在第 0 日之后的第 n 个周期内或其后任意时间活跃。",
    ),
    of("cohort.bracket", "Active at least once from the first to the last unit of the bracket.", "在区间首尾周期之间至少活跃一次。"),
    of(
        "cohort.rate",
        "Active members divided by the members of whom the whole column was observed.",
        "活跃会员数 ÷ 该列时间已全部经历的会员数。",
    ),
    of(
        "cohort.money",
        "Money of the members observed in the column: paid less refunded, by day.",
        "该列内可计会员的消费金额：按日计的实付减退款。",
    ),
    of(
        "funnel",
        "Members whose first counted purchase lies in the period, followed for the same number of days after it, the last included; those not yet observed so long are left out and counted beside.",
        "首次计次消费在统计期内的会员，自首次消费日起跟踪相同天数（含最后一日）；尚未跟踪满的会员不计入，单独列出。",
    ),
    of(
        "funnel.conversion",
        "Members with at least n purchases divided by those with at least n − 1.",
        "至少消费 n 次的会员数 ÷ 至少消费 n − 1 次的会员数。",
    ),
    of(
        "funnel.days",
        "Days from purchase n − 1 to purchase n, of those who made it.",
        "完成第 n 次消费的会员，其第 n − 1 次至第 n 次之间的天数。",
    ),
    of(
        "funnel.money_share",
        "Money of the n-th purchases (the last: fourth and later) divided by all money of the days followed.",
        "第 n 次消费的金额（末级为第四次及以后）÷ 跟踪期内全部金额。",
    ),
    of(
        "funnel.one_time_share",
        "Buyers with exactly one counted purchase in the period, divided by buyers.",
        "统计期内恰好计次消费一次的买家数 ÷ 买家数。",
    ),
    of(
        "pareto",
        "Buyers of the period ranked by their money in it, most first, equals by member id.",
        "统计期内的买家按期内消费金额从高到低排序，金额相同按会员标识排序。",
    ),
    of(
        "pareto.top_fifth",
        "Share of all money that the first 20 % of buyers bring, their number rounded up.",
        "前 20% 买家（人数向上取整）贡献的金额占比。",
    ),
    of("pareto.four_fifths", "The fewest buyers who together bring 80 % of all money.", "合计贡献 80% 金额所需的最少买家数。"),
    of(
        "baskets",
        "A basket is one counted order of the period with the items of its lines of a quantity above zero, each once. Support: baskets that hold all of a set. Confidence of A → B: support of both divided by support of A. Lift: confidence divided by the share of baskets that hold B.",
        "一个购物篮即统计期内一笔计次订单，含数量大于零的各行商品（或品类），各计一次。支持度：包含整组的购物篮数。A → B 的置信度：同时包含二者的购物篮数 ÷ 包含 A 的购物篮数。提升度：置信度 ÷ 包含 B 的购物篮占比。",
    ),
    of(
        "simulate.step",
        "Each order number has a value of its own; the last conversion holds for every later order, whose number is the sum 1/(1 − c).",
        "每个单次有各自的客单价；最后一个转化率适用于其后的每一单，后续单量为 1/(1 − c) 的级数和。",
    ),
    of(
        "simulate.bucket",
        "The value of an order depends on how often its buyer bought in the end; those of the last bucket bought m + c/(1 − c) times on average.",
        "客单价取决于买家最终购买次数；末档买家平均购买 m + c/(1 − c) 次。",
    ),
];

/// The definition of a metric or of one of its numbers.
pub fn definition(key: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.key == key)
}
