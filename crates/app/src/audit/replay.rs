//! Replay: from facts alone, in journal order, the recorded effects come out byte-equal (SPEC BT-4).
//!
//! Families are independent of each other, so each family's facts are folded in their journal order by themselves, members forming on the
//! way as memberships say; the documents in force at each place are those the lane's activation facts name.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use perennial_kernel::{Body, EffectId, Fact, Instant, Lane, MemberId, Position, SubjectId};
use perennial_rules::effect::Effect;
use perennial_rules::member::family::{form, in_journal_order};
use perennial_rules::reference::Reference;
use perennial_rules::state::{Past, State};
use perennial_rules::{codec, effect_row, program};

use crate::chronicle::Chronicle;
use crate::policy::{self, Active};
use crate::port::desk::DocumentRow;
use crate::port::journal::{StoredEffect, TimerRow};
use crate::port::{Journal, PortError, ScanRange};
use crate::read;

/// Members whose effects and snapshots are fetched together.
const TOGETHER: usize = 500;

/// One thing that is not as the facts say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    pub member: MemberId,
    /// The fact at which it shows; `None` for snapshots and timers.
    pub position: Option<Position>,
    pub what: String,
}

/// What a replay found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replayed {
    pub members: u64,
    pub facts: u64,
    pub effects: u64,
    /// At most [`Replayed::KEPT`] of them.
    pub differences: Vec<Difference>,
    pub difference_count: u64,
}

impl Replayed {
    pub const KEPT: usize = 100;

    fn differ(&mut self, member: MemberId, position: Option<Position>, what: impl Into<String>) {
        self.difference_count += 1;
        if self.differences.len() < Self::KEPT {
            self.differences.push(Difference { member, position, what: what.into() });
        }
    }
}

/// From which position on which documents are in force, ascending.
type Spans = Vec<(Position, Arc<Reference>)>;

/// The documents in force along each lane.
pub struct Timeline(BTreeMap<Lane, Spans>);

impl Timeline {
    /// Reads the activation facts.
    pub fn read(journal: &mut dyn Journal, documents: &[DocumentRow]) -> Result<Self, PortError> {
        let mut lanes: BTreeMap<Lane, (Active, Spans)> = BTreeMap::new();
        for stored in journal.facts_of(&[SubjectId::NOBODY])?.iter().filter(|stored| stored.kind == "policy.activated") {
            let Body::PolicyActivated { policy, version } = read::fact(stored)?.body else { continue };
            let (active, references) = lanes.entry(stored.position.lane()).or_default();
            active.insert(policy, version);
            let reference = policy::reference(documents, active).map_err(|problem| PortError::Damaged(problem.en))?;
            references.push((stored.position, Arc::new(reference)));
        }
        Ok(Self(lanes.into_iter().map(|(lane, (_, references))| (lane, references)).collect()))
    }

    /// What is in force at a lane's end.
    pub fn last(&self, lane: Lane) -> Option<&Reference> {
        self.0.get(&lane)?.last().map(|(_, reference)| reference.as_ref())
    }

    fn at(&self, position: Position) -> Option<&Arc<Reference>> {
        let references = self.0.get(&position.lane())?;
        let at = references.partition_point(|(from, _)| *from < position);
        at.checked_sub(1).map(|at| &references[at].1)
    }
}

/// What a replay rebuilt.
#[derive(Clone, Copy, Debug)]
pub enum Rebuilt<'a> {
    /// A member and its home lane; no state of one of whom nothing is left.
    Member(MemberId, Lane, Option<&'a State>),
    /// A member that is part of another: no state of its own, and the one it had then, if any.
    Part(MemberId, Option<&'a State>),
}

/// Replays everyone and compares effects, snapshots, timers and memberships; `keep` receives every rebuilt snapshot.
pub fn replay(journal: &mut dyn Journal, documents: &[DocumentRow], keep: &mut dyn FnMut(Rebuilt<'_>)) -> Result<Replayed, PortError> {
    let timeline = Timeline::read(journal, documents)?;
    let mut timers: BTreeMap<MemberId, Vec<TimerRow>> = BTreeMap::new();
    for row in journal.timers()?.into_iter().filter(|row| row.due.is_some()) {
        timers.entry(row.member).or_default().push(row);
    }
    let mut scan = journal.scan()?;
    let mut report = Replayed::default();
    let mut together: Vec<Vec<Fact>> = Vec::new();
    let mut failed = None;
    scan.scan(ScanRange::ALL, &mut |_, facts| {
        let outcome = facts.iter().map(read::fact).collect::<Result<Vec<_>, _>>().and_then(|facts| {
            together.push(facts);
            if together.len() < TOGETHER {
                return Ok(());
            }
            compare(journal, &timeline, &mut timers, std::mem::take(&mut together), &mut report, keep)
        });
        failed = outcome.err();
        failed.is_none()
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    compare(journal, &timeline, &mut timers, together, &mut report, keep)?;
    for member in timers.into_keys() {
        report.differ(member, None, "a timer of a member that is not there");
    }
    Ok(report)
}

/// What the journal keeps of some families beside facts.
struct Stored {
    effects: BTreeMap<Position, Vec<StoredEffect>>,
    states: BTreeMap<MemberId, Vec<u8>>,
    parted: BTreeMap<MemberId, Vec<u8>>,
    member_of: BTreeMap<SubjectId, MemberId>,
}

fn compare(
    journal: &mut dyn Journal,
    timeline: &Timeline,
    timers: &mut BTreeMap<MemberId, Vec<TimerRow>>,
    families: Vec<Vec<Fact>>,
    report: &mut Replayed,
    keep: &mut dyn FnMut(Rebuilt<'_>),
) -> Result<(), PortError> {
    let subjects: BTreeSet<SubjectId> = families.iter().flatten().map(|fact| fact.subject).collect();
    let subjects: Vec<SubjectId> = subjects.into_iter().collect();
    let mut effects: BTreeMap<Position, Vec<StoredEffect>> = BTreeMap::new();
    for effect in journal.effects_of(&subjects)? {
        effects.entry(effect.position).or_default().push(effect);
    }
    let mut stored = Stored {
        effects,
        states: journal.states(&subjects)?,
        parted: journal.parted(&subjects)?,
        member_of: journal.kin(&subjects)?.into_iter().map(|row| (row.subject, row.member)).collect(),
    };
    for facts in families {
        report.facts += facts.len() as u64;
        let mut told = Told::default();
        for fact in in_journal_order(facts) {
            told.take(timeline, &fact, &mut stored, report);
        }
        told.finish(&stored, timers, report, keep);
    }
    for effect in stored.effects.into_values().flatten() {
        report.differ(effect.member, Some(effect.position), "there are effects of no fact of the member");
    }
    Ok(())
}

/// One family, as far as it has been told.
#[derive(Default)]
struct Told {
    chronicle: Chronicle,
    /// Those that are members now; of whom nothing is left they have no state.
    members: BTreeSet<MemberId>,
    states: BTreeMap<MemberId, State>,
    pasts: BTreeMap<MemberId, Past>,
    /// States of members that are part of another, as they were then.
    parted: BTreeMap<MemberId, State>,
    member_of: BTreeMap<SubjectId, MemberId>,
    lanes: BTreeMap<SubjectId, Lane>,
    last: BTreeMap<MemberId, Arc<Reference>>,
}

impl Told {
    fn take(&mut self, timeline: &Timeline, fact: &Fact, stored: &mut Stored, report: &mut Replayed) {
        let position = fact.id.position;
        let Some(reference) = timeline.at(position) else {
            report.differ(fact.subject, Some(position), "no policy was in force");
            return;
        };
        let (member, effects) = match fact.body.membership() {
            Some(membership) => (fact.subject, self.form(reference, fact, &membership.subjects)),
            None => self.decide(reference, fact, report),
        };
        let own = stored.effects.remove(&position).unwrap_or_default();
        if !equal(&effects, &own) || own.iter().any(|effect| effect.member != member) {
            report.differ(member, Some(position), "the recorded effects are not what the facts decide");
        }
        report.effects += own.len() as u64;
        self.chronicle.add(fact, member, &effects);
        if let Some(past) = self.pasts.get_mut(&member) {
            past.facts.push(fact.clone());
            let ids = (0..).map(|ordinal| EffectId { fact: fact.id, ordinal });
            past.take_effects(ids.zip(effects));
        }
        self.last.insert(member, Arc::clone(reference));
    }

    fn decide(&mut self, reference: &Reference, fact: &Fact, report: &mut Replayed) -> (MemberId, Vec<Effect>) {
        if let Entry::Vacant(new) = self.member_of.entry(fact.subject) {
            new.insert(fact.subject);
            self.members.insert(fact.subject);
        }
        self.lanes.entry(fact.subject).or_insert(fact.id.position.lane());
        let member = self.member_of[&fact.subject];
        if fact.body.is_about_identity_alone() {
            return (member, Vec::new());
        }
        let state = self.states.remove(&member);
        if let Some(missed) = missed_timer(reference, state.as_ref(), fact) {
            report.differ(member, Some(fact.id.position), missed);
        }
        let past = self.pasts.entry(member).or_default();
        let step = program::step(reference, state, Some(past), fact);
        self.states.extend(step.state.map(|state| (member, state)));
        (member, step.effects)
    }

    /// A member consists of these subjects from here on.
    fn form(&mut self, reference: &Reference, fact: &Fact, subjects: &[SubjectId]) -> Vec<Effect> {
        let member = fact.subject;
        let was_member = self.members.contains(&member);
        let before: BTreeSet<SubjectId> = self.member_of.iter().filter(|(_, of)| **of == member).map(|(subject, _)| *subject).collect();
        // Subjects of whom nothing is told yet came to it, and nobody left: its history is what it was.
        let is_birth = was_member
            && before.iter().all(|subject| subjects.contains(subject))
            && subjects.iter().all(|subject| before.contains(subject) || !self.member_of.contains_key(subject));
        let parts: Vec<MemberId> = subjects.iter().copied().filter(|part| *part != member && self.members.contains(part)).collect();
        for part in parts {
            self.members.remove(&part);
            self.pasts.remove(&part);
            let state = self.states.remove(&part);
            self.parted.extend(state.map(|state| (part, state)));
        }
        form(&mut self.member_of, member, subjects);
        self.members.insert(member);
        if is_birth {
            return Vec::new();
        }
        let base = if was_member { self.states.remove(&member) } else { self.parted.remove(&member) };
        let past = self.chronicle.past(&subjects.iter().copied().collect());
        let step = program::regroup(reference, base, &past, fact);
        self.states.extend(step.state.map(|state| (member, state)));
        self.pasts.insert(member, past);
        step.effects
    }

    fn finish(
        &self,
        stored: &Stored,
        timers: &mut BTreeMap<MemberId, Vec<TimerRow>>,
        report: &mut Replayed,
        keep: &mut dyn FnMut(Rebuilt<'_>),
    ) {
        let bytes = |state: Option<&State>| state.map(codec::encode_state).unwrap_or_default();
        let held = |rows: &BTreeMap<MemberId, Vec<u8>>, member: &MemberId| rows.get(member).cloned().unwrap_or_default();
        for (subject, member) in &self.member_of {
            if stored.member_of.get(subject).unwrap_or(subject) != member {
                report.differ(*subject, None, "the stored membership is not what the facts say");
            }
            let (state, parted) = (self.states.get(subject), self.parted.get(subject));
            if held(&stored.states, subject) != bytes(state) {
                report.differ(*subject, None, "the stored snapshot is not what the facts make");
            }
            if held(&stored.parted, subject) != bytes(parted) {
                report.differ(*subject, None, "the snapshot kept for a split is not what the facts make");
            }
            if self.members.contains(subject) {
                let rows = timers.remove(subject).unwrap_or_default();
                if let (Some(state), Some(reference)) = (state, self.last.get(subject)) {
                    compare_timers(reference, state, *subject, &rows, report);
                }
                keep(Rebuilt::Member(*subject, self.lanes.get(subject).copied().unwrap_or(Lane(0)), state));
                report.members += 1;
            } else {
                keep(Rebuilt::Part(*subject, parted));
            }
        }
    }
}

/// A timer fact stands exactly where a decision falls due, and no decision that fell due before a fact is without one.
fn missed_timer(reference: &Reference, state: Option<&State>, fact: &Fact) -> Option<String> {
    let state = state?;
    if matches!(fact.body, Body::PolicyApplied { .. }) {
        return None; // a new version does not make up what it would have decided earlier
    }
    let due = program::due_by(reference, state, fact.occurred_at);
    match (&fact.body, due) {
        (Body::TimerDue { policy }, Some((at, by))) if at == fact.occurred_at && by == *policy => None,
        (Body::TimerDue { .. }, _) => Some("a timer was written that was not due".to_owned()),
        (_, Some((at, policy))) => Some(format!("the decision of {policy} due at {at} was not written before this fact")),
        (_, None) => None,
    }
}

fn equal(effects: &[Effect], recorded: &[StoredEffect]) -> bool {
    effects.len() == recorded.len()
        && effects.iter().zip(recorded).enumerate().all(|(at, (effect, stored))| {
            usize::from(stored.ordinal) == at && stored.kind == effect.kind() && stored.payload == effect_row::encode(effect)
        })
}

fn compare_timers(reference: &Reference, state: &State, member: MemberId, held: &[TimerRow], report: &mut Replayed) {
    let due: BTreeMap<String, Instant> = program::next_due(reference, state).filter_map(|(policy, due)| Some((policy, due?))).collect();
    let stored: BTreeMap<String, Instant> = held.iter().filter_map(|row| Some((row.policy.clone(), row.due?))).collect();
    if due != stored {
        report.differ(member, None, format!("timers are {stored:?}, due is {due:?}"));
    }
}
