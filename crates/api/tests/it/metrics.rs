//! Metrics over HTTP: members behind numbers are as many as the numbers say, files hold what the answers do.

use std::sync::OnceLock;

use perennial_source::Preset;
use serde_json::{Value, json};

use crate::kit::Site;

/// One sample for all these tests; its today is the last day of the data.
fn sample() -> &'static Site {
    static SAMPLE: OnceLock<Site> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let mut site = Site::new("America/New_York", "USD", "1998-06-30T22:00:00Z");
        site.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
        site
    })
}

const YEAR: &str = "from=1997-01-01&to=1998-01-01&as_of=1998-06-30";

async fn total(path: &str) -> u64 {
    let page = sample().board(&format!("/api/v1/metrics/{path}&limit=3")).await.expect(200);
    let total = page["total"].as_u64().unwrap();
    assert_eq!(page["items"].as_array().unwrap().len() as u64, total.min(3), "{path}");
    total
}

#[tokio::test(flavor = "multi_thread")]
async fn the_members_behind_each_number_are_as_many_as_it_says() {
    let site = sample();
    let repurchase = site.get(&format!("/api/v1/metrics/repurchase?{YEAR}")).await.expect(200);
    let count = |value: &Value| value.as_u64().unwrap();
    for (cell, number) in [("buyers", "buyers"), ("repeat", "repeat_buyers"), ("returning", "returning_buyers")] {
        assert_eq!(total(&format!("repurchase/members?{YEAR}&cell={cell}")).await, count(&repurchase[number]), "{cell}");
    }
    let once = total(&format!("repurchase/members?{YEAR}&cell=once")).await;
    assert_eq!(once + count(&repurchase["repeat_buyers"]), count(&repurchase["buyers"]));
    let funnel = site.get(&format!("/api/v1/metrics/funnel?{YEAR}&horizon_days=200")).await.expect(200);
    for (cell, number) in [("reached:3", &funnel["steps"][2]["members"]), ("bought:2", &funnel["buckets"][1]["members"])] {
        assert_eq!(total(&format!("funnel/members?{YEAR}&horizon_days=200&cell={cell}")).await, count(number), "{cell}");
    }
    let long = site.get(&format!("/api/v1/metrics/funnel?{YEAR}&horizon_days=500")).await.expect(200);
    assert!(count(&long["excluded"]) > 0 && count(&long["excluded"]) + count(&long["members"]) == 2357);
    assert_eq!(total(&format!("funnel/members?{YEAR}&horizon_days=500&cell=excluded")).await, count(&long["excluded"]));
    let cohort = site.get("/api/v1/metrics/cohort?by=month&as_of=1998-06-30").await.expect(200);
    let cell = &cohort["rows"][1]["cells"][3];
    assert!(count(&cell["active"]) > 0);
    assert_eq!(total("cohort/members?by=month&as_of=1998-06-30&row=1997-02&column=3").await, count(&cell["active"]));
    assert_eq!(total("cohort/members?by=month&as_of=1998-06-30").await, 2357);
    for by in ["stage", "rfm", "channel"] {
        let groups = site.get(&format!("/api/v1/metrics/contribution?{YEAR}&by={by}")).await.expect(200);
        let rows = groups["rows"].as_array().unwrap();
        assert_eq!(rows.iter().map(|row| count(&row["buyers"])).sum::<u64>(), count(&repurchase["buyers"]), "{by}");
        let key = rows[0]["key"].as_str().unwrap();
        assert_eq!(total(&format!("contribution/members?{YEAR}&by={by}&cell=group:{key}")).await, count(&rows[0]["buyers"]), "{by}");
    }
    let stages = site.get("/api/v1/models/rf/stages?as_of=1998-06-30").await.expect(200);
    let everyone = site.get("/api/v1/metrics/contribution?as_of=1998-06-30").await.expect(200);
    for row in everyone["rows"].as_array().unwrap() {
        let key = row["key"].as_str().unwrap();
        assert_eq!(stages["stages"][key], row["buyers"], "everybody of the sample has bought: {key}");
    }
    let cross = site.get(&format!("/api/v1/metrics/cross?{YEAR}&by=stage")).await.expect(200);
    let cells = cross["cells"].as_array().unwrap();
    let lines = |of: &dyn Fn(&Value) -> bool| cells.iter().filter(|cell| of(cell)).map(|cell| count(&cell["lines"])).sum::<u64>();
    assert_eq!(
        (lines(&|cell| cell["group"].is_null()), lines(&|cell| cell["group"].is_string())),
        (count(&cross["lines"]), count(&cross["lines"]))
    );
    let cell = cells.iter().find(|cell| cell["group"].is_string()).unwrap();
    let group = cell["group"].as_str().unwrap();
    assert_eq!(total(&format!("cross/members?{YEAR}&by=stage&group={group}&cell={}:unknown", cell["price"])).await, count(&cell["buyers"]));
    // The buyers of a class are those of the contribution table.
    let by_class = site.get(&format!("/api/v1/metrics/cross?{YEAR}&by=rfm")).await.expect(200);
    let classes: std::collections::BTreeSet<&str> =
        by_class["cells"].as_array().unwrap().iter().filter_map(|cell| cell["group"].as_str()).collect();
    let told = site.get(&format!("/api/v1/metrics/contribution?{YEAR}&by=rfm")).await.expect(200);
    assert_eq!(classes, told["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect());
    let cell = by_class["cells"].as_array().unwrap().iter().find(|cell| cell["group"] == "important_value").unwrap();
    let path = format!("cross/members?{YEAR}&by=rfm&group=important_value&cell={}:unknown", cell["price"]);
    assert_eq!(total(&path).await, count(&cell["buyers"]));
    let pareto = site.get(&format!("/api/v1/metrics/pareto?{YEAR}")).await.expect(200);
    assert_eq!(total(&format!("pareto/members?{YEAR}&cell=first:20")).await, count(&pareto["top_fifth"]["buyers"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_members_follow_each_other() {
    let site = sample();
    let path = format!("/api/v1/metrics/repurchase/members?{YEAR}&cell=repeat&limit=200");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = site.board(&format!("{path}{cursor}")).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["member"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else {
            assert_eq!(page["total"].as_u64().unwrap(), seen.len() as u64);
            break;
        };
        cursor = format!("&cursor={next}");
    }
    seen.sort();
    seen.dedup();
    let told = site.get(&format!("/api/v1/metrics/repurchase?{YEAR}")).await.expect(200);
    assert_eq!(told["repeat_buyers"].as_u64().unwrap(), seen.len() as u64);
    // Nobody is not everybody.
    let nobody = site.board("/api/v1/metrics/repurchase/members?from=2001-01-01&as_of=1998-06-30").await.expect(200);
    assert_eq!((&nobody["total"], &nobody["items"]), (&json!(0), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_leave_as_files_and_that_is_noted() {
    let site = sample();
    let csv = site.get(&format!("/api/v1/metrics/funnel/export?{YEAR}&format=csv")).await;
    assert!(csv.kind().starts_with("text/csv"));
    let told = site.get(&format!("/api/v1/metrics/funnel?{YEAR}")).await.expect(200);
    let second = csv.text().lines().nth(2).unwrap().to_owned();
    assert!(second.starts_with(&format!("2,{},", told["steps"][1]["members"])), "{second}");
    let workbook = site.get("/api/v1/metrics/cohort/export?by=month&as_of=1998-06-30&format=xlsx").await;
    assert!(workbook.kind().contains("spreadsheetml"), "{}", workbook.kind());
    let baskets = site.get("/api/v1/metrics/baskets/export?items=product").await;
    assert!(baskets.text().contains("from,to,baskets,support,confidence,lift"), "{}", baskets.text());
    assert_eq!(site.get("/api/v1/metrics/baskets/members").await.expect(404)["code"], "metric.unknown");
    assert_eq!(site.get("/api/v1/metrics/baskets?support=1.5").await.refused(422)[0].0, "?support");
    assert_eq!(site.get("/api/v1/metrics/baskets?support=0").await.expect(422)["code"], "baskets.share");
    let told = site.get("/api/v1/metrics/baskets?items=category").await.expect(200);
    assert_eq!((&told["baskets"], &told["sets"]), (&json!(0), &json!([])), "the sample names no categories");
    let log = site.get("/api/v1/audit?what=metric_exported").await.expect(200);
    assert_eq!((&log["items"][0]["detail"], &log["items"][1]["detail"]), (&json!("baskets csv"), &json!("cohort xlsx")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_starts_from_what_was_observed_or_from_what_is_given() {
    let site = sample();
    let observed = json!({ "from": "1997-01-01", "to": "1998-01-01", "as_of": "1998-06-30" });
    let told = site.post("/api/v1/metrics/simulate", &json!({ "observed": observed })).await.expect(200);
    let funnel = site.get(&format!("/api/v1/metrics/funnel?{YEAR}")).await.expect(200);
    assert_eq!(told["scenarios"][0]["sales"], funnel["money"], "nothing changed sells what was sold");
    let body = json!({
        "model": "bucket", "buyers": 10000, "conversions": [0.35, 0.5, 0.6], "values": ["300", "400", "440.00"],
        "scenarios": [{ "conversions": [0.5, 0.5, 0.6] }],
    });
    let told = site.post("/api/v1/metrics/simulate", &body).await.expect(200);
    let sales: Vec<&Value> = told["scenarios"].as_array().unwrap().iter().map(|one| &one["sales"]["minor"]).collect();
    assert_eq!(sales, [&json!(681_500_000), &json!(845_000_000)]);
    assert!((told["scenarios"][1]["uplift"].as_f64().unwrap() - 0.239_912).abs() < 1e-6);
    let wrong = json!({
        "model": "both", "buyers": "many", "conversions": [0.3, true], "values": ["a lot"], "scenarios": [{ "price": 1 }], "observed": { "from": "May" },
    });
    let refused = site.post("/api/v1/metrics/simulate", &wrong).await.refused(422);
    let mut pointers: Vec<&str> = refused.iter().map(|(pointer, _)| pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/buyers", "/conversions/1", "/model", "/observed/from", "/scenarios/0/price", "/values/0"]);
    let endless = json!({ "buyers": 1, "conversions": [0.5], "values": ["1"], "scenarios": [{ "conversions": [1] }] });
    assert_eq!(site.post("/api/v1/metrics/simulate", &endless).await.refused(422)[0].0, "/scenarios/0/conversions/0");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_refused_with_its_place() {
    let site = sample();
    let table = [
        ("repurchase?from=May", "?from"),
        ("cohort?by=year", "?by"),
        ("cohort?brackets=7-1", "?brackets"),
        ("cohort?brackets=1-7&periods=3", "?brackets"),
        ("cohort?periods=400", "?periods"),
        ("funnel?horizon_days=0", "?horizon_days"),
        ("pareto?by=month", "?by"),
        ("funnel/members?cell=reached:5", "?cell"),
        ("pareto/members?cell=first:101", "?cell"),
        ("repurchase/members?cell=interval:x-3", "?cell"),
    ];
    for (path, pointer) in table {
        assert_eq!(site.get(&format!("/api/v1/metrics/{path}")).await.refused(422)[0].0, pointer, "{path}");
    }
    assert_eq!(site.get("/api/v1/metrics/repurchase?from=1998-01-01&to=1997-01-01").await.expect(422)["code"], "day.range_backwards");
    assert_eq!(site.get("/api/v1/metrics/repurchase?as_of=1999-01-01").await.expect(422)["code"], "day.out_of_range");
    assert_eq!(site.get("/api/v1/metrics/cohort/members?periods=2&column=3").await.expect(422)["code"], "metrics.column");
    assert_eq!(site.get("/api/v1/metrics/profit/members").await.expect(404)["code"], "metric.unknown");
    assert_eq!(site.get("/api/v1/metrics/profit/export").await.expect(404)["code"], "metric.unknown");
    let nobody = json!({ "observed": { "from": "1998-06-01" } });
    assert_eq!(site.post("/api/v1/metrics/simulate", &nobody).await.expect(422)["code"], "metrics.nobody_followed");
}
