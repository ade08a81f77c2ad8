//! Dead letters: kept sealed, mended, replayed one by one or all, gone with the key of their day.

use axum::body::Body;
use axum::http::header;
use perennial_app::access::{Access, Scope};
use perennial_app::door::{Door, KEPT_DAYS};
use perennial_app::port::letter::LetterFilter;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::kit::Site;
use crate::segment::{connected, send};

fn bad_order(n: u32) -> Value {
    json!({"type": "track", "event": "Order Completed", "messageId": format!("m{n}"), "userId": "88001", "timestamp": "2026-11-22T09:00:00Z",
        "properties": {"order_id": format!("A{n}"), "revenue": "about ten", "email": "li.lei@example.cn"}})
}

async fn letters(site: &Site, query: &str) -> Vec<Value> {
    site.get(&format!("/api/v1/dead-letters{query}")).await.expect(200)["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_mended_and_replayed() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    send(&site, &key, "/v1/batch", &json!({"batch": [bad_order(1)]})).await.expect(200);
    let letter = letters(&site, "?state=open").await[0].clone();
    let path = format!("/api/v1/dead-letters/{}", letter["id"].as_str().unwrap());
    assert_eq!((&letter["code"], &letter["errors"][0]["pointer"]), (&json!("money.unreadable"), &json!("/properties/revenue")));
    let opened = site.get(&path).await.expect(200);
    let body: Value = serde_json::from_str(opened["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, bad_order(1));
    // As it is, it is refused again.
    let again = site.post(&format!("{path}/replay"), &json!({})).await.expect(200);
    assert_eq!((&again["letter"]["state"], &again["letter"]["attempts"]), (&json!("open"), &json!(1)));
    let mut mended = body;
    mended["properties"]["revenue"] = json!(10);
    site.send_json("PUT", &path, &json!({"body": mended.to_string()})).await.expect(200);
    let replayed = site.post(&format!("{path}/replay"), &json!({})).await.expect(200);
    assert_eq!(replayed["letter"]["state"], "replayed");
    let row = site.board("/api/v1/members?q=88001").await.expect(200)["items"][0].clone();
    assert_eq!(row["money"]["minor"], 1000);
    assert_eq!(site.post(&format!("{path}/replay"), &json!({})).await.expect(422)["code"], "dead_letter.not_open");
    assert_eq!(site.post("/api/v1/dead-letters/999/replay", &json!({})).await.expect(404)["code"], "dead_letter.unknown");
    let audit: Vec<String> = site.house.desk().audit(10).unwrap().into_iter().map(|row| row.what).collect();
    for what in ["dead_letter_shown", "dead_letter_mended", "dead_letter_replayed"] {
        assert!(audit.iter().any(|held| held == what), "{what}: {audit:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_match_are_replayed_once_the_cause_is_gone() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    // An hour ahead of our clock: refused now, fine in an hour.
    let early = |n: u32| json!({"type": "track", "event": "Product Viewed", "messageId": format!("e{n}"), "userId": "u", "timestamp": "2026-11-22T11:00:00Z"});
    let events: Vec<Value> = (0..250).map(early).chain([bad_order(1)]).collect();
    assert_eq!(send(&site, &key, "/v1/batch", &json!({"batch": events})).await.expect(200)["refused"], 251);
    let page = site.get("/api/v1/dead-letters?code=occurred_in_future&limit=200").await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 200);
    let rest = letters(&site, &format!("?code=occurred_in_future&limit=200&cursor={}", page["cursor"].as_str().unwrap())).await;
    assert_eq!(rest.len(), 50);
    site.until("2026-11-22T11:00:00Z");
    let begun = site.post("/api/v1/dead-letters/replay", &json!({"source": "app", "code": "occurred_in_future"})).await.expect(202);
    assert_eq!(begun["of"], 250);
    let mut replaying = Value::Null;
    for _ in 0..600 {
        replaying = site.get("/api/v1/dead-letters").await.expect(200)["replaying"].clone();
        if replaying["ended"] == true {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(replaying, json!({"done": 250, "of": 250, "replayed": 250, "ended": true}));
    let open = letters(&site, "?state=open").await;
    assert_eq!(open.iter().map(|one| one["code"].as_str().unwrap()).collect::<Vec<_>>(), ["money.unreadable"]);
    site.post(&format!("/api/v1/dead-letters/{}/discard", open[0]["id"].as_str().unwrap()), &json!({})).await.expect(200);
    assert!(letters(&site, "?state=open").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_sends_wrongly_to_the_orders_api_is_kept_too() {
    let site = Site::shanghai();
    let key = Access::new(Arc::clone(&site.house)).create_key("test", "pos", &[Scope::Write]).unwrap().secret;
    let post = async |method: &str, path: &str, body: &str| {
        let request = axum::http::Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        site.send(request.header(header::AUTHORIZATION, format!("Bearer {key}")).body(Body::from(body.to_owned())).unwrap()).await
    };
    let bad = r#"{"source": "pos", "order_id": "A1", "paid_at": "2026-11-22T09:00:00Z", "member": {"number": "7"}, "amount": "ten"}"#;
    assert_eq!(post("POST", "/api/v1/orders", bad).await.refused(422), [("/amount".to_owned(), "money.unreadable".to_owned())]);
    post("POST", "/api/v1/orders", bad).await.refused(422);
    post("POST", "/api/v1/orders", "{oops").await.refused(400);
    post("POST", "/api/v1/orders/pos/A9/cancel", r#"{"cancelled_at": "soon"}"#).await.refused(422);
    post("POST", "/api/v1/orders", &bad.replace("\"ten\"", "\"10.00\"")).await.expect(201);
    let kept = letters(&site, "").await;
    let told: Vec<(&str, &str, u64)> =
        kept.iter().map(|one| (one["source"].as_str().unwrap(), one["route"].as_str().unwrap(), one["times"].as_u64().unwrap())).collect();
    assert_eq!(told, [("pos", "orders:cancel:A9", 1), ("orders", "orders:place", 1), ("pos", "orders:place", 2)]);
    let path = format!("/api/v1/dead-letters/{}", kept[0]["id"].as_str().unwrap());
    site.send_json("PUT", &path, &json!({"body": r#"{"cancelled_at": "2026-11-22T09:30:00Z"}"#})).await.expect(200);
    assert_eq!(site.post(&format!("{path}/replay"), &json!({})).await.expect(200)["letter"]["state"], "replayed");
    let sources = site.get("/api/v1/sources").await.expect(200);
    let pos = sources.as_array().unwrap().iter().find(|one| one["name"] == "pos").unwrap();
    assert_eq!((&pos["kind"], &pos["days"][0]["refused"], &pos["days"][0]["accepted"]), (&json!("api"), &json!(3), &json!(1)));
    // Somebody signed in sees the answer and needs no letter.
    site.send_bytes("POST", "/api/v1/orders", b"{\"source\": \"desk\"}".to_vec()).await.refused(422);
    assert!(letters(&site, "?source=desk").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_sealed_and_gone_with_the_key_of_their_day() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    send(&site, &key, "/v1/batch", &json!({"batch": [bad_order(1)]})).await.expect(200);
    let rows = site.house.desk().letters(&LetterFilter::default(), i64::MAX, 10).unwrap();
    let stored = format!("{rows:?}{:?}", String::from_utf8_lossy(&rows[0].sealed));
    for secret in ["li.lei", "about ten", "88001"] {
        assert!(!stored.contains(secret), "{secret}");
    }
    let path = format!("/api/v1/dead-letters/{}", rows[0].id);
    site.house.keys().drop_day_keys(rows[0].day.next()).unwrap();
    let opened = site.get(&path).await.expect(200);
    assert_eq!(
        (&opened["body"], &opened["letter"]["errors"], &opened["letter"]["code"]),
        (&Value::Null, &json!([]), &json!("money.unreadable"))
    );
    assert_eq!(site.post(&format!("{path}/replay"), &json!({})).await.expect(422)["code"], "dead_letter.gone");
    // A new door after a month sweeps the rows away.
    site.clock.set(site.house.now().plus_ms(i64::from(KEPT_DAYS + 1) * 86_400_000));
    let _door = Door::start(Arc::clone(&site.house));
    for _ in 0..200 {
        if site.house.desk().letters(&LetterFilter::default(), i64::MAX, 10).unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the letters are still there");
}
