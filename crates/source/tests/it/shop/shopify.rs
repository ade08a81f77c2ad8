use perennial_kernel::IdentityKind;
use perennial_source::shop::{Outcome, PrivacyKind};
use serde_json::json;

use super::*;

/// Made once by `webhooks.validate` of the vendor's own library, 13.1.0, which takes it in both generations of headers.
const SIGNATURE: &str = "OjyQ2CChtpOwXY3Z78XQQEUx4T2GivdXsTDj7ZuAHD8=";

fn order() -> String {
    sample("shopify-order.json")
}

fn headers<'a>(topic: &'a str, signature: &'a str) -> [(&'a str, &'a str); 3] {
    [("X-Shopify-Topic", topic), ("X-Shopify-Hmac-Sha256", signature), ("X-Shopify-Webhook-Id", "w-1")]
}

#[test]
fn an_order_is_taken_under_the_headers_of_either_generation() {
    let classic = receive("shopify", &headers("orders/create", SIGNATURE), &order()).unwrap();
    let events =
        [("shopify-topic", "order"), ("shopify-action", "CREATE"), ("shopify-hmac-sha256", SIGNATURE), ("shopify-event-id", "w-1")];
    assert_eq!(receive("shopify", &events, &order()).unwrap(), classic);
    let [message] = &classic[..] else { panic!("one message") };
    assert_eq!((message.part.id.as_str(), message.part.topic.as_str()), ("w-1", "orders/create"));
    let records = records(message.outcome.clone());
    assert_eq!(lines(&records), ["order:5400000000017 v=1790861405040 2026-10-01T13:30:00.000Z 7100000000042 placed 24000 x3000 lines=2"]);
    assert_eq!(identities(&records[0]), ["shopify=7100000000042", "phone=19900000042", "email=han.meimei@example.com"]);
    assert_eq!(records[0].personal.get("name"), Some("梅梅 韩"));
    let placed = kit::order(&records[0]);
    let line = |at: usize| (placed.lines[at].sku.as_str(), placed.lines[at].list.unwrap().0, placed.lines[at].paid.0);
    assert_eq!([line(0), line(1)], [("TEA-50", 20_000, 16_000), ("44000000000002", 10_000, 8_000)]);
    assert_eq!(placed.channel.as_deref(), Some("shopify"));
}

#[test]
fn a_forged_delivery_is_refused_and_an_old_secret_is_taken_while_it_is_replaced() {
    let body = order();
    assert_eq!(receive("shopify", &headers("orders/create", SIGNATURE), &body.replace("255.00", "25.00")), Err("webhook.forged"));
    for bad in ["", "AAAA", "not base64!", &SIGNATURE[..40]] {
        assert_eq!(receive("shopify", &headers("orders/create", bad), &body), Err("webhook.forged"), "{bad}");
    }
    assert!(receive_with("shopify", &headers("orders/create", SIGNATURE), &body, &credentials(&["new one", SECRET])).is_ok());
    assert_eq!(receive_with("shopify", &headers("orders/create", SIGNATURE), &body, &credentials(&["new one"])), Err("webhook.forged"));
    assert_eq!(receive_with("shopify", &headers("orders/create", SIGNATURE), &body, &credentials(&[""])), Err("webhook.forged"));
}

#[test]
fn of_two_states_in_one_second_the_further_has_the_higher_version() {
    let paid = told("shopify", "orders/paid", &order());
    let pending = told("shopify", "orders/create", &with(&order(), "/financial_status", json!("pending")));
    assert_eq!(paid, told("shopify", "orders/create", &order()), "the same state by another topic is the same record");
    assert_eq!(pending, ["order:5400000000017 v=1790861405000 2026-10-01T13:30:00.000Z 7100000000042 unpaid 24000 x3000 lines=2"]);
    assert!(paid[0].contains("v=1790861405040"));
}

#[test]
fn a_refund_is_the_same_whether_it_comes_alone_or_within_its_order() {
    let alone = told("shopify", "refunds/create", &sample("shopify-refund.json"));
    assert_eq!(alone, ["refund:929000000001 v= 2026-10-05T02:00:00.000Z - refunded 8000 of=5400000000017 whole=false"]);
    let refund: serde_json::Value = serde_json::from_str(&sample("shopify-refund.json")).unwrap();
    let body = with(&order(), "/refunds", json!([refund]));
    let body = with(&body, "/financial_status", json!("partially_refunded"));
    assert_eq!(
        records(outcome("shopify", "orders/updated", &body))[1],
        records(outcome("shopify", "refunds/create", &sample("shopify-refund.json")))[0]
    );
    let whole = told("shopify", "orders/updated", &with(&body, "/financial_status", json!("refunded")));
    assert_eq!(whole[2], "refund:5400000000017:all v=1791165600000 2026-10-05T02:00:00.000Z - refunded 0 of=5400000000017 whole=true");
}

#[test]
fn what_went_back_beyond_the_lines_counts_and_shipping_alone_does_not() {
    let refund = |lines: serde_json::Value, adjustments: serde_json::Value| {
        let body = with(&sample("shopify-refund.json"), "/refund_line_items", lines);
        told("shopify", "refunds/create", &with(&body, "/order_adjustments", adjustments))
    };
    let given = refund(json!([]), json!([{ "kind": "refund_discrepancy", "amount": "-12.50" }]));
    assert!(given[0].contains("refunded 1250"), "{given:?}");
    assert!(refund(json!([]), json!([{ "kind": "shipping_refund", "amount": "-15.00" }])).is_empty());
    assert!(refund(json!([{ "subtotal": "80.00" }]), json!([{ "kind": "refund_discrepancy", "amount": "80.00" }])).is_empty());
}

#[test]
fn a_cancelled_order_is_cancelled_once_however_often_it_is_told() {
    let body = with(&order(), "/cancelled_at", json!("2026-10-02T08:00:00+08:00"));
    let first = told("shopify", "orders/cancelled", &body);
    let later = told("shopify", "orders/updated", &with(&body, "/updated_at", json!("2026-10-03T08:00:00+08:00")));
    assert_eq!(first[1], "cancel:5400000000017 v=1790899200000 2026-10-02T00:00:00.000Z - cancelled");
    assert_eq!(first[1], later[1]);
}

#[test]
fn a_customer_with_an_account_is_registered() {
    let records = records(outcome("shopify", "customers/update", &sample("shopify-customer.json")));
    assert_eq!(
        lines(&records),
        ["member:7100000000042 v=1790861405000 2026-10-01T13:30:05.000Z 7100000000042 member Some(Registered) [\"city\"]"]
    );
    let guest = told("shopify", "customers/create", &with(&sample("shopify-customer.json"), "/state", json!("disabled")));
    assert!(guest[0].contains("member None"));
}

#[test]
fn privacy_requests_name_whom_they_are_about() {
    let Outcome::Privacy(privacy) = outcome("shopify", "customers/redact", &sample("shopify-redact.json")) else {
        panic!("no privacy request")
    };
    assert_eq!((privacy.kind, privacy.reference.as_str()), (PrivacyKind::EraseCustomer, "7100000000042"));
    let kinds: Vec<_> = privacy.identities.iter().map(|identity| identity.kind.clone()).collect();
    assert_eq!(kinds, [IdentityKind::Other("shopify".to_owned()), IdentityKind::Phone, IdentityKind::Email]);
    assert_eq!(word(&outcome("shopify", "shop/redact", r#"{"shop_id":1,"shop_domain":"example.myshopify.com"}"#)), "erase_shop");
    assert_eq!(word(&outcome("shopify", "customers/data_request", &sample("shopify-redact.json"))), "data_request");
}

#[test]
fn a_topic_that_does_not_fit_its_body_changes_nothing() {
    // Topics are not signed: a recorded order must not become a customer, nor an erasure.
    for topic in ["customers/update", "customers/redact", "refunds/create"] {
        assert_eq!(word(&outcome("shopify", topic, &order())), " webhook.other_content", "{topic}");
    }
    assert_eq!(word(&outcome("shopify", "orders/create", &sample("shopify-customer.json"))), " webhook.other_content");
    assert_eq!(word(&outcome("shopify", "products/update", "{}")), "webhook.unread_topic");
    assert_eq!(word(&outcome("shopify", "orders/create", &with(&order(), "/test", json!(true)))), "webhook.test_order");
}

#[test]
fn every_bad_field_is_named_as_the_platform_names_it() {
    for (pointer, value, expected) in [
        ("/id", json!(null), "/id field.missing"),
        ("/currency", json!("USD"), "/currency currency.other"),
        ("/updated_at", json!("soon"), "/updated_at date.unreadable"),
        ("/line_items/1/price", json!("10.001"), "/line_items/1/price money.decimals"),
        ("/line_items/0/quantity", json!({}), "/line_items/0/quantity field.type"),
        ("/line_items/0/discount_allocations", json!([{ "amount": "x" }]), "/line_items/0/discount_allocations/0/amount money.unreadable"),
    ] {
        assert_eq!(word(&outcome("shopify", "orders/create", &with(&order(), pointer, value))), expected);
    }
    let two = with(&with(&order(), "/currency", json!("USD")), "/created_at", json!(""));
    assert_eq!(word(&outcome("shopify", "orders/create", &two)), "/created_at field.missing; /currency currency.other");
}

#[test]
fn masked_phones_name_nobody_and_stand_nowhere() {
    let body = with(&with(&order(), "/customer/phone", json!("199****0042")), "/customer/first_name", json!("##cipher##"));
    let records = records(outcome("shopify", "orders/create", &body));
    assert_eq!(identities(&records[0]), ["shopify=7100000000042", "email=han.meimei@example.com"]);
    assert_eq!(records[0].personal.get("name"), None);
    assert!(records[0].personal.0.iter().all(|(_, value)| !value.contains("**") && !value.contains("##")));
}
