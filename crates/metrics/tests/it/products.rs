//! Products: by hand, where every number can be checked by eye; and as `bench/peers/metrics.py` tells them.

use std::collections::BTreeMap;

use perennial_kernel::{Body, Line, Money, Order, OrderKey, Quantity, Refund};
use perennial_metrics::basket::Items;
use perennial_metrics::cross::{CrossBy, CrossKey, CrossSums};
use perennial_metrics::product::{Due, DuePlan, FirstCell, FirstRow, ItemCell, ProductRow};
use perennial_metrics::{Cross, Cycles, DueList, FirstProducts, Period, Prices, Products, RfmMeans, Seen};
use perennial_rules::history::History;
use perennial_rules::reference::{Counting, Reference};
use serde_json::{Value, json};

use crate::everyone::{Everyone, day, fact, member, order, reference, reference_counting, run};
use crate::peers::{period, summary};

fn items(question: &Value) -> Items {
    if question["by"] == "sku" { Items::Product } else { Items::Category }
}

fn number(question: &Value, name: &str) -> i64 {
    question[name].as_i64().unwrap()
}

pub fn again(everyone: &Everyone, question: &Value) -> Value {
    let as_of = day(question["as_of"].as_str().unwrap());
    let start = || Products::new(items(question), period(question));
    let table = run(&reference(), everyone, as_of, 2, start).0.finish(question["top"].as_u64().unwrap() as usize);
    let row = |row: &ProductRow| {
        json!({
            "item": row.item, "buyers": row.buyers, "repeat_buyers": row.repeat_buyers, "returning_buyers": row.returning_buyers,
            "rate": row.rate, "returning_rate": row.returning_rate, "purchases": row.purchases, "orders": row.orders,
            "pieces": row.quantity.0 / 1000, "money": row.money.0, "intervals": summary(&row.intervals),
        })
    };
    json!({
        "items": table.items, "buyers": table.buyers, "repeat_buyers": table.repeat_buyers, "rate": table.rate,
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

pub fn first(everyone: &Everyone, question: &Value) -> Value {
    let as_of = day(question["as_of"].as_str().unwrap());
    let start = || FirstProducts::new(items(question), period(question), number(question, "horizon_days") as i32);
    let table = run(&reference(), everyone, as_of, 2, start).0.finish(as_of, question["top"].as_u64().unwrap() as usize);
    let row = |row: &FirstRow| {
        json!({
            "item": row.item, "members": row.members, "second": row.second, "second_rate": row.second_rate, "days": summary(&row.days),
            "first_money": row.first_money.0, "later_money": row.later_money.0, "first_mean": row.first_mean, "later_mean": row.later_mean,
        })
    };
    json!({ "excluded": table.excluded, "items": table.items, "all": row(&table.all), "rows": table.rows.iter().map(row).collect::<Vec<_>>() })
}

pub fn cross(everyone: &Everyone, question: &Value) -> Value {
    let (reference, as_of) = (reference(), day(question["as_of"].as_str().unwrap()));
    let edges = run(&reference, everyone, as_of, 2, || Prices::new(period(question))).0.edges();
    let means = run(&reference, everyone, as_of, 2, || RfmMeans::new(period(question))).0;
    let is_rfm = question["by"] == "rfm";
    let by = if is_rfm { CrossBy::Rfm(&means) } else { CrossBy::Everyone };
    let table = run(&reference, everyone, as_of, 2, || Cross::new(period(question), by, &edges)).0.finish();
    let sums =
        |sums: &CrossSums| json!({ "buyers": sums.buyers, "lines": sums.lines, "pieces": sums.quantity / 1000, "money": sums.money.0 });
    let told = table.cells.iter().filter(|((_, _, group), _)| group.is_some() == is_rfm);
    let cell = |((band, discount, group), held): &(CrossKey, CrossSums)| match group {
        Some(group) => json!([band, discount.as_str(), sums(held), group]),
        None => json!([band, discount.as_str(), sums(held)]),
    };
    let cells: Vec<Value> = told.map(cell).collect();
    json!({ "edges": table.edges, "all": sums(&table.all), "cells": cells })
}

/// Every so many-th row, by member and item: what the other implementation told.
pub fn due(everyone: &Everyone, question: &Value) -> Value {
    let (reference, as_of) = (reference(), day(question["as_of"].as_str().unwrap()));
    let plan = DuePlan {
        items: items(question),
        item: question["item"].as_str().map(str::to_owned),
        times: number(question, "times") as usize,
        least: number(question, "least") as u64,
        ahead: number(question, "ahead") as i32,
    };
    let cycles = run(&reference, everyone, as_of, 2, || Cycles::new(plan.items)).0.finish(plan.least);
    let table = run(&reference, everyone, as_of, 2, || DueList::new(&plan, &cycles, as_of, usize::MAX / 4)).0.finish();
    let numbers: BTreeMap<_, u64> = (1..=10_000).map(|number| (member(number), number)).collect();
    let mut rows: Vec<_> = table.rows.iter().collect();
    rows.sort_by_key(|row| (numbers[&row.member], &row.item));
    let step = (rows.len() / 200).max(1);
    let row = |row: &&perennial_metrics::product::DueRow| {
        let days = [row.from, row.on, row.to].map(|day| day.to_string());
        json!([
            numbers[&row.member],
            row.item,
            row.due.as_str(),
            days[0],
            days[1],
            days[2],
            row.times,
            row.last.to_string(),
            row.own_days,
            row.cycle.p50
        ])
    };
    let told: Vec<Value> = rows.iter().step_by(step).map(row).collect();
    json!({ "items": table.items, "pairs": table.pairs, "stopped": table.stopped, "touched": table.by_item.len(), "rows": told, "step": step })
}

/// One line a member: `DAY what`, apart by `; `. What: `sku:category:quantity:cents` (apart by ` + ` for several lines of one order), `whole N`
/// (the order numbered from 0 went back), `erased`.
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
            } else if let Some(which) = what.strip_prefix("whole ") {
                let key = Some(OrderKey { source: "test".into(), id: format!("{number}-{which}") });
                Body::OrderRefunded(Refund { key, id: at.to_string(), money: Money(0), whole: true, lines: Vec::new() })
            } else {
                Body::OrderPlaced(placed(order(&format!("{number}-{at}"), occurred_at, 0), what))
            };
            facts.push(fact(row, member(number), occurred_at, body));
        }
        everyone.push((member(number), History::new(facts)));
    }
    everyone
}

fn placed(mut order: Order, what: &str) -> Order {
    order.quantity = Quantity::ZERO;
    for line in what.split(" + ") {
        let [sku, category, pieces, cents] = line.split(':').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (quantity, paid) = (Quantity::pieces(pieces.parse().unwrap()), Money(cents.parse().unwrap()));
        let category = (!category.is_empty()).then(|| category.to_owned());
        order.quantity.0 += quantity.0;
        order.money += paid;
        order.lines.push(Line { sku: sku.to_owned(), category, quantity, paid, ..Line::default() });
    }
    order
}

const BRAND: [&str; 5] = [
    // Two orders of a day are one purchase; a line of quantity zero is none.
    "2025-01-01 a:tea:1:100; 2025-01-01 a:tea:2:150 + b:cup:0:0; 2025-01-11 a:tea:1:100 + b:cup:1:900; 2025-02-10 c:tea:1:80",
    // Bought before the period; the last one went back whole.
    "2024-12-01 a:tea:1:100; 2025-01-05 a:tea:1:100; 2025-03-01 a:tea:1:100; 2025-03-02 whole 2",
    // No SKU: its category; nothing at all: no item.
    "2025-01-02 :tea:1:70; 2025-01-03 ::1:50",
    "2025-01-01 b:cup:1:900; 2025-01-31 b:cup:1:900; 2025-02-05 erased",
    "2025-05-01 ::1:10; 2025-05-08 a:tea:1:100",
];

fn of(rows: &[ProductRow], name: &str) -> ProductRow {
    rows.iter().find(|row| row.item == name).unwrap().clone()
}

#[test]
fn a_product_is_bought_again_on_another_day() {
    let (reference, as_of) = (reference(), day("2025-12-31"));
    let everyone = brand(&reference, &BRAND);
    let year = Period::new(Some(day("2025-01-01")), Some(day("2026-01-01")));
    let table = |items| run(&reference, &everyone, as_of, 1, || Products::new(items, year)).0.finish(10);
    let by_sku = table(Items::Product);
    let tea = of(&by_sku.rows, "a");
    assert_eq!((tea.buyers, tea.repeat_buyers, tea.returning_buyers, tea.purchases, tea.orders), (3, 1, 1, 4, 5));
    assert_eq!((tea.quantity, tea.money), (Quantity::pieces(6), Money(550)));
    // Ten days, and 35 from December; what went back whole ends no interval.
    assert_eq!((tea.intervals.count, tea.intervals.p50, tea.intervals.p90), (2, Some(10), Some(35)));
    assert_eq!(by_sku.rows.iter().map(|row| row.item.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "tea"], "most buyers first");
    assert_eq!((by_sku.items, by_sku.buyers, by_sku.repeat_buyers), (4, 5, 2));
    let by_category = table(Items::Category);
    let tea = of(&by_category.rows, "tea");
    assert_eq!((tea.buyers, tea.repeat_buyers, tea.purchases), (4, 1, 6), "another tea is tea, too");
    // Where each order counts, two of a day are two purchases.
    let reference = reference_counting(Counting::Orders);
    let each = run(&reference, &everyone, as_of, 1, || Products::new(Items::Product, year)).0.finish(1);
    assert_eq!((each.rows[0].purchases, each.rows[0].intervals.p50), (5, Some(10)));
    assert_eq!(each.rows.len(), 1);
}

#[test]
fn the_first_order_leads_somewhere() {
    let (reference, as_of) = (reference(), day("2025-06-30"));
    let everyone = brand(&reference, &BRAND);
    let start = || FirstProducts::new(Items::Category, Period::new(Some(day("2025-01-01")), None), 90);
    let metric = run(&reference, &everyone, as_of, 1, start).0;
    let table = metric.finish(as_of, 10);
    assert_eq!((table.all.members, table.all.second, table.excluded, table.items), (3, 3, 1, 2));
    let tea = table.rows.iter().find(|row| row.item == "tea").unwrap();
    assert_eq!((tea.members, tea.second, tea.first_money, tea.later_money), (2, 2, Money(320), Money(1130)));
    assert_eq!((tea.days.p50, tea.later_mean), (Some(1), Some(565.0)));
    // Once everybody has been observed so long, the first order that names no item is in a row of its own.
    let later = metric.finish(day("2025-07-30"), 10);
    assert_eq!((later.excluded, later.rows[1].item.as_str(), later.rows[1].members), (0, "", 1));
    let seen = |at: usize| Seen::new(everyone[at].0, &everyone[at].1, &reference, as_of, reference.calendar.end(as_of));
    assert!(metric.counts(&seen(4), Some(""), FirstCell::Excluded, as_of) && !metric.counts(&seen(1), None, FirstCell::Members, as_of));
    assert!(
        metric.counts(&seen(2), Some("tea"), FirstCell::Second, as_of) && !metric.counts(&seen(2), Some("cup"), FirstCell::Members, as_of)
    );
    let again = Products::new(Items::Product, Period::new(Some(day("2025-01-01")), None));
    assert!(again.counts(&seen(0), Some("a"), ItemCell::Repeat) && !again.counts(&seen(1), Some("a"), ItemCell::Repeat));
    assert!(again.counts(&seen(1), Some("a"), ItemCell::Returning) && !again.counts(&seen(2), Some("a"), ItemCell::Buyers));
}

/// Intervals of `a`: 10 (member 1), 20, 20 (member 2), 30 (member 3): P25 10, P50 20, P75 20.
const RHYTHM: [&str; 5] = [
    "2025-01-01 a::1:1; 2025-01-11 a::1:1",
    "2025-01-01 a::1:1; 2025-01-21 a::1:1; 2025-02-10 a::1:1",
    "2024-12-02 a::1:1; 2025-01-01 a::1:1",
    "2025-02-09 a::1:1",
    "2025-02-08 a::1:1; 2025-02-09 erased",
];

#[test]
fn what_falls_due_weighs_the_products_cycle_against_the_members_own_rhythm() {
    let reference = reference();
    let everyone = brand(&reference, &RHYTHM);
    let plan = DuePlan { items: Items::Product, item: None, times: 1, least: 4, ahead: 20 };
    let list = |as_of: &str, plan: &DuePlan| {
        let as_of = day(as_of);
        let cycles = run(&reference, &everyone, as_of, 2, || Cycles::new(plan.items)).0.finish(plan.least);
        run(&reference, &everyone, as_of, 3, || DueList::new(plan, &cycles, as_of, 10)).0.finish()
    };
    let table = list("2025-02-19", &plan);
    let told: Vec<_> =
        table.rows.iter().map(|row| (row.member, row.due, row.from.to_string(), row.on.to_string(), row.to.to_string())).collect();
    let row = |number, due, from: &str, on: &str, to: &str| (member(number), due, from.to_owned(), on.to_owned(), to.to_owned());
    let expected = [
        // (10 + 2·20) ÷ 3 = 16.7 days after 11 January, looked for from 8.3 days on.
        row(1, Due::Overdue, "2025-01-19", "2025-01-28", "2025-01-28"),
        // (30 + 2·20) ÷ 3 = 23.3 days.
        row(3, Due::Overdue, "2025-01-13", "2025-01-24", "2025-01-24"),
        row(4, Due::Now, "2025-02-19", "2025-03-01", "2025-03-01"),
        // (40 + 2·20) ÷ 4 = 20 days.
        row(2, Due::Soon, "2025-02-20", "2025-03-02", "2025-03-02"),
    ];
    let mut by_day = expected.to_vec();
    by_day.swap(0, 1);
    assert_eq!(told, by_day, "overdue first, then by the day expected; whoever was erased is nobody to remind");
    assert_eq!((table.pairs, table.stopped, table.by_item[0].pairs, table.by_item[0].cycle_days), ([2, 1, 1], 0, [2, 1, 1], 20));
    // Three times as long as expected is 50 and 70 days after the last; a day more, and they have stopped.
    let later = |plan: &DuePlan| list("2025-03-13", plan);
    assert_eq!((later(&plan).stopped, later(&plan).pairs), (2, [2, 0, 0]));
    assert_eq!(later(&DuePlan { times: 3, ..plan.clone() }).pairs, [1, 0, 0]);
    assert_eq!(later(&DuePlan { item: Some("b".to_owned()), ..plan.clone() }).pairs, [0, 0, 0]);
    assert_eq!(later(&DuePlan { least: 5, ..plan.clone() }).items, 0, "four intervals are no cycle then");
}
