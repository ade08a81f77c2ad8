//! The board and the timeline while things happen: orders, silence, days.

use serde_json::{Value, json};

use crate::kit::Site;

fn order(id: &str, number: &str, paid_at: &str) -> Value {
    json!({"source": "pos", "order_id": id, "paid_at": paid_at, "amount": "30.00", "member": {"number": number}})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_follows_orders_and_days() {
    let site = Site::shanghai();
    let opened = site.post("/api/v1/orders", &order("A0", "1", "2026-11-22T09:00:00Z")).await.expect(201);
    let stage = async |number: &str| {
        let found = site.board(&format!("/api/v1/members?q={number}")).await.expect(200);
        found["items"][0]["stage"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(stage("1").await, "new.first");
    site.until("2026-11-25T10:00:00Z");
    site.post("/api/v1/orders", &order("B0", "2", "2026-11-25T09:00:00Z")).await.expect(201);
    assert_eq!(stage("2").await, "new.first");
    assert_eq!(site.board("/api/v1/members").await.expect(200)["total"], 2);
    // 31 days of silence later the first is silent, by time alone.
    site.until("2026-12-23T10:00:00Z");
    assert_eq!((stage("1").await.as_str(), stage("2").await.as_str()), ("at_risk.silent", "new.first"));
    let overview = site.board("/api/v1/overview").await.expect(200);
    assert_eq!(overview["week_ago"]["stages"]["new.first"], 2);
    assert_eq!(overview["stages"]["stages"]["at_risk.silent"], 1);
    assert_eq!(overview["movements"], json!([{"day": "2026-12-23", "from": "new.first", "to": "at_risk.silent", "members": 1}]));
    assert_eq!(overview["recent"][0]["member"], opened["member"]);

    let id = opened["member"].as_str().unwrap();
    let timeline = site.get(&format!("/api/v1/members/{id}/timeline")).await.expect(200);
    let newest = &timeline["items"][0];
    assert_eq!((&newest["kind"], &newest["origin"], &newest["day"]), (&json!("stage.changed"), &json!("timer"), &json!("2026-12-23")));

    let told = site.get(&format!("/api/v1/members/{id}/explain")).await.expect(200);
    let sentences: Vec<&str> =
        told["would_change"].as_array().unwrap().iter().map(|change| change["sentence"]["zh"].as_str().unwrap()).collect();
    assert_eq!(sentences, ["到 2027-05-21 仍无消费，将变为睡眠会员", "再消费 1 次将变为二次复购新会员"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_order_corrects_what_was_decided() {
    let site = Site::shanghai();
    site.post("/api/v1/orders", &order("A0", "1", "2026-11-22T09:59:00Z")).await.expect(201);
    site.until("2026-11-23T10:00:00Z");
    let member = site.post("/api/v1/orders", &order("A1", "1", "2026-11-23T09:00:00Z")).await.expect(201)["member"].clone();
    // Silent for 90 days after the second purchase, then an order from before that comes in.
    site.until("2027-02-22T10:00:00Z");
    site.post("/api/v1/orders", &order("A2", "1", "2027-01-10T09:00:00Z")).await.expect(201);
    let timeline = site.get(&format!("/api/v1/members/{}/timeline", member.as_str().unwrap())).await.expect(200);
    let items = timeline["items"].as_array().unwrap();
    let superseded = items.iter().find(|entry| !entry["superseded_by"].is_null()).expect("a decision was corrected");
    let corrected = items.iter().find(|entry| entry["kind"] == "stage.corrected").expect("what holds instead");
    assert_eq!(corrected["origin"], "correction");
    assert!(superseded["superseded_by"].as_str().unwrap().starts_with("e_"));
    let row = site.board("/api/v1/members?q=1").await.expect(200);
    assert_eq!((&row["items"][0]["f_total"], &row["items"][0]["recency"]), (&json!(3), &json!(43)));
    // As it was known before the late order came.
    let path = format!("/api/v1/members/{}/explain?as_of=2027-02-21&known_at=2027-02-22T09:59:00Z", member.as_str().unwrap());
    assert_eq!(site.get(&path).await.expect(200)["stage"], "at_risk.silent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jump_over_years_reads_everyone_due_again() {
    let site = Site::shanghai();
    for n in 0..40 {
        site.post("/api/v1/orders", &order(&format!("A{n}"), &format!("n{n}"), "2026-11-22T09:00:00Z")).await.expect(201);
    }
    site.board("/api/v1/members").await.expect(200);
    site.until("2029-11-22T10:00:00Z");
    assert_eq!(site.board("/api/v1/members?stage=ended").await.expect(200)["total"], 40);
    assert_eq!(site.get("/api/v1/models/rf/stages").await.expect(200)["stages"]["ended"], 40);
}
