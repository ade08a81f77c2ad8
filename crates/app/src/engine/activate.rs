//! Activations: one fact per lane says from which place in the journal a policy version decides; members are then re-decided by a sweep.

use std::collections::BTreeSet;
use std::sync::Arc;

use perennial_kernel::{Body, Lane, MemberId, Origin, Personal, SubjectId};
use perennial_rules::reference::Reference;

use super::batch::{Batch, Decided};
use super::{Command, Engine, EngineError, OWN_SOURCE};
use crate::port::journal::Owner;

impl Engine {
    /// Writes the activation into every lane and decides by `reference` from then on.
    pub fn activate(&mut self, policy: &str, version: i64, reference: Arc<Reference>) -> Result<(), EngineError> {
        // What was due by the version before is decided by it.
        while self.sweep()?.more {}
        let now = self.clock.now();
        let count = self.journal.lane_count();
        let lanes: BTreeSet<Lane> = (0..count).map(Lane).collect();
        let before = Arc::clone(&self.reference);
        let mut tx = self.journal.begin(&lanes)?;
        let mut batch = Batch::open(tx.as_mut(), &before, &self.secrets, now, count, &[])?;
        for lane in &lanes {
            let owner = Owner { subject: SubjectId::NOBODY, lane: *lane };
            let body = Body::PolicyActivated { policy: policy.to_owned(), version };
            let decided = Decided {
                fact: batch.next_fact(owner, now, Origin::Live, None, body),
                source: OWN_SOURCE.to_owned(),
                object: format!("activate:{policy}"),
                object_version: version.to_string(),
                personal: Personal::default(),
                member: SubjectId::NOBODY,
                effects: Vec::new(),
            };
            batch.decided.push(decided);
        }
        if let Some(set) = batch.finish(self.keys.as_mut(), &mut self.open_keys)? {
            tx.append(&set)?;
            tx.commit()?;
            self.head.write(&set.heads).map_err(EngineError::Head)?;
        }
        self.reference = reference;
        Ok(())
    }

    /// Re-decides these members by a policy just activated; resumable, because each command carries its key.
    pub fn apply(&mut self, policy: &str, version: i64, members: Vec<(MemberId, Lane)>) -> Result<(), EngineError> {
        let command = |(member, lane)| Command::Apply { policy: policy.to_owned(), version, member, lane };
        self.process(members.into_iter().map(command).collect()).map(|_| ())
    }
}
