//! One member in the driver: the snapshot as the bytes a store would keep, the orders as rows, and the whole past for late facts.

use std::collections::BTreeMap;

use perennial_kernel::{Body, EffectId, Fact, Instant, OrderKey};
use perennial_rules::codec;
use perennial_rules::effect::{Effect, ModelId, Move};
use perennial_rules::program;
use perennial_rules::reference::Reference;
use perennial_rules::state::{Past, Recorded, State};

use super::Faults;

#[derive(Clone, Default, Debug)]
pub struct Member {
    /// The state's bytes, without orders.
    pub state: Option<Vec<u8>>,
    /// The bytes of every order of the member.
    pub orders: BTreeMap<OrderKey, Vec<u8>>,
    /// Everything ever written about the member, in journal order.
    pub facts: Vec<Fact>,
    /// Decisions that stand.
    pub recorded: Vec<Recorded>,
}

impl Member {
    /// The state with all orders loaded.
    pub fn whole_state(&self) -> Option<State> {
        self.state_with(|_| true)
    }

    fn state_with(&self, wanted: impl Fn(&OrderKey) -> bool) -> Option<State> {
        let mut state = codec::decode_state(self.state.as_ref()?).expect("a state's bytes are read back");
        for (key, bytes) in self.orders.iter().filter(|(key, _)| wanted(key)) {
            state.book.orders.insert(key.clone(), codec::decode_order(bytes).expect("an order's bytes are read back"));
        }
        Some(state)
    }

    /// The first decision due at or before `until`.
    pub fn due(&self, reference: &Reference, until: Instant) -> Option<(Instant, ModelId)> {
        program::due_by(reference, &self.state_with(|_| false)?, until)
    }

    /// Standing decisions of a model, in the order in which they take effect.
    pub fn decisions(&self, model: &str) -> Vec<(i64, Move)> {
        let mut standing: Vec<&Recorded> = self.recorded.iter().filter(|held| held.decision.model == model).collect();
        standing.sort_by_key(|held| (held.decision.step.at, held.decision.version, held.id));
        standing.into_iter().map(|held| (held.decision.version, held.decision.step.clone())).collect()
    }

    /// Decides one fact the way an engine does: only the order it names is loaded, the past only where it is asked for.
    pub(super) fn take(&mut self, reference: &Reference, fact: &Fact, faults: &Faults) -> Vec<Effect> {
        let before = self.state_with(|key| fact.body.order_key() == Some(key));
        let past = program::needs_past(reference, before.as_ref(), fact)
            .then(|| Past { facts: self.facts.clone(), recorded: self.recorded.clone() });
        let refolds = matches!(fact.body, Body::ImportRetracted { .. })
            || before.as_ref().is_some_and(|before| before.series_key != reference.series_key());
        let step = super::step(reference, before, past.as_ref(), fact);
        let mut effects = step.effects;
        if faults.corrections_skipped {
            effects.retain(|effect| !matches!(effect, Effect::StageCorrected { .. }));
        }
        if refolds {
            self.orders.clear();
        }
        if let Some(state) = &step.state {
            self.orders.extend(state.book.orders.iter().map(|(key, order)| (key.clone(), codec::encode_order(order))));
        }
        self.state = step.state.as_ref().map(codec::encode_state);
        self.facts.push(fact.clone());
        for (ordinal, effect) in effects.iter().enumerate() {
            self.note(EffectId { fact: fact.id, ordinal: ordinal as u16 }, effect);
        }
        effects
    }

    fn note(&mut self, id: EffectId, effect: &Effect) {
        if let Effect::StageCorrected { supersedes: Some(gone), .. } = effect {
            let held = self.recorded.len();
            self.recorded.retain(|one| one.id != *gone);
            assert_eq!(self.recorded.len() + 1, held, "a correction names a decision that stands: {gone}");
        }
        if let Some(decision) = effect.decision() {
            self.recorded.push(Recorded { id, decision: decision.clone() });
        }
    }
}
