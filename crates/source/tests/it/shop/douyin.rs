use serde_json::json;

use super::*;

const ID: &str = "6917926768823643751";

fn signed(body: &str) -> Result<Vec<Message>, &'static str> {
    let sign = md5(&format!("client-17{body}{SECRET}"));
    receive("douyin", &[("app-id", "client-17"), ("event-sign", &sign)], body)
}

#[test]
fn an_array_of_messages_is_taken_message_by_message() {
    let messages = signed(&sample("douyin-push.json")).unwrap();
    let words: Vec<_> = messages.iter().map(|message| (message.part.topic.as_str(), word(&message.outcome))).collect();
    let expected = [("100", "webhook.no_money_yet"), ("101", "1 records"), ("206", "1 records")];
    assert_eq!(words, expected.map(|(topic, word)| (topic, word.to_owned())));
    assert_eq!(messages[1].part.id, "6900000000000000002:0:1:1");
    assert_eq!(
        lines(&records(messages[1].outcome.clone())),
        [format!("order:{ID} v=1790992830005 2026-10-03T02:00:30.000Z - placed 11000 x1000 lines=0")]
    );
    // 25.00 went back, 5.00 of it postage; the refund is named by its sub-order.
    assert_eq!(
        lines(&records(messages[2].outcome.clone())),
        [format!("refund:7100000000000000017 v= 2026-10-04T07:46:40.000Z - refunded 2000 of={ID} whole=false")]
    );
}

#[test]
fn one_bad_message_does_not_spoil_the_others() {
    let mut body: serde_json::Value = serde_json::from_str(&sample("douyin-push.json")).unwrap();
    body[1]["data"] = json!("{\"p_id\":1,\"pay_time\":\"x\"}");
    let messages = signed(&body.to_string()).unwrap();
    assert_eq!(word(&messages[1].outcome), "/pay_time date.unreadable; /pay_amount field.missing");
    assert_eq!(word(&messages[2].outcome), "1 records");
    assert_eq!(messages[1].part.body, b"{\"p_id\":1,\"pay_time\":\"x\"}", "what is kept is the message, not the array");
    assert_eq!(word(&signed("{}").unwrap()[0].outcome), " webhook.no_list");
}

#[test]
fn both_ways_to_sign_are_known_and_forgeries_refused() {
    let body = sample("douyin-push.json");
    let mac = hex(&hmac_sha256(SECRET.as_bytes(), format!("client-17{body}{SECRET}").as_bytes()));
    assert!(receive("douyin", &[("event-sign", &mac), ("sign-method", "hmac-sha256")], &body).is_ok());
    assert_eq!(receive("douyin", &[("event-sign", &mac)], &body), Err("webhook.forged"));
    let sign = md5(&format!("client-17{body}{SECRET}"));
    assert!(receive("douyin", &[("event-sign", &sign.to_uppercase())], &body).is_ok());
    assert_eq!(receive("douyin", &[("event-sign", &sign)], &body.replace("11000", "1")), Err("webhook.forged"));
}

#[test]
fn the_trial_push_of_the_console_is_a_ping() {
    assert_eq!(word(&signed(r#"[{"tag":"0","msg_id":"0","data":"2026-10-03T16:00:00"}]"#).unwrap()[0].outcome), "ping");
}

#[test]
fn an_orders_detail_tells_lines_and_buyer() {
    let records = records(outcome("douyin", "trade_TradeSellerShip", &sample("douyin-detail.json")));
    assert_eq!(
        lines(&records),
        [format!("order:{ID} v=1791000000050 2026-10-03T02:00:30.000Z exampleDoudianOpenId17 placed 11000 x3000 lines=2")]
    );
    assert_eq!(identities(&records[0]), ["douyin=exampleDoudianOpenId17"]);
    let skus: Vec<_> = kit::order(&records[0]).lines.iter().map(|line| (line.sku.as_str(), line.list.unwrap().0, line.paid.0)).collect();
    assert_eq!(skus, [("TEA-50", 10_000, 9_000), ("CUP-1", 2_000, 2_000)]);
    let back = told("douyin", "101", &with(&sample("douyin-detail.json"), "/main_status", json!(22)));
    assert!(back[1].ends_with("refunded 0 of=6917926768823643751 whole=true"));
    let gone = told("douyin", "101", &with(&sample("douyin-detail.json"), "/order_status", json!(4)));
    assert!(gone[1].starts_with("cancel:6917926768823643751 ") && gone[1].ends_with("cancelled"));
}

#[test]
fn topics_are_known_by_number_and_by_name() {
    let cancelled = json!({ "p_id": 17, "cancel_time": 1_791_000_000, "order_status": 4 }).to_string();
    for topic in ["106", "trade_TradeCanceled", "doudian_trade_TradeCanceled"] {
        assert_eq!(told("douyin", topic, &cancelled), ["cancel:17 v=1791000000000 2026-10-03T04:00:00.000Z - cancelled"]);
    }
    let on_delivery = json!({ "p_id": 17, "pay_time": 1_791_000_000, "pay_amount": 500, "pay_type": 0 }).to_string();
    assert!(told("douyin", "101", &on_delivery)[0].contains("unpaid 500"));
    assert_eq!(word(&outcome("douyin", "103", &cancelled)), "webhook.no_change");
    assert_eq!(word(&outcome("douyin", "400", &cancelled)), "webhook.unread_topic");
    assert_eq!(word(&outcome("douyin", "101", "{}")), " webhook.other_content");
}
