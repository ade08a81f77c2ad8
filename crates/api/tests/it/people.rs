//! Who is whom over HTTP: merged, counted once, split, asked, ruled.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, header};
use perennial_app::access::{Access, NewUser, Role};
use serde_json::{Value, json};

use crate::kit::Site;

fn an_order(id: &str, member: &Value) -> Value {
    json!({
        "source": "pos", "order_id": id, "paid_at": "2026-11-22T09:30:00Z", "member": member,
        "lines": [{"sku": "tea", "quantity": 1, "paid": "25.00"}],
    })
}

async fn buys(site: &Site, id: &str, member: Value) -> String {
    let answer = site.post("/api/v1/orders", &an_order(id, &member)).await.expect(201);
    answer["member"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_is_looked_at_made_counted_once_and_taken_back() {
    let site = Site::shanghai();
    let ann = buys(&site, "A1", json!({"number": "88001", "name": "李雷"})).await;
    let bob = buys(&site, "B1", json!({"phone": "19900000001"})).await;
    assert_eq!(site.board("/api/v1/members").await.expect(200)["total"], 2);
    let preview = site.get(&format!("/api/v1/members/{bob}/merge?with={ann}")).await.expect(200);
    assert_eq!((preview["after"][0]["member"].as_str(), &preview["after"][0]["orders"]), (Some(ann.as_str()), &json!(1)));
    let merged = site.post(&format!("/api/v1/members/{bob}/merge"), &json!({"with": ann, "why": "same address"})).await.expect(200);
    assert_eq!(merged["member"], ann.as_str());
    assert_eq!(trail(&site, 1), [("members_merged".to_owned(), format!("{bob} {ann}: same address"))]);
    let listed = site.board("/api/v1/members").await.expect(200);
    assert_eq!((listed["total"].as_u64(), listed["items"][0]["money"]["minor"].as_i64()), (Some(1), Some(5000)));
    // The old id goes on answering, with the member it is part of now.
    let detail = site.get(&format!("/api/v1/members/{bob}")).await.expect(200);
    assert_eq!((detail["member"].as_str(), detail["parts"].as_array().unwrap().len()), (Some(ann.as_str()), 2));
    let again = site.post(&format!("/api/v1/members/{bob}/merge"), &json!({"with": ann, "why": "again"})).await;
    assert_eq!(again.expect(422)["code"], "member.same");
    let split = site.get(&format!("/api/v1/members/{ann}/split?subjects={bob}")).await.expect(200);
    assert_eq!(split["after"].as_array().unwrap().len(), 2);
    let apart = site.post(&format!("/api/v1/members/{ann}/split"), &json!({"subjects": [bob], "why": "two people"})).await.expect(200);
    assert_eq!(apart["member"], bob.as_str());
    assert_eq!(trail(&site, 1), [("member_split".to_owned(), format!("{bob}: two people"))]);
    assert_eq!(site.board("/api/v1/members").await.expect(200)["total"], 2);
    let none = site.post(&format!("/api/v1/members/{ann}/split"), &json!({"subjects": [bob], "why": "again"})).await;
    assert_eq!(none.expect(422)["code"], "member.no_part");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_listed_with_evidence_and_answered() {
    let site = Site::shanghai();
    let ann = buys(&site, "A1", json!({"phone": "19900000001", "email": "li@brand.cn"})).await;
    let bob = buys(&site, "B1", json!({"phone": "19900000002", "email": "li@brand.cn"})).await;
    assert_ne!(ann, bob);
    let listed = site.get("/api/v1/conflicts").await.expect(200);
    let row = &listed["items"][0];
    assert_eq!((row["kind"].as_str(), row["by"].as_str()), (Some("phone"), Some("email")));
    let path = format!("/api/v1/conflicts/{}/{}", row["left"]["member"].as_str().unwrap(), row["right"]["member"].as_str().unwrap());
    let detail = site.get(&path).await.expect(200);
    assert_eq!(detail["evidence"].as_array().unwrap().len(), 4);
    assert!(!detail.to_string().contains("19900000001"), "masked");
    let wrong = site.post(&path, &json!({"resolution": "guess", "why": "x"})).await;
    assert_eq!(wrong.refused(422), [("/resolution".to_owned(), "conflict.resolution".to_owned())]);
    site.post(&path, &json!({"resolution": "merge", "why": "one person, two phones"})).await.expect(204);
    assert!(trail(&site, 1)[0].1.ends_with(": one person, two phones"), "{:?}", trail(&site, 1));
    assert!(site.get("/api/v1/conflicts").await.expect(200)["items"].as_array().unwrap().is_empty());
    assert_eq!(site.get(&path).await.expect(404)["code"], "conflict.unknown");
    assert_eq!(site.board("/api/v1/members").await.expect(200)["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn identity_rules_are_changed_as_versions_and_what_is_wrong_with_them_is_told() {
    let site = Site::shanghai();
    let held = site.get("/api/v1/identity-rules").await.expect(200);
    assert_eq!(held["version"], 0);
    let ann = buys(&site, "A1", json!({"number": "88001", "email": "li@brand.cn"})).await;
    assert_eq!(buys(&site, "A2", json!({"email": "li@brand.cn"})).await, ann);
    let yaml = held["yaml"].as_str().unwrap();
    let wrong = site.send_json("PUT", "/api/v1/identity-rules", &json!({"yaml": "types: []", "reason": "x"})).await;
    assert_eq!(wrong.refused(422), [("/yaml/types".to_owned(), "identity.no_other".to_owned())]);
    let changed = yaml.replace("  - type: email\n", "  - type: email\n    merges: false\n");
    assert_ne!(changed, yaml);
    let held = site.send_json("PUT", "/api/v1/identity-rules", &json!({"yaml": changed, "reason": "shared addresses"})).await.expect(200);
    assert_eq!((&held["version"], &held["history"][0]["reason"]), (&json!(1), &json!("shared addresses")));
    assert_eq!(trail(&site, 1), [("identity_rules_changed".to_owned(), "1".to_owned())]);
    // Whom an address alone had joined is two members again.
    assert_eq!(site.board("/api/v1/members").await.expect(200)["total"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_member_is_met_revealed_and_audited_under_every_id_it_had() {
    let site = Site::shanghai();
    let at = |id: &str, store: &str, member: Value| {
        let mut order = an_order(id, &member);
        order["store"] = json!(store);
        order
    };
    let ann = site.post("/api/v1/orders", &at("A1", "S1", json!({"number": "88001", "name": "李雷"}))).await.expect(201);
    let bob = site.post("/api/v1/orders", &at("B1", "S2", json!({"phone": "19900000001"}))).await.expect(201);
    let (ann, bob) = (ann["member"].as_str().unwrap().to_owned(), bob["member"].as_str().unwrap().to_owned());
    let access = Access::new(Arc::clone(&site.house));
    let guide = NewUser { name: "guide".into(), role: Role::Associate, stores: vec!["S1".into()], password: Some("first of all".into()) };
    access.create_user("owner", guide).unwrap();
    access.change_password("guide", "", "first of all", "a password of mine").unwrap();
    let token = access.sign_in("guide", "a password of mine").unwrap();
    let seen = async |member: &str| {
        let path = format!("/api/v1/members/{member}");
        let request = Request::builder().uri(path).header(header::COOKIE, format!("perennial={token}"));
        site.send(request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    site.board("/api/v1/members").await;
    assert_eq!((seen(&ann).await, seen(&bob).await), (200, 404), "who bought elsewhere is not met");
    let reveal = async |member: &str| {
        let asked = json!({"fields": ["name", "phone"], "reason": "asked by phone"});
        let told = site.post(&format!("/api/v1/members/{member}/reveal"), &asked).await.expect(200);
        told["values"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(reveal(&bob).await, BTreeSet::from(["19900000001".to_owned()]));
    site.post(&format!("/api/v1/members/{ann}/merge"), &json!({"with": bob, "why": "same person"})).await.expect(200);
    assert_eq!(site.board("/api/v1/members").await.expect(200)["total"], 1);
    assert_eq!((seen(&ann).await, seen(&bob).await), (200, 200), "by either id it is one who bought here, too");
    let both = BTreeSet::from(["19900000001".to_owned(), "李雷".to_owned()]);
    assert_eq!((reveal(&ann).await, reveal(&bob).await), (both.clone(), both), "what any part was told by");
    for member in [&ann, &bob] {
        let lines = site.get(&format!("/api/v1/audit?member={member}")).await.expect(200);
        let whats: Vec<&str> = lines["items"].as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap()).collect();
        let revealed = "personal_data_revealed";
        assert_eq!(whats, [revealed, revealed, "members_merged", revealed], "the look from before the merge, too");
    }
    for q in ["88001", "19900000001", "李雷", "0001", "B1", &bob] {
        let found = site.get(&format!("/api/v1/members?q={}", percent(q))).await.expect(200);
        assert_eq!((found["total"].as_u64(), found["items"][0]["member"].as_str()), (Some(1), Some(ann.as_str())), "{q}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_reason_of_one_line_nobody_is_merged() {
    let site = Site::shanghai();
    let ann = buys(&site, "A1", json!({"number": "88001"})).await;
    let bob = buys(&site, "B1", json!({"phone": "19900000001"})).await;
    let path = format!("/api/v1/members/{bob}/merge");
    for (why, code) in
        [(json!(null), "field.missing"), (json!(" "), "field.reason"), (json!("a\nb"), "field.reason"), (json!(1), "field.type")]
    {
        let refused = site.post(&path, &json!({"with": ann, "why": why})).await.refused(422);
        assert_eq!(refused, [("/why".to_owned(), code.to_owned())], "{why}");
    }
    assert_eq!(site.board("/api/v1/members").await.expect(200)["total"], 2);
}

fn percent(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What the audit trail tells of late, newest first.
fn trail(site: &Site, limit: usize) -> Vec<(String, String)> {
    let rows = site.house.desk().audit(limit).unwrap();
    rows.into_iter().map(|row| (row.what, row.detail)).collect()
}
