//! Replay: from facts alone, in journal order, the recorded effects come out byte-equal (SPEC BT-4).
//!
//! Members are independent of each other and each lives in one lane, so each member's facts are folded in their journal order by itself;
//! the documents in force at each place are those the lane's activation facts name.

use std::collections::BTreeMap;
use std::sync::Arc;

use perennial_kernel::{Body, EffectId, Fact, Instant, Lane, MemberId, Position, SubjectId};
use perennial_rules::effect::Effect;
use perennial_rules::reference::Reference;
use perennial_rules::state::{Past, State};
use perennial_rules::{codec, effect_row, program};

use crate::policy::{self, Active};
use crate::port::desk::DocumentRow;
use crate::port::journal::{StoredEffect, StoredFact, TimerRow};
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

/// Replays everyone and compares effects, snapshots and timers; `keep` receives every rebuilt snapshot.
pub fn replay(
    journal: &mut dyn Journal,
    documents: &[DocumentRow],
    keep: &mut dyn FnMut(MemberId, Lane, Option<&State>),
) -> Result<Replayed, PortError> {
    let timeline = Timeline::read(journal, documents)?;
    let mut timers: BTreeMap<MemberId, Vec<TimerRow>> = BTreeMap::new();
    for row in journal.timers()?.into_iter().filter(|row| row.due.is_some()) {
        timers.entry(row.member).or_default().push(row);
    }
    let mut scan = journal.scan()?;
    let mut report = Replayed::default();
    let mut together: Vec<(MemberId, Vec<StoredFact>)> = Vec::new();
    let mut failed = None;
    scan.scan(ScanRange::ALL, &mut |member, facts| {
        together.push((member, facts.to_vec()));
        if together.len() < TOGETHER {
            return true;
        }
        let outcome = compare(journal, &timeline, &mut timers, std::mem::take(&mut together), &mut report, keep);
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

fn compare(
    journal: &mut dyn Journal,
    timeline: &Timeline,
    timers: &mut BTreeMap<MemberId, Vec<TimerRow>>,
    members: Vec<(MemberId, Vec<StoredFact>)>,
    report: &mut Replayed,
    keep: &mut dyn FnMut(MemberId, Lane, Option<&State>),
) -> Result<(), PortError> {
    let ids: Vec<MemberId> = members.iter().map(|(member, _)| *member).collect();
    let mut recorded: BTreeMap<MemberId, Vec<StoredEffect>> = BTreeMap::new();
    for effect in journal.effects_of(&ids)? {
        recorded.entry(effect.member).or_default().push(effect);
    }
    let snapshots = journal.states(&ids)?;
    for (member, stored) in members {
        let effects = recorded.remove(&member).unwrap_or_default();
        let mut facts = stored.iter().map(read::fact).collect::<Result<Vec<_>, _>>()?;
        facts.sort_by_key(|fact| fact.id.position);
        let lane = facts.first().map_or(Lane(0), |fact| fact.id.position.lane());
        let (state, last) = fold(timeline, member, &facts, &effects, report);
        let snapshot = snapshots.get(&member).map(Vec::as_slice).unwrap_or_default();
        if snapshot != state.as_ref().map(codec::encode_state).unwrap_or_default() {
            report.differ(member, None, "the stored snapshot is not what the facts make");
        }
        let held = timers.remove(&member).unwrap_or_default();
        if let (Some(state), Some(reference)) = (&state, &last) {
            compare_timers(reference, state, member, &held, report);
        }
        keep(member, lane, state.as_ref());
        report.members += 1;
        report.facts += facts.len() as u64;
        report.effects += effects.len() as u64;
    }
    Ok(())
}

/// Folds one member's facts in journal order, comparing each decision with the recorded one.
fn fold(
    timeline: &Timeline,
    member: MemberId,
    facts: &[Fact],
    recorded: &[StoredEffect],
    report: &mut Replayed,
) -> (Option<State>, Option<Arc<Reference>>) {
    let mut state: Option<State> = None;
    let mut past = Past::default();
    let mut last = None;
    let mut recorded = recorded;
    for fact in facts {
        let position = fact.id.position;
        let Some(reference) = timeline.at(position) else {
            report.differ(member, Some(position), "no policy was in force");
            continue;
        };
        if let Some(missed) = missed_timer(reference, state.as_ref(), fact) {
            report.differ(member, Some(position), missed);
        }
        let step = program::step(reference, state.take(), Some(&past), fact);
        state = step.state;
        let count = recorded.iter().take_while(|effect| effect.position == position).count();
        let (own, rest) = recorded.split_at(count);
        recorded = rest;
        if !equal(&step.effects, own) {
            report.differ(member, Some(position), "the recorded effects are not what the facts decide");
        }
        past.facts.push(fact.clone());
        let ids = (0..).map(|ordinal| EffectId { fact: fact.id, ordinal });
        past.take_effects(ids.zip(step.effects));
        last = Some(Arc::clone(reference));
    }
    if !recorded.is_empty() {
        report.differ(member, recorded.first().map(|effect| effect.position), "there are effects of no fact of the member");
    }
    (state, last)
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
