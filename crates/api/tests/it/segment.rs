//! The Segment API: who may, what becomes of events, sizes, rates, and that a message counts once.

use std::io::Write;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use serde_json::{Value, json};

use crate::kit::{Answer, Site};

pub async fn connected(site: &Site, name: &str, settings: Value) -> String {
    let new = json!({"name": name, "kind": "segment", "label": name, "settings": settings});
    site.post("/api/v1/sources", &new).await.expect(201)["secret"].as_str().unwrap().to_owned()
}

fn request(key: &str, path: &str) -> axum::http::request::Builder {
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{key}:"));
    Request::builder().method("POST").uri(path).header(header::AUTHORIZATION, format!("Basic {basic}"))
}

pub async fn send(site: &Site, key: &str, path: &str, body: &Value) -> Answer {
    site.send(request(key, path).body(Body::from(serde_json::to_vec(body).unwrap())).unwrap()).await
}

async fn batch(site: &Site, key: &str, events: Value) -> Value {
    let taken = send(site, key, "/v1/batch", &json!({"batch": events, "sentAt": "2026-11-22T09:59:59.000Z"})).await.expect(200);
    json!([taken["accepted"], taken["repeated"], taken["refused"]])
}

fn event(id: u32, more: Value) -> Value {
    let mut event = json!({"type": "track", "event": "Product Viewed", "messageId": format!("m{id}"), "userId": "u1",
        "timestamp": "2026-11-22T09:00:00.123Z"});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

async fn member(site: &Site, number: &str) -> Value {
    site.board(&format!("/api/v1/members?q={number}")).await.expect(200)["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_counts_once_however_often_it_comes() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    assert_eq!(batch(&site, &key, json!([event(1, json!({})), event(2, json!({})), event(1, json!({}))])).await, json!([2, 1, 0]));
    assert_eq!(batch(&site, &key, json!([event(2, json!({})), event(3, json!({}))])).await, json!([1, 1, 0]));
    // Without a time of its own the same message seems to come at another time, and is the same.
    let timeless = event(4, json!({"timestamp": null}));
    assert_eq!(batch(&site, &key, json!([timeless])).await, json!([1, 0, 0]));
    site.clock.set(perennial_kernel::Instant::parse("2026-11-22T10:05:00Z").unwrap());
    assert_eq!(batch(&site, &key, json!([timeless])).await, json!([0, 1, 0]));
    // Without a name of its own an event is named after what it says.
    let nameless = event(5, json!({"messageId": null}));
    assert_eq!(batch(&site, &key, json!([nameless, nameless])).await, json!([1, 1, 0]));
    // Another content under the same name is kept, and acknowledged.
    assert_eq!(batch(&site, &key, json!([event(1, json!({"event": "Cart Viewed"}))])).await, json!([0, 0, 1]));
    let letters = site.get("/api/v1/dead-letters").await.expect(200);
    assert_eq!((&letters["items"][0]["code"], &letters["items"][0]["route"]), (&json!("delivery.conflict"), &json!("segment:track")));
    let source = site.get("/api/v1/sources/app").await.expect(200);
    assert_eq!(source["days"], json!([{"day": "2026-11-22", "accepted": 5, "repeated": 4, "refused": 1}]));
    assert_eq!(source["last_error"]["code"], "delivery.conflict");
    assert_eq!(source["last_delivery"], "2026-11-22T10:05:00.000Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_of_the_e_commerce_specification_become_orders() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    let completed = event(
        1,
        json!({"event": "Order Completed", "timestamp": "2026-11-20T02:00:00Z", "properties": {
        "order_id": "A1", "affiliation": "Hangzhou", "revenue": 25.0, "shipping": 10, "discount": 5.0, "currency": "CNY",
        "products": [{"product_id": "p1", "sku": "tea", "name": "Tea", "category": "tea/green", "price": 12.5, "quantity": 2},
            {"product_id": "cup", "price": "5.00"}]}}),
    );
    let updated = event(
        2,
        json!({"event": "order updated", "timestamp": "2026-11-21T02:00:00Z",
        "properties": {"order_id": "A1", "revenue": 30, "products": [{"sku": "tea", "price": 15, "quantity": 2}]}}),
    );
    let refunded = event(
        3,
        json!({"event": "Order Refunded", "timestamp": "2026-11-21T03:00:00Z",
        "properties": {"order_id": "A1", "total": 10.0}}),
    );
    let second = event(
        4,
        json!({"event": "Order Completed", "timestamp": "2026-11-21T04:00:00Z",
        "properties": {"order_id": "A2", "total": 100}}),
    );
    let cancelled = event(5, json!({"event": "Order Cancelled", "timestamp": "2026-11-21T05:00:00Z", "properties": {"order_id": "A2"}}));
    assert_eq!(batch(&site, &key, json!([completed])).await, json!([1, 0, 0]));
    let row = member(&site, "u1").await;
    assert_eq!((&row["money"]["minor"], &row["f_total"], &row["recency"]), (&json!(2500), &json!(1), &json!(2)));
    let timeline = site.get(&format!("/api/v1/members/{}/timeline", row["member"].as_str().unwrap())).await.text();
    assert!(timeline.contains("Hangzhou"), "{timeline}");
    assert_eq!(batch(&site, &key, json!([updated, refunded, second, cancelled, completed])).await, json!([4, 1, 0]));
    let row = member(&site, "u1").await;
    // 30.00 less 10.00; the update did not say when it was paid, and the order keeps its day.
    assert_eq!((&row["money"]["minor"], &row["f_total"], &row["recency"]), (&json!(2000), &json!(1), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_about_one_order_in_one_millisecond_are_two() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    let completed = event(1, json!({"event": "Order Completed", "properties": {"order_id": "A1", "revenue": 25}}));
    let updated = event(2, json!({"event": "Order Updated", "properties": {"order_id": "A1", "revenue": 30}}));
    assert_eq!(batch(&site, &key, json!([completed, updated, completed, updated])).await, json!([2, 2, 0]));
    assert_eq!(member(&site, "u1").await["money"]["minor"], 3000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_event_says_wrongly_is_told_where_it_stands() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    let order = |properties: Value| event(1, json!({"event": "Order Completed", "properties": properties}));
    let good = json!({"order_id": "A1", "revenue": 10});
    for (bad, pointer, code) in [
        (order(json!({"revenue": 10})), "/properties/order_id", "field.missing"),
        (order(json!({"order_id": "A1"})), "/properties/revenue", "field.missing"),
        (order(json!({"order_id": "A1", "revenue": -1})), "/properties/revenue", "number.negative"),
        (order(json!({"order_id": "A1", "revenue": 10, "currency": "USD"})), "/properties/currency", "currency.other"),
        (order(json!({"order_id": "A1", "revenue": 10.001})), "/properties/revenue", "money.decimals"),
        (
            order(json!({"order_id": "A1", "revenue": 10, "products": [{"sku": "tea", "price": 3, "quantity": 2}]})),
            "/properties/revenue",
            "order.amount_differs",
        ),
        (order(json!({"order_id": "A1", "products": [{"price": 3}]})), "/properties/products/0/sku", "field.missing"),
        (event(1, json!({"event": "Order Completed", "properties": good, "timestamp": "yesterday"})), "/timestamp", "date.unreadable"),
        (event(1, json!({"event": "Order Completed"})), "/properties", "field.missing"),
        (event(1, json!({"userId": null})), "/userId", "identity.missing"),
        (event(1, json!({"event": ""})), "/event", "field.missing"),
        (event(1, json!({"type": "buy"})), "/type", "segment.type"),
        (json!(17), "/type", "segment.type"),
    ] {
        let site = Site::shanghai();
        let key = connected(&site, "app", json!({})).await;
        assert_eq!(batch(&site, &key, json!([bad])).await, json!([0, 0, 1]), "{bad}");
        let letter = site.get("/api/v1/dead-letters?source=app&state=open").await.expect(200)["items"][0].clone();
        let errors: Vec<(&str, &str)> = letter["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect();
        assert!(errors.contains(&(pointer, code)), "{bad}: {errors:?}");
        assert!(!letter["errors"][0]["detail_zh"].as_str().unwrap().is_empty());
    }
    assert_eq!(batch(&site, &key, json!([order(good)])).await, json!([1, 0, 0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn traits_are_sealed_and_identities_lead_to_the_member() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({"user_id_kind": "app_user"})).await;
    let view = event(1, json!({"userId": null, "anonymousId": "a-1"}));
    let identify = json!({"type": "identify", "messageId": "m2", "userId": "u77", "anonymousId": "a-1", "timestamp": "2026-11-22T09:10:00Z",
        "traits": {"name": "李雷", "phone": "199 0000 0001", "email": "Li.Lei@Example.cn", "birthday": "1990-05-01", "vip": true,
            "address": {"city": "杭州", "street": "文三路"}}});
    let rudder = json!({"type": "identify", "messageId": "m3", "userId": "u78", "timestamp": "2026-11-22T09:11:00Z",
        "context": {"traits": {"firstName": "Mei", "lastName": "Han", "phone": "138****8000"}}});
    assert_eq!(batch(&site, &key, json!([view, identify, rudder])).await, json!([3, 0, 0]));
    let row = member(&site, "19900000001").await;
    assert_eq!(row["name"], "李*");
    let id = row["member"].as_str().unwrap();
    assert_eq!(member(&site, "li.lei@example.cn").await["member"], id);
    let detail = site.get(&format!("/api/v1/members/{id}")).await.expect(200);
    let kinds: Vec<&str> = detail["identities"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["anonymous", "phone", "email", "app_user"], "by time, and of one record the strongest first");
    let told = site.get(&format!("/api/v1/members/{id}/timeline")).await.text();
    for secret in ["19900000001", "Li.Lei", "李雷", "文三路"] {
        assert!(!told.contains(secret), "{secret}");
    }
    assert!(site.board("/api/v1/members?q=138****8000").await.expect(200)["items"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_body_is_read_whatever_its_label_says() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    let body = |id| serde_json::to_vec(&json!({"batch": [event(id, json!({}))]})).unwrap();
    let form = request(&key, "/v1/batch").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let packed = form.header(header::CONTENT_ENCODING, "gzip").body(Body::from(gzip(&body(1)))).unwrap();
    assert_eq!(site.send(packed).await.expect(200)["accepted"], 1);
    let unlabelled = request(&key, "/v1/batch").body(Body::from(gzip(&body(2)))).unwrap();
    assert_eq!(site.send(unlabelled).await.expect(200)["accepted"], 1);
    let broken = request(&key, "/v1/batch").header(header::CONTENT_ENCODING, "gzip").body(Body::from("no gzip")).unwrap();
    assert_eq!(site.send(broken).await.expect(400)["code"], "body.not_gzip");
    for (id, path) in (10..).zip(["identify", "track", "page", "screen", "group", "alias"]) {
        let one = send(&site, &key, &format!("/v1/{path}"), &event(id, json!({"type": null, "previousId": "a9"}))).await;
        assert_eq!(one.expect(200)["accepted"], 1, "{path}");
    }
    let names: Vec<Value> = site.get("/api/v1/events?source=app").await.expect(200).as_array().unwrap().clone();
    let seen: Vec<(&str, u64)> = names.iter().map(|one| (one["name"].as_str().unwrap(), one["seen"].as_u64().unwrap())).collect();
    assert_eq!(seen, [("Product Viewed", 3), ("alias", 1), ("group", 1), ("identify", 1), ("page", 1), ("screen", 1)]);
    let sample = site.get("/api/v1/events/app/Product%20Viewed").await.expect(200);
    assert!(sample["sample"].as_str().unwrap().contains("\"messageId\":\"m1\""), "{sample}");
    assert_eq!(site.get("/api/v1/events/app/nothing").await.expect(404)["code"], "event.unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_large_event_does_not_take_the_others_with_it_and_a_large_body_is_refused() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    let large = event(1, json!({"properties": {"text": "x".repeat(33 * 1024)}}));
    assert_eq!(batch(&site, &key, json!([large, event(2, json!({}))])).await, json!([1, 0, 1]));
    assert_eq!(site.get("/api/v1/dead-letters").await.expect(200)["items"][0]["code"], "event.too_large");
    let many: Vec<Value> = (0..20).map(|n| event(n, json!({"properties": {"text": "x".repeat(30 * 1024)}}))).collect();
    let body = serde_json::to_vec(&json!({"batch": many})).unwrap();
    assert_eq!(site.send(request(&key, "/v1/batch").body(Body::from(body.clone())).unwrap()).await.expect(413)["code"], "body.too_large");
    let packed = request(&key, "/v1/batch").header(header::CONTENT_ENCODING, "gzip").body(Body::from(gzip(&body))).unwrap();
    assert_eq!(site.send(packed).await.expect(413)["code"], "body.too_large");
    assert_eq!(site.get("/api/v1/sources/app").await.expect(200)["last_error"]["code"], "body.too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_too_fast_is_told_when_to_come_again() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({"events_per_second": "1"})).await;
    let events = |from: u32, count: u32| json!({"batch": (from..from + count).map(|n| event(n, json!({}))).collect::<Vec<_>>()});
    send(&site, &key, "/v1/batch", &events(0, 20)).await.expect(200);
    let stopped = send(&site, &key, "/v1/batch", &events(20, 3)).await;
    assert_eq!(stopped.expect(429)["code"], "source.too_fast");
    assert_eq!(stopped.headers.get(header::RETRY_AFTER).unwrap(), "3");
    let other = connected(&site, "web", json!({})).await;
    send(&site, &other, "/v1/batch", &events(0, 30)).await.expect(200);
    site.clock.set(perennial_kernel::Instant::parse("2026-11-22T10:00:03Z").unwrap());
    send(&site, &key, "/v1/batch", &events(20, 3)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_write_key_of_a_source_that_is_on_opens_the_door() {
    let site = Site::shanghai();
    let key = connected(&site, "app", json!({})).await;
    let hooks = site.post("/api/v1/sources", &json!({"name": "erp", "kind": "standard", "label": "ERP"})).await.expect(201);
    for wrong in ["", "wk_wrong", hooks["secret"].as_str().unwrap()] {
        assert_eq!(send(&site, wrong, "/v1/track", &event(1, json!({}))).await.expect(401)["code"], "source.write_key", "{wrong}");
    }
    site.send_json("PATCH", "/api/v1/sources/app", &json!({"state": "off"})).await.expect(200);
    assert_eq!(send(&site, &key, "/v1/track", &event(1, json!({}))).await.expect(403)["code"], "source.off");
    site.send_json("PATCH", "/api/v1/sources/app", &json!({"state": "on"})).await.expect(200);
    send(&site, &key, "/v1/track", &event(1, json!({}))).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_batch_is_answered_and_kept() {
    let site = Arc::new(Site::shanghai());
    let key = connected(&site, "app", json!({})).await;
    let raw = |text: &'static str| request(&key, "/v1/batch").body(Body::from(text)).unwrap();
    assert_eq!(site.send(raw("{\"batch\": [")).await.refused(400), [(String::new(), "json.malformed".to_owned())]);
    assert_eq!(site.send(raw("{\"events\": []}")).await.refused(400), [("/batch".to_owned(), "segment.no_batch".to_owned())]);
    assert_eq!(site.send(raw("[]")).await.refused(400), [(String::new(), "field.type".to_owned())]);
    let letters = site.get("/api/v1/dead-letters").await.expect(200);
    let routes: Vec<&str> = letters["items"].as_array().unwrap().iter().map(|one| one["route"].as_str().unwrap()).collect();
    assert_eq!(routes, ["segment:batch"; 3]);
}
