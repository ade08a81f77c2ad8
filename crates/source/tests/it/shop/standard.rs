use serde_json::json;

use super::*;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// Made once by the reference libraries (`standardwebhooks` 1.1.1 of npm, 1.1.0 of PyPI): id `msg_1`, 2026-01-01T00:00:00Z, body `{"a":1}`.
const VECTOR: &str = "v1,lCbYAEZ+iWYEmDEQUgTSPF7TQpmsKXiGTVeQy7iOKZE=";
const VECTOR_AT: i64 = 1_767_225_600;

fn at(now: Instant, headers: &[(&str, &str)], body: &str, secrets: &[&str]) -> Result<Vec<Message>, &'static str> {
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let delivery = Delivery::new(&headers, body.as_bytes());
    by_name("standard").unwrap().receive(&delivery, &credentials(secrets), &context(), now).map_err(|problem| problem.code)
}

fn vector(signature: &str, seconds_off: i64) -> Result<Vec<Message>, &'static str> {
    let headers = [("webhook-id", "msg_1"), ("webhook-timestamp", "1767225600"), ("webhook-signature", signature)];
    at(Instant((VECTOR_AT + seconds_off) * 1000), &headers, r#"{"a":1}"#, &[KEY])
}

fn signed(id: &str, body: &str) -> Result<Vec<Message>, &'static str> {
    let seconds = NOW.0 / 1000;
    let key = ::base64::Engine::decode(&::base64::engine::general_purpose::STANDARD, &KEY["whsec_".len()..]).unwrap();
    let signature = format!("v1,{}", base64(&hmac_sha256(&key, format!("{id}.{seconds}.{body}").as_bytes())));
    let headers = [("webhook-id", id), ("webhook-timestamp", &seconds.to_string()), ("webhook-signature", &signature)];
    at(NOW, &headers, body, &[KEY])
}

#[test]
fn the_signature_is_that_of_the_reference_libraries() {
    assert!(vector(VECTOR, 0).is_ok());
    assert_eq!(vector("v1,AAAA", 0), Err("webhook.forged"));
    assert_eq!(vector(&VECTOR.replace("v1,", "v2,"), 0), Err("webhook.forged"));
}

#[test]
fn several_signatures_may_stand_side_by_side() {
    assert!(vector(&format!("v1,AAAA v1a,BBBB {VECTOR}"), 0).is_ok());
    assert!(vector(&format!("{VECTOR} v1,AAAA"), 0).is_ok());
    let headers = [("webhook-id", "msg_1"), ("webhook-timestamp", "1767225600"), ("webhook-signature", VECTOR)];
    let now = Instant(VECTOR_AT * 1000);
    assert!(at(now, &headers, r#"{"a":1}"#, &["whsec_bmV3IHNlY3JldA==", KEY]).is_ok());
    assert_eq!(at(now, &headers, r#"{"a":1}"#, &["whsec_bmV3IHNlY3JldA=="]), Err("webhook.forged"));
    assert_eq!(at(now, &headers, r#"{"a":2}"#, &[KEY]), Err("webhook.forged"));
}

#[test]
fn a_delivery_more_than_five_minutes_off_is_stale_either_way() {
    for (seconds, answer) in [(300, true), (-300, true), (301, false), (-301, false)] {
        assert_eq!(vector(VECTOR, seconds).is_ok(), answer, "{seconds}");
    }
    assert_eq!(vector(VECTOR, 301), Err("webhook.stale"));
    // Time is not looked at before the signature: a forger learns nothing of our clock.
    assert_eq!(vector("v1,AAAA", 301), Err("webhook.forged"));
}

#[test]
fn orders_are_those_of_the_http_interface() {
    let placed = json!({ "type": "order.placed", "timestamp": "2026-10-09T12:00:00Z", "data": {
        "order_id": "A17", "version": 1, "paid_at": "2026-10-09T20:00:00+08:00", "member": { "number": "7", "phone": "19900000007", "pos": "K-7" },
        "store": "s-1", "channel": "pos",
        "lines": [{ "sku": "TEA-50", "quantity": 2, "paid": "25.00" }, { "sku": "CUP-1", "quantity": "0.5", "paid": { "minor": 750, "currency": "CNY" } }]
    } });
    let messages = signed("msg_9", &placed.to_string()).unwrap();
    let records = records(messages[0].outcome.clone());
    assert_eq!(lines(&records), ["order:A17 v=1 2026-10-09T12:00:00.000Z 7 placed 3250 x2500 lines=2"]);
    assert_eq!(
        (records[0].source.as_str(), identities(&records[0])),
        ("shop-1", vec!["number=7".to_owned(), "phone=19900000007".to_owned(), "pos=K-7".to_owned()])
    );
    let bad = with(&with(&placed.to_string(), "/data/paid_at", json!("never")), "/data/amount", json!(12.5));
    assert_eq!(word(&outcome("standard", "order.placed", &bad)), "/data/paid_at date.unreadable; /data/amount money.number");
}

#[test]
fn cancellations_and_refunds_follow_their_order() {
    let cancelled = json!({ "data": { "order_id": "A17", "cancelled_at": "2026-10-09T13:00:00Z" } }).to_string();
    assert_eq!(told("standard", "order.cancelled", &cancelled), ["cancel:A17 v= 2026-10-09T13:00:00.000Z - cancelled"]);
    let refunded =
        json!({ "data": { "order_id": "A17", "refund_id": "R1", "refunded_at": "2026-10-09T13:00:00Z", "amount": "5.00" } }).to_string();
    assert_eq!(told("standard", "order.refunded", &refunded), ["refund:R1 v= 2026-10-09T13:00:00.000Z - refunded 500 of=A17 whole=false"]);
}

#[test]
fn members_and_behaviours_need_somebody() {
    let member = json!({ "data": { "modified_at": "2026-10-09T13:00:00Z", "relation": "registered", "city": "杭州", "member": { "number": "7", "name": "李雷" } } });
    assert_eq!(
        told("standard", "member.updated", &member.to_string()),
        ["member:number:7 v=1791550800000 2026-10-09T13:00:00.000Z 7 member Some(Registered) [\"city\"]"]
    );
    let body = json!({ "type": "behaved", "data": { "name": "wishlist", "occurred_at": "2026-10-09T13:00:00Z", "channel": "app", "member": { "number": "7" } } });
    let messages = signed("msg_5", &body.to_string()).unwrap();
    let expected = ["behaviour:msg_5 v= 2026-10-09T13:00:00.000Z 7 behaved wishlist Some(\"app\")"];
    assert_eq!(lines(&records(messages[0].outcome.clone())), expected);
    // Read again without its headers, it still has the delivery's id.
    assert_eq!(lines(&records(by_name("standard").unwrap().reread(&messages[0].part, &context()))), expected);
    let nobody = with(&body.to_string(), "/data/member", json!({}));
    assert_eq!(word(&outcome("standard", "behaved", &with(&nobody, "/data/id", json!("b-1")))), "/data/member member.nobody");
    assert_eq!(word(&outcome("standard", "invoice.paid", r#"{"data":{}}"#)), "webhook.unread_topic");
    let answered = |scores| with(&with(&body.to_string(), "/data/id", json!("b-2")), "/data/scores", scores);
    let told = outcome("standard", "behaved", &answered(json!({ "product": 4, "price": "2", "speed": "fast" })));
    assert!(format!("{told:?}").contains("scores: Scores([4, 0, 0, 0, 2, 0, 0])"), "{told:?}");
    assert_eq!(word(&outcome("standard", "behaved", &answered(json!({ "staff": 6 })))), "/data/scores/staff survey.score");
    assert_eq!(word(&outcome("standard", "behaved", &answered(json!({ "time": "quick" })))), "/data/scores/time survey.score");
    assert_eq!(word(&outcome("standard", "behaved", "{}")), " webhook.other_content");
}
