//! Youzan (有赞): pushed messages, old style (the signature in the body, over `msg`) and new style (in the headers, over the whole body).
//!
//! Either way `msg` is the message: JSON, percent-encoded. A buyer's phone is ciphertext under a key of the shop's and names nobody; buyers are
//! known by `yz_open_id` and, where they came by WeChat, by its open id. Times are Beijing's.

use perennial_kernel::{Incoming, Instant, Money, OrderKey};
use serde_json::Value;

use super::order::{LineTable, OrderTable, cancelled, refunded};
use super::person::PersonTable;
use super::read::{At, Reader, Unit};
use super::{Credentials, Delivery, Outcome, Part, Shop, Trust, malformed, misshapen, nothing, sign, unread, unsigned};
use crate::context::Context;
use crate::door::FieldProblem;
use crate::problem::Problem;

pub const SHOP: Shop = Shop { name: "youzan", client: Some("client_id"), answer: r#"{"code":0,"msg":"success"}"#, verify, split, read };

/// Below `full_order_info`.
const ORDER: OrderTable = OrderTable {
    channel: "youzan",
    id: &["/order_info/tid"],
    modified_at: &["/order_info/update_time"],
    created_at: &["/order_info/created"],
    paid_at: &["/order_info/pay_time"],
    currency: &[],
    store: &["/order_info/offline_id"],
    person: PersonTable {
        identities: &[
            ("youzan", &["/buyer_info/yz_open_id", "/buyer_info/buyer_id"]),
            ("wechat_open", &["/buyer_info/outer_user_id"]),
            ("phone", &["/buyer_info/buyer_phone"]),
        ],
        per_source: "",
        personal: &[(
            "address",
            &[
                "/address_info/delivery_province",
                "/address_info/delivery_city",
                "/address_info/delivery_district",
                "/address_info/delivery_address",
            ],
        )],
    },
    lines: "/orders",
    line: LineTable {
        sku: &["/outer_sku_id", "/outer_item_id", "/sku_id", "/item_id"],
        name: &["/title"],
        quantity: &["/num"],
        paid: &["/payment", "/total_fee"],
        tax: &[],
        unit_price: &["/price"],
        list: &[],
        discounts: ("", &[]),
    },
};

/// Statuses from the least to the furthest.
const STATUSES: [&str; 8] = [
    "WAIT_BUYER_PAY",
    "TRADE_PAID",
    "WAIT_CONFIRM",
    "WAIT_SELLER_SEND_GOODS",
    "WAIT_BUYER_CONFIRM_GOODS",
    "TRADE_BUYER_SIGNED",
    "TRADE_SUCCESS",
    "TRADE_CLOSED",
];

fn verify(delivery: &Delivery<'_>, credentials: &Credentials, _: Instant) -> Result<Trust, Problem> {
    let client = credentials.client.as_bytes();
    if let Some(given) = delivery.header("event-sign") {
        return sign::check(sign::from_hex(given), credentials, |secret| Some(sign::md5(&[client, delivery.body, secret.as_bytes()])));
    }
    // Nothing of the body is used before it is verified but these two texts, one of which is what is verified.
    let body: Value = serde_json::from_slice(delivery.body).map_err(|_| unsigned())?;
    let at = At::root(&body);
    let (Some(given), Some(msg)) = (at.plain(&["/sign"]), body.pointer("/msg").and_then(Value::as_str)) else { return Err(unsigned()) };
    sign::check(sign::from_hex(&given), credentials, |secret| Some(sign::md5(&[client, msg.as_bytes(), secret.as_bytes()])))
}

fn split(delivery: &Delivery<'_>) -> Result<Vec<Part>, FieldProblem> {
    let outer: Value = serde_json::from_slice(delivery.body).map_err(|error| malformed("", &error))?;
    let at = At::root(&outer);
    let topic = at.plain(&["/type"]).or_else(|| delivery.header("event-type").map(str::to_owned)).unwrap_or_default();
    if at.flag("/test") {
        return Ok(vec![Part { id: String::new(), topic: PING.to_owned(), body: b"{}".to_vec() }]);
    }
    let id = at.plain(&["/msg_id"]).unwrap_or_default();
    let body = match outer.pointer("/msg") {
        Some(Value::String(text)) if text.trim_start().starts_with(['{', '[']) => text.clone().into_bytes(),
        Some(Value::String(text)) => unescape(text),
        Some(Value::Null) | None => delivery.body.to_vec(),
        Some(plain) => plain.to_string().into_bytes(),
    };
    Ok(vec![Part { id, topic, body }])
}

/// What stands for a trial push.
const PING: &str = "ping";

/// Takes percent-encoding off, a plus being a blank.
fn unescape(text: &str) -> Vec<u8> {
    let digit = |at: usize| char::from(*text.as_bytes().get(at)?).to_digit(16);
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    out
}

fn read(part: &Part, body: &Value, context: &Context) -> Outcome {
    let root = At::root(body);
    let topic = part.topic.as_str();
    if topic == PING {
        return Outcome::Ping;
    }
    let mut reader = Reader::new(context, Unit::Major, "+08:00");
    let records = if let Some(at) = root.get("/full_order_info") {
        order(&mut reader, &at)
    } else if topic.ends_with("RefundSuccess") {
        if !root.has("/refund_id") || !root.has("/tid") {
            return misshapen(topic);
        }
        refund(&mut reader, &root)
    } else if topic.starts_with("trade_refund_") || topic.starts_with("youzan_trade_Refund") {
        return nothing("webhook.refund_not_final", "a refund under way gives nothing back yet", "退款未完成，暂不记录");
    } else if topic.starts_with("trade_") {
        return misshapen(topic);
    } else {
        return unread(topic);
    };
    reader.finish(records).map_or_else(Outcome::Refused, Outcome::Records)
}

fn order(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Vec<Incoming>> {
    let told = reader.order(at, &ORDER, false)?;
    let status = at.plain(&["/order_info/status"]).unwrap_or_default();
    let (refund_state, close_type) = (at.plain(&["/order_info/refund_state"]), at.plain(&["/order_info/close_type"]));
    let rank = STATUSES.iter().position(|word| *word == status).unwrap_or(1);
    let mut records = vec![told.placed(told.paid_at, rank as i64 * 10)];
    if status == "TRADE_CLOSED" || refund_state.as_deref() == Some(ALL_REFUNDED) {
        let given_back = refund_state.as_deref() == Some(ALL_REFUNDED) || close_type.as_deref() == Some(CLOSED_BY_REFUND);
        let version = told.modified_at.0.to_string();
        records.push(if told.paid_at.is_some() && given_back {
            refunded(told.key.clone(), &format!("{}:all", told.key.id), Money::ZERO, true, told.modified_at, &version)
        } else {
            cancelled(told.key.clone(), told.modified_at)
        });
    }
    Some(records)
}

/// `refund_state` of an order all of whose money went back; `close_type` of one closed for that reason.
const ALL_REFUNDED: &str = "12";
const CLOSED_BY_REFUND: &str = "2";

fn refund(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Vec<Incoming>> {
    let (order, id) = (reader.id(at, &["/tid"]), reader.id(at, &["/refund_id"]));
    let money = reader.money(at, &["/refunded_fee", "/refund_fee"]);
    let when = reader.instant(at, &["/update_time", "/refund_time"]);
    let key = OrderKey { source: reader.context.source.clone(), id: order? };
    Some(vec![refunded(key, &id?, money?, false, when?, "")])
}
