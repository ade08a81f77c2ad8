//! The doctor: every invariant of a brand's data, examined; snapshots rebuilt where asked.

use std::collections::BTreeSet;

use perennial_rules::{codec, program};

use super::chain::{Broken, verify_lane};
use super::replay::{Replayed, replay};
use super::trail;
use crate::engine::OWN_SOURCE;
use crate::head::HeadFile;
use crate::port::desk::DocumentRow;
use crate::port::journal::{Append, CommandKey, TimerRow};
use crate::port::{Desk, Journal, KeyStore, PortError};
use crate::secret::Secrets;

const CHUNK: usize = 5000;

/// What was examined, and what is wrong; nothing wrong means sound.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// What the storage engine says of its files.
    pub storage: Vec<String>,
    pub chain: Vec<Broken>,
    /// Lanes whose head the witness does not know, or knows otherwise.
    pub witness: Vec<String>,
    /// Facts recorded twice under one command key.
    pub doubled: Vec<String>,
    pub replayed: Replayed,
    /// Where the audit trail is not as it was written.
    pub trail: Vec<String>,
}

impl Report {
    pub fn is_sound(&self) -> bool {
        self.storage.is_empty()
            && self.chain.is_empty()
            && self.witness.is_empty()
            && self.doubled.is_empty()
            && self.replayed.difference_count == 0
            && self.trail.is_empty()
    }
}

/// Examines everything; reads only.
pub fn examine(journal: &mut dyn Journal, documents: &[DocumentRow], head: &HeadFile, secrets: &Secrets) -> Result<Report, PortError> {
    let mut report = Report { storage: journal.integrity()?, ..Report::default() };
    for held in journal.heads()? {
        let witness = head.heads().iter().find(|witness| witness.lane == held.lane).copied();
        match &witness {
            Some(witness) if witness.seq > held.seq => {
                report.witness.push(format!("lane {}: facts {} to {} are missing", held.lane.0, held.seq.0 + 1, witness.seq.0));
            }
            // Another node of PostgreSQL may never have written to a lane; a brand alone on SQLite has.
            None if journal.lane_count() == 1 && held.seq.0 > 0 => {
                report.witness.push("the head file is missing or empty: nothing vouches that no acknowledged fact is lost".to_owned());
            }
            _ => {}
        }
        if let Err(broken) = verify_lane(journal, &held, None, witness.as_slice())? {
            report.chain.push(broken);
        }
    }
    if report.chain.is_empty() {
        report.doubled = doubled(journal, secrets)?;
        report.replayed = replay(journal, documents, &mut |_, _, _| {})?;
    }
    Ok(report)
}

/// Commands recorded more than once. What an undone import had brought may have come again: its keys were released.
fn doubled(journal: &mut dyn Journal, secrets: &Secrets) -> Result<Vec<String>, PortError> {
    let mut found = Vec::new();
    let mut keys: BTreeSet<(CommandKey, Option<i64>)> = BTreeSet::new();
    for head in journal.heads()? {
        let mut seq = perennial_kernel::Seq(0);
        loop {
            let facts = journal.tail(head.lane, seq, CHUNK)?;
            let Some(last) = facts.last() else { break };
            seq = last.position.seq();
            for fact in facts.iter().filter(|fact| fact.source != OWN_SOURCE && fact.kind != "identity.attached") {
                let key = secrets.command_key(&fact.source, &fact.object, &fact.object_version);
                if !keys.insert((key, fact.import.map(|import| import.0))) {
                    found.push(format!("{} is recorded twice", fact.id()));
                }
            }
        }
    }
    Ok(found)
}

/// Writes every snapshot and timer anew from the facts; answers how many members that took.
pub fn rebuild(journal: &mut dyn Journal, documents: &[DocumentRow]) -> Result<u64, PortError> {
    let mut set = Append::default();
    let mut members = 0;
    let references = super::replay::Timeline::read(journal, documents)?;
    let mut rows = Vec::new();
    replay(journal, documents, &mut |member, lane, state| {
        members += 1;
        rows.push((member, lane, state.map(codec::encode_state).unwrap_or_default()));
    })?;
    for (member, lane, bytes) in rows {
        if let (Some(state), Some(reference)) = (codec::decode_state(&bytes), references.last(lane)) {
            let timers = program::next_due(reference, &state);
            set.timers.extend(timers.map(|(policy, due)| TimerRow { member, lane, policy, due }));
        }
        set.states.push((member, bytes));
    }
    let lanes = journal.heads()?.into_iter().map(|head| head.lane).collect();
    let mut tx = journal.begin(&lanes)?;
    tx.append(&set)?;
    tx.commit()?;
    Ok(members)
}

/// Examines the audit trail; what is found belongs into [`Report::trail`].
pub fn examine_trail(desk: &mut dyn Desk, keys: &mut dyn KeyStore, secrets: &Secrets) -> Result<Vec<String>, PortError> {
    let state = trail::verify(desk, keys, secrets)?;
    Ok(state.broken.map(|(line, why)| format!("audit trail, line {line}: {why}")).into_iter().collect())
}
