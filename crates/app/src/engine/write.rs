//! The end of a batch: identities claimed, personal parts sealed, rows chained, everything put into one set.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{MemberId, SubjectId};
use perennial_rules::{codec, effect_row, payload, program};

use super::EngineError;
use super::batch::{Batch, Decided};
use crate::chain;
use crate::port::journal::{Append, Chain, OrderRow, StoredEffect, StoredFact, TimerRow};
use crate::port::{KeyStore, PortError};
use crate::secret::{DataKey, Secrets, order_ref};

impl Batch<'_> {
    /// The rows to append; `None` when the batch writes nothing.
    pub fn finish(mut self, keys: &mut dyn KeyStore, open: &mut BTreeMap<SubjectId, DataKey>) -> Result<Option<Append>, EngineError> {
        let nobody_moved = self.people.moved.is_empty() && self.people.resolved.is_empty();
        if self.decided.is_empty() && nobody_moved && self.members.values().all(|working| !working.changed) {
            return Ok(None);
        }
        self.claim()?;
        open_keys(self.secrets, keys, open, &self.decided)?;
        self.keep_members();
        self.keep_people();
        let mut chains: BTreeMap<_, Chain> = self.heads.values().map(|head| (head.lane, head.chain)).collect();
        for decided in std::mem::take(&mut self.decided) {
            let effects = stored_effects(&decided);
            let mut fact = stored_fact(&decided, open)?;
            let before = chains[&fact.position.lane()];
            fact.chain = chain::next(before, &fact, &effects);
            chains.insert(fact.position.lane(), fact.chain);
            self.set.facts.push(fact);
            self.set.effects.extend(effects);
        }
        self.set.facts.sort_by_key(|fact| fact.position);
        self.set.effects.sort_by_key(|effect| (effect.position, effect.ordinal));
        for (lane, head) in &mut self.heads {
            head.chain = chains[lane];
        }
        let before = self.tx.heads();
        self.set.heads = self.heads.values().filter(|head| before.get(&head.lane) != Some(*head)).copied().collect();
        Ok(Some(self.set))
    }

    /// On PostgreSQL another node may have claimed an identity from another lane meanwhile: then the batch is decided anew.
    fn claim(&mut self) -> Result<(), EngineError> {
        if self.claims.is_empty() && self.links.is_empty() {
            return Ok(());
        }
        let claims: Vec<_> = std::mem::take(&mut self.claims).into_iter().collect();
        let links: Vec<_> = std::mem::take(&mut self.links).into_values().collect();
        let held = self.tx.claim(&claims, &links)?;
        if claims.iter().any(|(token, owner)| held.get(token) != Some(owner)) {
            return Err(PortError::Transient("an identity was claimed by another writer".to_owned()).into());
        }
        Ok(())
    }

    fn keep_members(&mut self) {
        for working in self.members.values().filter(|working| working.changed) {
            let Some(state) = &working.state else {
                self.set.states.push((working.member, Vec::new()));
                let gone = |model: &perennial_rules::lifecycle::model::Model| timer(working.member, working.lane, model.id.clone(), None);
                self.set.timers.extend(self.reference.models().iter().map(gone));
                continue;
            };
            self.set.states.push((working.member, codec::encode_state(state)));
            for (key, order) in &state.book.orders {
                let reference = order_ref(key);
                if let Some(holder) = working.orders.get(&reference) {
                    let row = OrderRow { holder: *holder, lane: working.lane, body: codec::encode_order_row(key, order) };
                    self.set.orders.push((reference, row));
                }
            }
            for (policy, due) in program::next_due(self.reference, state) {
                self.set.timers.push(timer(working.member, working.lane, policy, due));
            }
        }
    }
}

fn timer(member: MemberId, lane: perennial_kernel::Lane, policy: String, due: Option<perennial_kernel::Instant>) -> TimerRow {
    TimerRow { member, lane, policy, due }
}

/// Opens or creates the data keys of all subjects with something to seal: one look-up and at most one write for the batch.
fn open_keys(
    secrets: &Secrets,
    keys: &mut dyn KeyStore,
    open: &mut BTreeMap<SubjectId, DataKey>,
    decided: &[Decided],
) -> Result<(), EngineError> {
    let needed: BTreeSet<SubjectId> = decided
        .iter()
        .filter(|one| !one.personal.is_empty() && !open.contains_key(&one.fact.subject))
        .map(|one| one.fact.subject)
        .collect();
    if needed.is_empty() {
        return Ok(());
    }
    let mut wrapped = keys.load(&needed)?;
    let mut new = Vec::new();
    for subject in needed.iter().filter(|subject| !wrapped.contains_key(subject)) {
        new.push((*subject, secrets.new_data_key(*subject)?.1));
    }
    if !new.is_empty() {
        wrapped.extend(keys.keep(new)?);
    }
    for (subject, bytes) in wrapped {
        let key = secrets
            .unwrap(subject, &bytes)
            .map_err(|_| PortError::Damaged(format!("the key of {subject} does not open with this master key")))?;
        open.insert(subject, key);
    }
    Ok(())
}

fn stored_fact(decided: &Decided, open: &BTreeMap<SubjectId, DataKey>) -> Result<StoredFact, EngineError> {
    let fact = &decided.fact;
    let sealed = match open.get(&fact.subject) {
        Some(key) => key.seal(fact.subject, &decided.personal)?,
        None => Vec::new(),
    };
    Ok(StoredFact {
        position: fact.id.position,
        recorded_at: fact.id.recorded_at,
        kind: fact.body.kind().to_owned(),
        version: payload::VERSION,
        subject: fact.subject,
        occurred_at: fact.occurred_at,
        origin: fact.origin,
        import: fact.import,
        source: decided.source.clone(),
        object: decided.object.clone(),
        object_version: decided.object_version.clone(),
        payload: payload::encode(&fact.body),
        sealed,
        chain: Chain::ROOT,
    })
}

fn stored_effects(decided: &Decided) -> Vec<StoredEffect> {
    let stored = |(at, effect): (usize, &perennial_rules::effect::Effect)| StoredEffect {
        position: decided.fact.id.position,
        ordinal: at as u16,
        member: decided.member,
        kind: effect.kind().to_owned(),
        at: effect.decision().map_or(decided.fact.occurred_at, |decision| decision.step.at),
        payload: effect_row::encode(effect),
    };
    decided.effects.iter().enumerate().map(stored).collect()
}
