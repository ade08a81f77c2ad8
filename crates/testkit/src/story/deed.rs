//! What members do, as stories say it.

use std::collections::BTreeMap;

use perennial_kernel::{
    Aspect, Attribute, Body, Cancel, Day, Identity, IdentityKind, ImportId, Incoming, Instant, Money, Order, OrderKey, Personal, Quantity,
    Refund, RefundLine, Relation, Scores,
};
use perennial_rules::reference::Brand;

use super::What;
use super::words::Words;

/// The source of everything a story tells.
pub const SOURCE: &str = "story";

/// What stands around a deed.
pub struct Deed<'a> {
    pub brand: &'a Brand,
    pub who: &'a str,
    pub line: usize,
    pub occurred_at: Instant,
    pub import: Option<ImportId>,
}

pub fn read(verb: &str, words: &mut Words, deed: &Deed) -> Result<What, String> {
    let own = format!("{verb}:{}", deed.line);
    let (object, version, body) = match verb {
        "buys" | "updates" => {
            let order = order(words, deed)?;
            let version = order.version.map(|version| version.to_string()).unwrap_or_default();
            let object = format!("order:{}", order.key.id);
            (object, version, if verb == "buys" { Body::OrderPlaced(order) } else { Body::OrderUpdated(order) })
        }
        "cancels" => {
            let id = words.want("an order")?;
            (format!("cancel:{id}"), String::new(), Body::OrderCancelled(Cancel { key: key(id), version: None }))
        }
        "refunds" => {
            let refund = refund(words, deed)?;
            (format!("refund:{}", refund.id), String::new(), Body::OrderRefunded(refund))
        }
        "registers" => (own, String::new(), member(Some(Relation::Registered), BTreeMap::new())),
        "follows" => (own, String::new(), member(Some(Relation::Follower), BTreeMap::new())),
        "seen" => (own, String::new(), member(Some(Relation::Aware), BTreeMap::new())),
        "learns" => (own, String::new(), member(None, attributes(words)?)),
        "does" => {
            let name = words.want("what is done")?.to_owned();
            let channel = if words.take("in") { Some(words.want("a channel")?.to_owned()) } else { None };
            (own, String::new(), Body::Behaved { name, channel, scores: scores(words)? })
        }
        other => return Err(format!("nobody can do this: {other}")),
    };
    let identities = identities(deed.who)?;
    let incoming =
        Incoming { source: SOURCE.into(), object, version, identities, personal: Personal::default(), occurred_at: deed.occurred_at, body };
    Ok(What::Record { import: deed.import, incoming: Box::new(incoming) })
}

/// `ann` is known by her number; `number:N1,phone:19900000001` by each of these.
pub fn identities(who: &str) -> Result<Vec<Identity>, String> {
    let one = |text: &str| {
        let (kind, value) = text.split_once(':').unwrap_or(("number", text));
        let kind = IdentityKind::parse(kind).ok_or_else(|| format!("{kind} is no identity type"))?;
        Identity::parse(kind, value).ok_or_else(|| format!("{value} is no usable identity"))
    };
    who.split(',').map(one).collect()
}

fn key(id: &str) -> OrderKey {
    OrderKey { source: SOURCE.into(), id: id.to_owned() }
}

/// `buys A1 120.00 x2 version 3 in app at 上海一店`, `buys A1 120.00 unpaid`.
fn order(words: &mut Words, deed: &Deed) -> Result<Order, String> {
    let id = words.want("an order's id")?;
    let money = words.amount(deed.brand.currency)?;
    let mut order = Order {
        key: key(id),
        version: None,
        paid_at: Some(deed.occurred_at),
        money,
        quantity: Quantity::pieces(1),
        channel: None,
        store: None,
        lines: Vec::new(),
    };
    while let Some(word) = words.next() {
        match word {
            "unpaid" => order.paid_at = None,
            "paid" => order.paid_at = Some(words.moment()?.or_noon(&deed.brand.calendar)),
            "version" => order.version = Some(words.number("a version")?),
            "in" => order.channel = Some(words.want("a channel")?.to_owned()),
            "at" => order.store = Some(words.want("a store")?.to_owned()),
            _ => order.quantity = pieces(word)?,
        }
    }
    Ok(order)
}

/// `refunds A1 whole`, `refunds A1 30.00 x1 as R7`, `refunds 30.00` (linked to no order).
fn refund(words: &mut Words, deed: &Deed) -> Result<Refund, String> {
    let first = words.want("an order or an amount")?;
    let unlinked = deed.brand.currency.parse_amount(first);
    let mut refund = Refund {
        key: if unlinked.is_some() { None } else { Some(key(first)) },
        id: format!("R{}", deed.line),
        money: unlinked.unwrap_or(Money::ZERO),
        whole: false,
        lines: Vec::new(),
    };
    if unlinked.is_none() {
        if words.take("whole") {
            refund.whole = true;
        } else {
            refund.money = words.amount(deed.brand.currency)?;
        }
    }
    while let Some(word) = words.next() {
        if word == "as" {
            words.want("the refund's id")?.clone_into(&mut refund.id);
        } else {
            refund.lines.push(RefundLine { line: 0, quantity: pieces(word)?, money: refund.money });
        }
    }
    Ok(refund)
}

fn pieces(word: &str) -> Result<Quantity, String> {
    let count = word.strip_prefix('x').and_then(|count| count.parse().ok());
    count.map(Quantity::pieces).ok_or_else(|| format!("pieces are written x2, not {word}"))
}

/// `does survey scoring product=4 price=2`.
fn scores(words: &mut Words) -> Result<Scores, String> {
    let mut scores = Scores::NONE;
    while words.take("scoring") || !scores.is_empty() {
        let Some(word) = words.next() else { break };
        let (aspect, score) = word.split_once('=').ok_or_else(|| format!("scores are written product=4, not {word}"))?;
        let aspect = Aspect::parse(aspect).ok_or_else(|| format!("{aspect} is nothing that is scored"))?;
        let score = score.parse().map_err(|_| format!("{score} is no score"))?;
        if !scores.set(aspect, score) {
            return Err(format!("{score} is not from 1 to 5"));
        }
    }
    Ok(scores)
}

fn member(relation: Option<Relation>, attributes: BTreeMap<String, Attribute>) -> Body {
    Body::MemberUpdated { relation, attributes }
}

/// `learns city=杭州 birth_year=1990`.
fn attributes(words: &mut Words) -> Result<BTreeMap<String, Attribute>, String> {
    let mut attributes = BTreeMap::new();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').ok_or("attributes are written name=value")?;
        let value = match value {
            "true" | "false" => Attribute::Bool(value == "true"),
            _ => match (Day::parse(value), value.parse()) {
                (Some(day), _) => Attribute::Day(day),
                (None, Ok(number)) => Attribute::Number(number),
                (None, Err(_)) => Attribute::Text(value.to_owned()),
            },
        };
        attributes.insert(name.to_owned(), value);
    }
    Ok(attributes)
}
