//! What members are worth, over HTTP: RFM whose cells open exactly their members, models, and the holdout they are judged on.

use std::sync::OnceLock;
use std::time::Duration;

use perennial_source::Preset;
use serde_json::{Value, json};

use crate::kit::Site;

/// Only asked, never changed. The sample as of the last day of its holdout.
fn sample() -> &'static Site {
    static SAMPLE: OnceLock<Site> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let mut site = Site::new("America/New_York", "USD", "1998-06-30T22:00:00Z");
        site.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
        site
    })
}

/// How many members a condition chooses.
async fn chosen(site: &Site, condition: &str) -> u64 {
    let query: String = form_urlencoded::byte_serialize(condition.as_bytes()).collect();
    for _ in 0..600 {
        let answer = site.get(&format!("/api/v1/members?limit=1&condition={query}")).await;
        if answer.status == 503 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        return answer.expect(200)["total"].as_u64().unwrap();
    }
    panic!("the selection never came");
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_of_rfm_hold_every_buyer_once_and_open_exactly_their_members() {
    let site = sample();
    let table = site.get("/api/v1/value/rfm").await.expect(200);
    let buyers = table["buyers"].as_u64().unwrap();
    assert_eq!((&table["as_of"], &table["window"]), (&json!("1998-06-30"), &json!(365)));
    assert_eq!(buyers, chosen(site, "count(purchase within 365 days) >= 1").await);
    for part in ["classes", "grid"] {
        let cells = table[part].as_array().unwrap();
        assert_eq!(cells.iter().map(|cell| cell["members"].as_u64().unwrap()).sum::<u64>(), buyers, "{part}");
        let money = cells.iter().map(|cell| cell["money"]["minor"].as_i64().unwrap()).sum::<i64>();
        assert_eq!(money, table["money"]["minor"].as_i64().unwrap(), "{part}");
        for cell in cells.iter().step_by(3) {
            assert_eq!(chosen(site, cell["condition"].as_str().unwrap()).await, cell["members"].as_u64().unwrap(), "{cell}");
        }
    }
    assert_eq!(table["classes"].as_array().unwrap().len(), 8);
    let fixed = site.get("/api/v1/value/rfm?window=180&cut=fixed&r=60&f=2&m=80.50").await.expect(200);
    assert_eq!((&fixed["cuts"]["r"], &fixed["cuts"]["f"], &fixed["cuts"]["m"]["minor"]), (&json!(60), &json!(2), &json!(8050)));
    let best = &fixed["classes"][0];
    assert_eq!(chosen(site, best["condition"].as_str().unwrap()).await, best["members"].as_u64().unwrap());
    let refused = site.get("/api/v1/value/rfm?cut=fixed&r=-1&window=0&m=1.234").await.refused(422);
    let pointers: Vec<&str> = refused.iter().map(|error| error.0.as_str()).collect();
    assert!(["?r", "?f", "?m", "?window"].iter().all(|name| pointers.contains(name)), "{pointers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_told_with_errors_convergence_and_plain_words() {
    let told = sample().get("/api/v1/value/models?until=1997-09-30").await.expect(200);
    let models = told["models"].as_array().unwrap();
    assert_eq!(models.iter().map(|one| one["asked"].as_str().unwrap()).collect::<Vec<_>>(), ["bgnbd", "mbgnbd", "paretonbd"]);
    let r = &models[0]["params"][0];
    let number = |value: &Value| value.as_f64().unwrap();
    assert!((number(&r["value"]) - 0.2426).abs() < 5e-5 && number(&r["low"]) < 0.2426 && number(&r["high"]) > 0.2426, "{r}");
    assert_eq!((&models[0]["n"], &models[0]["convergence"]["converged"]), (&json!(2357), &json!(true)));
    assert_eq!(models[0]["notes"][0]["code"], "once_is_alive");
    assert_eq!(told["spend"]["n"], 946);
    assert!((number(&told["expected_spend"]) - 35.1704).abs() < 5e-3, "{}", told["expected_spend"]);
    // Under BG/NBD far more count as alive than under the other two.
    assert!((number(&told["alive"][0]) - 1917.28).abs() < 0.5 && (number(&told["alive"][2]) - 1051.88).abs() < 0.5, "{}", told["alive"]);
    assert_eq!(sample().get("/api/v1/value/models?unit=year").await.refused(422)[0].0, "?unit");
    assert_eq!(sample().get("/api/v1/value/models?until=2030-01-01").await.expect(422)["code"], "day.out_of_range");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_holdout_agrees_with_the_reference_and_shows_what_each_ranking_is_worth() {
    let told = sample().get("/api/v1/value/holdout?until=1997-09-30&to=1998-06-30").await.expect(200);
    assert_eq!((&told["buyers"], &told["purchases"]), (&json!(2357), &json!(1882)));
    let number = |value: &Value| value.as_f64().unwrap();
    let near = |found: &Value, expected: f64, relative: f64| {
        assert!((number(found) - expected).abs() <= relative * expected.abs() + 1e-9, "{found} {expected}");
    };
    let reference =
        |name: &str| std::fs::read_to_string(format!("{}/../value/tests/reference/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let rows = |name: &str| -> Vec<Vec<String>> {
        reference(name).lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let cell = |row: &[String], at: usize| row[at].parse::<f64>().unwrap();
    let summary: Value = serde_json::from_str(&reference("cdnow_sample_holdout_summary.json")).unwrap();
    for (model, name) in told["models"].as_array().unwrap().iter().zip(["bg", "mbg", "pn"]) {
        near(&model["expected"], number(&summary[name]["holdout_pred"]), 1e-4);
        near(&model["mean_error"], number(&summary[name]["MAE"]), 1e-4);
        near(&model["root_error"], number(&summary[name]["RMSE"]), 1e-4);
    }
    for (bin, row) in told["bins"].as_array().unwrap().iter().zip(rows("cdnow_sample_freq_bins.csv")) {
        near(&bin["members"], cell(&row, 1), 0.0);
        near(&bin["actual"], cell(&row, 2), 1e-9);
        (0..3).for_each(|at| near(&bin["expected"][at], cell(&row, 3 + at), 1e-4));
    }
    let tracking = told["tracking"].as_array().unwrap();
    for (point, row) in tracking.iter().zip(rows("cdnow_sample_cum_tracking.csv")) {
        near(&point["actual"], cell(&row, 1), 0.0);
        (0..3).for_each(|at| near(&point["expected"][at], cell(&row, 2 + at), 1e-4));
    }
    assert_eq!(tracking.len(), 78);
    // As a churn score BG/NBD's P(alive) is worse than chance here, its expected purchases are not.
    let bg = &told["models"][0];
    assert!((number(&bg["auc_alive"]) - 0.32).abs() < 0.01 && (number(&bg["auc_purchases"]) - 0.77).abs() < 0.01, "{bg}");
    let split = sample().get("/api/v1/value/holdout").await.expect(200);
    assert_eq!((&split["until"], &split["to"]), (&json!("1997-12-31"), &json!("1998-06-30")));
    assert_eq!(sample().get("/api/v1/value/holdout?until=1998-06-30&to=1998-06-30").await.expect(422)["code"], "day.range_backwards");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_without_members_has_answers_too() {
    let site = Site::shanghai();
    let table = site.get("/api/v1/value/rfm?cut=median").await.expect(200);
    assert_eq!((&table["buyers"], &table["grid"]), (&json!(0), &json!([])));
    let models = site.get("/api/v1/value/models").await.expect(200);
    assert_eq!((&models["models"][2]["prior"], &models["models"][2]["notes"][0]["code"]), (&json!(true), &json!("small_base")));
    let held = site.get("/api/v1/value/holdout").await.expect(200);
    assert_eq!((&held["buyers"], &held["models"][0]["auc_purchases"]), (&json!(0), &Value::Null));
}
