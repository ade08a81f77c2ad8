//! Douyin shop (抖店): pushed messages, several in one array.
//!
//! A push of a payment names the order, its amount and its time, and nobody: whose it is comes by the order's detail (also read here, where a
//! service passes it on) or by the export. Money is in fen, times in seconds. Receivers are ciphertext and name nobody.

use perennial_kernel::{Body, Incoming, Instant, Money, Order, OrderKey, Personal, Quantity};
use serde_json::Value;

use super::order::{LineTable, OrderTable, cancelled, refunded};
use super::person::PersonTable;
use super::read::{At, Reader, Unit};
use super::{Credentials, Delivery, Outcome, Part, Shop, Trust, malformed, misshapen, nothing, sign, unread, unsigned};
use crate::context::Context;
use crate::door::FieldProblem;
use crate::problem::Problem;

pub const SHOP: Shop = Shop { name: "douyin", client: Some("app_key"), answer: r#"{"code":0,"msg":"success"}"#, verify, split, read };

/// An order's detail as `order.orderDetail` gives it.
const ORDER: OrderTable = OrderTable {
    channel: "douyin",
    id: &["/order_id"],
    modified_at: &["/update_time"],
    created_at: &["/create_time"],
    paid_at: &["/pay_time"],
    currency: &[],
    store: &[],
    person: PersonTable {
        identities: &[("douyin", &["/doudian_open_id", "/open_id"]), ("phone", &["/post_tel"])],
        per_source: "",
        personal: &[],
    },
    lines: "/sku_order_list",
    line: LineTable {
        sku: &["/out_sku_id", "/code", "/sku_id", "/product_id"],
        name: &["/product_name"],
        quantity: &["/item_num"],
        paid: &["/pay_amount"],
        tax: &[],
        unit_price: &["/origin_amount"],
        list: &["/sum_amount"],
        discounts: ("", &[]),
    },
};

/// `order_status` from the least to the furthest: unpaid, paid, being packed, partly sent, sent, done, cancelled.
const STATUSES: [&str; 7] = ["1", "105", "2", "101", "3", "5", "4"];
const CANCELLED: &str = "4";
/// `main_status` of orders all of whose money went back: before sending, after sending, after receipt.
const REFUNDED: [&str; 3] = ["21", "22", "39"];

/// How far an order has come by a push of its payment: below anything that knows its lines.
const PUSHED: i64 = 5;

/// Topics by number and by name.
const TOPICS: [(&str, &str, Topic); 8] = [
    ("100", "trade_TradeCreate", Topic::Created),
    ("101", "trade_TradePaid", Topic::Paid),
    ("102", "trade_TradeSellerShip", Topic::Underway),
    ("103", "trade_TradeSuccess", Topic::Underway),
    ("106", "trade_TradeCanceled", Topic::Cancelled),
    ("110", "trade_TradePartlySellerShip", Topic::Underway),
    ("206", "refund_RefundSuccess", Topic::Refunded),
    ("207", "refund_RefundSuccess", Topic::Refunded),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Topic {
    Created,
    Paid,
    Underway,
    Cancelled,
    Refunded,
}

fn verify(delivery: &Delivery<'_>, credentials: &Credentials, _: Instant) -> Result<Trust, Problem> {
    let given = sign::from_hex(delivery.header("event-sign").ok_or_else(unsigned)?);
    let key = credentials.client.as_bytes();
    let by_hmac = delivery.header("sign-method").is_some_and(|method| method.to_lowercase().contains("hmac"));
    sign::check(given, credentials, |secret| {
        let secret = secret.as_bytes();
        let parts = [key, delivery.body, secret];
        Some(if by_hmac { sign::hmac_sha256(secret, &parts) } else { sign::md5(&parts) })
    })
}

fn split(delivery: &Delivery<'_>) -> Result<Vec<Part>, FieldProblem> {
    let body: Value = serde_json::from_slice(delivery.body).map_err(|error| malformed("", &error))?;
    let Some(list) = body.as_array() else {
        let problem = Problem::new("webhook.no_list", "is no list of messages", "不是消息数组");
        return Err(FieldProblem::new("", problem));
    };
    let part = |message: &Value| {
        let at = At::root(message);
        let body = match message.pointer("/data") {
            Some(Value::String(text)) => text.clone().into_bytes(),
            Some(data) => data.to_string().into_bytes(),
            None => b"null".to_vec(),
        };
        let topic = at.plain(&["/tag"]).unwrap_or_default();
        // A trial push holds a bare time instead of an object.
        let body = if topic == PING { b"{}".to_vec() } else { body };
        Part { id: at.plain(&["/msg_id"]).unwrap_or_default(), topic, body }
    };
    Ok(list.iter().map(part).collect())
}

const PING: &str = "0";

fn read(part: &Part, body: &Value, context: &Context) -> Outcome {
    let at = At::root(body);
    let topic = part.topic.as_str();
    if topic == PING {
        return Outcome::Ping;
    }
    let mut reader = Reader::new(context, Unit::Minor, "+08:00");
    if at.has("/sku_order_list") {
        let records = order(&mut reader, &at);
        return reader.finish(records).map_or_else(Outcome::Refused, Outcome::Records);
    }
    let known = TOPICS.iter().find(|(tag, name, _)| *tag == topic || topic.ends_with(name)).map(|(.., topic)| *topic);
    let records = match known {
        None => return unread(topic),
        Some(_) if !at.is_object() || !at.has("/p_id") => return misshapen(topic),
        Some(Topic::Created) => {
            return nothing("webhook.no_money_yet", "an order is recorded once it is paid", "订单付款后才记录");
        }
        Some(Topic::Underway) => return nothing("webhook.no_change", "shipping changes nothing that is counted", "物流状态不影响统计"),
        Some(Topic::Paid) => paid(&mut reader, &at),
        Some(Topic::Cancelled) => {
            let (order, when) = (reader.id(&at, &["/p_id"]), reader.instant(&at, &["/cancel_time"]));
            order.zip(when).map(|(id, when)| vec![cancelled(OrderKey { source: context.source.clone(), id }, when)])
        }
        Some(Topic::Refunded) => refund(&mut reader, &at),
    };
    reader.finish(records).map_or_else(Outcome::Refused, Outcome::Records)
}

/// A payment as pushed: an order of one piece of something, until its detail or the export tells the lines.
fn paid(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Vec<Incoming>> {
    let (id, when) = (reader.id(at, &["/p_id"]), reader.instant(at, &["/pay_time"]));
    let money = reader.money(at, &["/pay_amount"]);
    // On delivery: the message says that the shop confirmed, not that money came.
    let on_delivery = at.plain(&["/pay_type"]).as_deref() == Some("0");
    let (id, when, money) = (id?, when?, money?);
    let version = when.0.div_euclid(1000) * 1000 + PUSHED;
    let key = OrderKey { source: reader.context.source.clone(), id };
    let order = Order {
        key: key.clone(),
        version: Some(version),
        paid_at: (!on_delivery).then_some(when),
        money,
        quantity: Quantity::pieces(1),
        channel: Some(ORDER.channel.to_owned()),
        store: None,
        lines: Vec::new(),
    };
    Some(vec![Incoming {
        source: key.source,
        object: format!("order:{}", key.id),
        version: version.to_string(),
        identities: Vec::new(),
        personal: Personal::default(),
        occurred_at: when,
        body: Body::OrderPlaced(order),
    }])
}

/// The amount holds the shipping that went back, which is no part of the order's money. The refund is named by its line, as in the export,
/// so that the two are one; `aftersale_type` 2 is of the whole order, before it was sent.
fn refund(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Vec<Incoming>> {
    let (order, id) = (reader.id(at, &["/p_id"]), reader.id(at, &["/aftersale_id"]));
    let (money, shipping) = (reader.money(at, &["/refund_amount"]), reader.optional_money(at, &["/refund_post_amount"]));
    let when = reader.instant(at, &["/success_time"]);
    let line = reader.optional_id(at, &["/s_id"]).filter(|line| line != "0");
    let whole = at.plain(&["/aftersale_type"]).as_deref() == Some("2");
    let key = OrderKey { source: reader.context.source.clone(), id: order? };
    let (id, money) = (id?, money? - shipping.unwrap_or_default());
    let refund = refunded(key, line.as_ref().unwrap_or(&id), money, whole, when?, "");
    Some(vec![Incoming { object: format!("refund:{id}"), ..refund }])
}

fn order(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Vec<Incoming>> {
    let told = reader.order(at, &ORDER, false)?;
    let status = at.plain(&["/order_status"]).unwrap_or_default();
    let main = at.plain(&["/main_status"]).unwrap_or_default();
    let rank = STATUSES.iter().position(|word| *word == status).unwrap_or_default() as i64;
    let mut records = vec![told.placed(told.paid_at, 10 + rank * 10)];
    if REFUNDED.contains(&main.as_str()) {
        let id = format!("{}:all", told.key.id);
        let version = told.modified_at.0.to_string();
        records.push(refunded(told.key.clone(), &id, Money::ZERO, true, told.modified_at, &version));
    } else if status == CANCELLED {
        records.push(cancelled(told.key.clone(), told.modified_at));
    }
    Some(records)
}
