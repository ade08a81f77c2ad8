//! WooCommerce: webhooks with the bodies of its REST API, version 3.
//!
//! Prices are told without tax and tax beside them; where the shop's prices hold it (`prices_include_tax`), it is added again. An order's
//! refunds have no time of their own: they carry the order's modified time, and a later change of the order tells them again to no effect.

use perennial_kernel::{Incoming, Instant, Money, Relation};
use serde_json::Value;

use super::order::{LineTable, OrderTable, Told, cancelled, refunded};
use super::person::{MemberTable, PersonTable};
use super::read::{At, Reader, Unit};
use super::{Credentials, Delivery, Outcome, Part, Shop, Trust, misshapen, sign, unread, unsigned};
use crate::context::Context;
use crate::door::FieldProblem;
use crate::problem::Problem;

pub const SHOP: Shop = Shop { name: "woocommerce", client: None, answer: "", verify, split, read };

const ORDER: OrderTable = OrderTable {
    channel: "woocommerce",
    id: &["/id"],
    modified_at: &["/date_modified_gmt"],
    created_at: &["/date_created_gmt"],
    paid_at: &["/date_paid_gmt"],
    currency: &["/currency"],
    store: &[],
    person: PersonTable {
        identities: &[("woocommerce", &["/customer_id"]), ("phone", &["/billing/phone"]), ("email", &["/billing/email"])],
        per_source: "woocommerce",
        personal: &[
            ("name", &["/billing/first_name", "/billing/last_name"]),
            ("address", &["/shipping/address_1", "/shipping/address_2", "/shipping/city", "/shipping/postcode"]),
        ],
    },
    lines: "/line_items",
    line: LineTable {
        sku: &["/sku", "/variation_id", "/product_id"],
        name: &["/name"],
        quantity: &["/quantity"],
        paid: &["/total"],
        tax: &["/total_tax"],
        unit_price: &[],
        list: &["/subtotal"],
        discounts: ("", &[]),
    },
};

const CUSTOMER: MemberTable = MemberTable {
    id: &["/id"],
    modified_at: &["/date_modified_gmt", "/date_created_gmt"],
    city: &["/billing/city"],
    person: PersonTable {
        identities: &[("woocommerce", &["/id"]), ("phone", &["/billing/phone"]), ("email", &["/email", "/billing/email"])],
        per_source: "woocommerce",
        personal: &[("name", &["/first_name", "/last_name"])],
    },
};

/// Statuses from the least to the furthest.
const STATUSES: [&str; 8] = ["checkout-draft", "pending", "failed", "on-hold", "processing", "completed", "refunded", "cancelled"];

fn verify(delivery: &Delivery<'_>, credentials: &Credentials, _: Instant) -> Result<Trust, Problem> {
    let Some(given) = delivery.header("x-wc-webhook-signature") else {
        return if is_ping(delivery.body) { Ok(Trust::Ping) } else { Err(unsigned()) };
    };
    // The ping is signed with whatever secret the form held at that moment.
    let ping = is_ping(delivery.body);
    let signed = sign::check(sign::from_base64(given), credentials, |secret| Some(sign::hmac_sha256(secret.as_bytes(), &[delivery.body])));
    if ping { Ok(Trust::Ping) } else { signed }
}

/// `webhook_id=17`, sent as a form when a webhook is made.
fn is_ping(body: &[u8]) -> bool {
    let digits = body.strip_prefix(b"webhook_id=").unwrap_or_default();
    !digits.is_empty() && digits.len() <= 20 && digits.iter().all(u8::is_ascii_digit)
}

fn split(delivery: &Delivery<'_>) -> Result<Vec<Part>, FieldProblem> {
    let text = |name| delivery.header(name).unwrap_or_default().to_owned();
    Ok(vec![Part { id: text("x-wc-webhook-delivery-id"), topic: text("x-wc-webhook-topic").to_lowercase(), body: delivery.body.to_vec() }])
}

fn read(part: &Part, body: &Value, context: &Context) -> Outcome {
    let at = At::root(body);
    let topic = part.topic.as_str();
    let is_order = at.has("/line_items");
    // Times are told in UTC without saying so.
    let mut reader = Reader::new(context, Unit::Major, "Z");
    let records = match topic {
        "order.created" | "order.updated" | "order.restored" if is_order => order(&mut reader, &at),
        "customer.created" | "customer.updated" if !is_order && at.has("/billing") => {
            let relation = at.plain(&["/role"]).is_some_and(|role| role == "customer").then_some(Relation::Registered);
            reader.member(&at, &CUSTOMER, relation).map(|member| vec![member])
        }
        "order.created" | "order.updated" | "order.restored" | "customer.created" | "customer.updated" => return misshapen(topic),
        _ => return unread(topic),
    };
    reader.finish(records).map_or_else(Outcome::Refused, Outcome::Records)
}

fn order(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Vec<Incoming>> {
    let told = reader.order(at, &ORDER, at.flag("/prices_include_tax"))?;
    let status = at.plain(&["/status"]).unwrap_or_default();
    let paid_at = paid_at(reader, at, &told, &status);
    // Statuses of plug-ins are somewhere between: as far as the money tells.
    let own = if paid_at.is_some() { 4 } else { 1 };
    let rank = STATUSES.iter().position(|word| *word == status).unwrap_or(own);
    let refunds = at.items("/refunds");
    let progress = (rank + refunds.len().min(90)) * 10;
    let mut records = vec![told.placed(paid_at, progress as i64)];
    let version = told.version(progress as i64).to_string();
    for refund in &refunds {
        let (id, total) = (reader.id(refund, &["/id"]), reader.money(refund, &["/total"]));
        let (id, money) = (id?, -total?);
        if money > Money::ZERO {
            records.push(refunded(told.key.clone(), &id, money, false, told.modified_at, &version));
        }
    }
    if status == "refunded" {
        records.push(refunded(told.key.clone(), &format!("{}:all", told.key.id), Money::ZERO, true, told.modified_at, &version));
    }
    // A cancelled order that was never paid may still be paid: the shop gives up waiting, the bank is late. Unpaid, it counts for nothing.
    if status == "cancelled" && paid_at.is_some() {
        records.push(cancelled(told.key.clone(), told.modified_at));
    }
    Some(records)
}

/// Orders paid on delivery have no time of payment, only a status that says so.
fn paid_at(reader: &mut Reader<'_>, at: &At<'_>, told: &Told, status: &str) -> Option<Instant> {
    let open = matches!(status, "checkout-draft" | "pending" | "failed" | "on-hold");
    let by_status = matches!(status, "processing" | "completed" | "refunded");
    let completed_at = reader.optional_instant(at, &["/date_completed_gmt"]);
    told.paid_at.or_else(|| completed_at.or(Some(told.created_at)).filter(|_| by_status)).filter(|_| !open)
}
