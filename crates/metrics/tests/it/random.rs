//! Random brands: any partition comes to the same, and numbers that must add up do.

use perennial_kernel::{Body, Day, Money, OrderKey, Refund};
use perennial_metrics::basket::{Baskets, frequent};
use perennial_metrics::cohort::{Column, Count, Question, classic};
use perennial_metrics::{Cohort, Funnel, Pareto, Period, Repurchase, Unit};
use perennial_rules::history::History;
use proptest::prelude::*;

use crate::everyone::{Everyone, fact, member, order, reference, run};

const FIRST: Day = Day(20_000);
const LAST: Day = Day(20_400);

/// Members with orders (day, cents) and refunds that name an order or none.
fn brand() -> impl Strategy<Value = Everyone> {
    let deed = (0..400_i32, 0..5000_i64, 0..8_u8);
    let person = prop::collection::vec(deed, 0..12);
    prop::collection::vec(person, 1..25).prop_map(|people| {
        let reference = reference();
        let mut row = 0;
        let one = |(number, deeds): (u64, Vec<(i32, i64, u8)>)| {
            let mut facts = Vec::new();
            for (at, (offset, minor, kind)) in deeds.into_iter().enumerate() {
                row += 1;
                let when = reference.calendar.at(FIRST + offset, 12, 0, 0);
                let key = (kind == 0).then(|| OrderKey { source: "test".into(), id: format!("{number}-{}", at / 2) });
                let refund = Refund { key, id: at.to_string(), money: Money(minor), whole: minor % 2 == 0, lines: Vec::new() };
                let body = match kind {
                    0 | 1 => Body::OrderRefunded(refund),
                    _ => Body::OrderPlaced(order(&format!("{number}-{at}"), when, minor)),
                };
                facts.push(fact(row, member(number), when, body));
            }
            (member(number), History::new(facts))
        };
        (1..).zip(people).map(one).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_partition_comes_to_the_same(everyone in brand(), parts in 2..6_usize) {
        let reference = reference();
        let question = Question { by: Unit::Week, count: Count::Own, columns: classic(8), ..Question::default() };
        let start = || {
            let period = Period::new(Some(FIRST + 100), Some(FIRST + 300));
            ((Repurchase::new(period), Cohort::new(question.clone())), (Funnel::new(period, 60), Pareto::new(period)))
        };
        let (((a, b), (c, d)), whole) = run(&reference, &everyone, LAST, 1, start);
        let (((e, f), (g, h)), parted) = run(&reference, &everyone, LAST, parts, start);
        prop_assert_eq!(whole, parted);
        prop_assert_eq!((a, b.finish(LAST), c.finish(LAST)), (e, f.finish(LAST), g.finish(LAST)));
        prop_assert_eq!(d.ranking(), h.ranking());
    }

    #[test]
    fn frequent_sets_are_those_that_counting_finds(baskets in prop::collection::vec(prop::collection::btree_set(0..7_u32, 1..6), 1..40), least in 1..6_u64) {
        let names = (0..7).map(|item| item.to_string()).collect();
        let held = Baskets { names, baskets: baskets.iter().map(|basket| basket.iter().copied().collect()).collect() };
        let mut expected = Vec::new();
        for mask in 1..128_u32 {
            let items: Vec<u32> = (0..7).filter(|item| mask >> item & 1 == 1).collect();
            let count = baskets.iter().filter(|basket| items.iter().all(|item| basket.contains(item))).count() as u64;
            if count >= least && items.len() <= 4 {
                expected.push((items, count));
            }
        }
        expected.sort();
        let mut found: Vec<_> = frequent(&held, least, 4).into_iter().map(|set| (set.items, set.count)).collect();
        found.sort();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn following_periods_add_up(everyone in brand(), cut in 1..399_i32) {
        let reference = reference();
        let cut = FIRST + cut;
        let part = |from, to| run(&reference, &everyone, LAST, 1, || Repurchase::new(Period::new(from, to))).0.finish();
        let (whole, before, after) = (part(None, None), part(None, Some(cut)), part(Some(cut), None));
        prop_assert_eq!(whole.purchases, before.purchases + after.purchases);
        prop_assert_eq!(whole.orders, before.orders + after.orders);
        prop_assert_eq!(whole.intervals.count, before.intervals.count + after.intervals.count);
        prop_assert_eq!(whole.buyers, before.buyers + after.buyers - after.returning_buyers);
        prop_assert_eq!(whole.intervals.count, whole.purchases - whole.buyers);
    }

    #[test]
    fn steps_and_buckets_of_a_funnel_tell_the_same(everyone in brand(), horizon in 0..200_i32) {
        let reference = reference();
        let table = run(&reference, &everyone, LAST, 1, || Funnel::new(Period::default(), horizon)).0.finish(LAST);
        prop_assert_eq!(table.steps[0].members, table.members);
        prop_assert_eq!(table.steps.iter().map(|step| step.money).sum::<Money>(), table.money);
        prop_assert_eq!(table.buckets.iter().map(|bucket| bucket.money).sum::<Money>(), table.money);
        prop_assert_eq!(table.buckets.iter().map(|bucket| bucket.members).sum::<u64>(), table.members);
        let purchases = |sum: u64, one: u64| sum + one;
        prop_assert_eq!(table.buckets.iter().map(|b| b.purchases).fold(0, purchases), table.steps.iter().map(|s| s.purchases).fold(0, purchases));
        prop_assert_eq!(table.members + table.excluded, table.buyers, "without a period everyone with a purchase is a first buyer");
        for pair in table.steps.windows(2) {
            prop_assert!(pair[1].members <= pair[0].members);
        }
    }

    #[test]
    fn columns_side_by_side_hold_all_money_and_rolling_ones_what_is_left(everyone in brand()) {
        let reference = reference();
        let columns = vec![Column { from: 0, to: Some(9) }, Column { from: 10, to: None }, Column { from: 0, to: None }];
        let question = Question { by: Unit::Day, count: Count::Own, columns, ..Question::default() };
        let long_after = LAST + 1000;
        let table = run(&reference, &everyone, long_after, 1, || Cohort::new(question.clone())).0.finish(long_after);
        for row in table.rows.iter().chain([&table.all]).filter(|row| row.members > 0) {
            let cells: Vec<_> = row.cells.iter().map(|cell| cell.unwrap()).collect();
            prop_assert_eq!(cells[0].money + cells[1].money, cells[2].money);
            prop_assert_eq!((cells[0].active, cells[2].active), (row.members, row.members), "day 0 is a purchase");
        }
    }
}
