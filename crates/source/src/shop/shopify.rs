//! Shopify: webhooks of both generations, classic (`X-Shopify-…`) and events (`Shopify-…`), with the bodies of its Admin REST API.
//!
//! Money: a line's price less its share of all discounts. Refunds count what their lines were worth, corrected by discrepancies, because
//! transactions hold shipping and tax, too. There is no time of payment; `processed_at` is the day Shopify's own reports use.

use perennial_kernel::{Incoming, Money, OrderKey, Relation};
use serde_json::Value;

use super::order::{LineTable, OrderTable, cancelled, refunded};
use super::person::{MemberTable, PersonTable};
use super::read::{At, Reader, Unit};
use super::{Credentials, Delivery, Outcome, Part, Privacy, PrivacyKind, Shop, Trust, misshapen, nothing, sign, unread, unsigned};
use crate::context::Context;
use crate::door::FieldProblem;
use crate::problem::Problem;

pub const SHOP: Shop = Shop { name: "shopify", client: None, answer: "", verify, split, read };

const ORDER: OrderTable = OrderTable {
    channel: "shopify",
    id: &["/id"],
    modified_at: &["/updated_at"],
    created_at: &["/created_at"],
    paid_at: &["/processed_at", "/created_at"],
    currency: &["/currency"],
    store: &["/location_id"],
    person: PersonTable {
        identities: &[
            ("shopify", &["/customer/id"]),
            ("phone", &["/customer/phone", "/phone"]),
            ("email", &["/customer/email", "/email", "/contact_email"]),
        ],
        per_source: "",
        personal: &[
            ("name", &["/customer/first_name", "/customer/last_name"]),
            ("address", &["/shipping_address/address1", "/shipping_address/address2", "/shipping_address/city", "/shipping_address/zip"]),
        ],
    },
    lines: "/line_items",
    line: LineTable {
        sku: &["/sku", "/variant_id", "/product_id"],
        name: &["/name", "/title"],
        quantity: &["/quantity"],
        paid: &[],
        tax: &[],
        unit_price: &["/price"],
        list: &[],
        discounts: ("/discount_allocations", &["/amount"]),
    },
};

const CUSTOMER: MemberTable = MemberTable {
    id: &["/id"],
    modified_at: &["/updated_at"],
    city: &["/default_address/city"],
    person: PersonTable {
        identities: &[("shopify", &["/id"]), ("phone", &["/phone"]), ("email", &["/email"])],
        per_source: "",
        personal: &[("name", &["/first_name", "/last_name"])],
    },
};

/// Whom a privacy request is about.
const PRIVACY: PersonTable = PersonTable {
    identities: &[("shopify", &["/customer/id"]), ("phone", &["/customer/phone"]), ("email", &["/customer/email"])],
    per_source: "",
    personal: &[],
};

/// `financial_status`, from the least to the furthest, and whether the money had come.
const STATUSES: [(&str, bool); 8] = [
    ("pending", false),
    ("expired", false),
    ("authorized", false),
    ("partially_paid", false),
    ("paid", true),
    ("partially_refunded", true),
    ("refunded", true),
    ("voided", false),
];

fn verify(delivery: &Delivery<'_>, credentials: &Credentials, _: perennial_kernel::Instant) -> Result<Trust, Problem> {
    let given = header(delivery, "hmac-sha256").ok_or_else(unsigned)?;
    sign::check(sign::from_base64(given), credentials, |secret| Some(sign::hmac_sha256(secret.as_bytes(), &[delivery.body])))
}

/// The header in either generation.
fn header<'a>(delivery: &Delivery<'a>, name: &str) -> Option<&'a str> {
    delivery.header(&format!("x-shopify-{name}")).or_else(|| delivery.header(&format!("shopify-{name}")))
}

fn split(delivery: &Delivery<'_>) -> Result<Vec<Part>, FieldProblem> {
    let mut topic = header(delivery, "topic").unwrap_or_default().to_lowercase();
    // Events name the resource and the action apart.
    if let Some(action) = header(delivery, "action").filter(|_| !topic.contains('/')) {
        let plural = if topic.ends_with('s') { "" } else { "s" };
        topic = format!("{topic}{plural}/{}", action.to_lowercase());
    }
    let id = header(delivery, "webhook-id").or_else(|| header(delivery, "event-id")).unwrap_or_default().to_owned();
    Ok(vec![Part { id, topic, body: delivery.body.to_vec() }])
}

fn read(part: &Part, body: &Value, context: &Context) -> Outcome {
    let at = At::root(body);
    let topic = part.topic.as_str();
    let is_order = at.has("/line_items") && at.has("/financial_status");
    let is_refund = at.has("/refund_line_items") && at.has("/order_id");
    let mut reader = Reader::new(context, Unit::Major, "");
    let records = match topic {
        "orders/create"
        | "orders/updated"
        | "orders/update"
        | "orders/paid"
        | "orders/cancelled"
        | "orders/fulfilled"
        | "orders/partially_fulfilled" => {
            if !is_order {
                return misshapen(topic);
            }
            if at.flag("/test") {
                return nothing("webhook.test_order", "a test order is no sale", "测试订单不是销售");
            }
            order(&mut reader, &at)
        }
        "refunds/create" | "refund/create" if is_refund => reader.id(&at, &["/order_id"]).map(|order| {
            let key = OrderKey { source: context.source.clone(), id: order };
            refund(&mut reader, &at, &key).into_iter().collect()
        }),
        "customers/create" | "customers/update" | "customers/enable" if !is_order && !is_refund && at.has("/created_at") => {
            let relation = (at.plain(&["/state"]).as_deref() == Some("enabled")).then_some(Relation::Registered);
            reader.member(&at, &CUSTOMER, relation).map(|member| vec![member])
        }
        "customers/data_request" | "customers/redact" | "shop/redact" => return privacy(&mut reader, &at, topic),
        "refunds/create" | "refund/create" | "customers/create" | "customers/update" | "customers/enable" => return misshapen(topic),
        _ => return unread(topic),
    };
    reader.finish(records).map_or_else(Outcome::Refused, Outcome::Records)
}

fn order(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Vec<Incoming>> {
    let told = reader.order(at, &ORDER, false)?;
    let status = at.plain(&["/financial_status"]).unwrap_or_default();
    let cancelled_at = reader.optional_instant(at, &["/cancelled_at"]);
    let rank = STATUSES.iter().position(|(word, _)| *word == status);
    let paid = rank.is_some_and(|rank| STATUSES[rank].1);
    let refunds = at.items("/refunds");
    let progress = rank.unwrap_or_default() * 10 + usize::from(cancelled_at.is_some()) + refunds.len().min(90) * 10;
    let mut records = vec![told.placed(told.paid_at.filter(|_| paid), progress as i64)];
    records.extend(refunds.iter().filter_map(|refunded| refund(reader, refunded, &told.key)));
    if status == "refunded" {
        // Whatever the single refunds add up to (shipping kept, prices rounded), nothing of it is left.
        let last = refunds.iter().filter_map(|refund| reader.optional_instant(refund, &["/created_at"])).max();
        let (id, last) = (format!("{}:all", told.key.id), last.unwrap_or(told.modified_at));
        records.push(refunded(told.key.clone(), &id, Money::ZERO, true, last, &last.0.to_string()));
    }
    records.extend(cancelled_at.map(|when| cancelled(told.key.clone(), when)));
    Some(records)
}

/// What a refund gives back of the lines' money; `None` when that is nothing (shipping alone, a restocking).
fn refund(reader: &mut Reader<'_>, at: &At<'_>, key: &OrderKey) -> Option<Incoming> {
    let id = reader.id(at, &["/id"])?;
    let when = reader.instant(at, &["/created_at"])?;
    let lines: Money = at.items("/refund_line_items").iter().filter_map(|line| reader.optional_money(line, &["/subtotal"])).sum();
    let adjustments = at.items("/order_adjustments");
    let discrepancies = adjustments.iter().filter(|one| one.plain(&["/kind"]).as_deref() == Some("refund_discrepancy"));
    // A discrepancy is negative where more went back than the lines were worth.
    let corrected: Money = discrepancies.filter_map(|one| reader.optional_money(one, &["/amount"])).sum();
    let money = lines - corrected;
    (money > Money::ZERO).then(|| refunded(key.clone(), &id, money, false, when, ""))
}

fn privacy(reader: &mut Reader<'_>, at: &At<'_>, topic: &str) -> Outcome {
    if !at.has("/shop_domain") {
        return misshapen(topic);
    }
    let kind = match topic {
        "customers/data_request" => PrivacyKind::Data,
        "customers/redact" => PrivacyKind::EraseCustomer,
        _ => PrivacyKind::EraseShop,
    };
    let reference = at.plain(&["/data_request/id", "/customer/id", "/shop_domain"]).unwrap_or_default();
    let identities = reader.person(at, &PRIVACY).0;
    Outcome::Privacy(Privacy { kind, reference, identities })
}
