//! The sample brands, against what `bench/peers/metrics.py` computed with pandas: counts and money exactly, ratios to 1e-9.

use perennial_backtest::Fold;
use perennial_kernel::Currency;
use perennial_metrics::cohort::{Column, Count, Question, Row, Rows};
use perennial_metrics::rfm::{self, Cut, RfmPlan, Within};
use perennial_metrics::spread::Summary;
use perennial_metrics::{Cohort, Funnel, GroupBy, Groups, Pareto, Period, Repurchase, Unit, funnel, pareto};
use perennial_rules::lifecycle::model::Model;
use serde_json::{Value, json};

use crate::everyone::{Everyone, cdnow, data, day, journey, reference, run};
use crate::{demand, products};

fn cases(brand: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(data("bench/peers/metrics.json")).unwrap();
    let told: Value = serde_json::from_str(&text).unwrap();
    told["cases"].as_array().unwrap().iter().filter(|case| case["brand"] == brand).cloned().collect()
}

/// The same shape, the same whole numbers, and fractions that differ by rounding alone.
fn same(found: &Value, expected: &Value, path: &str) {
    match (found, expected) {
        (Value::Array(found), Value::Array(expected)) => {
            assert_eq!(found.len(), expected.len(), "{path}");
            found.iter().zip(expected).enumerate().for_each(|(at, (found, expected))| same(found, expected, &format!("{path}[{at}]")));
        }
        (Value::Object(found), Value::Object(expected)) => {
            assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{path}");
            found.iter().for_each(|(key, value)| same(value, &expected[key], &format!("{path}.{key}")));
        }
        (found, expected) if found.is_f64() || expected.is_f64() => {
            let (a, b) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
            assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{path}: {a} is not {b}");
        }
        (found, expected) => assert_eq!(found, expected, "{path}"),
    }
}

pub fn period(question: &Value) -> Period {
    let end = |name: &str| question[name].as_str().map(day);
    Period::new(end("from"), end("to"))
}

pub fn summary(summary: &Summary) -> Value {
    json!({ "count": summary.count, "mean": summary.mean, "p50": summary.p50, "p80": summary.p80, "p90": summary.p90 })
}

fn repurchase(everyone: &Everyone, question: &Value) -> Value {
    let as_of = day(question["as_of"].as_str().unwrap());
    let table = run(&reference(), everyone, as_of, 2, || Repurchase::new(period(question))).0.finish();
    json!({
        "buyers": table.buyers, "purchases": table.purchases, "orders": table.orders, "repeat_buyers": table.repeat_buyers,
        "repeat_orders": table.repeat_orders, "returning_buyers": table.returning_buyers, "user_rate": table.user_rate,
        "order_rate": table.order_rate, "returning_rate": table.returning_rate, "purchases_per_buyer": table.purchases_per_buyer,
        "intervals": summary(&table.intervals), "by_days": table.by_days,
    })
}

fn asked_of_cohorts(question: &Value) -> Question {
    let column = |pair: &Value| Column { from: pair[0].as_u64().unwrap() as u32, to: pair[1].as_u64().map(|to| to as u32) };
    Question {
        period: period(question),
        rows: if question["rows"] == "store" { Rows::Store } else { Rows::Time },
        by: Unit::parse(question["by"].as_str().unwrap()).unwrap(),
        count: if question["count"] == "own" { Count::Own } else { Count::Calendar },
        columns: question["columns"].as_array().unwrap().iter().map(column).collect(),
        ..Question::default()
    }
}

fn cohort(everyone: &Everyone, question: &Value) -> Value {
    let as_of = day(question["as_of"].as_str().unwrap());
    let asked = asked_of_cohorts(question);
    let table = run(&reference(), everyone, as_of, 2, || Cohort::new(asked.clone())).0.finish(as_of);
    let row = |row: &Row| {
        let cell = |cell: &perennial_metrics::cohort::Counted| json!({ "observed": cell.observed, "active": cell.active, "money": cell.money.0, "rate": cell.rate() });
        json!({ "name": row.name, "members": row.members, "cells": row.cells.iter().map(|found| found.as_ref().map(cell)).collect::<Vec<_>>() })
    };
    json!({ "rows": table.rows.iter().map(row).collect::<Vec<_>>(), "all": row(&table.all) })
}

fn funnel(everyone: &Everyone, question: &Value) -> Value {
    let as_of = day(question["as_of"].as_str().unwrap());
    let horizon = question["horizon_days"].as_i64().unwrap() as i32;
    let table = run(&reference(), everyone, as_of, 2, || Funnel::new(period(question), horizon)).0.finish(as_of);
    let step = |step: &funnel::Step| {
        json!({
            "members": step.members, "conversion": step.conversion, "of_all": step.of_all, "days": step.days.as_ref().map(summary),
            "purchases": step.purchases, "money": step.money.0, "money_share": step.money_share,
        })
    };
    let bucket = |bucket: &funnel::Bucket| json!({ "members": bucket.members, "purchases": bucket.purchases, "money": bucket.money.0 });
    json!({
        "members": table.members, "excluded": table.excluded, "steps": table.steps.iter().map(step).collect::<Vec<_>>(),
        "buckets": table.buckets.iter().map(bucket).collect::<Vec<_>>(), "money": table.money.0, "buyers": table.buyers,
        "once": table.once, "one_time_share": table.one_time_share,
    })
}

fn pareto(everyone: &Everyone, question: &Value) -> Value {
    let as_of = day(question["as_of"].as_str().unwrap());
    let table = run(&reference(), everyone, as_of, 2, || Pareto::new(period(question))).0.finish();
    let point = |point: &pareto::Point| json!({ "buyers": point.buyers, "buyers_share": point.buyers_share, "money": point.money.0, "money_share": point.money_share });
    json!({
        "buyers": table.buyers, "money": table.money.0, "curve": table.curve.iter().map(point).collect::<Vec<_>>(),
        "top_fifth": table.top_fifth.as_ref().map(point), "four_fifths": table.four_fifths.as_ref().map(point),
    })
}

fn groups(everyone: &Everyone, question: &Value) -> Value {
    let as_of = day(question["as_of"].as_str().unwrap());
    let (reference, model) = (reference(), Model::shipped("rf", 1, Currency::parse("USD").unwrap()).unwrap());
    let table = run(&reference, everyone, as_of, 2, || Groups::new(GroupBy::Rfm, period(question), &model)).0.finish();
    let row = |row: &perennial_metrics::groups::GroupRow| {
        json!({
            "key": row.key, "buyers": row.buyers, "buyers_share": row.buyers_share, "purchases": row.purchases, "money": row.money.0,
            "money_share": row.money_share, "top_fifth": row.top_fifth,
        })
    };
    json!({ "buyers": table.buyers, "money": table.money.0, "rows": table.rows.iter().map(row).collect::<Vec<_>>() })
}

fn rfm(everyone: &Everyone, question: &Value) -> Value {
    let (as_of, window) = (day(question["as_of"].as_str().unwrap()), question["window"].as_i64().unwrap() as i32);
    let cut = if question["cut"] == "median" { Cut::Median } else { Cut::Mean };
    let within = question["category"].as_str().map_or(Within::Everything, |name| Within::Category(name.to_owned()));
    let (reference, plan) = (reference(), RfmPlan { window, cut, within });
    let mut buyers = rfm::Buyers::new(&reference, &plan.within, window, as_of);
    for (member, history) in everyone {
        buyers.take(*member, history);
    }
    let table = rfm::table(&buyers.finish(), &plan, as_of, reference.brand.currency);
    let cell = |cell: &rfm::Cell| (cell.members, cell.money.0);
    json!({
        "buyers": table.buyers, "money": table.money.0, "cuts": table.cuts, "classes": table.classes.iter().map(cell).collect::<Vec<_>>(),
        "grid": table.grid.iter().map(|(r, f, held)| (r, f, held.members, held.money.0)).collect::<Vec<_>>(),
    })
}

fn agree(brand: &str, everyone: &Everyone, at_least: usize) {
    let cases = cases(brand);
    assert!(cases.len() >= at_least, "{} cases of {brand}", cases.len());
    for case in cases {
        let (metric, question) = (case["metric"].as_str().unwrap(), &case["question"]);
        let found = match metric {
            "repurchase" => repurchase(everyone, question),
            "cohort" => cohort(everyone, question),
            "funnel" => funnel(everyone, question),
            "pareto" => pareto(everyone, question),
            "groups" => groups(everyone, question),
            "cross" => products::cross(everyone, question),
            "products" => products::again(everyone, question),
            "first_product" => products::first(everyone, question),
            "due" => products::due(everyone, question),
            "demand" => demand::demand(everyone, question),
            "rfm" => rfm(everyone, question),
            other => panic!("{other}"),
        };
        same(&found, &case["answer"], &format!("{metric} {question}"));
    }
}

#[test]
fn pandas_agrees_on_every_purchase_of_cdnow() {
    agree("cdnow", cdnow(), 19);
}

#[test]
fn pandas_agrees_on_every_basket_of_complete_journey() {
    agree("complete-journey", journey(), 20);
}
