//! Conditions as sentences.

use perennial_condition::{Lang, parse, sentence};

use crate::members::catalog;

fn check(text: &str, en: &str, zh: &str) {
    let catalog = catalog();
    let expr = parse(text, &catalog).unwrap_or_else(|problems| panic!("{text}: {problems:#?}"));
    assert_eq!(sentence(&expr, &catalog, Lang::En), en, "{text}");
    assert_eq!(sentence(&expr, &catalog, Lang::Zh), zh, "{text}");
}

#[test]
fn conditions_read_as_a_colleague_would_say_them() {
    check(
        "r_days < 90 and f_life >= 2",
        "time since the last purchase is less than 90 days, and purchases in this life is at least 2",
        "距最近一次消费不足90天，且本生命段消费次数不少于2",
    );
    check("r_days >= 180", "time since the last purchase is at least 180 days", "距最近一次消费已满180天");
    check("m_total >= 212.5", "total spend is at least CNY 212.50", "累计消费金额达到212.50元");
    check(
        "count(order where channel = 'shop' within 90 days) >= 3",
        "at least 3 orders in the last 90 days where channel is “shop”",
        "近90天内渠道为“shop”的下单不少于3次",
    );
    check("count(purchase within 30 days) = 0", "no purchases in the last 30 days", "近30天内没有消费");
    check("count(purchase) > 0", "at least one purchase", "有过消费");
    check("last(order) is null or consent", "no orders, or marketing consent is yes", "从未有过下单，或营销授权为“是”");
    check(
        "sum(purchase.money within 30 days ending 30 days ago) > 100",
        "total money of purchases in the 30 days ending 30 days ago is more than CNY 100.00",
        "截至30天前的30天内消费金额合计超过100.00元",
    );
    check("days_since(first(order)) <= 30", "time since the first order is at most 30 days", "距首次下单不超过30天");
    check(
        "city in ('上海', '苏州') and not (f_total = 1 or gap < 7)",
        "city is one of “上海” or “苏州”, and not (number of purchases is 1, or time since the last order is less than 7 days)",
        "城市为“上海”、“苏州”之一，且不满足（累计消费次数为1，或距最近一次下单不足7天）",
    );
    check(
        "registered_on >= date '2026-01-01' and (city like '上%' or city is null)",
        "registration day is on or after 2026-01-01, and (city begins with “上”, or city is not known)",
        "注册日期不早于2026年1月1日，且（城市以“上”开头，或城市没有值）",
    );
    check(
        "f_total between 2 and 4 and m_total / f_total >= 100",
        "number of purchases is between 2 and 4, and total spend ÷ number of purchases is at least CNY 100.00",
        "累计消费次数在2至4之间，且累计消费金额 ÷ 累计消费次数达到100.00元",
    );
    check(
        "contains(sports, 'dry') and skin = 'oily' and skin in ('dry', 'oily')",
        "sports has “dry” among them, and skin type is “oily”, and skin type is one of “dry” or “oily”",
        "运动包含“干性”，且肤质为“油性”，且肤质为“干性”、“油性”之一",
    );
}
