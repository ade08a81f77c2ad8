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
        "acquisition",
        "Members who became known in the period, by the first thing recorded about them, followed for the same number of days after that day, the last included; those not yet observed so long are left out and counted beside.",
        "统计期内首次被品牌知晓（首条记录）的会员，自该日起跟踪相同天数（含最后一日）；尚未跟踪满的会员不计入，单独列出。",
    ),
    of(
        "acquisition.reached",
        "Came so far or further while followed: a follower, registered, or a first counted purchase. Who registers without following counts as having come that far.",
        "跟踪期内到达该步或更深一步：成为粉丝、注册、首次计次消费。未关注而直接注册者视为已越过关注一步。",
    ),
    of(
        "acquisition.conversion",
        "Members who came so far or further, divided by those who came as far as the step before.",
        "到达该步或更深的会员数 ÷ 到达上一步或更深的会员数。",
    ),
    of("acquisition.took", "Took this very step while followed.", "跟踪期内实际完成该步的会员数。"),
    of(
        "acquisition.days",
        "Of members who took the step: days from the nearest earlier step they had taken by then; beside it, days from becoming known.",
        "完成该步的会员：距其此前已完成的最近一步的天数；另列距首次知晓的天数。",
    ),
    of(
        "acquisition.group",
        "By source: whoever told of the member first (a shop, a key, a file). By channel: of the first behaviour or order that names one.",
        "按来源：最先传来该会员记录的数据来源（店铺、接口密钥、文件）；按渠道：首个带渠道的行为或订单的渠道。",
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
        "contribution",
        "Buyers of the period by group: stage on the day of the answer, RFM class among these buyers (high: no worse than their mean, in the last purchase, purchases and money of the period), or channel of the first counted order.",
        "统计期内的买家按组划分：截至日所处阶段、买家内部的 RFM 分类（期内最近消费日、消费次数、金额不低于买家均值为高），或首个计次订单的渠道。",
    ),
    of(
        "contribution.top_fifth",
        "Members of the group among the first 20 % of all buyers of the period by money.",
        "该组中属于统计期内金额最高 20% 买家的会员数。",
    ),
    of(
        "cross",
        "Lines of a quantity above zero of counted orders of the period, an order without lines as one. Price: of one piece, by the list where known, else as paid; the bands are fifths of the lines. Discount: what was paid less than the list, each band with its upper end. Buyers of a cell are counted once in it.",
        "统计期内计次订单中数量大于零的明细，无明细的订单计为一行。价格：单件吊牌价，未知时为实付价；价格带按明细行数五等分。折扣：实付低于吊牌价的比例，各档含上限。同一格内每位买家只计一次。",
    ),
    of(
        "baskets",
        "A basket is one counted order of the period with the items of its lines of a quantity above zero, each once. Support: baskets that hold all of a set. Confidence of A → B: support of both divided by support of A. Lift: confidence divided by the share of baskets that hold B.",
        "一个购物篮即统计期内一笔计次订单，含数量大于零的各行商品（或品类），各计一次。支持度：包含整组的购物篮数。A → B 的置信度：同时包含二者的购物篮数 ÷ 包含 A 的购物篮数。提升度：置信度 ÷ 包含 B 的购物篮占比。",
    ),
    of(
        "products",
        "A purchase of an item (a product, or its category) is a day with counted orders that hold it with a quantity above zero. Buyers bought it in the period.",
        "单品（或品类）的一次消费：当日的计次订单中含有该单品且数量大于零。买家指统计期内购买过该单品的会员。",
    ),
    of(
        "products.rate",
        "Buyers of the item with two purchases of it or more in the period, divided by its buyers.",
        "统计期内购买同一单品两次及以上的买家数 ÷ 该单品买家数。",
    ),
    of(
        "products.returning_rate",
        "Buyers of the item who had bought it before the period, divided by its buyers.",
        "统计期之前已买过该单品的买家数 ÷ 该单品买家数。",
    ),
    of(
        "products.intervals",
        "Days between successive purchases of the item by one member; an interval belongs to the period of the later purchase. Percentiles by nearest rank.",
        "同一会员相邻两次购买该单品之间的天数，按后一次购买所在日归入统计期；分位数取最近秩。",
    ),
    of(
        "first-product",
        "Members whose first counted purchase lies in the period, by the items of their first counted order, followed for the same number of days after it; those not yet observed so long are left out and counted beside. Who first bought several items stands in each of their rows.",
        "首次计次消费在统计期内的会员，按首单所含单品（或品类）归组，自首次消费日起跟踪相同天数；尚未跟踪满的会员不计入，单独列出。首单含多个单品的会员计入每一行。",
    ),
    of(
        "first-product.second_rate",
        "Members who made a second counted purchase, of anything, while followed, divided by members.",
        "跟踪期内完成第二次计次消费（任意商品）的会员数 ÷ 会员数。",
    ),
    of(
        "first-product.later_mean",
        "Money of the days after that of the first purchase, while followed, divided by members.",
        "跟踪期内首次消费日之后的消费金额 ÷ 会员数。",
    ),
    of(
        "due",
        "A member's next purchase of an item is expected (S + 2·C) ÷ (n + 2) days after the last: n own intervals that sum to S days, and C, the median of everyone's intervals of the item. Who has been silent for more than three times as long has stopped and is counted beside.",
        "会员下一次购买某单品预计在上次之后 (S + 2·C) ÷ (n + 2) 天：n 为本人购买间隔个数，S 为其总天数，C 为全体会员该单品间隔的中位数。沉默超过预计天数三倍者视为已停购，单独列出。",
    ),
    of(
        "due.range",
        "From P25 ÷ P50 to P75 ÷ P50 of the days expected, by everyone's intervals of the item. Overdue: the stretch is over; due: today lies in it; soon: it begins within the days asked for.",
        "到期区间为预计天数的 P25 ÷ P50 至 P75 ÷ P50（按全体会员该单品间隔）。已逾期：区间已过；到期中：今天在区间内；即将到期：区间将在所选天数内开始。",
    ),
    of(
        "demand",
        "Expected purchases of an item in each of the coming weeks, by the store of each member's last order of it: of the days between purchases of the item, ended ones and those that still last, the chance to buy on each coming day given how long a member has been silent, and again after that, summed over members. A week is seven days, the first begins the day after the answer's.",
        "按会员上次购买该单品的门店，预计未来各周的购买次数：由全体会员该单品的购买间隔（已结束的与仍在持续的）得出给定沉默天数后每一天购买（及再次购买）的概率，对会员求和。每周七天，首周自截至日次日起。",
    ),
    of(
        "demand.interval",
        "Expected ± 1.645 standard deviations, never below zero: nine weeks of ten if members buy independently of each other and as they did so far; promotions and seasons are not in it.",
        "预计值 ± 1.645 倍标准差，不低于零：若会员彼此独立且习惯不变，约九成的周落在其中；不含促销与季节影响。",
    ),
    of(
        "demand.pieces",
        "Expected purchases times the pieces of an average purchase of the item.",
        "预计购买次数 × 该单品平均每次购买件数。",
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
