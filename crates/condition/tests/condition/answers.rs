//! What conditions answer: null logic, windows, money, aggregates.

use perennial_condition::{FieldId, SeriesPool, Truth, Value, check as check_tree, check_operand, parse, parse_operand};
use perennial_kernel::{Day, Money};

use crate::members::{Member, answer, catalog, check, choices, day};

#[test]
fn null_makes_a_comparison_unknown_and_unknown_selects_nobody() {
    check(
        &Member::unknown(),
        &[
            ("f_total = 1", "unknown"),
            ("not f_total = 1", "unknown"),
            ("f_total = null", "unknown"),
            ("f_total is null", "true"),
            ("f_total is not null", "false"),
            ("f_total is distinct from 1", "true"),
            ("f_total is distinct from null", "false"),
            ("f_total is not distinct from r_days", "true"),
            ("f_total = 1 or true", "true"),
            ("f_total = 1 and false", "false"),
            ("f_total = 1 and true", "unknown"),
            ("1 in (2, null)", "unknown"),
            ("1 not in (1, null)", "false"),
            ("1 between 2 and f_total", "false"),
            ("3 between 2 and f_total", "unknown"),
            ("consent", "unknown"),
            ("null", "unknown"),
            ("city like 'a%'", "unknown"),
            ("greatest(1, f_total) = 1", "unknown"),
            ("coalesce(f_total, 0) = 0", "true"),
            ("1 / 0 is null", "true"),
            ("9223372036854775807 + 1 is null", "true"),
            ("9007199254740993 > 9007199254740992.0", "true"),
            ("9223372036854775807 < 9223372036854775808.0", "true"),
        ],
    );
    let checked = check_tree(&parse("f_total = 1", &catalog()).unwrap(), &catalog()).unwrap();
    assert!(!checked.selects(&Member::unknown()));
}

#[test]
fn a_window_holds_day_n_minus_one_and_not_day_n() {
    for (days_ago, within_30, ending_30) in [(0, true, false), (29, true, false), (30, false, true), (59, false, true), (60, false, false)]
    {
        let member = Member::unknown().buys(days_ago, 10, "shop");
        let holds = |text: &str| answer(&member, text) == Truth::True;
        assert_eq!(holds("count(purchase within 30 days) = 1"), within_30, "{days_ago} days ago");
        assert_eq!(holds("count(purchase within 30 days ending 30 days ago) = 1"), ending_30, "{days_ago} days ago");
    }
}

#[test]
fn aggregates_count_sum_and_name_days() {
    let member = Member::unknown().buys(100, 30, "shop").buys(40, 20, "web").buys(10, 10, "shop");
    check(
        &member,
        &[
            ("count(order) = 3", "true"),
            ("count(order where channel = 'shop') = 2", "true"),
            ("count(order where channel <> 'shop' and money >= 20) = 1", "true"),
            ("sum(purchase.money) = 60", "true"),
            ("sum(purchase.money within 50 days) = 30.00", "true"),
            ("sum(order.quantity) = 3", "true"),
            ("average(purchase.money) = 20", "true"),
            ("average(order.quantity within 5 days) is null", "true"),
            ("sum(order.money within 5 days) = 0", "true"),
            ("first(order) = date '2026-03-22'", "true"),
            ("days_since(last(order where channel = 'web')) = 40", "true"),
            ("gap = 10", "true"),
            ("last(order where channel = 'app') is null", "true"),
            ("sum(purchase.money within 30 days) / sum(purchase.money) > 0.16", "true"),
            ("sum(purchase.money) > 19.99 * count(purchase)", "true"),
        ],
    );
}

#[test]
fn a_fact_after_today_counts_from_its_day_on() {
    let member = Member::unknown().buys(-5, 10, "shop");
    check(&member, &[("count(order) = 0", "true"), ("last(order) is null", "true")]);
    for text in ["count(order) = 1", "first(order) is not null", "first(order within 9 days) is not null"] {
        let checked = check_tree(&parse(text, &catalog()).unwrap(), &catalog()).unwrap();
        assert_eq!(checked.next_change(&member, member.today, member.today + 30), Some(member.today + 5), "{text}");
    }
}

#[test]
fn amounts_are_compared_to_the_minor_unit() {
    let member = Member::unknown().set("m_total", Value::Money(Money(21_250))).set("f_total", Value::Int(4));
    check(
        &member,
        &[
            ("m_total >= 212.50", "true"),
            ("m_total > 212.50", "false"),
            ("m_total <= 212.51", "true"),
            ("m_total = 212.5", "true"),
            ("m_total / f_total = 53.13", "true"),
            ("m_total * 2 = 425", "true"),
            ("m_total - 12.5 = 200", "true"),
            ("m_total > 53 * f_total", "true"),
            ("m_total between 200 and 212.5", "true"),
            ("m_total in (1, 212.5)", "true"),
            ("m_total / m_total = 1", "true"),
        ],
    );
}

#[test]
fn days_may_be_written_with_or_without_date() {
    let member = Member::unknown().set("registered_on", Value::Day(day("2026-06-01")));
    check(
        &member,
        &[
            ("registered_on < '2026-06-02'", "true"),
            ("registered_on = date '2026-06-01'", "true"),
            ("registered_on + 29 = today()", "true"),
            ("days_since(registered_on) = 29", "true"),
            ("today() - registered_on = 29", "true"),
            ("registered_on in ('2026-05-01', '2026-06-01')", "true"),
        ],
    );
}

#[test]
fn text_is_compared_by_bytes_and_like_minds_case() {
    let member = Member::unknown().set("city", Value::text("Shanghai"));
    check(
        &member,
        &[
            ("city = 'shanghai'", "false"),
            ("city like 'Shang%'", "true"),
            ("city like 'shang%'", "false"),
            ("city like '%hai'", "true"),
            ("city like '%ang%'", "true"),
            ("city not like '%x%'", "true"),
            ("city < 'a'", "true"),
        ],
    );
}

#[test]
fn several_choices_are_asked_one_by_one() {
    let member = Member::unknown().set("interests", choices(&["run", "yoga"])).set("skin", Value::text("dry"));
    check(
        &member,
        &[
            ("contains(interests, 'yoga')", "true"),
            ("contains(interests, 'yo')", "false"),
            ("not contains(interests, 'swim')", "true"),
            ("contains(interests, city)", "unknown"),
            ("contains(sports, 'dry')", "unknown"),
            ("interests is not null", "true"),
            ("skin = 'dry'", "true"),
        ],
    );
    check(&Member::unknown().set("interests", choices(&[])), &[("contains(interests, 'yoga')", "false"), ("interests is null", "false")]);
}

#[test]
fn fields_and_series_are_told_once_each() {
    let catalog = catalog();
    let text = "f_total > 1 and f_total < 9 and gap > 3 and count(order within 9 days) > 0 and count(order) > last_sum \
                and sum(order.money) > 1 and average(order.money within 5 days) > 1 and count(order where channel = 'a') > 0";
    let expr = parse(&text.replace("last_sum", "f_life"), &catalog).unwrap();
    let mut checked = check_tree(&expr, &catalog).unwrap();
    assert_eq!(checked.fields(), [FieldId(1), FieldId(2)]);
    let kept: Vec<(&str, Option<&str>, bool)> =
        checked.series().iter().map(|s| (s.kind.as_str(), s.measure.as_deref(), s.filter.is_some())).collect();
    assert_eq!(kept, [("order", None, false), ("order", Some("money"), false), ("order", None, true)]);

    let mut pool = SeriesPool::default();
    let mut other = check_tree(&parse("sum(order.money) > 1 and count(purchase) > 1", &catalog).unwrap(), &catalog).unwrap();
    other.share(&mut pool);
    checked.share(&mut pool);
    assert_eq!(checked.series().iter().map(|s| s.slot).collect::<Vec<_>>(), [2, 0, 3]);
    assert_eq!(pool.list().len(), 4);
}

#[test]
fn named_values_are_evaluated_and_typed() {
    let catalog = catalog();
    let member = Member::unknown().buys(10, 30, "shop").buys(40, 20, "web");
    for (text, value) in [
        ("sum(purchase.money within 30 days)", Value::Money(Money(3000))),
        ("average(purchase.money)", Value::Money(Money(2500))),
        ("count(order) / 4", Value::Decimal(0.5)),
        ("last(order)", Value::Day(Day(member.today.0 - 10))),
        ("gap + 1", Value::Int(11)),
        ("greatest(count(order), 2.5)", Value::Decimal(2.5)),
        ("greatest(sum(purchase.money), 49.99)", Value::Money(Money(5000))),
        ("f_total + 1", Value::Null),
    ] {
        let checked = check_operand(&parse_operand(text, &catalog).unwrap(), &catalog).unwrap();
        assert_eq!(checked.value(&member), value, "{text}");
        assert!(value.is_null() || checked.ty() == value.ty(), "{text}");
    }
}

#[test]
fn a_trace_shows_each_atom_with_what_it_met() {
    let catalog = catalog();
    let text = "gap < 30 and not (f_total + 1 > 3 or city = 'Suzhou')";
    let checked = check_tree(&parse(text, &catalog).unwrap(), &catalog).unwrap();
    let trace = checked.trace(&Member::unknown().set("f_total", Value::Int(1)).buys(40, 10, "shop"));
    let lines = |trace: &perennial_condition::Trace| {
        let values: Vec<String> = trace.values.iter().map(|o| format!("{}={}", o.text, o.value.show(catalog.currency))).collect();
        format!("{} {:?} {}", trace.text, trace.truth, values.join(" "))
    };
    assert_eq!(trace.truth, Truth::False);
    assert_eq!(lines(&trace.parts[0]), "gap < 30 False gap=40");
    let or = &trace.parts[1].parts[0];
    assert_eq!((or.truth, or.parts.len()), (Truth::Unknown, 2));
    assert_eq!(lines(&or.parts[0]), "f_total + 1 > 3 False f_total + 1=2 f_total=1");
    assert_eq!(lines(&or.parts[1]), "city = 'Suzhou' Unknown city=null");
}
