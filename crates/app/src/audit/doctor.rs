//! The doctor: every invariant of a brand's data, examined; snapshots rebuilt where asked.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{FactId, Seq, SubjectId};
use perennial_rules::member::family::{form, in_journal_order};
use perennial_rules::{codec, program};

use super::chain::{Broken, verify_lane};
use super::replay::{Rebuilt, Replayed, replay};
use super::trail;
use crate::engine::OWN_SOURCE;
use crate::head::HeadFile;
use crate::port::desk::DocumentRow;
use crate::port::journal::{Append, CommandKey, KinRow, TimerRow};
use crate::port::{Desk, Journal, KeyStore, PortError};
use crate::read;
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
        report.replayed = replay(journal, documents, &mut |_| {})?;
    }
    Ok(report)
}

/// Commands recorded more than once. What an undone import had brought may have come again: its keys were released.
fn doubled(journal: &mut dyn Journal, secrets: &Secrets) -> Result<Vec<String>, PortError> {
    let mut found = Vec::new();
    let mut keys: BTreeSet<(CommandKey, Option<i64>)> = BTreeSet::new();
    for head in journal.heads()? {
        let mut seq = Seq(0);
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

/// Writes every membership, snapshot and timer anew from the facts; answers how many members that took.
///
/// Links between values and subjects are not in clear in the facts: they are kept as they are.
pub fn rebuild(journal: &mut dyn Journal, documents: &[DocumentRow]) -> Result<u64, PortError> {
    let kin = kin_from_facts(journal)?;
    write(journal, &Append { kin, ..Append::default() })?;
    let mut set = Append::default();
    let mut members = 0;
    let references = super::replay::Timeline::read(journal, documents)?;
    replay(journal, documents, &mut |rebuilt| match rebuilt {
        Rebuilt::Member(member, lane, state) => {
            members += 1;
            set.states.push((member, state.map(codec::encode_state).unwrap_or_default()));
            set.parted.push((member, Vec::new()));
            if let (Some(state), Some(reference)) = (state, references.last(lane)) {
                set.timers.extend(program::next_due(reference, state).map(|(policy, due)| TimerRow { member, lane, policy, due }));
            }
        }
        Rebuilt::Part(member, parted) => {
            set.states.push((member, Vec::new()));
            set.parted.push((member, parted.map(codec::encode_state).unwrap_or_default()));
        }
    })?;
    write(journal, &set)?;
    Ok(members)
}

/// Everyone whom a membership ever named, with who is whom now. Families that only share a value keep the rows they have.
fn kin_from_facts(journal: &mut dyn Journal) -> Result<Vec<KinRow>, PortError> {
    let mut tellers = Vec::new();
    let mut born: BTreeMap<SubjectId, FactId> = BTreeMap::new();
    for head in journal.heads()? {
        let mut seq = Seq(0);
        loop {
            let facts = journal.tail(head.lane, seq, CHUNK)?;
            let Some(last) = facts.last() else { break };
            seq = last.position.seq();
            for stored in &facts {
                if stored.kind == "members.merged" || stored.kind == "members.split" {
                    tellers.push(read::fact(stored)?);
                } else if !born.contains_key(&stored.subject) && stored.subject != SubjectId::NOBODY {
                    born.insert(stored.subject, stored.id());
                }
            }
        }
    }
    let mut family_of: BTreeMap<SubjectId, SubjectId> = journal.all_kin()?.into_iter().map(|row| (row.subject, row.family)).collect();
    let mut member_of: BTreeMap<SubjectId, SubjectId> = family_of.keys().map(|subject| (*subject, *subject)).collect();
    for fact in in_journal_order(tellers) {
        let subjects = fact.body.membership().map(|membership| membership.subjects.clone()).unwrap_or_default();
        let families: BTreeSet<SubjectId> =
            subjects.iter().chain([&fact.subject]).map(|subject| *family_of.entry(*subject).or_insert(*subject)).collect();
        let name = families.iter().copied().min_by_key(|family| (born.get(family).copied(), *family)).unwrap_or(fact.subject);
        family_of.values_mut().filter(|family| families.contains(family)).for_each(|family| *family = name);
        form(&mut member_of, fact.subject, &subjects);
    }
    let row = |(subject, family): (SubjectId, SubjectId)| {
        let born = *born.get(&subject)?;
        Some(KinRow { subject, lane: born.position.lane(), member: member_of.get(&subject).copied().unwrap_or(subject), family, born })
    };
    Ok(family_of.into_iter().filter_map(row).collect())
}

fn write(journal: &mut dyn Journal, set: &Append) -> Result<(), PortError> {
    let lanes = journal.heads()?.into_iter().map(|head| head.lane).collect();
    let mut tx = journal.begin(&lanes)?;
    tx.append(set)?;
    tx.commit()
}

/// Examines the audit trail; what is found belongs into [`Report::trail`].
pub fn examine_trail(desk: &mut dyn Desk, keys: &mut dyn KeyStore, secrets: &Secrets) -> Result<Vec<String>, PortError> {
    let state = trail::verify(desk, keys, secrets)?;
    Ok(state.broken.map(|(line, why)| format!("audit trail, line {line}: {why}")).into_iter().collect())
}
