//! Fixed lists over HTTP: the members behind a number are kept, found again, and leave when they are erased.

use serde_json::{Value, json};

use crate::kit::Site;

async fn buys(site: &Site, id: &str, phone: &str) -> String {
    let body = json!({ "source": "pos", "order_id": id, "paid_at": "2026-11-20", "member": { "phone": phone }, "amount": "25.00" });
    site.post("/api/v1/orders", &body).await.expect(201)["member"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_members_behind_a_number_are_kept_as_a_list() {
    let site = Site::shanghai();
    let mut members = Vec::new();
    for (at, phone) in ["19900000001", "19900000002", "19900000003"].into_iter().enumerate() {
        members.push(buys(&site, &format!("A{at}"), phone).await);
    }
    let behind = site.board("/api/v1/metrics/repurchase/members?cell=buyers&as_of=2026-11-22").await.expect(200);
    assert_eq!((&behind["total"], &behind["condition"]), (&json!(3), &json!("f_total >= 1")));
    let ask = json!({ "name": " First buyers ", "metric": "repurchase", "query": "cell=buyers&as_of=2026-11-22", "shared": true });
    let kept = site.post("/api/v1/lists", &ask).await.expect(201);
    assert_eq!((&kept["name"], &kept["members"], &kept["mine"]), (&json!("First buyers"), &json!(3), &json!(true)));
    assert_eq!(kept["origin"], "/metrics/repurchase/members?cell=buyers&as_of=2026-11-22");
    let id = kept["id"].as_str().unwrap();
    let total = async |more: &str| site.board(&format!("/api/v1/members?list={id}{more}")).await.expect(200)["total"].clone();
    // A fourth buyer is not on it; other filters hold beside it.
    buys(&site, "B1", "19900000004").await;
    assert_eq!(
        (total("").await, total("&condition=f_total%20%3E%201").await, total("&q=19900000002").await),
        (json!(3), json!(0), json!(1))
    );
    assert_eq!(total("&q=19900000004").await, 0);
    // Who was merged is on it once, who was erased no more.
    site.post(&format!("/api/v1/members/{}/merge", members[1]), &json!({ "with": members[0], "why": "same" })).await.expect(200);
    assert_eq!(total("").await, 2);
    site.post(&format!("/api/v1/members/{}/erasure", members[2]), &json!({ "confirm": members[2] })).await.expect(200);
    assert_eq!(total("").await, 1);
    let csv = site.get(&format!("/api/v1/members/export?format=csv&list={id}")).await.text();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let job = site.post("/api/v1/members/exports", &json!({ "format": "csv", "list": id })).await.expect(202);
    assert!(job["job"].is_string());
    assert_eq!(site.get("/api/v1/lists").await.expect(200)[0]["members"], 2, "two ids, one person");
    let again = site.post("/api/v1/lists", &json!({ "name": "Again", "metric": "repurchase", "query": "cell=buyers" })).await.expect(201);
    assert_eq!(again["members"], 2, "an erased member is nobody to speak to");

    assert_eq!(site.get(&format!("/api/v1/members?list={id}9")).await.expect(404)["code"], "list.unknown");
    assert_eq!(site.send_json("DELETE", &format!("/api/v1/lists/{id}"), &Value::Null).await.status, 204);
    assert_eq!(site.get(&format!("/api/v1/members?list={id}")).await.expect(404)["code"], "list.unknown");
    assert_eq!(site.send_json("DELETE", &format!("/api/v1/lists/{id}"), &Value::Null).await.expect(404)["code"], "list.unknown");
    let log = site.get("/api/v1/audit").await.expect(200)["items"].to_string();
    assert!(log.contains("list_saved") && log.contains("list_deleted") && log.contains("l_1, 3 members"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_nobody_or_of_no_number_is_refused() {
    let site = Site::shanghai();
    let refused = async |body: Value| site.post("/api/v1/lists", &body).await.refused(422)[0].0.clone();
    assert_eq!(refused(json!({ "name": " ", "metric": "repurchase" })).await, "/name");
    assert_eq!(refused(json!({ "name": "a", "metric": "repurchase", "query": "cell=all" })).await, "?cell");
    assert_eq!(refused(json!({ "name": "a", "metric": "repurchase", "query": "limit=3" })).await, "?limit");
    let nobody = json!({ "name": "a", "metric": "repurchase", "query": "cell=buyers" });
    assert_eq!(site.post("/api/v1/lists", &nobody).await.expect(422)["code"], "list.empty");
    assert_eq!(site.post("/api/v1/lists", &json!({ "name": "a", "metric": "profit" })).await.expect(404)["code"], "metric.unknown");
    assert_eq!(site.get("/api/v1/members?list=3").await.refused(422)[0].0, "?list");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_a_condition_says_so() {
    let site = Site::shanghai();
    buys(&site, "A1", "19900000001").await;
    let condition = async |path: &str| site.board(&format!("/api/v1/metrics/{path}")).await.expect(200)["condition"].clone();
    let november = condition("cohort/members?by=month&row=2026-11&to=2026-11-25").await;
    assert_eq!(november, "first_purchase_on >= DATE '2026-11-01' AND first_purchase_on < DATE '2026-11-25'");
    let query: String = form_urlencoded::byte_serialize(november.as_str().unwrap().as_bytes()).collect();
    assert_eq!(site.board(&format!("/api/v1/members?condition={query}")).await.expect(200)["total"], 1);
    assert_eq!(condition("repurchase/members?cell=new&from=2026-11-20").await, "first_purchase_on >= DATE '2026-11-20'");
    assert_eq!(condition("repurchase/members?cell=buyers&from=2026-11-20").await, Value::Null, "no condition looks at a fixed period");
}
