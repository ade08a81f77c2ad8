//! What is wrong is told precisely, and changes nothing.

use axum::body::Body;
use axum::http::header;
use serde_json::{Value, json};

use crate::kit::Site;

fn good() -> Value {
    json!({
        "source": "pos", "order_id": "A1", "paid_at": "2026-11-22T09:00:00Z", "member": {"number": "7"},
        "lines": [{"sku": "tea", "quantity": "1", "paid": "12.50"}],
    })
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut order = good();
    change(&mut order);
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_is_named_and_nothing_is_recorded() {
    let site = Site::shanghai();
    let facts = site.get("/api/v1/brand").await.expect(200)["facts"].clone();
    let cases: Vec<(Value, Vec<(&str, &str)>)> = vec![
        (with(|o| o["order_id"] = json!(17)), vec![("/order_id", "field.type")]),
        (with(|o| drop(o.as_object_mut().unwrap().remove("source"))), vec![("/source", "field.missing")]),
        (with(|o| drop(o.as_object_mut().unwrap().remove("paid_at"))), vec![("/paid_at", "field.missing")]),
        (with(|o| o["paid_at"] = json!("1900-01-01")), vec![("/paid_at", "date.too_early")]),
        (with(|o| o["paid_at"] = json!("2100-01-01")), vec![("/paid_at", "date.in_future")]),
        (with(|o| o["paid_at"] = json!("2026-13-01")), vec![("/paid_at", "date.no_such_day")]),
        (with(|o| o["currency"] = json!("XXX")), vec![("/currency", "currency.unknown")]),
        (with(|o| o["currency"] = json!("USD")), vec![("/currency", "currency.other")]),
        (with(|o| o["lines"][0]["paid"] = json!(12.5)), vec![("/lines/0/paid", "money.number")]),
        (with(|o| o["lines"][0]["paid"] = json!({"minor": 1.5})), vec![("/lines/0/paid/minor", "field.type")]),
        (with(|o| o["lines"][0]["paid"] = json!("99999999999.00")), vec![("/lines/0/paid", "money.too_large")]),
        (with(|o| o["lines"][0]["paid"] = json!("-100")), vec![("/lines", "order.amount_negative")]),
        (with(|o| o["lines"][0]["quantity"] = json!(-1)), vec![("/lines/0/quantity", "number.negative")]),
        (with(|o| o["lines"][0]["prise"] = json!("1")), vec![("/lines/0/prise", "field.unknown")]),
        (with(|o| o["lines"] = json!({"0": 1})), vec![("/lines", "field.type"), ("/amount", "field.missing")]),
        (with(|o| o["member"] = json!("7")), vec![("/member", "field.type")]),
        (with(|o| o["member"]["phone"] = json!("138****8000")), vec![("/member/phone", "identity.masked")]),
        (
            with(|o| {
                o["order_id"] = json!("");
                o["lines"][0]["quantity"] = json!("many");
            }),
            vec![("/order_id", "field.missing"), ("/lines/0/quantity", "quantity.unreadable")],
        ),
        (json!([1, 2]), vec![("", "field.type")]),
    ];
    for (body, expected) in cases {
        let mut found = site.post("/api/v1/orders", &body).await.refused(422);
        found.sort();
        let mut expected: Vec<(String, String)> = expected.into_iter().map(|(p, c)| (p.to_owned(), c.to_owned())).collect();
        expected.sort();
        assert_eq!(found, expected, "{body}");
    }
    // Tomorrow is let through the door for zones' sake, and refused by the engine.
    let tomorrow = site.post("/api/v1/orders", &with(|o| o["paid_at"] = json!("2026-11-23T09:00:00Z"))).await;
    assert_eq!(tomorrow.expect(422)["code"], "occurred_in_future");
    assert_eq!(site.get("/api/v1/brand").await.expect(200)["facts"], facts);
    site.post("/api/v1/orders", &good()).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_refused_as_such() {
    let site = Site::shanghai();
    let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    let malformed = site.send_bytes("POST", "/api/v1/orders", b"{\"source\": \"pos\",\n oops}".to_vec()).await;
    assert_eq!(malformed.refused(400), one("", "json.malformed"));
    assert!(malformed.json()["detail"].as_str().unwrap().contains("line 2"));
    let bytes = [b"{\"source\": \"".as_slice(), &[0xff, 0xfe], b"\"}"].concat();
    assert_eq!(site.send_bytes("POST", "/api/v1/orders", bytes).await.refused(400), one("", "json.not_utf8"));
    let doubled = br#"{"source": "a", "lines": [{"sku": "x", "sku": "y"}], "source": "b"}"#.to_vec();
    let found = site.send_bytes("POST", "/api/v1/orders", doubled).await.refused(400);
    assert_eq!(found, [one("/lines/0/sku", "json.doubled_key"), one("/source", "json.doubled_key")].concat());
    let deep = "[".repeat(100_000).into_bytes();
    assert_eq!(site.send_bytes("POST", "/api/v1/orders", deep).await.refused(400), one("", "json.malformed"));
    let empty = site.send_bytes("POST", "/api/v1/orders", Vec::new()).await;
    assert_eq!(empty.refused(400), one("", "json.malformed"));
    let twice = site.send_bytes("POST", "/api/v1/orders", b"{} {}".to_vec()).await;
    assert_eq!(twice.refused(400), one("", "json.malformed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_types_methods_and_addresses_have_their_own_answers() {
    let site = Site::shanghai();
    let large = format!("{{\"source\": \"{}\"}}", "x".repeat(10 * 1024 * 1024)).into_bytes();
    assert_eq!(site.send_bytes("POST", "/api/v1/orders", large).await.expect(413)["code"], "body.too_large");
    let form = site.request("POST", "/api/v1/orders").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = site.send(form.body(Body::from("source=pos")).unwrap()).await;
    assert!(answer.refused(415).is_empty());
    let method = site.send_json("PATCH", "/api/v1/orders", &good()).await;
    assert_eq!(method.expect(405)["code"], "method.not_allowed");
    assert_eq!(method.headers.get(header::ALLOW).unwrap(), "POST");
    let unknown = site.get("/api/v1/nothing").await;
    assert_eq!(unknown.expect(404)["code"], "path.unknown");
    assert_eq!(unknown.kind(), "application/problem+json");
    assert_eq!(site.get("/api/v1/members/%ff").await.expect(400)["code"], "path.unreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_read_strictly() {
    let site = Site::shanghai();
    for (path, pointer, code) in [
        ("/api/v1/models/rf/stages?as_of=yesterday", "?as_of", "day.unreadable"),
        ("/api/v1/models/rf/stages?known_at=2026-11-22", "?known_at", "instant.unreadable"),
        ("/api/v1/models/rf/stages?as_off=2026-11-22", "?as_off", "query.unknown"),
        ("/api/v1/models/rf/stages?as_of=2026-11-22&as_of=2026-11-21", "?as_of", "query.twice"),
        ("/api/v1/models/rf/flow?to=2026-11-22", "?from", "query.missing"),
        ("/api/v1/members?limit=0", "?limit", "limit.out_of_range"),
        ("/api/v1/members?limit=201", "?limit", "limit.out_of_range"),
        ("/api/v1/members?sort=name", "?sort", "query.unknown_value"),
        ("/api/v1/members?q=%ff", "?q", "query.not_utf8"),
    ] {
        assert_eq!(site.get(path).await.refused(422), [(pointer.to_owned(), code.to_owned())], "{path}");
    }
}
