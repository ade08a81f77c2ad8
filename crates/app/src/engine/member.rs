//! A member as a batch works on it: the state as it changes, and the past where a late fact needs it.

use std::collections::BTreeMap;

use perennial_kernel::{EffectId, Fact, Instant, Lane, MemberId, SubjectId};
use perennial_rules::effect::Effect;
use perennial_rules::program;
use perennial_rules::reference::Reference;
use perennial_rules::state::{Past, State};

use crate::port::journal::OrderRef;
use crate::secret;

pub struct Working {
    pub member: MemberId,
    pub lane: Lane,
    pub state: Option<State>,
    /// Facts and standing decisions of the journal and of this batch so far; kept only where it was loaded.
    pub past: Option<Past>,
    /// Orders touched in this batch, each with the subject that holds it.
    pub orders: BTreeMap<OrderRef, SubjectId>,
    pub changed: bool,
}

impl Working {
    pub fn new(member: MemberId, lane: Lane, state: Option<State>, past: Option<Past>) -> Self {
        Self { member, lane, state, past, orders: BTreeMap::new(), changed: false }
    }

    /// Decides one fact and moves on.
    pub fn step(&mut self, reference: &Reference, fact: &Fact) -> Vec<Effect> {
        let step = program::step(reference, self.state.take(), self.past.as_ref(), fact);
        self.state = step.state;
        self.changed = true;
        if let Some(past) = &mut self.past {
            past.facts.push(fact.clone());
            let ids = (0..).map(|ordinal| EffectId { fact: fact.id, ordinal });
            past.take_effects(ids.zip(step.effects.iter().cloned()));
        }
        if let Some(key) = fact.body.order_key() {
            self.orders.insert(secret::order_ref(key), fact.subject);
        }
        step.effects
    }
}

/// Follows clocks through a batch without deciding, to learn whose past it will need before the first decision is made.
#[derive(Clone, Copy)]
pub struct Foresight {
    clock: Instant,
    unrecorded: bool,
}

impl Foresight {
    pub fn of(state: &State) -> Self {
        Self { clock: state.clock, unrecorded: state.is_unrecorded() }
    }

    /// Whether a fact at this instant will be late; moves the clock.
    pub fn needs_past(&mut self, occurred_at: Instant) -> bool {
        if occurred_at < self.clock {
            return !self.unrecorded;
        }
        self.unrecorded &= occurred_at == self.clock;
        self.clock = occurred_at;
        false
    }

    pub fn opened(started: Instant, quietly: bool) -> Self {
        Self { clock: started, unrecorded: quietly }
    }
}
