//! The row form of facts' bodies: JSON with plain names, one struct per kind and schema version. Old versions are upcast here, never rewritten.
//!
//! Canonical: fields in declaration order, absent ones left out, so equal bodies give equal bytes.

use std::collections::BTreeMap;

use perennial_kernel::{
    Aspect, Attribute, Body, Cancel, Day, ImportId, Instant, Line, Money, Order, OrderKey, Quantity, Refund, RefundLine, Relation, Scores,
};
use serde::{Deserialize, Serialize};

use crate::member::row;

/// The schema version written now, of every kind.
pub const VERSION: u16 = 1;

/// Why stored bytes could not be read: they are damaged, or newer than this program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable {
    pub kind: String,
    pub version: u16,
    pub reason: String,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a fact of kind {} version {} cannot be read: {}", self.kind, self.version, self.reason)
    }
}

impl std::error::Error for Unreadable {}

#[derive(Serialize, Deserialize)]
struct OrderRow<'a> {
    source: std::borrow::Cow<'a, str>,
    id: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paid_at: Option<i64>,
    money: i64,
    quantity: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    store: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lines: Vec<LineRow>,
}

#[derive(Serialize, Deserialize)]
struct LineRow {
    sku: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    quantity: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<i64>,
    paid: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    discount: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct CancelRow {
    source: String,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct RefundRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    id: String,
    money: i64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    whole: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lines: Vec<RefundLineRow>,
}

#[derive(Serialize, Deserialize)]
struct RefundLineRow {
    line: u32,
    quantity: i64,
    money: i64,
}

#[derive(Serialize, Deserialize)]
struct MemberRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    relation: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<String, AttributeRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AttributeRow {
    Text(String),
    Number(f64),
    Bool(bool),
    Day(i32),
    Money(i64),
    Choices(Vec<String>),
    Cleared,
}

#[derive(Serialize, Deserialize)]
struct BehaviourRow {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    scores: BTreeMap<String, u8>,
}

#[derive(Serialize, Deserialize)]
struct ConsentRow {
    purpose: String,
    channel: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct NothingRow {}

#[derive(Serialize, Deserialize)]
struct IdentityRow {
    kind: String,
}

#[derive(Serialize, Deserialize)]
struct PolicyRow {
    policy: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct ImportRow {
    import: i64,
}

#[derive(Serialize, Deserialize)]
struct EpochRow {
    epoch: u64,
}

/// The bytes of a body, in schema version [`VERSION`].
pub fn encode(body: &Body) -> Vec<u8> {
    let written = match body {
        Body::IdentityAttached { kind } => serde_json::to_vec(&IdentityRow { kind: kind.clone() }),
        Body::MemberUpdated { relation, attributes } => serde_json::to_vec(&MemberRow {
            relation: relation.map(|r| r.as_str().to_owned()),
            attributes: attributes.iter().map(|(name, value)| (name.clone(), attribute_row(value))).collect(),
        }),
        Body::OrderPlaced(order) | Body::OrderUpdated(order) => serde_json::to_vec(&order_row(order)),
        Body::OrderCancelled(cancel) => {
            serde_json::to_vec(&CancelRow { source: cancel.key.source.clone(), id: cancel.key.id.clone(), version: cancel.version })
        }
        Body::OrderRefunded(refund) => serde_json::to_vec(&refund_row(refund)),
        Body::Behaved { name, channel, scores } => {
            let scores = scores.iter().map(|(aspect, score)| (aspect.as_str().to_owned(), score)).collect();
            serde_json::to_vec(&BehaviourRow { name: name.clone(), channel: channel.clone(), scores })
        }
        Body::ConsentGiven { purpose, channel, text } => {
            serde_json::to_vec(&ConsentRow { purpose: purpose.clone(), channel: channel.clone(), text: *text })
        }
        Body::ConsentWithdrawn { purpose, channel } => {
            serde_json::to_vec(&ConsentRow { purpose: purpose.clone(), channel: channel.clone(), text: None })
        }
        Body::MemberErased => serde_json::to_vec(&NothingRow {}),
        Body::TimerDue { policy } => serde_json::to_vec(&PolicyRow { policy: policy.clone(), version: None }),
        Body::PolicyActivated { policy, version } | Body::PolicyApplied { policy, version } => {
            serde_json::to_vec(&PolicyRow { policy: policy.clone(), version: Some(*version) })
        }
        Body::EpochOpened { epoch } => serde_json::to_vec(&EpochRow { epoch: *epoch }),
        Body::ImportRetracted { import } => serde_json::to_vec(&ImportRow { import: import.0 }),
        Body::MembersMerged(membership) | Body::MembersSplit(membership) => serde_json::to_vec(&row::membership(membership)),
        Body::MembersRuled(ruling) => serde_json::to_vec(&row::ruling(ruling)),
    };
    written.expect("rows of strings and finite numbers always serialise")
}

/// Reads a body back.
pub fn decode(kind: &str, version: u16, bytes: &[u8]) -> Result<Body, Unreadable> {
    let fail = |reason: String| Unreadable { kind: kind.to_owned(), version, reason };
    if version != VERSION {
        return Err(fail("unknown schema version".to_owned()));
    }
    read(kind, bytes).map_err(|error| fail(error.to_string()))?.ok_or_else(|| fail("unknown kind".to_owned()))
}

fn read(kind: &str, bytes: &[u8]) -> Result<Option<Body>, serde_json::Error> {
    Ok(Some(match kind {
        "identity.attached" => Body::IdentityAttached { kind: serde_json::from_slice::<IdentityRow>(bytes)?.kind },
        "member.updated" => {
            let row: MemberRow = serde_json::from_slice(bytes)?;
            Body::MemberUpdated {
                relation: row.relation.as_deref().and_then(Relation::parse),
                attributes: row.attributes.into_iter().map(|(name, value)| (name, attribute(value))).collect(),
            }
        }
        "order.placed" => Body::OrderPlaced(order(serde_json::from_slice(bytes)?)),
        "order.updated" => Body::OrderUpdated(order(serde_json::from_slice(bytes)?)),
        "order.cancelled" => {
            let row: CancelRow = serde_json::from_slice(bytes)?;
            Body::OrderCancelled(Cancel { key: OrderKey { source: row.source, id: row.id }, version: row.version })
        }
        "order.refunded" => Body::OrderRefunded(refund(serde_json::from_slice(bytes)?)),
        "behaved" => {
            let row: BehaviourRow = serde_json::from_slice(bytes)?;
            Body::Behaved { name: row.name, channel: row.channel, scores: scores(&row.scores)? }
        }
        "consent.given" => {
            let row: ConsentRow = serde_json::from_slice(bytes)?;
            Body::ConsentGiven { purpose: row.purpose, channel: row.channel, text: row.text }
        }
        "consent.withdrawn" => {
            let row: ConsentRow = serde_json::from_slice(bytes)?;
            Body::ConsentWithdrawn { purpose: row.purpose, channel: row.channel }
        }
        "member.erased" => {
            serde_json::from_slice::<NothingRow>(bytes)?;
            Body::MemberErased
        }
        "timer.due" => Body::TimerDue { policy: serde_json::from_slice::<PolicyRow>(bytes)?.policy },
        "policy.activated" => {
            let row: PolicyRow = serde_json::from_slice(bytes)?;
            Body::PolicyActivated { policy: row.policy, version: row.version.unwrap_or_default() }
        }
        "policy.applied" => {
            let row: PolicyRow = serde_json::from_slice(bytes)?;
            Body::PolicyApplied { policy: row.policy, version: row.version.unwrap_or_default() }
        }
        "epoch.opened" => Body::EpochOpened { epoch: serde_json::from_slice::<EpochRow>(bytes)?.epoch },
        "import.retracted" => Body::ImportRetracted { import: ImportId(serde_json::from_slice::<ImportRow>(bytes)?.import) },
        "members.merged" => Body::MembersMerged(row::read_membership(bytes)?),
        "members.split" => Body::MembersSplit(row::read_membership(bytes)?),
        "members.ruled" => Body::MembersRuled(row::read_ruling(bytes)?),
        _ => return Ok(None),
    }))
}

fn scores(row: &BTreeMap<String, u8>) -> Result<Scores, serde_json::Error> {
    let mut scores = Scores::NONE;
    for (aspect, score) in row {
        let kept = Aspect::parse(aspect).is_some_and(|aspect| scores.set(aspect, *score));
        if !kept {
            return Err(serde::de::Error::custom(format!("{aspect} {score} is no score")));
        }
    }
    Ok(scores)
}

fn order_row(order: &Order) -> OrderRow<'_> {
    OrderRow {
        source: order.key.source.as_str().into(),
        id: order.key.id.as_str().into(),
        version: order.version,
        paid_at: order.paid_at.map(|at| at.0),
        money: order.money.0,
        quantity: order.quantity.0,
        channel: order.channel.clone(),
        store: order.store.clone(),
        lines: order.lines.iter().map(line_row).collect(),
    }
}

fn line_row(line: &Line) -> LineRow {
    LineRow {
        sku: line.sku.clone(),
        name: line.name.clone(),
        category: line.category.clone(),
        quantity: line.quantity.0,
        list: line.list.map(|m| m.0),
        paid: line.paid.0,
        discount: line.discount.map(|m| m.0),
    }
}

fn order(row: OrderRow<'_>) -> Order {
    let line = |row: LineRow| Line {
        sku: row.sku,
        name: row.name,
        category: row.category,
        quantity: Quantity(row.quantity),
        list: row.list.map(Money),
        paid: Money(row.paid),
        discount: row.discount.map(Money),
    };
    Order {
        key: OrderKey { source: row.source.into_owned(), id: row.id.into_owned() },
        version: row.version,
        paid_at: row.paid_at.map(Instant),
        money: Money(row.money),
        quantity: Quantity(row.quantity),
        channel: row.channel,
        store: row.store,
        lines: row.lines.into_iter().map(line).collect(),
    }
}

fn refund_row(refund: &Refund) -> RefundRow {
    RefundRow {
        source: refund.key.as_ref().map(|key| key.source.clone()),
        order: refund.key.as_ref().map(|key| key.id.clone()),
        id: refund.id.clone(),
        money: refund.money.0,
        whole: refund.whole,
        lines: refund.lines.iter().map(|l| RefundLineRow { line: l.line, quantity: l.quantity.0, money: l.money.0 }).collect(),
    }
}

fn refund(row: RefundRow) -> Refund {
    let line = |l: RefundLineRow| RefundLine { line: l.line, quantity: Quantity(l.quantity), money: Money(l.money) };
    Refund {
        key: row.source.zip(row.order).map(|(source, id)| OrderKey { source, id }),
        id: row.id,
        money: Money(row.money),
        whole: row.whole,
        lines: row.lines.into_iter().map(line).collect(),
    }
}

fn attribute_row(value: &Attribute) -> AttributeRow {
    match value {
        Attribute::Text(text) => AttributeRow::Text(text.clone()),
        Attribute::Number(number) => AttributeRow::Number(*number),
        Attribute::Bool(flag) => AttributeRow::Bool(*flag),
        Attribute::Day(day) => AttributeRow::Day(day.0),
        Attribute::Money(money) => AttributeRow::Money(money.0),
        Attribute::Choices(list) => AttributeRow::Choices(list.clone()),
        Attribute::Cleared => AttributeRow::Cleared,
    }
}

fn attribute(row: AttributeRow) -> Attribute {
    match row {
        AttributeRow::Text(text) => Attribute::Text(text),
        AttributeRow::Number(number) => Attribute::Number(number),
        AttributeRow::Bool(flag) => Attribute::Bool(flag),
        AttributeRow::Day(day) => Attribute::Day(Day(day)),
        AttributeRow::Money(money) => Attribute::Money(Money(money)),
        AttributeRow::Choices(list) => Attribute::Choices(list),
        AttributeRow::Cleared => Attribute::Cleared,
    }
}
#[cfg(test)]
mod tests;
