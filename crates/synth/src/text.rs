//! A record as one line of text: for digests, and for eyes. Not a file format.

use std::fmt::Write;

use perennial_kernel::{Attribute, Body, Incoming, Money, Order, Refund};

/// Everything a record holds, in a fixed order, personal values included; without the line's end.
pub fn line(record: &Incoming) -> String {
    let Incoming { source, object, version, identities, personal, occurred_at, body } = record;
    let mut text = format!("{occurred_at} {source} {object} v{version} {}", body.kind());
    let _ = identities.iter().try_for_each(|identity| write!(text, " {}={}", identity.kind, identity.value));
    let _ = personal.0.iter().try_for_each(|(field, value)| write!(text, " {field}:{value}"));
    text.push_str(" | ");
    match body {
        Body::MemberUpdated { relation, attributes } => {
            text.push_str(relation.map_or("-", perennial_kernel::Relation::as_str));
            for (name, value) in attributes {
                let _ = match value {
                    Attribute::Text(value) => write!(text, " {name}={value}"),
                    Attribute::Number(value) => write!(text, " {name}={value}"),
                    Attribute::Bool(value) => write!(text, " {name}={value}"),
                    Attribute::Day(value) => write!(text, " {name}={value}"),
                    Attribute::Money(value) => write!(text, " {name}={}", value.0),
                    Attribute::Choices(list) => write!(text, " {name}={}", list.join("+")),
                    Attribute::Cleared => write!(text, " {name}=-"),
                };
            }
        }
        Body::OrderPlaced(placed) | Body::OrderUpdated(placed) => order(&mut text, placed),
        Body::OrderCancelled(cancel) => {
            let _ = write!(text, "{} {} {:?}", cancel.key.source, cancel.key.id, cancel.version);
        }
        Body::OrderRefunded(back) => refund(&mut text, back),
        Body::Behaved { name, channel, .. } => {
            let _ = write!(text, "{name} {}", channel.as_deref().unwrap_or("-"));
        }
        // The rest is never made here: the engine writes it.
        Body::IdentityAttached { .. }
        | Body::ConsentGiven { .. }
        | Body::ConsentWithdrawn { .. }
        | Body::MemberErased
        | Body::TimerDue { .. }
        | Body::PolicyActivated { .. }
        | Body::PolicyApplied { .. }
        | Body::EpochOpened { .. }
        | Body::ImportRetracted { .. }
        | Body::MembersMerged(_)
        | Body::MembersSplit(_)
        | Body::MembersRuled(_) => {}
    }
    text
}

fn order(text: &mut String, order: &Order) {
    let Order { key, version, paid_at, money, quantity, channel, store, lines } = order;
    let paid = paid_at.map_or("unpaid".to_owned(), |at| at.to_string());
    let place = [channel.as_deref().unwrap_or("-"), store.as_deref().unwrap_or("-")].join(" ");
    let _ = write!(text, "{} {} {version:?} {paid} {} {} {place}", key.source, key.id, money.0, quantity.0);
    for line in lines {
        let (name, category) = (line.name.as_deref().unwrap_or("-"), line.category.as_deref().unwrap_or("-"));
        let (list, discount) = (line.list.unwrap_or(Money::ZERO).0, line.discount.unwrap_or(Money::ZERO).0);
        let _ = write!(text, " [{} {name} {category} {} {list} {} {discount}]", line.sku, line.quantity.0, line.paid.0);
    }
}

fn refund(text: &mut String, refund: &Refund) {
    let key = refund.key.as_ref().map_or("-", |key| key.id.as_str());
    let _ = write!(text, "{key} {} {} whole={}", refund.id, refund.money.0, refund.whole);
    for line in &refund.lines {
        let _ = write!(text, " [{} {} {}]", line.line, line.quantity.0, line.money.0);
    }
}
