//! Time alone changes an answer only on the days foretold.

use perennial_condition::{Truth, Value, WhatIf, check as check_tree, parse, print};
use proptest::prelude::*;

use crate::members::{Member, catalog, today};
use crate::random::{Dice, Taste, member, typed};

const HORIZON_DAYS: i32 = 260;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_answer_changes_outside_the_days_foretold(
        tree in prop::collection::vec(any::<u8>(), 0..120),
        rows in prop::collection::vec(prop::collection::vec(any::<u8>(), 60), 3),
        daily in any::<bool>(),
    ) {
        let catalog = catalog();
        let expr = typed(&mut Dice::new(&tree), 2, Taste { aggregates: true, sql: false, daily });
        let checked = check_tree(&expr, &catalog).unwrap();
        for bytes in rows {
            let member = member(&mut Dice::new(&bytes));
            // Asked from some day after the member's own: facts after it are none, windows still move.
            let after = today() + i32::from(bytes[0] % 3) * 20;
            let changes = checked.change_days(&member, after);
            prop_assert!(changes.days.is_sorted() && changes.days.iter().all(|day| *day > after));
            let answers: Vec<Truth> = (0..=HORIZON_DAYS).map(|days| checked.eval(&member.on(after + days))).collect();
            for days in 1..=HORIZON_DAYS {
                let changed = answers[days as usize] != answers[days as usize - 1];
                let told = changes.daily || changes.days.contains(&(after + days));
                prop_assert!(!changed || told, "{} changes on day {days}: {changes:?}\n{member:?}", print(&expr, &catalog));
            }
            let first = (1..=HORIZON_DAYS).find(|days| answers[*days as usize] != answers[0]).map(|days| after + days);
            prop_assert_eq!(checked.next_change(&member, after, after + HORIZON_DAYS), first, "{}", print(&expr, &catalog));
        }
    }

    #[test]
    fn a_value_changes_only_when_foretold(
        tree in prop::collection::vec(any::<u8>(), 0..60),
        row in prop::collection::vec(any::<u8>(), 60),
    ) {
        let catalog = catalog();
        let expr = typed(&mut Dice::new(&tree), 0, Taste { aggregates: true, sql: false, daily: false });
        let perennial_condition::Expr::Null { value, .. } = expr else { return Ok(()) };
        let checked = perennial_condition::check_operand(&value, &catalog).unwrap();
        let member = member(&mut Dice::new(&row));
        let changes = checked.change_days(&member, today());
        for days in 1..=HORIZON_DAYS {
            let changed = checked.value(&member.on(today() + days)) != checked.value(&member.on(today() + days - 1));
            prop_assert!(!changed || changes.daily || changes.days.contains(&(today() + days)));
        }
    }
}

/// Says in how many days from today the answer may change, and when it next does.
fn check(member: &Member, text: &str, may: &[i32], next: Option<i32>) {
    let catalog = catalog();
    let checked = check_tree(&parse(text, &catalog).unwrap(), &catalog).unwrap();
    let changes = checked.change_days(member, today());
    assert!(!changes.daily, "{text}");
    let days: Vec<i32> = changes.days.iter().map(|day| *day - today()).collect();
    assert_eq!(days, may, "{text}");
    assert_eq!(checked.next_change(member, today(), today() + 1000).map(|day| day - today()), next, "{text}");
}

#[test]
fn recency_crosses_each_bound_once() {
    let member = Member::unknown().set("r_days", Value::Int(10));
    check(&member, "r_days <= 30", &[20, 21], Some(21));
    check(&member, "r_days < 30", &[20, 21], Some(20));
    check(&member, "r_days >= 180 and r_days < 360", &[170, 171, 350, 351], Some(170));
    check(&member, "r_days in (12, 15)", &[2, 3, 5, 6], Some(2));
    check(&member, "r_days * 2 + 1 > 100", &[39, 40], Some(40));
    check(&member, "30 - r_days >= f_total", &[], None);
    check(&member, "2 * r_days > 100", &[40, 41], Some(41));
    // Decimals carry rounding noise: two days on either side are foretold too.
    check(&member, "r_days / 7 >= 3", &[9, 10, 11, 12, 13], Some(11));
    check(&member, "r_days * 0.1 > 3.05", &[18, 19, 20, 21, 22], Some(21));
    check(&member, "greatest(r_days, 5, 20) > 25", &[15, 16], Some(16));
    check(&Member::unknown(), "r_days <= 30", &[], None);
}

#[test]
fn a_fact_leaves_its_window_on_the_day_after_the_last() {
    let member = Member::unknown().buys(0, 10, "shop").buys(80, 10, "web");
    check(&member, "count(order within 90 days) >= 2", &[10, 90], Some(10));
    check(&member, "count(order where channel = 'shop' within 90 days) >= 1", &[90], Some(90));
    check(&member, "sum(order.money within 30 days ending 30 days ago) > 0", &[30, 60], Some(30));
    check(&member, "count(order) >= 2", &[], None);
    check(&member, "days_since(last(order)) >= 180", &[180, 181], Some(180));
    check(&member, "gap >= 180", &[180, 181], Some(180));
    check(&member, "last(order) > date '2026-07-15'", &[], None);
}

#[test]
fn what_goes_one_way_crosses_on_days_found_by_halving() {
    let member = Member::unknown().set("hope", Value::Decimal(1.0)).set("patience", Value::Int(3)).set("score", Value::Decimal(0.5));
    // 1 until day 6, 0.5 on days 7 to 13, 0.325 from day 14 on: greater, equal, less.
    check(&member, "hope > 0.5", &[7, 14], Some(7));
    check(&member, "hope < score", &[7, 14], Some(14));
    check(&member, "hope * 2 >= 1", &[7, 14], Some(14));
    check(&member, "1 - hope > 0.6", &[14], Some(14));
    check(&member, "hope in (0.5, 0.325)", &[7, 14, 21], Some(7));
    check(&member, "hope between 0.3 and 0.6", &[7, 21], Some(7));
    // 3 + d * d / 500: 4 from day 23 on, 5 from day 32 on.
    check(&member, "patience >= 5", &[32, 39], Some(32));
    check(&member, "least(hope, 0.75) < 0.5", &[7, 14], Some(14));
    check(&member, "hope is null", &[], None);
    check(&Member::unknown(), "hope > 0.5 or patience > 3", &[], None);
}

#[test]
fn what_fades_comes_nearer_to_nothing_from_either_side() {
    // 1 until day 4, then a half until day 9, then 0.25 and, from day 20 on, an eighth; nothing from day 40 on.
    let (good, bad) = (Member::unknown().set("mood", Value::Decimal(1.0)), Member::unknown().set("mood", Value::Decimal(-1.0)));
    check(&good, "mood > 0.5", &[5, 10], Some(5));
    check(&bad, "mood < -0.5", &[5, 10], Some(5));
    check(&bad, "mood < 0", &[40], Some(40));
    check(&good, "mood > -0.5", &[], None);
    check(&Member::unknown().set("mood", Value::Decimal(0.0)), "mood >= 0", &[], None);
    check(&Member::unknown(), "mood >= 0", &[], None);
}

#[test]
fn two_that_go_the_same_way_are_asked_daily() {
    let catalog = catalog();
    let member = Member::unknown().set("hope", Value::Decimal(1.0)).set("patience", Value::Int(3)).set("r_days", Value::Int(3));
    for (text, daily) in [("patience > r_days", true), ("hope < r_days", false), ("hope * r_days > 1", true), ("1 / hope > 2", true)] {
        let checked = check_tree(&parse(text, &catalog).unwrap(), &catalog).unwrap();
        assert_eq!(checked.change_days(&member, today()).daily, daily, "{text}");
    }
}

#[test]
fn what_drifts_freely_is_asked_daily() {
    let catalog = catalog();
    for (text, daily) in [
        ("p_alive > 0.5", true),
        ("r_days / f_total > 3", false),
        ("3 / r_days < 1", true),
        ("p_alive is null", true),
        ("m_total > r_days * 0.5", true),
        ("m_total * (r_days * 0.5) > 3", true),
        ("m_total * r_days > 3", false),
    ] {
        let checked = check_tree(&parse(text, &catalog).unwrap(), &catalog).unwrap();
        let member = Member::unknown()
            .set("r_days", Value::Int(1))
            .set("f_total", Value::Int(2))
            .set("m_total", Value::Money(perennial_kernel::Money(100)))
            .set("p_alive", Value::Decimal(0.9));
        assert_eq!(checked.change_days(&member, today()).daily, daily, "{text}");
    }
}
