//! Standard Webhooks (standardwebhooks.com): for whatever has no reader of its own. Id, time and body are signed together; a delivery more than
//! five minutes off our clock is refused, so a recorded one cannot be played again later.
//!
//! The payload is `{"type": …, "timestamp": …, "data": {…}}`; `data` is what the HTTP API takes for the same thing.

use std::collections::BTreeMap;

use perennial_kernel::{Aspect, Attribute, Body, Incoming, Instant, Relation, Scores};
use serde_json::Value;

use super::read::{At, Reader, Unit};
use super::{Credentials, Delivery, Outcome, Part, Shop, Trust, malformed, misshapen, sign, unread, unsigned};
use crate::context::Context;
use crate::door::{self, AmountInput, CancelInput, FieldProblem, LineInput, MemberInput, OrderInput, RefundInput, RefundLineInput};
use crate::problem::Problem;

pub const SHOP: Shop = Shop { name: "standard", client: None, answer: "", verify, split, read };

/// How far a delivery's time may be off ours, either way.
const TOLERANCE_MS: i64 = 5 * 60 * 1000;

fn verify(delivery: &Delivery<'_>, credentials: &Credentials, now: Instant) -> Result<Trust, Problem> {
    let header = |name| delivery.header(name).filter(|text| !text.is_empty()).ok_or_else(unsigned);
    let (id, sent_at, signatures) = (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
    let seconds: i64 = sent_at.parse().map_err(|_| unsigned())?;
    let signed: [&[u8]; 5] = [id.as_bytes(), b".", sent_at.as_bytes(), b".", delivery.body];
    let make = |secret: &str| {
        let key = sign::from_base64(secret.strip_prefix("whsec_").unwrap_or(secret))?;
        Some(sign::hmac_sha256(&key, &signed))
    };
    // Several signatures stand side by side while a secret is replaced; other schemes than ours are passed over.
    let ours = signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
    let mut answer = Err(super::forged());
    for signature in ours.take(SIGNATURES_MAX) {
        let one = sign::check(sign::from_base64(signature), credentials, make);
        answer = if answer.is_ok() { answer } else { one };
    }
    if answer.is_ok() && (now.0 - seconds.saturating_mul(1000)).abs() > TOLERANCE_MS {
        let (en, zh) = ("The delivery was signed more than five minutes from now", "推送的签名时间与当前时间相差超过五分钟");
        return Err(Problem::new("webhook.stale", en, zh));
    }
    answer
}

const SIGNATURES_MAX: usize = 10;
const BEHAVED: &str = "behaved";

fn split(delivery: &Delivery<'_>) -> Result<Vec<Part>, FieldProblem> {
    let body: Value = serde_json::from_slice(delivery.body).map_err(|error| malformed("", &error))?;
    let topic = At::root(&body).plain(&["/type"]).unwrap_or_default();
    let id = delivery.header("webhook-id").unwrap_or_default().to_owned();
    let mut body = body;
    // What has no id of its own takes the delivery's, and keeps it where it is read again without its headers.
    let nameless = topic == BEHAVED && body.pointer("/data/id").is_none();
    let message = match body.pointer_mut("/data").and_then(Value::as_object_mut).filter(|_| nameless) {
        Some(data) => {
            data.insert("id".to_owned(), Value::String(id.clone()));
            body.to_string().into_bytes()
        }
        None => delivery.body.to_vec(),
    };
    Ok(vec![Part { id, topic, body: message }])
}

fn read(part: &Part, body: &Value, context: &Context) -> Outcome {
    let Some(data) = At::root(body).get("/data").filter(At::is_object) else { return misshapen(&part.topic) };
    let one = |result: Result<Incoming, Vec<FieldProblem>>| result.map(|incoming| vec![incoming]).map_err(below_data);
    let records = match part.topic.as_str() {
        "order.placed" => one(door::place(&order(&data, context), context)),
        "order.updated" => one(door::update(&order(&data, context), context)),
        "order.cancelled" => one(door::cancel(&cancel(&data, context), context)),
        "order.refunded" => one(door::refund(&refund(&data, context), context)),
        "member.updated" => update_member(&data, context),
        BEHAVED => behaved(&data, context),
        other => return unread(other),
    };
    records.map_or_else(Outcome::Refused, Outcome::Records)
}

/// The door names fields as the API does; here they stand below `data`.
fn below_data(problems: Vec<FieldProblem>) -> Vec<FieldProblem> {
    problems.into_iter().map(|problem| FieldProblem { pointer: format!("/data{}", problem.pointer), ..problem }).collect()
}

fn order(at: &At<'_>, context: &Context) -> OrderInput {
    let text = |path| at.plain(&[path]);
    OrderInput {
        source: context.source.clone(),
        order_id: text("/order_id").unwrap_or_default(),
        version: text("/version"),
        modified_at: text("/modified_at"),
        member: member(at),
        paid_at: text("/paid_at"),
        placed_at: text("/placed_at"),
        currency: text("/currency"),
        amount: amount(at, "/amount"),
        channel: text("/channel"),
        store: text("/store"),
        lines: at.items("/lines").iter().map(line).collect(),
    }
}

fn line(at: &At<'_>) -> LineInput {
    let text = |path| at.plain(&[path]);
    LineInput {
        sku: text("/sku").unwrap_or_default(),
        name: text("/name"),
        category: text("/category"),
        quantity: text("/quantity").unwrap_or_default(),
        list: amount(at, "/list"),
        paid: amount(at, "/paid"),
        discount: amount(at, "/discount"),
    }
}

fn cancel(at: &At<'_>, context: &Context) -> CancelInput {
    let text = |path| at.plain(&[path]);
    CancelInput {
        source: context.source.clone(),
        order_id: text("/order_id").unwrap_or_default(),
        cancelled_at: text("/cancelled_at"),
        version: text("/version"),
    }
}

fn refund(at: &At<'_>, context: &Context) -> RefundInput {
    let text = |path| at.plain(&[path]);
    let line = |at: &At<'_>| RefundLineInput {
        line: at.plain(&["/line"]).and_then(|line| line.parse().ok()).unwrap_or(u32::MAX),
        quantity: at.plain(&["/quantity"]),
        amount: amount(at, "/amount"),
    };
    RefundInput {
        source: context.source.clone(),
        order_id: text("/order_id"),
        refund_id: text("/refund_id").unwrap_or_default(),
        refunded_at: text("/refunded_at"),
        amount: amount(at, "/amount"),
        currency: text("/currency"),
        lines: at.items("/lines").iter().map(line).collect(),
        whole: at.flag("/whole"),
        member: member(at),
    }
}

fn member(at: &At<'_>) -> MemberInput {
    const OWN: [&str; 7] = ["number", "phone", "email", "wechat_union", "wechat_open", "name", "address"];
    let text = |path| at.plain(&[path]);
    let other = at.get("/member").map(|member| member.texts()).unwrap_or_default();
    MemberInput {
        number: text("/member/number"),
        phone: text("/member/phone"),
        email: text("/member/email"),
        wechat_union: text("/member/wechat_union"),
        wechat_open: text("/member/wechat_open"),
        other: other.into_iter().filter(|(kind, _)| !OWN.contains(&kind.as_str())).collect(),
        name: text("/member/name"),
        address: text("/member/address"),
    }
}

/// Money as the API takes it: a text, or whole minor units in an object; a bare number may be a float and is refused by the door.
fn amount(at: &At<'_>, path: &str) -> Option<AmountInput> {
    let found = at.get(path)?;
    if !found.is_object() {
        return Some(if found.is_number() { AmountInput::Number(found.plain(&[""])?) } else { AmountInput::Text(found.plain(&[""])?) });
    }
    let minor = found.plain(&["/minor"]).and_then(|minor| minor.parse().ok());
    match minor {
        Some(minor) => Some(AmountInput::Minor {
            minor,
            currency: found.plain(&["/currency"]),
            scale: found.plain(&["/scale"]).and_then(|scale| scale.parse().ok()),
        }),
        None => Some(AmountInput::Number(String::new())),
    }
}

/// A customer's relation and what is known of them; `modified_at` is the version.
fn update_member(at: &At<'_>, context: &Context) -> Result<Vec<Incoming>, Vec<FieldProblem>> {
    let mut reader = Reader::new(context, Unit::Major, "");
    let modified_at = reader.instant(at, &["/modified_at"]);
    let relation = at.plain(&["/relation"]);
    let parsed = relation.as_deref().and_then(Relation::parse);
    if relation.is_some() && parsed.is_none() {
        reader.refuse(
            at,
            "/relation",
            Problem::new("member.relation", "is no relation: aware, follower, registered", "须为 aware、follower 或 registered"),
        );
    }
    let city = at.words(&["/city"]).map(|city| ("city".to_owned(), Attribute::Text(city)));
    let attributes: BTreeMap<_, _> = city.into_iter().collect();
    let (identities, personal) = named(&mut reader, at)?;
    let key = identities.first().map(|identity| format!("{}:{}", identity.kind, identity.value)).unwrap_or_default();
    let incoming = modified_at.map(|at| Incoming {
        source: context.source.clone(),
        object: format!("member:{key}"),
        version: at.0.to_string(),
        identities,
        personal,
        occurred_at: at,
        body: Body::MemberUpdated { relation: parsed, attributes },
    });
    reader.finish(incoming.map(|incoming| vec![incoming]))
}

/// Something a member did.
fn behaved(at: &At<'_>, context: &Context) -> Result<Vec<Incoming>, Vec<FieldProblem>> {
    let mut reader = Reader::new(context, Unit::Major, "");
    let name = reader.id(at, &["/name"]);
    let occurred_at = reader.instant(at, &["/occurred_at"]);
    let channel = at.words(&["/channel"]);
    let id = reader.id(at, &["/id"]);
    let scores = scores(&mut reader, at);
    let (identities, personal) = named(&mut reader, at)?;
    let incoming = id.zip(name).zip(occurred_at).map(|((id, name), occurred_at)| Incoming {
        source: context.source.clone(),
        object: format!("behaviour:{id}"),
        version: String::new(),
        identities,
        personal,
        occurred_at,
        body: Body::Behaved { name, channel, scores },
    });
    reader.finish(incoming.map(|incoming| vec![incoming]))
}

/// Answers to what a survey asked; whatever else stands beside them is passed over.
fn scores(reader: &mut Reader<'_>, at: &At<'_>) -> Scores {
    let mut scores = Scores::NONE;
    for aspect in Aspect::ALL {
        let path = format!("/scores/{}", aspect.as_str());
        let Some(told) = at.get(&path) else { continue };
        let score = told.plain(&[""]).and_then(|score| score.parse().ok());
        if !score.is_some_and(|score| scores.set(aspect, score)) {
            reader.refuse(at, &path, Problem::no_score());
        }
    }
    scores
}

/// Whoever it is about; nobody is refused, because there would be no one to record it on.
fn named(reader: &mut Reader<'_>, at: &At<'_>) -> Result<(Vec<perennial_kernel::Identity>, perennial_kernel::Personal), Vec<FieldProblem>> {
    let (identities, personal) = door::member(&member(at), reader.context).map_err(below_data)?;
    if identities.is_empty() {
        reader.refuse(at, "/member", Problem::new("member.nobody", "names nobody", "没有可识别会员的身份"));
    }
    Ok((identities, personal))
}
