//! Baskets of Complete Journey against efficient-apriori and mlxtend (`bench/peers/baskets.py`): the same sets, the same rules.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use perennial_kernel::{Body, Line, MemberId, Order, Quantity};
use perennial_metrics::Period;
use perennial_metrics::basket::{Basket, Baskets, ItemSet, Items, frequent, rules, support_of};
use perennial_rules::history::History;
use serde_json::Value;

use crate::everyone::{data, day, fact, member, order, reference, run};

/// Every household with its baskets and their lines.
fn households() -> Vec<(MemberId, History)> {
    let reference = reference();
    let packed = std::fs::File::open(data("data/complete-journey/complete-journey.txt.gz")).unwrap();
    let (mut categories, mut found): (BTreeMap<String, String>, Vec<(u64, Order)>) = (BTreeMap::new(), Vec::new());
    for line in BufReader::new(flate2::read::MultiGzDecoder::new(packed)).lines() {
        let line = line.unwrap();
        if let Some(product) = line.strip_prefix("p ") {
            let parts: Vec<&str> = product.split(',').collect();
            let name = if parts[2].is_empty() { parts[1].to_owned() } else { format!("{}/{}", parts[1], parts[2]) };
            categories.insert(parts[0].to_owned(), name);
        } else if let Some(head) = line.strip_prefix("b ") {
            let parts: Vec<&str> = head.split(',').collect();
            let mut basket = order(parts[1], reference.calendar.start(day(&parts[3][..10])), 0);
            basket.quantity = Quantity::ZERO;
            found.push((parts[0].parse().unwrap(), basket));
        } else if line.starts_with(|first: char| first.is_ascii_digit()) {
            let mut parts = line.split(',');
            let sku = parts.next().unwrap().to_owned();
            let pieces = parts.next().filter(|part| !part.is_empty()).map_or(1, |part| part.parse().unwrap());
            let (_, basket) = found.last_mut().unwrap();
            basket.quantity.0 += pieces * 1000;
            let category = categories.get(&sku).cloned();
            basket.lines.push(Line { sku, category, quantity: Quantity::pieces(pieces), ..Line::default() });
        }
    }
    let mut members: BTreeMap<u64, Vec<perennial_kernel::Fact>> = BTreeMap::new();
    for (row, (number, basket)) in (1..).zip(found) {
        let paid_at = basket.paid_at.unwrap();
        members.entry(number).or_default().push(fact(row, member(number), paid_at, Body::OrderPlaced(basket)));
    }
    members.into_iter().map(|(number, facts)| (member(number), History::new(facts))).collect()
}

fn named(baskets: &Baskets, items: &[u32]) -> Vec<String> {
    items.iter().map(|item| baskets.names[*item as usize].clone()).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_same_sets_and_rules_as_other_implementations() {
    let told: Value = serde_json::from_str(&std::fs::read_to_string(data("bench/peers/baskets.json")).unwrap()).unwrap();
    let (households, reference) = (households(), reference());
    let gather = |items| run(&reference, &households, day("2017-12-31"), 2, || Basket::new(items, Period::default())).0.finish();
    let (categories, products) = (gather(Items::Category), gather(Items::Product));
    let cases = told["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let baskets = if case["items"] == "product" { &products } else { &categories };
        let (count, ppm) = (baskets.baskets.len() as u64, |name: &str| (case[name].as_f64().unwrap() * 1e6).round() as u64);
        assert_eq!(count, case["baskets"].as_u64().unwrap());
        let sets = frequent(baskets, support_of(ppm("support"), count), case["size"].as_u64().unwrap() as usize);
        let mut found: Vec<(Vec<String>, u64)> = sets.iter().map(|set: &ItemSet| (named(baskets, &set.items), set.count)).collect();
        let mut expected: Vec<(Vec<String>, u64)> =
            case["sets"].as_array().unwrap().iter().map(|set| (texts(&set[0]), set[1].as_u64().unwrap())).collect();
        found.sort();
        expected.sort();
        assert!(expected.len() > 100 && expected.iter().any(|(items, _)| items.len() > 1));
        assert_eq!(found, expected, "{}", case["items"]);
        let rule = |rule: &perennial_metrics::basket::Rule| (named(baskets, &rule.from), named(baskets, &rule.to), rule.count);
        let mut found: Vec<_> = rules(&sets, ppm("confidence")).iter().map(rule).collect();
        let mut expected: Vec<_> =
            case["rules"].as_array().unwrap().iter().map(|rule| (texts(&rule[0]), texts(&rule[1]), rule[2].as_u64().unwrap())).collect();
        found.sort();
        expected.sort();
        assert!(expected.len() > 20);
        assert_eq!(found, expected, "{}", case["items"]);
    }
}
