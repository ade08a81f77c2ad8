//! Orders within a batch: their rows in members' books, sales without member, and what came before its order.

use std::collections::BTreeSet;

use perennial_kernel::{Body, EffectId, Fact, FactId, ImportId, Lane, MemberId, Origin, Personal, Position, SubjectId};
use perennial_rules::codec;
use perennial_rules::order_state::OrderState;

use super::batch::{Batch, Decided};
use super::people::Place;
use super::{EngineError, OWN_SOURCE};
use crate::port::journal::{OrderRef, OrderRow};

impl Batch<'_> {
    /// Puts the order's row into the member's book.
    pub(super) fn open_order(&mut self, order: Option<OrderRef>, member: MemberId) {
        let Some(order) = order else { return };
        let Some(row) = self.loaded.orders.get(&order) else { return };
        let Some(working) = self.members.get_mut(&member) else { return };
        if working.orders.contains_key(&order) {
            return;
        }
        if let (Some(state), Some((key, body))) = (&mut working.state, codec::decode_order_row(&row.body)) {
            state.book.orders.entry(key).or_insert(body);
        }
    }

    /// An anonymous order is kept without a member, so that its refund finds it; a change to an order nobody has seen waits for it.
    pub(super) fn keep_anonymous(&mut self, order: Option<OrderRef>, lane: Lane, body: &Body, id: FactId) {
        let (Some(order), Some(key)) = (order, body.order_key()) else { return };
        let held = self.loaded.orders.get(&order).and_then(|row| codec::decode_order_row(&row.body)).map(|(_, state)| state);
        let mut state = match (held, body) {
            (Some(state), _) => state,
            (None, Body::OrderPlaced(_) | Body::OrderUpdated(_)) => OrderState::default(),
            (None, _) => {
                self.set.wait.push((order, id.position));
                return;
            }
        };
        match body {
            Body::OrderPlaced(content) | Body::OrderUpdated(content) => state.place(content, id),
            Body::OrderCancelled(_) => state.cancel(),
            Body::OrderRefunded(refund) => state.refund(refund),
            _ => {}
        }
        let row = OrderRow { holder: SubjectId::NOBODY, lane, body: codec::encode_order_row(key, &state) };
        self.loaded.orders.insert(order, row.clone());
        self.set.orders.push((order, row));
    }

    /// What had come before its order is given to the order's member now.
    pub(super) fn give_waiting(&mut self, order: OrderRef, place: Place, effects: &mut Vec<EffectId>) -> Result<(), EngineError> {
        let mut waiting = self.loaded.waiting.remove(&order).unwrap_or_default();
        let here: Vec<Position> = self.set.wait.iter().filter(|(held, _)| *held == order).map(|(_, at)| *at).collect();
        let mut facts: Vec<Fact> = Vec::new();
        waiting.sort_by_key(|stored| stored.position);
        for stored in &waiting {
            facts.push(crate::read::fact(stored)?);
        }
        facts.extend(self.decided.iter().filter(|decided| here.contains(&decided.fact.id.position)).map(|decided| decided.fact.clone()));
        if facts.is_empty() {
            return Ok(());
        }
        self.set.wait.retain(|(held, _)| *held != order);
        self.set.waited.push(order);
        for waited in facts {
            let decided = Decided {
                fact: self.next_fact(place, waited.occurred_at, Origin::Correction, waited.import, waited.body),
                source: OWN_SOURCE.to_owned(),
                object: format!("waited:{}", waited.id),
                object_version: String::new(),
                personal: Personal::default(),
                member: place.member,
                effects: Vec::new(),
            };
            self.decide(place, decided, effects)?;
        }
        Ok(())
    }

    /// Orders an undone import had brought are forgotten, or fall back to what other facts say of them.
    pub(super) fn drop_orders_of(&mut self, import: ImportId, place: Place) {
        let Some(working) = self.members.get_mut(&place.member) else { return };
        let brought = working.past.iter().flat_map(|past| &past.facts);
        let brought = brought.filter(|fact| fact.import == Some(import) && fact.subject == place.subject);
        let keys: BTreeSet<_> = brought.filter_map(|fact| fact.body.order_key()).cloned().collect();
        for key in keys {
            let order = crate::secret::order_ref(&key);
            let left = working.state.as_ref().is_some_and(|state| state.book.orders.contains_key(&key));
            if left {
                working.orders.insert(order, place.subject);
            } else {
                working.orders.remove(&order);
                self.loaded.orders.remove(&order);
                self.set.drop_orders.push(order);
            }
        }
    }
}
