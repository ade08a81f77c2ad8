//! A member's timeline, newest first: what happened, what was decided about it and when, what was corrected, and what is only reconstructed.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{Body, Day, EffectId, Fact, FactId, Instant, MemberId, Money, OrderKey, Origin, Quantity, Relation};
use perennial_rules::effect::{Effect, ModelId, Move};

use super::member::{Case, open};
use super::{QueryResult, refused};
use crate::house::House;

/// Kinds as the API names them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    OrderPlaced,
    OrderUpdated,
    OrderCancelled,
    OrderRefunded,
    MemberRegistered,
    MemberErased,
    ConsentGiven,
    ConsentWithdrawn,
    Behaviour,
    StageChanged,
    StageCorrected,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrderPlaced => "order.placed",
            Self::OrderUpdated => "order.updated",
            Self::OrderCancelled => "order.cancelled",
            Self::OrderRefunded => "order.refunded",
            Self::MemberRegistered => "member.registered",
            Self::MemberErased => "member.erased",
            Self::ConsentGiven => "consent.given",
            Self::ConsentWithdrawn => "consent.withdrawn",
            Self::Behaviour => "behaviour",
            Self::StageChanged => "stage.changed",
            Self::StageCorrected => "stage.corrected",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub at: Instant,
    pub day: Day,
    pub kind: Kind,
    /// `None` for what is only reconstructed.
    pub fact: Option<FactId>,
    pub origin: Option<Origin>,
    pub retracted: bool,
    pub superseded_by: Option<EffectId>,
    pub order: Option<OrderNote>,
    pub consent: Option<ConsentNote>,
    pub change: Option<Change>,
}

/// What was agreed to or withdrawn.
#[derive(Clone, Debug)]
pub struct ConsentNote {
    pub purpose: String,
    pub channel: String,
    /// The version of the text agreed to, where the source knows it.
    pub text: Option<i64>,
}

/// Lines of one order that a timeline names.
const PRODUCTS_MAX: usize = 20;

#[derive(Clone, Debug)]
pub struct OrderNote {
    pub key: OrderKey,
    /// What this entry moved: the order's money, or what went back.
    pub amount: Money,
    pub quantity: Quantity,
    pub channel: Option<String>,
    pub store: Option<String>,
    /// SKUs with the names they came with, of an order placed or updated; the first few.
    pub products: Vec<(String, Option<String>)>,
    /// As of now: `unpaid`, `paid`, `partly_refunded`, `refunded`, `cancelled`.
    pub status: &'static str,
}

#[derive(Clone, Debug)]
pub struct Change {
    pub model: ModelId,
    pub step: Move,
    pub policy_version: i64,
    pub effect: Option<EffectId>,
}

#[derive(Clone, Debug)]
pub struct Page {
    pub items: Vec<Entry>,
    pub next: Option<String>,
    pub total: usize,
}

/// Which entries are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Show {
    #[default]
    All,
    /// What happened.
    Facts,
    Orders,
    Behaviours,
    /// What was decided.
    Decisions,
}

impl Show {
    fn holds(self, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Facts => entry.change.is_none(),
            Self::Orders => entry.order.is_some(),
            Self::Behaviours => entry.kind == Kind::Behaviour,
            Self::Decisions => entry.change.is_some(),
        }
    }
}

pub fn timeline(house: &House, member: MemberId, limit: usize, cursor: Option<&str>) -> QueryResult<Page> {
    timeline_of(house, member, Show::All, limit, cursor)
}

/// As [`timeline`], of some entries only; a cursor belongs to the entries it was given for.
pub fn timeline_of(house: &House, member: MemberId, show: Show, limit: usize, cursor: Option<&str>) -> QueryResult<Page> {
    let case = open(house, member)?;
    let mut entries = entries(house, &case);
    entries.retain(|entry| show.holds(entry));
    let total = entries.len();
    // Entries are counted from the oldest, so that a page stays the page when newer ones arrive.
    let end = match cursor {
        None => total,
        Some(text) => text
            .strip_prefix('t')
            .and_then(|n| n.parse::<usize>().ok())
            .filter(|end| *end <= total)
            .ok_or_else(|| refused("cursor.unreadable", "the cursor was not given by this list", "翻页游标无效"))?,
    };
    let start = end.saturating_sub(limit);
    let items = entries[start..end].iter().rev().cloned().collect();
    Ok(Page { items, next: (start > 0).then(|| format!("t{start}")), total })
}

/// Ascending; at one instant facts come before the decisions they caused.
fn entries(house: &House, case: &Case) -> Vec<Entry> {
    let mut entries = of_facts(house, case);
    entries.extend(of_effects(house, case));
    entries.extend(reconstructed(house, case));
    entries.sort_by_key(|entry| (entry.at, entry.change.is_some(), entry.fact));
    entries
}

fn of_facts(house: &House, case: &Case) -> Vec<Entry> {
    let reference = house.reference();
    let book = case.history.book(&reference, Instant::MAX);
    let standing: BTreeSet<FactId> = case.history.facts().iter().map(|fact| fact.id).collect();
    let mut placed: BTreeSet<&OrderKey> = BTreeSet::new();
    let mut entries = Vec::new();
    for fact in &case.facts {
        let note = |key: &OrderKey, amount: Money| {
            let state = book.orders.get(key);
            let content = state.and_then(|state| state.content.as_ref());
            OrderNote {
                key: key.clone(),
                amount,
                quantity: content.map(|content| content.quantity).unwrap_or_default(),
                channel: content.and_then(|content| content.channel.clone()),
                store: content.and_then(|content| content.store.clone()),
                products: Vec::new(),
                status: status(&reference, state),
            }
        };
        let (kind, order) = match &fact.body {
            Body::OrderPlaced(order) | Body::OrderUpdated(order) => {
                let kind = if placed.insert(&order.key) { Kind::OrderPlaced } else { Kind::OrderUpdated };
                let mut note = note(&order.key, order.money);
                note.quantity = order.quantity;
                note.products = order.lines.iter().take(PRODUCTS_MAX).map(|line| (line.sku.clone(), line.name.clone())).collect();
                (kind, Some(note))
            }
            Body::OrderCancelled(cancel) => {
                let held = book.orders.get(&cancel.key).and_then(|state| state.content.as_ref());
                (Kind::OrderCancelled, Some(note(&cancel.key, held.map_or(Money::ZERO, |content| content.money))))
            }
            Body::OrderRefunded(refund) => {
                let unlinked = OrderKey { source: String::new(), id: refund.id.clone() };
                (Kind::OrderRefunded, Some(note(refund.key.as_ref().unwrap_or(&unlinked), refund.money)))
            }
            Body::MemberUpdated { relation: Some(Relation::Registered), .. } => (Kind::MemberRegistered, None),
            Body::Behaved { .. } => (Kind::Behaviour, None),
            Body::MemberErased => (Kind::MemberErased, None),
            Body::ConsentGiven { .. } => (Kind::ConsentGiven, None),
            Body::ConsentWithdrawn { .. } => (Kind::ConsentWithdrawn, None),
            Body::MemberUpdated { .. }
            | Body::IdentityAttached { .. }
            | Body::TimerDue { .. }
            | Body::PolicyActivated { .. }
            | Body::PolicyApplied { .. }
            | Body::EpochOpened { .. }
            | Body::ImportRetracted { .. }
            | Body::MembersMerged(_)
            | Body::MembersSplit(_)
            | Body::MembersRuled(_) => continue,
        };
        entries.push(Entry {
            at: fact.occurred_at,
            day: reference.calendar.day(fact.occurred_at),
            kind,
            fact: Some(fact.id),
            origin: Some(fact.origin),
            retracted: !standing.contains(&fact.id),
            superseded_by: None,
            order,
            consent: consent_of(&fact.body),
            change: None,
        });
    }
    entries
}

fn consent_of(body: &Body) -> Option<ConsentNote> {
    let (purpose, channel, text) = match body {
        Body::ConsentGiven { purpose, channel, text } => (purpose, channel, *text),
        Body::ConsentWithdrawn { purpose, channel } => (purpose, channel, None),
        _ => return None,
    };
    Some(ConsentNote { purpose: purpose.clone(), channel: channel.clone(), text })
}

fn status(reference: &perennial_rules::reference::Reference, state: Option<&perennial_rules::order_state::OrderState>) -> &'static str {
    let Some(state) = state else { return "unknown" };
    match &state.content {
        _ if state.cancelled => "cancelled",
        None => "unknown",
        Some(content) if content.paid_at.is_none() => "unpaid",
        Some(_) if state.refunds.is_empty() => "paid",
        Some(_) if state.counted(reference).is_none() => "refunded",
        Some(_) => "partly_refunded",
    }
}

fn of_effects(house: &House, case: &Case) -> Vec<Entry> {
    let calendar = house.calendar();
    let facts: BTreeMap<FactId, &Fact> = case.facts.iter().map(|fact| (fact.id, fact)).collect();
    let mut entries = Vec::new();
    for (id, effect) in &case.effects {
        let decision = match effect {
            Effect::StageChanged(decision) | Effect::StageCorrected { instead: Some(decision), .. } => decision,
            // Nothing holds instead: the mark on the superseded decision says all there is.
            Effect::StageCorrected { instead: None, .. } => continue,
        };
        let corrected = matches!(effect, Effect::StageCorrected { .. });
        let origin = facts.get(&id.fact).map(|fact| fact.origin);
        entries.push(Entry {
            at: decision.step.at,
            day: calendar.day(decision.step.at),
            kind: if corrected { Kind::StageCorrected } else { Kind::StageChanged },
            fact: Some(id.fact),
            origin: if corrected { Some(Origin::Correction) } else { origin },
            retracted: false,
            superseded_by: case.superseded.get(id).copied(),
            order: None,
            consent: None,
            change: Some(Change {
                model: decision.model.clone(),
                step: decision.step.clone(),
                policy_version: decision.version,
                effect: Some(*id),
            }),
        });
    }
    entries
}

/// Moves before decisions were recorded, by the models now in force: derived, not recorded.
fn reconstructed(house: &House, case: &Case) -> Vec<Entry> {
    let (Some(live_from), Some(first)) = (case.live_from, case.history.facts().first()) else { return Vec::new() };
    let reference = house.reference();
    let until = if case.opened_quietly { live_from } else { live_from.plus_ms(-1) };
    let before = first.occurred_at.plus_ms(-1);
    let mut entries = Vec::new();
    if until <= before {
        return entries;
    }
    for model in reference.models() {
        for walked in perennial_backtest::moves(&reference, model, &case.history, before, until) {
            entries.push(Entry {
                at: walked.step.at,
                day: reference.calendar.day(walked.step.at),
                kind: Kind::StageChanged,
                fact: None,
                origin: None,
                retracted: false,
                superseded_by: None,
                order: None,
                consent: None,
                change: Some(Change { model: model.id.clone(), step: walked.step, policy_version: model.version, effect: None }),
            });
        }
    }
    entries
}
