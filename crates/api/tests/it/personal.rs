//! Personal values: masked unless revealed, for a reason, into the audit trail; and the trail itself, read, filtered, checked, exported.

use axum::http::header;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::kit::Site;

const PHONE: &str = "19900000001";
const NAME: &str = "李雷";
const EMAIL: &str = "lilei@example.cn";

async fn member(site: &Site) -> String {
    let order = json!({"source": "pos", "order_id": "A1", "paid_at": "2026-11-01T10:00:00+08:00",
        "member": {"number": "N1", "phone": PHONE, "email": EMAIL, "name": NAME}, "lines": [{"sku": "X", "quantity": 1, "paid": "1.00"}]});
    site.post("/api/v1/orders", &order).await.expect(201)["member"].as_str().unwrap().to_owned()
}

fn trail(site: &Site, what: &str) -> Vec<(String, String, String)> {
    let rows = site.house.desk().audit(200).unwrap();
    rows.into_iter().filter(|row| row.what == what).map(|row| (row.who, row.about, row.detail)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_masked_everywhere_until_they_are_revealed_for_a_reason() {
    let site = Site::shanghai();
    let member = member(&site).await;
    site.board("/api/v1/members").await;
    for path in [
        "/api/v1/members".to_owned(),
        format!("/api/v1/members?q={PHONE}"),
        format!("/api/v1/members/{member}"),
        format!("/api/v1/members/{member}/timeline"),
        format!("/api/v1/members/{member}/explain"),
        "/api/v1/members/export?format=csv".to_owned(),
        "/api/v1/overview".to_owned(),
    ] {
        let text = site.get(&path).await.text();
        assert!(!text.is_empty() && ![PHONE, NAME, EMAIL].iter().any(|value| text.contains(value)), "{path}: {text}");
    }
    let reveal = format!("/api/v1/members/{member}/reveal");
    let told = site.post(&reveal, &json!({"fields": ["phone", "name", "wechat_open"], "reason": "会员来电核对"})).await.expect(200);
    let mut values: Vec<(&str, &str)> =
        told["values"].as_array().unwrap().iter().map(|one| (one["field"].as_str().unwrap(), one["value"].as_str().unwrap())).collect();
    values.sort_unstable();
    assert_eq!(values, [("name", NAME), ("phone", PHONE)], "what was not asked for is not told");
    let row = ("owner".to_owned(), member.clone(), "name, phone, wechat_open: 会员来电核对".to_owned());
    assert_eq!(trail(&site, "personal_data_revealed"), [row]);
    assert!(
        !site.house.desk().audit(200).unwrap().iter().any(|row| row.detail.contains(PHONE)),
        "the trail tells of the look, not of the value"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_reason_or_a_field_nothing_is_revealed_and_nothing_noted() {
    let site = Site::shanghai();
    let member = member(&site).await;
    let reveal = format!("/api/v1/members/{member}/reveal");
    assert_eq!(site.post(&reveal, &json!({"fields": ["phone"], "reason": "  a "})).await.expect(422)["code"], "reveal.reason");
    let refused = site.post(&reveal, &json!({"fields": ["phone", "Shoe size"]})).await.refused(422);
    let expected = [("/fields/1", "reveal.field"), ("/reason", "field.missing")].map(|(at, code)| (at.to_owned(), code.to_owned()));
    assert_eq!(refused, expected);
    assert_eq!(site.post("/api/v1/members/m_zzz/reveal", &json!({"fields": ["phone"], "reason": "asked"})).await.status, 404);
    assert!(trail(&site, "personal_data_revealed").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_at_personal_values_are_limited() {
    let site = Site::shanghai();
    let member = member(&site).await;
    let reveal = format!("/api/v1/members/{member}/reveal");
    let ask = async || site.post(&reveal, &json!({"fields": ["phone"], "reason": "asked for"})).await;
    for _ in 0..30 {
        ask().await.expect(200);
    }
    let stopped = ask().await;
    assert_eq!(stopped.expect(429)["code"], "access.too_many");
    assert_eq!(stopped.headers.get(header::RETRY_AFTER).unwrap(), "12");
    site.clock.set(perennial_kernel::Instant(site.house.now().0 + 12_000));
    ask().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_noted_with_its_filter_and_count() {
    let site = Site::shanghai();
    member(&site).await;
    site.board("/api/v1/members").await;
    for format in ["csv", "xlsx"] {
        assert_eq!(site.get(&format!("/api/v1/members/export?format={format}&q=N1&sort=money")).await.status, 200);
    }
    let noted: Vec<String> = trail(&site, "members_exported").into_iter().map(|(.., detail)| detail).collect();
    assert_eq!(noted.len(), 2);
    for detail in noted {
        assert!(detail.contains("1 row") && detail.contains("search") && !detail.contains("N1"), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_paged_filtered_and_exported() {
    let site = Site::shanghai();
    let member = member(&site).await;
    site.post(&format!("/api/v1/members/{member}/reveal"), &json!({"fields": ["phone"], "reason": "=1+1 asked"})).await.expect(200);
    site.post("/api/v1/api-keys", &json!({"name": "shop", "scopes": ["read"]})).await.expect(201);
    site.until("2026-11-23T10:00:00Z");
    let page = async |query: &str| site.get(&format!("/api/v1/audit{query}")).await.expect(200);
    let whats =
        |page: &Value| page["items"].as_array().unwrap().iter().map(|row| row["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let all = page("").await;
    assert_eq!(all["total"], all["items"].as_array().unwrap().len());
    assert_eq!(whats(&all)[0], "signed_in");
    let first = page("?limit=2").await;
    let second = page(&format!("?limit=2&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!([whats(&first), whats(&second)].concat(), whats(&all)[..4]);
    assert_eq!(whats(&page(&format!("?member={member}")).await), ["personal_data_revealed"]);
    assert_eq!(whats(&page("?what=key_created&who=owner").await), ["key_created"]);
    assert_eq!(page("?who=nobody").await["total"], 0);
    assert_eq!(whats(&page("?from=2026-11-23").await), ["signed_in"]);
    assert_eq!(page("?to=2026-11-21").await["total"], 0);
    assert_eq!(site.get("/api/v1/audit?cursor=x").await.expect(422)["code"], "cursor.unreadable");
    let file = site.get("/api/v1/audit/export?what=personal_data_revealed").await;
    assert_eq!(file.kind(), "text/csv; charset=utf-8");
    assert_eq!(file.text().lines().count(), 2);
    assert!(file.text().contains("phone: =1+1 asked"), "{}", file.text());
    assert_eq!(trail(&site, "audit_exported")[0].2, "what=personal_data_revealed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_changed_removed_added_or_cut_off_is_found() {
    let site = Site::shanghai();
    for name in ["a", "b", "c"] {
        site.post("/api/v1/api-keys", &json!({"name": name, "scopes": ["read"]})).await.expect(201);
    }
    let check = async || site.get("/api/v1/audit/check").await.expect(200);
    let whole = check().await;
    assert_eq!((&whole["intact"], &whole["broken_at"]), (&json!(true), &json!(null)));
    let lines = whole["lines"].as_i64().unwrap();
    assert!(lines >= 5);
    let file = Connection::open(site.journal()).unwrap();
    let tampered = [
        ("UPDATE trail SET who = 'eve' WHERE id = 2", "UPDATE trail SET who = 'owner' WHERE id = 2", 2),
        ("UPDATE trail SET about = 'm_1' WHERE id = 3", "UPDATE trail SET about = '' WHERE id = 3", 3),
        ("UPDATE trail SET at = at + 1 WHERE id = 4", "UPDATE trail SET at = at - 1 WHERE id = 4", 4),
        ("UPDATE trail SET id = -3 WHERE id = 3", "UPDATE trail SET id = 3 WHERE id = -3", 3),
    ];
    for (change, back, at) in tampered {
        assert_eq!(file.execute(change, []).unwrap(), 1);
        let broken = check().await;
        assert_eq!((&broken["intact"], &broken["broken_at"]), (&json!(false), &json!(at)), "{change}: {broken}");
        file.execute(back, []).unwrap();
        assert_eq!(check().await["intact"], true, "{back}");
    }
    // Cut off at the end: the key store knows how far it went.
    file.execute("DELETE FROM trail WHERE id = ?1", [lines]).unwrap();
    assert_eq!(check().await["broken_at"], lines);
    // A forged line under that number has no seal that holds.
    file.execute("INSERT INTO trail SELECT ?1, at, who, what, about, detail, seal FROM trail WHERE id = 1", [lines]).unwrap();
    assert_eq!(check().await["broken_at"], lines);
}
