//! Baskets of Complete Journey against efficient-apriori and mlxtend (`bench/peers/baskets.py`): the same sets, the same rules.

use perennial_metrics::Period;
use perennial_metrics::basket::{Basket, Baskets, ItemSet, Items, frequent, rules, support_of};
use serde_json::Value;

use crate::everyone::{data, day, journey, reference, run};

fn named(baskets: &Baskets, items: &[u32]) -> Vec<String> {
    items.iter().map(|item| baskets.names[*item as usize].clone()).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_same_sets_and_rules_as_other_implementations() {
    let told: Value = serde_json::from_str(&std::fs::read_to_string(data("bench/peers/baskets.json")).unwrap()).unwrap();
    let (households, reference) = (journey(), reference());
    let gather = |items| run(&reference, households, day("2017-12-31"), 2, || Basket::new(items, Period::default())).0.finish();
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
