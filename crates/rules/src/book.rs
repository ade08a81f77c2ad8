//! A member's book: everything about a member that conditions can read, folded from facts one by one.
//!
//! The book is a function of the *set* of facts it has taken in (order content by version, sums by day), so late facts fold like others.

use std::collections::BTreeMap;

use perennial_condition::Contribution;
use perennial_kernel::{Attribute, Body, Fact, Instant, OrderKey, Relation};

use crate::consent;
use crate::flat::Flat;
use crate::order_state::{Counted, OrderState};
use crate::reference::Reference;
use crate::series::{BehaviourFields, DaySeries, OrderFields};

/// Among the attributes, that the member was erased: no field can be called so.
const ERASED: &str = "~erased";

/// The fold of a member's facts up to some instant.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Book {
    /// When the first fact about the member occurred: from then on the person is known.
    pub known_from: Option<Instant>,
    /// When each relation was first reached, indexed as [`Relation::ALL`].
    pub relations: [Option<Instant>; 3],
    /// Attributes with the instant that set them: the latest event wins, whatever arrives last. Consents are among them, by their field.
    pub attributes: BTreeMap<String, (Instant, Attribute)>,
    /// Counted orders by day of payment.
    pub purchases: DaySeries,
    /// One series for each aggregate that active documents name, by slot; empty where `purchases` already answers.
    pub named: Vec<DaySeries>,
    /// The orders loaded: all of them in a fold over history, those a batch touches in the engine.
    pub orders: BTreeMap<OrderKey, OrderState>,
}

impl Book {
    pub fn new(reference: &Reference) -> Self {
        Self { named: vec![DaySeries::default(); reference.series().len()], ..Self::default() }
    }

    /// Becomes the book of what columns hold of a member as of `until`: purchases, relations, since when the person is known. Attributes, and
    /// series that purchases do not answer, are empty: see [`crate::profile::is_about_purchases`]. `until` is not before [`Flat::settled`].
    pub fn fill(&mut self, reference: &Reference, flat: &Flat<'_>, until: Instant) {
        self.known_from = flat.known_from.filter(|at| *at <= until);
        self.relations = flat.relations.map(|reached| reached.filter(|at| *at <= until));
        self.purchases.clear();
        for order in flat.orders.iter().filter(|order| order.told_at <= until) {
            self.purchases.add(Contribution { day: reference.calendar.day(order.paid_at), count: 1, sum: order.money.0 });
        }
        for (at, money) in flat.loose.iter().filter(|(at, _)| *at <= until) {
            self.purchases.add(Contribution { day: reference.calendar.day(*at), count: 0, sum: money.0 });
        }
    }

    /// Takes in one fact. Retractions are not for here: [`crate::history::History`] leaves out what they take back.
    pub fn apply(&mut self, reference: &Reference, fact: &Fact) {
        if !speaks_of_the_member(&fact.body) {
            return;
        }
        self.known_from = Some(self.known_from.map_or(fact.occurred_at, |at| at.min(fact.occurred_at)));
        match &fact.body {
            Body::MemberUpdated { relation, attributes } => self.update_member(*relation, attributes, fact.occurred_at),
            Body::OrderPlaced(order) | Body::OrderUpdated(order) => {
                self.change_order(reference, &order.key, |state| state.place(order, fact.id));
            }
            Body::OrderCancelled(cancel) => self.change_order(reference, &cancel.key, OrderState::cancel),
            Body::OrderRefunded(refund) => match &refund.key {
                Some(key) => self.change_order(reference, key, |state| state.refund(refund)),
                None => self.purchases.add(Contribution {
                    day: reference.calendar.day(fact.occurred_at),
                    count: 0,
                    sum: refund.money.0.saturating_neg(),
                }),
            },
            Body::Behaved { name, channel, .. } => {
                let fields = BehaviourFields { name, channel: channel.as_deref() };
                let day = reference.calendar.day(fact.occurred_at);
                for series in reference.kept_series("behaviour") {
                    if let Some(contribution) = series.contribution(day, &fields) {
                        self.named[series.slot].add(contribution);
                    }
                }
            }
            Body::ConsentGiven { purpose, channel, .. } => self.agree(purpose, channel, true, fact.occurred_at),
            Body::ConsentWithdrawn { purpose, channel } => self.agree(purpose, channel, false, fact.occurred_at),
            Body::MemberErased => drop(self.attributes.insert(ERASED.to_owned(), (fact.occurred_at, Attribute::Bool(true)))),
            Body::IdentityAttached { .. }
            | Body::TimerDue { .. }
            | Body::PolicyActivated { .. }
            | Body::PolicyApplied { .. }
            | Body::EpochOpened { .. }
            | Body::ImportRetracted { .. }
            | Body::MembersMerged(_)
            | Body::MembersSplit(_)
            | Body::MembersRuled(_) => {}
        }
    }

    /// Whether the person behind the member was erased.
    pub fn is_erased(&self) -> bool {
        self.attributes.contains_key(ERASED)
    }

    /// The latest word counts; of two at one instant the withdrawal, whichever came first.
    fn agree(&mut self, purpose: &str, channel: &str, given: bool, at: Instant) {
        let field = consent::field_of(purpose, channel);
        let stands = match self.attributes.get(&field) {
            None => true,
            Some((since, _)) if *since == at => !given,
            Some((since, _)) => *since < at,
        };
        if stands {
            self.attributes.insert(field, (at, Attribute::Bool(given)));
        }
    }

    fn update_member(&mut self, relation: Option<Relation>, attributes: &BTreeMap<String, Attribute>, at: Instant) {
        if let Some(relation) = relation {
            let reached = &mut self.relations[relation as usize];
            *reached = Some(reached.map_or(at, |since| since.min(at)));
        }
        for (name, value) in attributes {
            if self.attributes.get(name).is_none_or(|(since, _)| *since <= at) {
                self.attributes.insert(name.clone(), (at, value.clone()));
            }
        }
    }

    fn change_order(&mut self, reference: &Reference, key: &OrderKey, change: impl FnOnce(&mut OrderState)) {
        let mut state = self.orders.get_mut(key).map(std::mem::take).unwrap_or_default();
        if let Some(counted) = state.counted(reference) {
            self.count(reference, &state, counted, false);
        }
        change(&mut state);
        if let Some(counted) = state.counted(reference) {
            self.count(reference, &state, counted, true);
        }
        // The key is copied for a new order only.
        match self.orders.get_mut(key) {
            Some(held) => *held = state,
            None => drop(self.orders.insert(key.clone(), state)),
        }
    }

    fn count(&mut self, reference: &Reference, state: &OrderState, counted: Counted, add: bool) {
        let turn = |series: &mut DaySeries, change| if add { series.add(change) } else { series.take_back(change) };
        turn(&mut self.purchases, Contribution { day: counted.day, count: 1, sum: counted.money.0 });
        let fields = OrderFields { money: counted.money, content: state.content.as_ref() };
        for series in reference.kept_series("order") {
            if let Some(contribution) = series.contribution(counted.day, &fields) {
                turn(&mut self.named[series.slot], contribution);
            }
        }
    }
}

/// Whether a fact says that a person is known: timers and the journal's own facts do not.
pub fn speaks_of_the_member(body: &Body) -> bool {
    match body {
        Body::IdentityAttached { .. }
        | Body::MemberUpdated { .. }
        | Body::OrderPlaced(_)
        | Body::OrderUpdated(_)
        | Body::OrderCancelled(_)
        | Body::OrderRefunded(_)
        | Body::Behaved { .. }
        | Body::ConsentGiven { .. }
        | Body::ConsentWithdrawn { .. }
        | Body::MemberErased => true,
        Body::TimerDue { .. }
        | Body::PolicyActivated { .. }
        | Body::PolicyApplied { .. }
        | Body::EpochOpened { .. }
        | Body::ImportRetracted { .. }
        | Body::MembersMerged(_)
        | Body::MembersSplit(_)
        | Body::MembersRuled(_) => false,
    }
}
