//! Policies as documents with versions: drafts, trials, differences, activation; and how long members stay.

use std::sync::OnceLock;
use std::time::Duration;

use perennial_source::Preset;
use serde_json::{Value, json};

use crate::kit::Site;

fn cdnow() -> Site {
    let mut site = Site::new("America/New_York", "USD", "1998-06-30T22:00:00Z");
    site.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
    site
}

/// Only asked, never changed.
fn sample() -> &'static Site {
    static SAMPLE: OnceLock<Site> = OnceLock::new();
    SAMPLE.get_or_init(cdnow)
}

async fn document(site: &Site) -> Value {
    site.get("/api/v1/policies/rf/versions/1").await.expect(200)["document"].clone()
}

/// The shipped model with another rule for one stage.
async fn with_rule(site: &Site, stage: &str, when: &str) -> Value {
    let mut document = document(site).await;
    for held in document["stages"].as_array_mut().unwrap().iter_mut().filter(|held| held["id"] == stage) {
        held["when"] = json!(when);
    }
    document
}

async fn trial(site: &Site, body: &Value) -> Value {
    let job = site.post("/api/v1/policies/rf/trials", body).await.expect(202)["job"].clone();
    let done = site.ended(&job).await;
    assert_eq!(done["state"], "done", "{done}");
    site.get(&format!("/api/v1/policies/rf/trials/{}", job.as_str().unwrap())).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_previewed_with_members_to_open() {
    let site = sample();
    let draft = with_rule(site, "regular.active", "f_life >= 2 AND recency < 60").await;
    let shown = trial(site, &json!({ "kind": "preview", "document": draft })).await;
    let preview = &shown["preview"];
    assert!(shown["backtest"].is_null() && shown["calibration"].is_null());
    assert_eq!((&preview["as_of"], &preview["members"]), (&json!("1998-06-30"), &json!(2357)));
    let moves = preview["moves"].as_array().unwrap();
    assert_eq!((moves.len(), &moves[0]["from"], &moves[0]["to"]), (1, &json!("regular.active"), &json!("at_risk.silent")));
    assert_eq!(preview["moving"], moves[0]["members"]);
    // Each of the sample stands where the preview says it would leave from.
    for member in moves[0]["sample"].as_array().unwrap() {
        let detail = site.get(&format!("/api/v1/members/{}", member.as_str().unwrap())).await.expect(200);
        assert_eq!(detail["stages"]["rf"]["stage"], "regular.active");
    }
    // A draft that changes nothing moves nobody.
    let same = trial(site, &json!({ "kind": "preview", "document": document(site).await })).await;
    assert_eq!(same["preview"]["moving"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backtest_in_the_background_is_the_one_asked_for_directly() {
    let site = sample();
    let yaml =
        site.get("/api/v1/policies/rf/versions/1").await.expect(200)["yaml"].as_str().unwrap().replace("recency < 90", "recency < 60");
    let direct = json!({ "policy": yaml, "from": "1998-01", "to": "1998-05" });
    let mut direct = site.post("/api/v1/models/rf/backtest", &direct).await.expect(200);
    let mut shown = trial(site, &json!({ "kind": "backtest", "yaml": yaml, "from": "1998-01", "to": "1998-05" })).await["backtest"].clone();
    assert_eq!(shown["months"].as_array().unwrap().len(), 5);
    for answer in [&mut direct, &mut shown] {
        answer["data_up_to"] = Value::Null;
    }
    assert_eq!(shown, direct);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calibration_proposes_windows_with_reasons_and_a_document_to_edit() {
    let site = sample();
    let shown = trial(site, &json!({ "kind": "calibrate", "year": 1997 })).await["calibration"].clone();
    assert_eq!((&shown["fit"]["buyers"], &shown["fit"]["to"]), (&json!(2357), &json!("1997-12-31")));
    assert_eq!((&shown["check"]["buyers"], &shown["check"]["to"]), (&json!(515), &json!("1998-06-30")));
    let window = |name: &str| shown["windows"].as_array().unwrap().iter().find(|one| one["window"] == name).unwrap().clone();
    assert_eq!((&window("first")["days"], &window("first")["shipped"]), (&json!(160), &json!(30)));
    assert!(window("active")["reason"]["zh"].as_str().unwrap().contains('天'));
    let checked = site.post("/api/v1/policies/check", &json!({ "document": shown["document"] })).await.expect(200);
    assert_eq!((&checked["problems"], &checked["document"]), (&json!([]), &shown["document"]));
    let wrong = [(json!({ "kind": "calibrate", "year": 1998 }), "/year"), (json!({ "kind": "guess" }), "/kind"), (json!({}), "/kind")];
    for (body, pointer) in wrong {
        assert_eq!(site.post("/api/v1/policies/rf/trials", &body).await.refused(422)[0].0, pointer, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_draft_is_told_where_it_stands() {
    let site = sample();
    let draft = with_rule(site, "regular.active", "f_lif >= 2").await;
    let place = draft["stages"].as_array().unwrap().iter().position(|stage| stage["id"] == "regular.active").unwrap();
    let checked = site.post("/api/v1/policies/check", &json!({ "document": draft })).await.expect(200);
    assert_eq!(checked["problems"][0]["pointer"], format!("/stages/{place}/when"));
    assert_eq!((&checked["problems"][0]["code"], &checked["yaml"]), (&json!("unknown_field"), &Value::Null));
    let refused = site.post("/api/v1/policies/rf/versions", &json!({ "document": draft, "reason": "x" })).await.refused(422);
    assert_eq!(refused[0].0, format!("/document/stages/{place}/when"));
    let other = site.post("/api/v1/policies/guest/versions", &json!({ "document": document(site).await })).await.refused(422);
    assert_eq!(other, [("/document/id".to_owned(), "policy.other_id".to_owned())]);
    assert_eq!(site.get("/api/v1/policies/rf/versions/9").await.expect(404)["code"], "policy.unknown_version");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_saved_compared_put_in_force_and_the_one_before_retired() {
    let site = cdnow();
    let draft = with_rule(&site, "regular.active", "f_life >= 2 AND recency < 60").await;
    let saved = site.post("/api/v1/policies/rf/versions", &json!({ "document": draft, "reason": "淡季更短" })).await.expect(201);
    assert_eq!(saved, json!({ "id": "rf", "version": 2 }));
    let states = async || {
        let policies = site.get("/api/v1/policies").await.expect(200);
        assert_eq!(policies[0]["id"], "rf");
        let versions = policies[0]["versions"].as_array().unwrap().clone();
        versions.iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states().await, ["draft", "active"]);
    let diff = site.get("/api/v1/policies/rf/diff?from=1&to=2").await.expect(200);
    let change = &diff[0];
    assert_eq!(
        (diff.as_array().unwrap().len(), &change["how"], &change["what"], &change["id"]),
        (1, &json!("changed"), &json!("condition"), &json!("regular.active"))
    );
    assert_eq!(change["after"]["text"], "f_life >= 2 AND recency < 60");
    assert!(change["after"]["sentence"]["en"].as_str().unwrap().contains("60"));

    let preview = trial(&site, &json!({ "kind": "preview", "document": draft })).await["preview"]["moving"].as_u64().unwrap();
    let before = site.board("/api/v1/members?stage=regular.active&limit=1").await.expect(200)["total"].as_u64().unwrap();
    let refused = site.post("/api/v1/policies/rf/versions/2/activate", &json!({ "reason": " " })).await.refused(422);
    assert_eq!(refused[0].0, "/reason");
    let job = site.post("/api/v1/policies/rf/versions/2/activate", &json!({ "reason": "淡季更短" })).await.expect(202)["job"].clone();
    let done = site.ended(&job).await;
    assert_eq!((&done["state"], &done["result"]["members"], &done["done"]), (&json!("done"), &json!(2357), &json!(2357)), "{done}");
    assert_eq!(states().await, ["active", "retired"]);
    let policies = site.get("/api/v1/policies").await.expect(200);
    assert_eq!(policies[0]["redeciding"], false);
    let note = &policies[0]["versions"][0]["notes"][0];
    assert_eq!((&note["what"], &note["who"], &note["reason"]), (&json!("activated"), &json!("owner"), &json!("淡季更短")));
    // Exactly those whom the preview named have moved.
    for _ in 0..200 {
        let after = site.board("/api/v1/members?stage=regular.active&limit=1").await.expect(200)["total"].as_u64().unwrap();
        if after != before {
            assert_eq!(before - after, preview);
            let audit = site.house.desk().audit(20).unwrap();
            assert!(audit.iter().any(|row| row.what == "policy_activated" && row.detail.contains("淡季更短")));
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nobody moved");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_was_withdrawn_cannot_be_put_in_force() {
    let site = Site::shanghai();
    let draft = with_rule(&site, "regular.active", "f_life >= 2 AND recency < 60").await;
    site.post("/api/v1/policies/rf/versions", &json!({ "document": draft })).await.expect(201);
    let why = json!({ "reason": "a mistake" });
    let send = async |path: &str| site.post(&format!("/api/v1/policies/rf/versions/{path}"), &why).await;
    assert_eq!(send("1/withdraw").await.expect(422)["code"], "policy.not_a_draft");
    send("2/withdraw").await.expect(204);
    assert_eq!(send("2/activate").await.expect(422)["code"], "policy.withdrawn");
    assert_eq!(site.get("/api/v1/policies").await.expect(200)[0]["versions"][0]["state"], "withdrawn");
}

#[tokio::test(flavor = "multi_thread")]
async fn times_and_survival_are_told_with_what_still_goes_on() {
    let site = sample();
    let times = site.get("/api/v1/models/rf/times").await.expect(200);
    let stage = |id: &str| times["stages"].as_array().unwrap().iter().find(|one| one["stage"] == id).unwrap()["time"].clone();
    let active = stage("regular.active");
    assert_eq!((&active["count"], &active["ended"], &active["p50"]), (&json!(1265), &json!(1195), &json!(90)));
    let bins = active["bins"].as_array().unwrap();
    assert_eq!(bins.iter().map(|bin| bin["count"].as_u64().unwrap()).sum::<u64>(), 1195);
    assert_eq!((&times["prime"]["p50"], &times["growing_up"]["p25"], &times["growing_up"]["p50"]), (&json!(90), &json!(90), &Value::Null));
    let survival = site.get("/api/v1/survival?by=month").await.expect(200);
    let cohorts = survival["cohorts"].as_array().unwrap();
    assert_eq!((cohorts.len(), &cohorts[0]["cohort"], &cohorts[1]["cohort"]), (4, &Value::Null, &json!("1997-01")));
    assert_eq!((&cohorts[0]["members"], &cohorts[0]["median"], &survival["life_gap_days"]), (&json!(2357), &json!(180), &json!(180)));
    for point in cohorts[0]["curve"].as_array().unwrap() {
        let of = |name: &str| point[name].as_f64().unwrap();
        assert!(of("low") <= of("survival") && of("survival") <= of("high") && of("high") <= 1.0, "{point}");
    }
    assert_eq!(site.get("/api/v1/survival?by=week").await.refused(422)[0].0, "?by");
    assert_eq!(site.get("/api/v1/models/rf/times?as_of=2030-01-01").await.expect(422)["code"], "day.out_of_range");
}
