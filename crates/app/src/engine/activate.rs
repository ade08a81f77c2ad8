//! Activations: one fact per lane says from which place in the journal a policy version decides; members are then re-decided by a sweep.

use std::collections::BTreeSet;
use std::sync::Arc;

use perennial_kernel::{Body, Instant, Lane, MemberId, Origin, Personal, SubjectId};
use perennial_rules::reference::Reference;

use super::batch::{Batch, Decided};
use super::force::{ACTIVE, compiled, in_force};
use super::people::Place;
use super::{Command, Engine, EngineError, OWN_SOURCE};
use crate::port::{PortResult, Turn, Tx};

impl Engine {
    /// Puts a stored version in force, in one transaction over every lane: its facts, the list of what is active, and the fence by which
    /// every other writer learns of it before its next decision.
    pub fn activate(&mut self, policy: &str, version: i64) -> Result<(), EngineError> {
        self.turn_to(policy, version, |tx| {
            let (mut active, documents) = in_force(tx)?;
            active.insert(policy.to_owned(), version);
            let settings = vec![(ACTIVE.to_owned(), serde_json::to_vec(&active).expect("maps of strings serialise"))];
            Ok((compiled(&documents, &active)?, settings))
        })
    }

    /// As [`Self::activate`], for a writer that was given its documents and does not find them stored.
    pub fn activate_given(&mut self, policy: &str, version: i64, after: Reference) -> Result<(), EngineError> {
        self.turn_to(policy, version, |_| Ok((after, Vec::new())))
    }

    fn turn_to(
        &mut self,
        policy: &str,
        version: i64,
        after: impl FnOnce(&mut dyn Tx) -> PortResult<(Reference, Vec<(String, Vec<u8>)>)>,
    ) -> Result<(), EngineError> {
        // What was due by the version before is decided by it.
        while self.sweep()?.more {}
        let now = self.clock.now();
        let count = self.journal.lane_count();
        let lanes: BTreeSet<Lane> = (0..count).map(Lane).collect();
        let mut tx = self.journal.begin(&lanes)?;
        let before = self.force.current(tx.as_mut())?;
        let (after, settings) = after(tx.as_mut())?;
        let blocked = self.blocked.of(&self.secrets, &before);
        let fence = tx.fence() + 1;
        let mut batch = Batch::open(tx.as_mut(), &before, &self.secrets, blocked, now, count, &[])?;
        let body = Body::PolicyActivated { policy: policy.to_owned(), version };
        batch.say_in_every_lane(&format!("activate:{policy}"), &version.to_string(), now, &body);
        batch.set.turn = Some(Turn { fence, settings });
        if let Some(set) = batch.finish(self.keys.as_mut(), &mut self.open_keys)? {
            tx.append(&set)?;
            tx.commit()?;
            self.head.write(&set.heads).map_err(EngineError::Head)?;
        }
        self.force.turn(Arc::new(after), fence);
        Ok(())
    }

    /// Re-decides these members by a policy just activated; resumable, because each command carries its key.
    pub fn apply(&mut self, policy: &str, version: i64, members: Vec<(MemberId, Lane)>) -> Result<(), EngineError> {
        let command = |(member, lane)| Command::Apply { policy: policy.to_owned(), version, member, lane };
        self.process(members.into_iter().map(command).collect()).map(|_| ())
    }

    /// Decides anew who is whom around these subjects by identity rules just activated; doing it twice changes nothing.
    pub fn settle(&mut self, subjects: Vec<(SubjectId, Lane)>) -> Result<(), EngineError> {
        let command = |(subject, lane)| Command::Settle { subject, lane };
        self.process(subjects.into_iter().map(command).collect()).map(|_| ())
    }
}

impl Batch<'_> {
    /// A fact about the journal itself, once in each lane held.
    pub(super) fn say_in_every_lane(&mut self, object: &str, version: &str, now: Instant, body: &Body) {
        let lanes: Vec<Lane> = self.heads.keys().copied().collect();
        for lane in lanes {
            let place = Place::of_member(SubjectId::NOBODY, lane);
            let decided = Decided {
                fact: self.next_fact(place, now, Origin::Live, None, body.clone()),
                source: OWN_SOURCE.to_owned(),
                object: object.to_owned(),
                object_version: version.to_owned(),
                personal: Personal::default(),
                member: SubjectId::NOBODY,
                effects: Vec::new(),
            };
            self.decided.push(decided);
        }
    }
}
