use serde_json::json;

use super::*;

fn order() -> String {
    sample("woocommerce-order.json")
}

fn signed(topic: &str, body: &str) -> Result<Vec<Message>, &'static str> {
    let signature = base64(&hmac_sha256(SECRET.as_bytes(), body.as_bytes()));
    let headers = [("x-wc-webhook-topic", topic), ("x-wc-webhook-signature", &signature), ("x-wc-webhook-delivery-id", "d-1")];
    receive("woocommerce", &headers, body)
}

#[test]
fn an_order_is_taken_with_tax_where_prices_hold_it() {
    let messages = signed("order.created", &order()).unwrap();
    assert_eq!((messages[0].part.id.as_str(), messages[0].part.topic.as_str()), ("d-1", "order.created"));
    let records = records(messages[0].outcome.clone());
    assert_eq!(lines(&records), ["order:727 v=1790906420040 2026-10-02T02:00:10.000Z shop-1:26 placed 11300 x3000 lines=2"]);
    // Customer numbers are the shop's own: in another shop they are somebody else's.
    assert_eq!(identities(&records[0]), ["woocommerce=shop-1:26", "phone=19900000026", "email=li.lei@example.com"]);
    let line = &kit::order(&records[0]).lines[0];
    assert_eq!((line.sku.as_str(), line.paid.0, line.list.unwrap().0), ("TEA-50", 10_300, 11_300));
    let on_top = told("woocommerce", "order.updated", &with(&order(), "/prices_include_tax", json!(false)));
    assert!(on_top[0].contains("placed 10970"), "{on_top:?}");
}

#[test]
fn the_ping_is_answered_and_nothing_of_it_is_read() {
    assert_eq!(word(&receive("woocommerce", &[], "webhook_id=17").unwrap()[0].outcome), "ping");
    let headers = [("x-wc-webhook-signature", "AAAA"), ("x-wc-webhook-topic", "order.created")];
    assert_eq!(word(&receive("woocommerce", &headers, "webhook_id=17").unwrap()[0].outcome), "ping");
    for body in ["webhook_id=", "webhook_id=17&x=1", "webhook_id=1a", ""] {
        assert_eq!(receive("woocommerce", &[], body), Err("webhook.unsigned"), "{body}");
    }
    assert_eq!(receive("woocommerce", &headers, &order()), Err("webhook.forged"));
}

#[test]
fn statuses_become_what_they_mean() {
    let state = |status: &str, paid: serde_json::Value| {
        let body = with(&with(&order(), "/status", json!(status)), "/date_paid_gmt", paid);
        told("woocommerce", "order.updated", &body)
            .iter()
            .map(|line| line.split(' ').skip(4).take(2).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    let paid = || json!("2026-10-02T02:00:10");
    assert_eq!(state("pending", json!(null)), ["unpaid 11300"]);
    assert_eq!(state("on-hold", json!(null)), ["unpaid 11300"]);
    assert_eq!(state("processing", json!(null)), ["placed 11300"], "paid on delivery");
    assert_eq!(state("completed", paid()), ["placed 11300"]);
    assert_eq!(state("refunded", paid()), ["placed 11300", "refunded 0"]);
    assert_eq!(state("cancelled", paid()), ["placed 11300", "cancelled"]);
    assert_eq!(state("cancelled", json!(null)), ["unpaid 11300"], "it may still be paid");
    assert_eq!(state("packed-by-plugin", paid()), ["placed 11300"]);
    assert_eq!(state("packed-by-plugin", json!(null)), ["unpaid 11300"]);
}

#[test]
fn refunds_within_an_order_are_its_own() {
    let body =
        with(&order(), "/refunds", json!([{ "id": 730, "reason": "", "total": "-9.70" }, { "id": 731, "reason": "", "total": "0.00" }]));
    assert_eq!(
        told("woocommerce", "order.updated", &body)[1..],
        ["refund:730 v=1790906420060 2026-10-02T02:00:20.000Z - refunded 970 of=727 whole=false"]
    );
}

#[test]
fn customers_are_members_and_guests_are_known_by_what_they_gave() {
    assert_eq!(
        told("woocommerce", "customer.created", &sample("woocommerce-customer.json")),
        ["member:26 v=1790906420000 2026-10-02T02:00:20.000Z shop-1:26 member Some(Registered) [\"city\"]"]
    );
    let guest = records(outcome("woocommerce", "order.created", &with(&order(), "/customer_id", json!(0))));
    assert_eq!(identities(&guest[0]), ["phone=19900000026", "email=li.lei@example.com"]);
}

#[test]
fn a_topic_that_does_not_fit_its_body_changes_nothing() {
    assert_eq!(word(&outcome("woocommerce", "customer.updated", &order())), " webhook.other_content");
    assert_eq!(word(&outcome("woocommerce", "order.updated", &sample("woocommerce-customer.json"))), " webhook.other_content");
    for topic in ["order.deleted", "product.updated", "action.woocommerce_add_to_cart", ""] {
        assert_eq!(word(&outcome("woocommerce", topic, r#"{"id":727}"#)), "webhook.unread_topic");
    }
    let bad = with(&order(), "/line_items/0/total", json!("x"));
    assert_eq!(word(&outcome("woocommerce", "order.updated", &bad)), "/line_items/0/total money.unreadable");
}
