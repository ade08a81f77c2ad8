//! Pushes of shops over HTTP: what each platform sends and expects, and that replays, forgeries, reordering and duplicates change nothing.

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use hmac::{KeyInit, Mac};
use serde_json::{Value, json};

use crate::kit::{Answer, Site};

const SECRET: &str = "shpss_example";

fn sample(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../source/tests/samples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn hmac(key: &[u8], text: &str) -> String {
    let mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(key).unwrap().chain_update(text).finalize().into_bytes();
    base64::engine::general_purpose::STANDARD.encode(mac)
}

fn md5(text: &str) -> String {
    use md5::Digest;
    md5::Md5::digest(text).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// A brand with one shop connected under the name `shop`.
async fn connected(kind: &str, settings: Value) -> Site {
    let site = Site::shanghai();
    let new = json!({"name": "shop", "kind": kind, "label": "店铺", "secret": SECRET, "settings": settings});
    site.post("/api/v1/sources", &new).await.expect(201);
    site
}

/// Sends it as a stranger does: no session, no key.
async fn push(site: &Site, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method("POST").uri("/webhooks/shop").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    site.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn shopify(site: &Site, topic: &str, body: &str) -> Answer {
    let mac = hmac(SECRET.as_bytes(), body);
    push(site, &[("x-shopify-topic", topic), ("x-shopify-hmac-sha256", &mac), ("x-shopify-webhook-id", "w-1")], body).await
}

fn with(text: &str, pointer: &str, value: Value) -> String {
    let mut body: Value = serde_json::from_str(text).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(name.to_owned(), value);
    body.to_string()
}

/// The member whom this finds, with their timeline's orders: id, amount, status.
async fn orders_of(site: &Site, q: &str) -> Vec<String> {
    let found = site.board(&format!("/api/v1/members?q={q}")).await.expect(200);
    let Some(member) = found["items"][0]["member"].as_str() else { return Vec::new() };
    let timeline = site.get(&format!("/api/v1/members/{member}/timeline")).await.expect(200);
    let items = timeline["items"].as_array().unwrap().iter().filter(|item| item["kind"].as_str().unwrap().starts_with("order."));
    items
        .map(|item| {
            format!(
                "{} {} {} {}",
                item["kind"].as_str().unwrap(),
                item["order"]["id"].as_str().unwrap(),
                item["order"]["amount"]["minor"],
                item["order"]["status"].as_str().unwrap()
            )
        })
        .collect()
}

async fn facts(site: &Site) -> u64 {
    site.get("/api/v1/brand").await.expect(200)["facts"].as_u64().unwrap()
}

async fn letters(site: &Site) -> Vec<String> {
    let page = site.get("/api/v1/dead-letters?state=open").await.expect(200);
    page["items"].as_array().unwrap().iter().map(|letter| letter["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_shopify_becomes_an_order_of_its_buyer() {
    let site = connected("shopify", json!({})).await;
    let answer = shopify(&site, "orders/create", &sample("shopify-order.json")).await;
    answer.expect(200);
    assert!(answer.bytes.is_empty());
    assert_eq!(orders_of(&site, "han.meimei%40example.com").await, ["order.placed 5400000000017 24000 paid"]);
    let refund = sample("shopify-refund.json");
    shopify(&site, "refunds/create", &refund).await.expect(200);
    let told = orders_of(&site, "19900000042").await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|line| line.ends_with("partly_refunded")), "{told:?}");
    let source = site.get("/api/v1/sources/shop").await.expect(200);
    assert!(source["last_delivery"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn replays_duplicates_and_reordering_end_in_the_same_order() {
    let order = sample("shopify-order.json");
    let pending = with(&order, "/financial_status", json!("pending"));
    let later = with(&with(&order, "/updated_at", json!("2026-10-03T08:00:00+08:00")), "/note", json!("x"));
    let refund = sample("shopify-refund.json");
    let deliveries = [("orders/create", &pending), ("orders/paid", &order), ("refunds/create", &refund), ("orders/updated", &later)];
    let mut ends = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let site = connected("shopify", json!({})).await;
        for at in order.into_iter().chain(order) {
            let (topic, body) = deliveries[at];
            shopify(&site, topic, body).await.expect(200);
        }
        let before = facts(&site).await;
        for (topic, body) in deliveries {
            shopify(&site, topic, body).await.expect(200);
        }
        assert_eq!(facts(&site).await, before, "what came before is not written again");
        assert_eq!(letters(&site).await, Vec::<String>::new());
        let found = site.board("/api/v1/members?q=19900000042").await.expect(200);
        let row = &found["items"][0];
        ends.push((row["f_total"].clone(), row["money"]["minor"].clone(), row["first_purchase_on"].clone()));
    }
    assert_eq!(ends[0], (json!(1), json!(16_000), json!("2026-10-01")));
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn forgeries_are_refused_before_anything_is_read_and_counted() {
    let site = connected("shopify", json!({})).await;
    let before = facts(&site).await;
    let order = sample("shopify-order.json");
    let mac = hmac(SECRET.as_bytes(), &order);
    let changed = order.replace("255.00", "1.00");
    for (headers, body) in [
        (vec![("x-shopify-topic", "orders/create"), ("x-shopify-hmac-sha256", mac.as_str())], changed.as_str()),
        (vec![("x-shopify-topic", "orders/create"), ("x-shopify-hmac-sha256", "AAAA")], order.as_str()),
        (vec![("x-shopify-topic", "orders/create")], "not even json"),
    ] {
        let code = push(&site, &headers, body).await.expect(401)["code"].clone();
        assert!(code == "webhook.forged" || code == "webhook.unsigned", "{code}");
    }
    assert_eq!(facts(&site).await, before);
    assert_eq!(letters(&site).await, Vec::<String>::new());
    let request = Request::builder().method("POST").uri("/webhooks/nobody").body(Body::from("{}")).unwrap();
    assert_eq!(site.send(request).await.expect(404)["code"], "source.unknown");
    site.send_json("PATCH", "/api/v1/sources/shop", &json!({"state": "off"})).await.expect(200);
    assert_eq!(shopify(&site, "orders/create", &order).await.expect(403)["code"], "source.off");
    let huge = " ".repeat(3 * 1024 * 1024);
    site.send_json("PATCH", "/api/v1/sources/shop", &json!({"state": "on"})).await.expect(200);
    assert_eq!(shopify(&site, "orders/create", &huge).await.expect(413)["code"], "body.too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_kept_and_answered_well_and_mended_later() {
    let site = connected("shopify", json!({})).await;
    let order = sample("shopify-order.json");
    shopify(&site, "orders/create", &with(&order, "/currency", json!("USD"))).await.expect(200);
    assert_eq!(letters(&site).await, ["currency.other"]);
    shopify(&site, "orders/create", &order).await.expect(200);
    // Other content under the same key: the first stands.
    let other = with(&order, "/line_items/0/price", json!("90.00"));
    shopify(&site, "orders/create", &other).await.expect(200);
    assert_eq!(letters(&site).await, ["delivery.conflict", "currency.other"]);
    assert_eq!(orders_of(&site, "19900000042").await, ["order.placed 5400000000017 24000 paid"]);
    let page = site.get("/api/v1/dead-letters?state=open").await.expect(200);
    let id = page["items"][0]["id"].as_str().map_or_else(|| page["items"][0]["id"].to_string(), str::to_owned);
    let newer = with(&other, "/updated_at", json!("2026-10-03T08:00:00+08:00"));
    site.send_json("PUT", &format!("/api/v1/dead-letters/{id}"), &json!({"body": newer})).await.expect(200);
    let replayed = site.post(&format!("/api/v1/dead-letters/{id}/replay"), &json!({})).await.expect(200);
    assert_eq!(replayed["letter"]["state"], "replayed", "{replayed}");
    assert_eq!(orders_of(&site, "19900000042").await[0], "order.updated 5400000000017 22000 paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_privacy_request_is_acknowledged_noted_without_values_and_left_to_be_done() {
    let site = connected("shopify", json!({})).await;
    shopify(&site, "orders/create", &sample("shopify-order.json")).await.expect(200);
    shopify(&site, "customers/redact", &sample("shopify-redact.json")).await.expect(200);
    assert_eq!(letters(&site).await, ["privacy.erase_customer"]);
    let noted = site.house.desk().audit(50).unwrap().into_iter().find(|row| row.what == "privacy_requested").unwrap();
    assert!(noted.detail.starts_with("erase_customer m_"), "{}", noted.detail);
}

#[tokio::test(flavor = "multi_thread")]
async fn woocommerce_is_answered_its_ping_and_its_orders() {
    let site = connected("woocommerce", json!({})).await;
    push(&site, &[], "webhook_id=17").await.expect(200);
    let order = sample("woocommerce-order.json");
    let mac = hmac(SECRET.as_bytes(), &order);
    let headers = [("x-wc-webhook-topic", "order.created"), ("x-wc-webhook-signature", mac.as_str()), ("x-wc-webhook-delivery-id", "d-1")];
    push(&site, &headers, &order).await.expect(200);
    push(&site, &headers, &order).await.expect(200);
    assert_eq!(orders_of(&site, "li.lei%40example.com").await, ["order.placed 727 11300 paid"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn youzan_is_answered_in_its_words() {
    let site = connected("youzan", json!({"client_id": "client-17"})).await;
    let msg: Value = serde_json::from_str(&sample("youzan-order.json")).unwrap();
    let body = json!({"client_id": "client-17", "type": "trade_TradePaid", "msg": msg.to_string(), "test": false}).to_string();
    let sign = md5(&format!("client-17{body}{SECRET}"));
    let answer = push(&site, &[("event-sign", &sign), ("event-type", "trade_TradePaid")], &body).await;
    assert_eq!(answer.expect(200), json!({"code": 0, "msg": "success"}));
    let brand = site.get("/api/v1/brand").await.expect(200);
    assert_eq!(brand["members"], 1);
    let forged = push(&site, &[("event-sign", &md5(&body))], &body).await;
    assert_eq!(forged.expect(401)["code"], "webhook.forged");
}

#[tokio::test(flavor = "multi_thread")]
async fn douyin_is_answered_once_for_all_its_messages() {
    let site = connected("douyin", json!({"app_key": "client-17"})).await;
    let body = sample("douyin-push.json");
    let sign = md5(&format!("client-17{body}{SECRET}"));
    let answer = push(&site, &[("app-id", "client-17"), ("event-sign", &sign)], &body).await;
    assert_eq!(answer.expect(200), json!({"code": 0, "msg": "success"}));
    let before = facts(&site).await;
    push(&site, &[("app-id", "client-17"), ("event-sign", &sign)], &body).await.expect(200);
    assert_eq!(facts(&site).await, before);
    assert_eq!(letters(&site).await, Vec::<String>::new());
    let days = site.get("/api/v1/sources/shop").await.expect(200)["days"].clone();
    assert_eq!(days.as_array().map(Vec::len), Some(1), "{days}");
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_webhooks_take_our_own_formats_within_five_minutes() {
    let site = Site::shanghai();
    let made = site.post("/api/v1/sources", &json!({"name": "shop", "kind": "standard", "label": "ERP"})).await.expect(201);
    let key = base64::engine::general_purpose::STANDARD.decode(&made["secret"].as_str().unwrap()["whsec_".len()..]).unwrap();
    let order = json!({"order_id": "A17", "version": 1, "paid_at": "2026-11-20T10:00:00+08:00", "member": {"phone": "19900000007"}, "amount": "25.00"});
    let body = json!({"type": "order.placed", "timestamp": "2026-11-22T10:00:00Z", "data": order}).to_string();
    let sent = |seconds: i64| format!("v1,{}", hmac(&key, &format!("msg_1.{seconds}.{body}")));
    let now = site.house.now().0 / 1000;
    let signature = sent(now);
    let headers = [("webhook-id", "msg_1"), ("webhook-timestamp", &now.to_string()), ("webhook-signature", &signature)];
    push(&site, &headers, &body).await.expect(200);
    push(&site, &headers, &body).await.expect(200);
    assert_eq!(orders_of(&site, "19900000007").await, ["order.placed A17 2500 paid"]);
    let old = sent(now - 301);
    let headers = [("webhook-id", "msg_1"), ("webhook-timestamp", &(now - 301).to_string()), ("webhook-signature", &old)];
    assert_eq!(push(&site, &headers, &body).await.expect(401)["code"], "webhook.stale");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_being_replaced_is_taken_until_the_overlap_ends() {
    let site = connected("shopify", json!({})).await;
    site.post("/api/v1/sources/shop/rotate", &json!({"secret": "shpss_the_next", "overlap_hours": 1})).await.expect(200);
    shopify(&site, "orders/create", &sample("shopify-order.json")).await.expect(200);
    site.until("2026-11-22T12:00:00Z");
    assert_eq!(shopify(&site, "orders/create", &sample("shopify-order.json")).await.expect(401)["code"], "webhook.forged");
}
