use serde_json::json;

use super::*;

fn order() -> String {
    sample("youzan-order.json")
}

/// Percent-encoding as the platform writes it: a blank is a plus.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*');
    let one = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

fn outer(kind: &str, msg: &str, test: bool) -> String {
    json!({
        "client_id": "client-17", "id": "E20261003120000000000017", "kdt_id": 134_500_001, "kdt_name": "示例店", "mode": 1, "type": kind,
        "msg": escape(msg), "sendCount": 0, "status": "WAIT_SELLER_SEND_GOODS", "test": test, "version": 1_790_999_999
    })
    .to_string()
}

fn new_style(body: &str) -> Result<Vec<Message>, &'static str> {
    let sign = md5(&format!("client-17{body}{SECRET}"));
    receive("youzan", &[("Client-Id", "client-17"), ("Event-Type", "trade_TradePaid"), ("Event-Sign", &sign)], body)
}

fn old_style(kind: &str, msg: &str) -> String {
    let body = outer(kind, msg, false);
    with(&body, "/sign", json!(md5(&format!("client-17{}{SECRET}", escape(msg)))))
}

const PAID: &str =
    "order:E20261003120000000000017 v=1791000030030 2026-10-03T04:00:30.000Z exampleOpenId00000000017 placed 17005 x3000 lines=2";

#[test]
fn a_paid_order_is_taken_in_both_styles() {
    let new = new_style(&outer("trade_TradePaid", &order(), false)).unwrap();
    let old = receive("youzan", &[], &old_style("trade_TradePaid", &order())).unwrap();
    assert_eq!(new, old);
    let records = records(new[0].outcome.clone());
    assert_eq!(lines(&records), [PAID]);
    // The phone is ciphertext: no identity, and kept nowhere.
    assert_eq!(identities(&records[0]), ["youzan=exampleOpenId00000000017", "wechat_open=oExampleWechatOpenId0000017"]);
    assert!(records[0].personal.is_empty());
    let placed = kit::order(&records[0]);
    let skus: Vec<_> = placed.lines.iter().map(|line| (line.sku.as_str(), line.list.unwrap().0, line.paid.0)).collect();
    assert_eq!(skus, [("CUP-1", 10_000, 8_000), ("TEA-50", 10_000, 9_005)]);
    assert_eq!(placed.store.as_deref(), Some("134500001"));
}

#[test]
fn forgeries_are_refused_in_both_styles() {
    let body = outer("trade_TradePaid", &order(), false);
    let sign = md5(&format!("client-17{body}{SECRET}"));
    let forged = body.replace("WAIT", "TRADE");
    assert_eq!(receive("youzan", &[("event-sign", &sign)], &forged), Err("webhook.forged"));
    // The client's name is ours to know: a sender cannot move bytes between it and the body.
    let moved = md5(&format!("{body}{SECRET}"));
    assert_eq!(receive("youzan", &[("client-id", ""), ("event-sign", &moved)], &body), Err("webhook.forged"));
    let old = old_style("trade_TradePaid", &order());
    assert_eq!(receive("youzan", &[], &with(&old, "/msg", json!(escape(&order().replace("80.00", "8.00"))))), Err("webhook.forged"));
    assert_eq!(receive("youzan", &[], &with(&old, "/sign", json!("00"))), Err("webhook.forged"));
}

#[test]
fn a_trial_push_is_a_ping() {
    assert_eq!(word(&new_style(&outer("trade_TradePaid", "{}", true)).unwrap()[0].outcome), "ping");
}

#[test]
fn statuses_become_what_they_mean() {
    let state = |status: &str, close_type: u8, refund_state: u8, paid: bool| {
        let mut body = with(&order(), "/full_order_info/order_info/status", json!(status));
        body = with(&body, "/full_order_info/order_info/close_type", json!(close_type));
        body = with(&body, "/full_order_info/order_info/refund_state", json!(refund_state));
        body = with(&body, "/full_order_info/order_info/pay_time", json!(if paid { "2026-10-03 12:00:30" } else { "" }));
        told("youzan", "trade_TradeClose", &body)
            .iter()
            .map(|line| line.split(' ').skip(4).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(state("WAIT_BUYER_PAY", 0, 0, false), ["unpaid 17005 x3000 lines=2"]);
    assert_eq!(state("TRADE_SUCCESS", 0, 0, true), ["placed 17005 x3000 lines=2"]);
    assert_eq!(state("TRADE_CLOSED", 1, 0, false), ["unpaid 17005 x3000 lines=2", "cancelled"]);
    let back = "refunded 0 of=E20261003120000000000017 whole=true";
    assert_eq!(state("TRADE_CLOSED", 2, 12, true), ["placed 17005 x3000 lines=2", back]);
    assert_eq!(state("TRADE_SUCCESS", 0, 12, true), ["placed 17005 x3000 lines=2", back]);
    assert_eq!(state("TRADE_CLOSED", 5, 0, true), ["placed 17005 x3000 lines=2", "cancelled"]);
}

#[test]
fn a_refund_counts_once_it_is_final() {
    let body = json!({
        "tid": "E20261003120000000000017", "oid": "2961000000000000001", "refund_id": "202610050000000017", "refunded_fee": "40.00",
        "refund_type": "REFUND_ONLY", "update_time": "2026-10-05 09:00:00"
    })
    .to_string();
    assert_eq!(
        told("youzan", "youzan_trade_RefundSuccess", &body),
        ["refund:202610050000000017 v= 2026-10-05T01:00:00.000Z - refunded 4000 of=E20261003120000000000017 whole=false"]
    );
    assert_eq!(told("youzan", "trade_refund_RefundSuccess", &body), told("youzan", "youzan_trade_RefundSuccess", &body));
    assert_eq!(word(&outcome("youzan", "trade_refund_BuyerCreated", &body)), "webhook.refund_not_final");
    assert_eq!(word(&outcome("youzan", "trade_TradePaid", &body)), " webhook.other_content");
    assert_eq!(word(&outcome("youzan", "item_ItemInfo", "{}")), "webhook.unread_topic");
}

#[test]
fn a_plain_phone_is_an_identity() {
    let body = with(&order(), "/full_order_info/buyer_info/buyer_phone", json!("19900000017"));
    assert_eq!(identities(&records(outcome("youzan", "trade_TradePaid", &body))[0])[2], "phone=19900000017");
}
