//! What the coming weeks will take: by hand, where every chance can be checked by eye; and as `bench/peers/metrics.py` tells it.

use perennial_kernel::{Body, Line, Quantity};
use perennial_metrics::basket::Items;
use perennial_metrics::product::{Demand, DemandPlan, DemandRow, DemandTable, Expected};
use perennial_rules::history::History;
use perennial_rules::reference::Reference;
use serde_json::{Value, json};

use crate::everyone::{Everyone, day, fact, journey, member, order, reference, run};

/// One line a member: `DAY ITEM*PIECES@STORE`, apart by `; `; or `DAY erased`.
fn brand(reference: &Reference, lines: &[&str]) -> Everyone {
    let mut row = 0;
    let mut everyone = Vec::new();
    for (number, text) in (1..).zip(lines) {
        let mut facts = Vec::new();
        for (at, deed) in text.split("; ").enumerate() {
            row += 1;
            let (on, what) = deed.split_once(' ').unwrap();
            let occurred_at = reference.calendar.at(day(on), 12, 0, 0);
            let body = if what == "erased" {
                Body::MemberErased
            } else {
                let (bought, store) = what.split_once('@').unwrap();
                let (sku, pieces) = bought.split_once('*').unwrap();
                let mut placed = order(&format!("{number}-{at}"), occurred_at, 100);
                placed.store = (!store.is_empty()).then(|| store.to_owned());
                placed.lines.push(Line { sku: sku.to_owned(), quantity: Quantity::pieces(pieces.parse().unwrap()), ..Line::default() });
                Body::OrderPlaced(placed)
            };
            facts.push(fact(row, member(number), occurred_at, body));
        }
        everyone.push((member(number), History::new(facts)));
    }
    everyone
}

fn plan(least: u64, weeks: usize) -> DemandPlan {
    DemandPlan { items: Items::Product, item: None, least, weeks, top: 100 }
}

fn table(lines: &[&str], as_of: &str, plan: &DemandPlan) -> DemandTable {
    let (reference, as_of) = (reference(), day(as_of));
    let everyone = brand(&reference, lines);
    run(&reference, &everyone, as_of, 3, || Demand::new(plan.clone())).0.finish(as_of)
}

fn near(found: &[Expected], expected: &[(f64, f64)]) {
    assert_eq!(found.len(), expected.len());
    for (week, (purchases, variance)) in found.iter().zip(expected) {
        let half = 1.644_853_626_951_472_2 * variance.sqrt();
        let told = [week.purchases, week.low, week.high];
        let meant = [*purchases, (purchases - half).max(0.0), purchases + half];
        assert!(told.iter().zip(meant).all(|(a, b)| (a - b).abs() < 1e-12), "{told:?} is not {meant:?}");
    }
}

/// Intervals that ended: 7, 7, 14, 14. Silences on 31 January: 3, 20, 5, 10 days. So of six who have not bought before the 7th day two buy on
/// it, and of three before the 14th two: 1/3 and 2/3.
const RHYTHM: [&str; 5] = [
    "2025-01-21 a*1@north; 2025-01-28 a*1@north",
    "2025-01-04 a*1@south; 2025-01-11 a*3@south",
    "2024-12-29 a*1@north; 2025-01-12 a*1@north; 2025-01-26 a*1@south",
    "2025-01-21 a*1@north",
    "2025-01-20 a*1@north; 2025-01-27 a*1@north; 2025-01-29 erased",
];

#[test]
fn weeks_are_the_sums_of_each_members_chances() {
    let told = table(&RHYTHM, "2025-01-31", &plan(4, 2));
    assert_eq!((told.items, told.left_out, told.found), (1, 0, 2));
    assert_eq!(told.weeks, [(day("2025-02-01"), day("2025-02-07")), (day("2025-02-08"), day("2025-02-14"))]);
    // After 3 days: 1/3 in 4 days; in 11 what is left, 2/3 · 2/3, and a third once more, 1/3 · 1/3: 5/9. After 5 days the same two days earlier.
    // After 10 days: 2/3 in 4 days, once more in 11: 2/3 · 1/3. After 20 days nobody has come back yet.
    near(&told.all, &[(4.0 / 3.0, 6.0 / 9.0), (12.0 / 9.0, 54.0 / 81.0)]);
    let [north, south] = &told.rows[..] else { panic!("{:?}", told.rows) };
    assert_eq!((north.store.as_str(), north.members, south.store.as_str(), south.members), ("north", 2, "south", 2));
    near(&north.weeks, &[(1.0, 4.0 / 9.0), (7.0 / 9.0, 34.0 / 81.0)]);
    near(&south.weeks, &[(1.0 / 3.0, 2.0 / 9.0), (5.0 / 9.0, 20.0 / 81.0)]);
    // Eight purchases of ten pieces; who was erased is in nothing.
    assert_eq!((north.pieces_each, north.weeks[0].pieces), (1.25, 1.25));
    assert_eq!(told.all[0].low, 0.0, "never less than nothing");
    let none = table(&RHYTHM, "2025-01-31", &plan(5, 2));
    assert_eq!((none.items, none.left_out, none.rows.len()), (0, 1, 0));
    assert_eq!(table(&RHYTHM, "2025-01-31", &DemandPlan { item: Some("b".to_owned()), ..plan(4, 2) }).left_out, 0);
}

#[test]
fn who_buys_every_day_buys_seven_times_a_week_without_doubt() {
    let days: Vec<String> = (10..=20).map(|day| format!("2025-01-{day} a*2@")).collect();
    let told = table(&[&days.join("; ")], "2025-01-20", &plan(2, 2));
    near(&told.all, &[(7.0, 0.0), (7.0, 0.0)]);
    assert_eq!((told.rows[0].store.as_str(), told.rows[0].weeks[1].pieces), ("", 14.0));
}

#[test]
fn who_bought_once_comes_back_as_such_people_do() {
    // One of four came back after the first purchase, on the second day, and again on the day after; not since.
    let lines = ["2025-01-01 a*1@; 2025-01-03 a*1@; 2025-01-04 a*1@", "2025-01-01 a*1@", "2025-01-01 a*1@", "2025-01-09 a*1@"];
    let told = table(&lines, "2025-01-10", &plan(1, 1));
    // The fourth has been silent for a day, and of three whose first purchase is two days old one had bought: 1/3 tomorrow, which makes them one
    // of those who buy within a week. Of these one of two bought again, on the next day: half as many on each day after it. The others have been
    // silent for longer than anybody who came back.
    assert!((told.all[0].purchases - 127.0 / 192.0).abs() < 1e-12, "{}", told.all[0].purchases);
    assert_eq!(told.rows[0].members, 4);
}

pub fn demand(everyone: &Everyone, question: &Value) -> Value {
    let as_of = day(question["as_of"].as_str().unwrap());
    let number = |name: &str| question[name].as_u64().unwrap();
    let plan = DemandPlan {
        items: if question["by"] == "sku" { Items::Product } else { Items::Category },
        item: None,
        least: number("least"),
        weeks: number("weeks") as usize,
        top: number("top") as usize,
    };
    let table = run(&reference(), everyone, as_of, 2, || Demand::new(plan.clone())).0.finish(as_of);
    let weeks =
        |weeks: &[Expected]| -> Value { weeks.iter().map(|week| json!([week.purchases, week.low, week.high, week.pieces])).collect() };
    let row = |row: &DemandRow| json!([row.item, row.store, row.members, weeks(&row.weeks)]);
    json!({
        "items": table.items, "left_out": table.left_out, "found": table.found, "all": weeks(&table.all),
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

#[test]
fn any_partition_comes_to_the_same() {
    let (reference, as_of) = (reference(), day("2017-06-30"));
    let everyone: Everyone = journey().iter().take(150).cloned().collect();
    let start = || Demand::new(DemandPlan { items: Items::Category, ..plan(20, 2) });
    let (whole, _) = run(&reference, &everyone, as_of, 1, start);
    let (parted, _) = run(&reference, &everyone, as_of, 3, start);
    assert_eq!(whole.finish(as_of), parted.finish(as_of));
}
