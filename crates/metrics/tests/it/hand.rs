//! Small brands by hand, where every number can be checked by eye: refunds, free orders, brand days, cells not observed yet.

use perennial_kernel::{Body, Cancel, Money, OrderKey, Refund, Relation, Scores};
use perennial_metrics::cohort::{Behaviour, Count, Question, Rows, Start, classic, rolling};
use perennial_metrics::{Cohort, Funnel, Metric, Pareto, Pass, Period, Repurchase, Seen, Unit, funnel, repurchase};
use perennial_rules::history::History;
use perennial_rules::reference::{Counting, Reference};

use crate::everyone::{Everyone, day, fact, member, order, reference, reference_counting, run};

/// One line a member: `DAY what`, apart by `; `. What: an amount in cents (an order at noon, with `@store`), `refund ID AMOUNT` of the order
/// numbered from 0, `back AMOUNT` (names no order), `cancel ID`, `registered`, or the name of a behaviour.
fn brand(reference: &Reference, lines: &[&str]) -> Everyone {
    let mut row = 0;
    let mut everyone = Vec::new();
    for (number, line) in (1..).zip(lines) {
        let mut facts = Vec::new();
        for (at, deed) in line.split("; ").enumerate() {
            row += 1;
            let (on, what) = deed.split_once(' ').unwrap();
            let occurred_at = reference.calendar.at(day(on), 12, 0, 0);
            let words: Vec<&str> = what.split(' ').collect();
            let key = |id: &str| OrderKey { source: "test".into(), id: format!("{number}-{id}") };
            let refund = |key, minor: &str| Refund {
                key,
                id: at.to_string(),
                money: Money(minor.parse().unwrap()),
                whole: false,
                lines: Vec::new(),
            };
            let body = match words[..] {
                ["refund", id, minor] => Body::OrderRefunded(refund(Some(key(id)), minor)),
                ["back", minor] => Body::OrderRefunded(refund(None, minor)),
                ["cancel", id] => Body::OrderCancelled(Cancel { key: key(id), version: None }),
                ["registered"] => {
                    Body::MemberUpdated { relation: Some(Relation::Registered), attributes: std::collections::BTreeMap::new() }
                }
                [word] if word.starts_with(|first: char| first.is_ascii_digit()) => {
                    let (minor, store) = word.split_once('@').unwrap_or((word, ""));
                    let mut placed = order(&format!("{number}-{at}"), occurred_at, minor.parse().unwrap());
                    placed.store = (!store.is_empty()).then(|| store.to_owned());
                    Body::OrderPlaced(placed)
                }
                [name] => Body::Behaved { name: name.to_owned(), channel: None, scores: Scores::NONE },
                _ => panic!("{deed}"),
            };
            facts.push(fact(row, member(number), occurred_at, body));
        }
        everyone.push((member(number), History::new(facts)));
    }
    everyone
}

fn year() -> Period {
    Period::new(Some(day("2025-01-01")), Some(day("2026-01-01")))
}

const BRAND: [&str; 5] = [
    "2024-12-31 100; 2025-01-01 100; 2025-01-31 0; 2026-01-01 100",
    "2025-03-01 500; 2025-03-01 300; 2025-03-02 200",
    "2025-05-01 900; 2025-05-20 refund 0 900",
    "2025-06-01 400; 2025-06-05 back 150; 2025-07-01 300; 2025-07-09 cancel 2",
    "2024-02-01 700; 2025-06-01 view",
];

#[test]
fn repurchase_of_a_year() {
    let reference = reference();
    let everyone = brand(&reference, &BRAND);
    let table = run(&reference, &everyone, day("2026-06-30"), 1, || Repurchase::new(year())).0.finish();
    // A free order is a purchase; a day with two orders is one; what went back whole, or was cancelled, is none.
    assert_eq!((table.buyers, table.purchases, table.orders), (3, 5, 6));
    assert_eq!((table.repeat_buyers, table.repeat_orders, table.returning_buyers), (2, 3, 1));
    // From 2024-12-31 to 2025-01-01 the interval ends in the year; the one that ends on 2026-01-01 belongs to the next.
    assert_eq!(table.by_days, [(1, 2), (30, 1)]);
    assert_eq!((table.user_rate, table.order_rate, table.purchases_per_buyer), (Some(2.0 / 3.0), Some(0.5), Some(5.0 / 3.0)));
    let nobody = run(&reference, &everyone, day("2026-06-30"), 1, || Repurchase::new(Period::new(Some(day("2030-01-01")), None)));
    assert_eq!((nobody.0.finish().buyers, nobody.0.finish().user_rate), (0, None));
}

#[test]
fn as_of_a_day_nothing_later_has_happened() {
    let reference = reference();
    let everyone = brand(&reference, &BRAND);
    // Before the refund, the third member had bought; before the cancellation, the fourth twice.
    let table = |on: &str| run(&reference, &everyone, day(on), 1, || Repurchase::new(year())).0.finish();
    assert_eq!((table("2025-05-19").buyers, table("2025-05-20").buyers), (3, 2));
    assert_eq!((table("2025-07-08").repeat_buyers, table("2025-07-09").repeat_buyers), (3, 2));
}

#[test]
fn where_the_brand_counts_each_order_a_day_may_hold_two_purchases() {
    let reference = reference_counting(Counting::Orders);
    let everyone = brand(&reference, &BRAND);
    let table = run(&reference, &everyone, day("2026-06-30"), 1, || Repurchase::new(year())).0.finish();
    assert_eq!((table.purchases, table.orders), (6, 6));
    assert_eq!(table.by_days, [(0, 1), (1, 2), (30, 1)]);
    let money = run(&reference, &everyone, day("2026-06-30"), 1, || Pareto::new(year())).0.finish();
    assert_eq!(money.money, Money(100 + 1000 + 250));
}

#[test]
fn the_members_behind_a_number_are_as_many_as_it_says() {
    let reference = reference();
    let everyone = brand(&reference, &BRAND);
    let as_of = day("2026-06-30");
    let metric = Repurchase::new(year());
    let behind = |cell| behind(&reference, &everyone, "2026-06-30", |seen| metric.counts(seen, cell));
    assert_eq!(behind(repurchase::Cell::Buyers), [1, 2, 4]);
    assert_eq!(behind(repurchase::Cell::Repeat), [1, 2]);
    assert_eq!(behind(repurchase::Cell::Once), [4]);
    assert_eq!((behind(repurchase::Cell::Returning), behind(repurchase::Cell::New)), (vec![1], vec![2, 4]));
    assert_eq!(behind(repurchase::Cell::Interval { from: 8, to: 30 }), [1]);
    let funnel = Funnel::new(year(), 365);
    let first = |cell| self::behind(&reference, &everyone, "2026-06-30", |seen| funnel.counts(seen, cell, as_of));
    assert_eq!((first(funnel::Cell::Reached(1)), first(funnel::Cell::Excluded)), (vec![2, 4], vec![]));
    assert_eq!((first(funnel::Cell::Bought(2)), first(funnel::Cell::Once)), (vec![2], vec![4]));
}

/// Numbers of the members for whom a test holds.
fn behind(reference: &Reference, everyone: &Everyone, on: &str, test: impl Fn(&Seen<'_>) -> bool) -> Vec<usize> {
    let as_of = day(on);
    let numbered = (1..).zip(everyone);
    let chosen = numbered.filter(|(_, (id, history))| test(&Seen::new(*id, history, reference, as_of, reference.calendar.end(as_of))));
    chosen.map(|(number, _)| number).collect()
}

#[test]
fn who_is_not_observed_long_enough_stands_beside_the_funnel() {
    let reference = reference();
    let everyone = brand(&reference, &BRAND);
    let table = |on: &str| run(&reference, &everyone, day(on), 1, || Funnel::new(year(), 365)).0.finish(day(on));
    // The second member began on 2025-03-01, the fourth on 2025-06-01; the first and the fifth before the year.
    let (early, late) = (table("2026-02-28"), table("2026-03-01"));
    assert_eq!((early.members, early.excluded, late.members, late.excluded), (0, 2, 1, 1));
    assert_eq!((early.steps[0].conversion, early.steps[1].conversion, early.steps[0].money_share), (None, None, None));
    let whole = table("2026-06-01");
    assert_eq!((whole.members, whole.excluded), (2, 0));
    assert_eq!(whole.steps.iter().map(|step| step.members).collect::<Vec<_>>(), [2, 1, 0, 0]);
    // What went back without naming an order lowers the purchase before it.
    assert_eq!(whole.steps.iter().map(|step| step.money.0).collect::<Vec<_>>(), [800 + 250, 200, 0, 0]);
    assert_eq!((whole.steps[1].conversion, whole.steps[2].conversion, whole.steps[3].conversion), (Some(0.5), Some(0.0), None));
    assert_eq!((whole.buyers, whole.once, whole.one_time_share), (3, 1, Some(1.0 / 3.0)));
}

#[test]
fn cells_that_nobody_has_lived_through_are_blank() {
    let reference = reference();
    let lines = ["2025-01-10 100; 2025-02-01 100; 2025-02-27 view", "2025-01-31 100; 2025-03-31 500; 2025-03-31 back 20", "2025-02-15 100"];
    let everyone = brand(&reference, &lines);
    let table = |on: &str, count, columns: Vec<_>| {
        let question = Question { by: Unit::Month, count, columns, ..Question::default() };
        run(&reference, &everyone, day(on), 1, || Cohort::new(question.clone())).0.finish(day(on))
    };
    let told = |table: &perennial_metrics::CohortTable| -> Vec<String> {
        let cells = |row: &perennial_metrics::cohort::Row| -> String {
            let cell = |cell: &Option<perennial_metrics::cohort::Counted>| {
                cell.map_or_else(|| "-".to_owned(), |cell| format!("{}/{}:{}", cell.active, cell.observed, cell.money.0))
            };
            format!("{} {}: {}", row.name, row.members, row.cells.iter().map(cell).collect::<Vec<_>>().join(" "))
        };
        table.rows.iter().chain([&table.all]).map(cells).collect()
    };
    let calendar = table("2025-03-31", Count::Calendar, classic(2));
    assert_eq!(told(&calendar), ["2025-01 2: 2/2:200 1/2:100 1/2:480", "2025-02 1: 1/1:100 0/1:0 -", " 3: 3/3:300 1/3:100 1/2:480"]);
    let a_day_earlier = table("2025-03-30", Count::Calendar, classic(2));
    assert_eq!(told(&a_day_earlier), ["2025-01 2: 2/2:200 1/2:100 -", "2025-02 1: 1/1:100 - -", " 3: 3/3:300 1/2:100 -"]);
    // By their own 30 days: day 0 to 29, 30 to 59, 60 to 89. The second member's 500 come on day 59.
    let own = table("2025-04-09", Count::Own, classic(2));
    assert_eq!(told(&own), ["2025-01 2: 2/2:300 1/2:480 0/1:0", "2025-02 1: 1/1:100 - -", " 3: 3/3:400 1/2:480 0/1:0"]);
    let later = table("2025-04-09", Count::Own, rolling(1));
    assert_eq!(told(&later), ["2025-01 2: 2/2:780 1/2:480", "2025-02 1: 1/1:100 -", " 3: 3/3:880 1/2:480"]);
}

#[test]
fn cohorts_by_registration_store_and_behaviour() {
    let reference = reference();
    let lines = [
        "2025-01-05 view; 2025-01-07 registered; 2025-01-08 view; 2025-01-20 100@north",
        "2025-01-06 registered; 2025-01-14 100@south",
        "2025-01-07 100@north; 2025-01-09 50@south",
    ];
    let everyone = brand(&reference, &lines);
    let as_of = day("2025-02-01");
    let table = |start, rows, behaviour: Behaviour| {
        let question = Question { start, rows, by: Unit::Day, behaviour, columns: classic(2), ..Question::default() };
        run(&reference, &everyone, as_of, 1, || Cohort::new(question.clone())).0.finish(as_of)
    };
    let active = |row: &perennial_metrics::cohort::Row| row.cells.iter().map(|cell| cell.unwrap().active).collect::<Vec<_>>();
    // What was viewed before registration does not count, and who never registered is in no cohort.
    let views = table(Start::Registration, Rows::Time, Behaviour::Named("view".into()));
    assert_eq!(
        views.rows.iter().map(|row| (row.name.as_str(), active(row))).collect::<Vec<_>>(),
        [("2025-01-06", vec![0, 0, 0]), ("2025-01-07", vec![0, 1, 0])]
    );
    let stores = table(Start::FirstPurchase, Rows::Store, Behaviour::Buy);
    assert_eq!(
        stores.rows.iter().map(|row| (row.name.as_str(), row.members, active(row))).collect::<Vec<_>>(),
        [("north", 2, vec![2, 0, 1]), ("south", 1, vec![1, 0, 0])]
    );
    let question = Question { rows: Rows::Store, by: Unit::Day, columns: classic(2), ..Question::default() };
    let cohort = Cohort::new(question.clone());
    let found = behind(&reference, &everyone, "2025-02-01", |seen| cohort.counts(seen, Some("north"), Some(question.columns[2]), as_of));
    assert_eq!(found, [3]);
}

#[test]
fn equal_money_is_ranked_by_member_and_less_than_nothing_comes_last() {
    let reference = reference();
    let everyone = brand(&reference, &["2025-01-01 300", "2025-01-02 300", "2025-02-01 50; 2025-03-01 back 80", "2025-02-01 400"]);
    let (pareto, _) = run(&reference, &everyone, day("2025-12-31"), 2, || Pareto::new(year()));
    let mut equals = [member(1), member(2)];
    equals.sort_unstable();
    let ranked = pareto.clone().ranking();
    let expected = [(Money(400), member(4)), (Money(300), equals[0]), (Money(300), equals[1]), (Money(-30), member(3))];
    assert_eq!(ranked, expected);
    let table = pareto.finish();
    assert_eq!((table.buyers, table.money), (4, Money(970)));
    // 20 % of four is one, rounded up; 80 % of 970 is 776, which three bring.
    assert_eq!(table.top_fifth.map(|point| (point.buyers, point.money)), Some((1, Money(400))));
    assert_eq!(table.four_fifths.map(|point| (point.buyers, point.money)), Some((3, Money(1000))));
    assert_eq!((table.curve[0].money, table.curve[100].money_share), (Money::ZERO, Some(1.0)));
}

#[test]
fn without_a_day_asked_for_everyone_is_observed_up_to_the_newest_deed() {
    let reference = reference();
    let everyone = brand(&reference, &["2025-01-10 100; 2026-01-01 registered", "2025-03-31 view"]);
    let mut pass = Pass::new(&reference, day("2026-06-30"), Repurchase::new(Period::default()));
    for (id, history) in &everyone {
        perennial_backtest::Fold::take(&mut pass, *id, history);
    }
    let (_, observed) = pass.clone().end(false);
    assert_eq!((observed.as_of, observed.data_up_to), (day("2025-03-31"), Some(reference.calendar.at(day("2025-03-31"), 12, 0, 0))));
    assert_eq!(pass.end(true).1.as_of, day("2026-06-30"));
    let (_, empty) = Pass::new(&reference, day("2026-06-30"), Repurchase::new(Period::default())).end(false);
    assert_eq!((empty.as_of, empty.data_up_to), (day("2026-06-30"), None));
}

#[test]
fn several_metrics_share_a_pass() {
    let reference = reference();
    let everyone = brand(&reference, &BRAND);
    let as_of = day("2026-06-30");
    let both = || (Repurchase::new(year()), vec![Funnel::new(year(), 365), Funnel::new(year(), 30)]);
    let ((repurchase, funnels), _) = run(&reference, &everyone, as_of, 2, both);
    assert_eq!(repurchase, run(&reference, &everyone, as_of, 1, || Repurchase::new(year())).0);
    for (funnel, horizon) in funnels.iter().zip([365, 30]) {
        assert_eq!(*funnel, run(&reference, &everyone, as_of, 1, || Funnel::new(year(), horizon)).0);
    }
    fn is_a_metric<M: Metric>(_: &M) {}
    is_a_metric(&both());
}
