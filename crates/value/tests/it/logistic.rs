//! Look-alikes on CDNOW against scikit-learn: the same rows, the same ridge, the same weights (`bench/peers/worth.py`).

use std::collections::BTreeMap;

use perennial_kernel::Day;
use perennial_value::Logistic;
use serde_json::Value;

/// Of each customer, in the order of their numbers: cents by day.
fn customers() -> Vec<BTreeMap<Day, i64>> {
    let text = std::fs::read_to_string(format!("{}/../../data/cdnow/CDNOW_sample.txt", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut all: BTreeMap<&str, BTreeMap<Day, i64>> = BTreeMap::new();
    for line in text.lines() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (date, dollars) = (columns[2], columns[4].parse::<f64>().unwrap());
        let day = Day::parse(&format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..])).unwrap();
        *all.entry(columns[0]).or_default().entry(day).or_default() += (dollars * 100.0).round() as i64;
    }
    all.into_values().collect()
}

#[test]
fn scikit_learn_comes_to_the_same_weights_and_ranks_the_unseen_alike() {
    let kept = std::fs::read_to_string(format!("{}/../../bench/peers/worth.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let (kept, until) = (&kept["look_alikes"], Day::parse("1997-09-30").unwrap());
    let known: Vec<BTreeMap<Day, i64>> = customers().into_iter().filter(|days| days.keys().any(|day| *day <= until)).collect();
    let later: Vec<i64> = known.iter().map(|days| days.range(until + 1..).map(|(_, cents)| cents).sum()).collect();
    let mut ranked = later.clone();
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    let least = ranked[(known.len() * 20).div_ceil(100) - 1].max(1);
    assert_eq!((known.len() as u64, least), (kept["members"].as_u64().unwrap(), kept["least_cents"].as_i64().unwrap()));
    let (mut table, mut hits, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (days, money)) in known.iter().zip(&later).enumerate() {
        let then = || days.range(..=until);
        let (first, last) = (*then().next().unwrap().0, *then().next_back().unwrap().0);
        let (times, cents) = (then().count() as f64, then().map(|(_, cents)| cents).sum::<i64>() as f64);
        let row = [f64::from(until - last), times, cents / 100.0 / times, f64::from(until - first)].map(f64::ln_1p);
        if at % 10 < 3 {
            held.push((row, *money >= least));
        } else {
            table.extend(row);
            hits.push(*money >= least);
        }
    }
    let model = Logistic::fit(&table, 4, &hits, 1.0);
    let near = |found: f64, expected: &Value| {
        let expected = expected.as_f64().unwrap();
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    };
    near(model.intercept, &kept["intercept"]);
    for (weight, name) in model.weights.iter().zip(["recency", "frequency", "money", "known"]) {
        near(*weight, &kept["weights"][name]);
    }
    let (mut won, mut pairs) = (0.0, 0.0);
    for (row, _) in held.iter().filter(|(_, hit)| *hit) {
        for (other, _) in held.iter().filter(|(_, hit)| !*hit) {
            let (a, b) = (model.score(row), model.score(other));
            won += if a > b {
                1.0
            } else if a == b {
                0.5
            } else {
                0.0
            };
            pairs += 1.0;
        }
    }
    near(won / pairs, &kept["auc"]);
    assert!(model.settled && model.steps < 20, "{model:?}");
}
