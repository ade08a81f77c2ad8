//! What is said to change the answer changes it, and one unit or day less does not.

use perennial_condition::{Bounds, Change, Checked, Hypothetical, Value, WhatIf, check as check_tree, parse, print, what_would_change};
use perennial_kernel::Money;
use proptest::prelude::*;

use crate::members::{Member, catalog, today};
use crate::random::{Dice, Taste, member, typed};

fn after(checked: &Checked, member: &Member, kind: &str, count: i64, amount: Option<Money>) -> bool {
    if count == 0 {
        return checked.selects(member);
    }
    checked.selects(&member.with(&Hypothetical::Fact { kind: kind.into(), count, amount }).unwrap())
}

/// Does what was said, and one less of it.
fn done(checked: &Checked, member: &Member, change: &Change) -> (bool, bool) {
    match change {
        Change::Wait { on } => (checked.selects(&member.on(*on)), checked.selects(&member.on(*on - 1))),
        Change::Facts { kind, count } => (after(checked, member, kind, *count, None), after(checked, member, kind, count - 1, None)),
        Change::Amount { kind, amount } => {
            (after(checked, member, kind, 1, Some(*amount)), after(checked, member, kind, 1, Some(*amount - Money(1))))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_told_works_and_less_does_not(
        tree in prop::collection::vec(any::<u8>(), 0..100),
        row in prop::collection::vec(any::<u8>(), 60),
    ) {
        let catalog = catalog();
        let expr = typed(&mut Dice::new(&tree), 2, Taste { aggregates: true, sql: false, daily: true });
        let checked = check_tree(&expr, &catalog).unwrap();
        let member = member(&mut Dice::new(&row));
        let now = checked.selects(&member);
        for change in what_would_change(&checked, &member, &Bounds { wait_days_max: 200, ..Bounds::default() }) {
            prop_assert_eq!(done(&checked, &member, &change), (!now, now), "{:?} for {}\n{:?}", change, print(&expr, &catalog), member);
        }
    }
}

fn check(member: &Member, text: &str, expected: &[Change]) {
    let catalog = catalog();
    let checked = check_tree(&parse(text, &catalog).unwrap(), &catalog).unwrap();
    assert_eq!(what_would_change(&checked, member, &Bounds::default()), expected, "{text}");
}

#[test]
fn the_least_that_helps_is_told() {
    let wait = |days| Change::Wait { on: today() + days };
    let facts = |kind: &str, count| Change::Facts { kind: kind.into(), count };
    let amount = |kind: &str, minor| Change::Amount { kind: kind.into(), amount: Money(minor) };
    let member = Member::unknown().set("r_days", Value::Int(100)).set("f_total", Value::Int(3)).set("m_total", Value::Money(Money(15_000)));

    check(&member, "f_total >= 5", &[facts("purchase", 2)]);
    check(&member, "r_days < 90", &[facts("purchase", 1)]);
    check(&member, "r_days >= 180", &[wait(80)]);
    check(&member, "m_total >= 212.50", &[amount("purchase", 6_250)]);
    check(&member, "sum(order.money within 30 days) between 100 and 100.50", &[amount("order", 10_000)]);
    check(&member, "r_days < 90 and m_total >= 200", &[amount("purchase", 5_000)]);
    // Found by halving, and in a band one unit wide.
    check(&member, "sum(order.money within 30 days) * 3 >= 100", &[amount("order", 3_334)]);
    check(&member, "sum(order.money) > 100 and sum(order.money) < 100.02", &[amount("order", 10_001)]);
    // Too many would be too much: only the fifth and sixth count.
    check(&member, "f_total in (5, 6)", &[facts("purchase", 2)]);
    check(&member, "city = 'Shanghai'", &[]);
    // Already in: what would lead out.
    check(&member, "f_total < 5 and r_days < 120", &[wait(20), facts("purchase", 2)]);
}
