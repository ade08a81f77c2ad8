//! An engine in memory over the rules alone: commands in arrival order, a clock set by hand, timers inline and by sweep. No batches and no
//! store: what remains is exactly the order in which rules are asked.

mod faults;
mod member;
mod people;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use perennial_kernel::{Body, EffectId, Fact, FactId, ImportId, Incoming, Instant, Lane, Origin, Position, Seq, SubjectId};
use perennial_rules::effect::Effect;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::program;
use perennial_rules::reference::{Brand, Reference};
use perennial_rules::signal::Signals;
use perennial_rules::value::ValueModel;

pub use faults::Faults;
pub use member::Member;

/// One fact of the journal with the effects decided on it.
#[derive(Clone, Debug)]
pub struct Written {
    pub fact: Fact,
    pub effects: Vec<Effect>,
    /// Index into [`Drive::references`]: the documents that were in force.
    pub reference: usize,
    /// About whom the effects were decided.
    pub member: SubjectId,
}

/// What became of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    Written(FactId),
    /// Had been sent before: the first answer again.
    Seen(FactId),
    /// The same key with other content.
    Refused,
}

#[derive(Clone, Debug)]
struct Accepted {
    occurred_at: Instant,
    body: Body,
    id: FactId,
    import: Option<ImportId>,
}

type Key = (String, String, String);

#[derive(Clone, Debug)]
pub struct Drive {
    /// Every set of documents that was in force, the last now.
    pub references: Vec<Reference>,
    pub journal: Vec<Written>,
    pub now: Instant,
    /// What occurred before it has origin `backfill`.
    pub go_live: Option<Instant>,
    pub faults: Faults,
    /// The engine stands still until then: nothing fires of its own accord.
    down_until: Option<Instant>,
    members: BTreeMap<SubjectId, Member>,
    subjects: BTreeMap<String, SubjectId>,
    seen: BTreeMap<Key, Accepted>,
    people: people::Known,
}

impl Drive {
    pub fn new(brand: Brand, models: Vec<Model>) -> Self {
        Self {
            references: vec![Reference::new(brand, models)],
            journal: Vec::new(),
            now: Instant(0),
            go_live: None,
            faults: Faults::default(),
            down_until: None,
            members: BTreeMap::new(),
            subjects: BTreeMap::new(),
            seen: BTreeMap::new(),
            people: people::Known::default(),
        }
    }

    /// The documents now in force.
    pub fn reference(&self) -> &Reference {
        &self.references[self.references.len() - 1]
    }

    pub fn subject(&self, who: &str) -> Option<SubjectId> {
        self.subjects.get(who).copied()
    }

    pub fn member(&self, who: &str) -> Option<&Member> {
        self.members.get(&self.member_id(who)?)
    }

    /// Takes a command that arrives at `at` about `who`.
    pub fn record(&mut self, at: Instant, who: &str, import: Option<ImportId>, incoming: &Incoming) -> Answer {
        self.pass(at);
        let key = (incoming.source.clone(), incoming.object.clone(), incoming.version.clone());
        if let Some(first) = self.seen.get(&key) {
            let same = first.occurred_at == incoming.occurred_at && first.body == incoming.body;
            return if same { Answer::Seen(first.id) } else { Answer::Refused };
        }
        let subject = self.subject_for(who, import, incoming);
        let origin = if self.go_live.is_some_and(|live| incoming.occurred_at < live) { Origin::Backfill } else { Origin::Live };
        let occurred_at = self.faults.occurred_at(incoming, self.members.get(&subject));
        let id = self.decide(subject, origin, import, occurred_at, incoming.body.clone());
        let accepted = Accepted { occurred_at: incoming.occurred_at, body: incoming.body.clone(), id, import };
        self.seen.insert(key, accepted);
        Answer::Written(id)
    }

    /// Takes an import back, member by member.
    pub fn retract(&mut self, at: Instant, import: ImportId) {
        self.pass(at);
        if self.faults.retractions_skipped {
            return;
        }
        self.seen.retain(|_, accepted| accepted.import != Some(import));
        let concerned: BTreeSet<SubjectId> =
            self.journal.iter().filter(|written| written.fact.import == Some(import)).map(|written| written.fact.subject).collect();
        for subject in concerned {
            self.decide(subject, Origin::Retraction, None, self.now, Body::ImportRetracted { import });
            self.forget(subject, import);
        }
    }

    /// Puts a model in force and re-decides every member by it. What was due until now is decided by the documents it was due under.
    pub fn activate(&mut self, at: Instant, model: Model) {
        self.pass(at);
        self.fire(at, at);
        let (policy, version) = (model.id.clone(), model.version);
        self.put_in_force(at, self.reference().with_model(model), policy, version);
    }

    /// Puts a value model in force, and re-decides every member by what it now says.
    pub fn refit(&mut self, at: Instant, value: &ValueModel) {
        self.pass(at);
        self.fire(at, at);
        self.put_in_force(at, self.reference().with_value(Some(*value)), "value".to_owned(), value.version);
    }

    /// Puts a document of signals in force, likewise.
    pub fn weigh(&mut self, at: Instant, signals: Arc<Signals>) {
        self.pass(at);
        self.fire(at, at);
        let version = signals.version.unwrap_or_default();
        self.put_in_force(at, self.reference().with_signals(signals), "signals".to_owned(), version);
    }

    fn put_in_force(&mut self, at: Instant, reference: Reference, policy: String, version: i64) {
        self.references.push(reference);
        self.write(SubjectId::NOBODY, Origin::Live, None, at, Body::PolicyActivated { policy: policy.clone(), version });
        let known: Vec<SubjectId> = self.members.iter().filter(|(_, member)| member.state.is_some()).map(|(subject, _)| *subject).collect();
        for subject in known {
            // Written at once: by the new version nothing can have fallen due before it decides.
            self.write(subject, Origin::Live, None, at, Body::PolicyApplied { policy: policy.clone(), version });
        }
    }

    /// From now on nothing fires of its own accord until `until`.
    pub fn down(&mut self, at: Instant, until: Instant) {
        self.pass(at);
        self.down_until = Some(until);
    }

    /// Lets time go by. What falls due fires on its instant, or when the engine is up again.
    pub fn pass(&mut self, to: Instant) {
        assert!(to >= self.now, "the clock never goes back: {to} after {}", self.now);
        if let Some(until) = self.down_until {
            if to < until {
                self.now = to;
                return;
            }
            self.down_until = None;
            self.fire(until, until);
        }
        while let Some(due) = self.members.values().filter_map(|member| member.due(self.reference(), to)).map(|(due, _)| due).min() {
            if !self.fire(due, due) {
                break;
            }
        }
        self.now = to;
    }

    /// Writes a timer fact for everything due up to `until`, recorded at `at`. False when a fault kept one from firing.
    fn fire(&mut self, at: Instant, until: Instant) -> bool {
        self.now = self.now.max(at);
        let subjects: Vec<SubjectId> = self.members.keys().copied().collect();
        subjects.into_iter().all(|subject| self.fire_for(subject, until))
    }

    fn fire_for(&mut self, subject: SubjectId, until: Instant) -> bool {
        while let Some((due, policy)) = self.members.get(&subject).and_then(|member| member.due(self.reference(), until)) {
            if self.faults.drops_timer() {
                return false;
            }
            let dated = if self.faults.timers_dated_late { self.now.max(due) } else { due };
            self.write(subject, Origin::Timer, None, dated, Body::TimerDue { policy });
        }
        true
    }

    fn decide(&mut self, subject: SubjectId, origin: Origin, import: Option<ImportId>, occurred_at: Instant, body: Body) -> FactId {
        self.fire_for(self.people.people.member_of(subject), occurred_at);
        let id = self.write(subject, origin, import, occurred_at, body);
        self.faults.resume();
        id
    }

    fn write(&mut self, subject: SubjectId, origin: Origin, import: Option<ImportId>, occurred_at: Instant, body: Body) -> FactId {
        let position = Position::new(Lane(0), Seq(self.journal.len() as u64 + 1));
        let fact = Fact { id: FactId { recorded_at: self.now, position }, subject, occurred_at, origin, import, body };
        let at = self.references.len() - 1;
        let id = fact.id;
        let effects = if subject == SubjectId::NOBODY {
            Vec::new()
        } else {
            let member = self.members.entry(self.people.people.member_of(subject)).or_default();
            member.take(&self.references[at], &fact, &self.faults)
        };
        self.people.people.born(subject, id);
        let member = self.people.people.member_of(subject);
        self.journal.push(Written { fact, effects, reference: at, member });
        id
    }
}

impl Written {
    /// The effects with their ids.
    pub fn named_effects(&self) -> impl Iterator<Item = (EffectId, Effect)> + '_ {
        let id = |ordinal: usize| EffectId { fact: self.fact.id, ordinal: ordinal as u16 };
        self.effects.iter().enumerate().map(move |(ordinal, effect)| (id(ordinal), effect.clone()))
    }
}

/// The two halves of a step agree with the whole; used by every step the driver takes.
pub(crate) fn step(
    reference: &Reference,
    before: Option<perennial_rules::state::State>,
    past: Option<&perennial_rules::state::Past>,
    fact: &Fact,
) -> program::Step {
    let whole = program::step(reference, before.clone(), past, fact);
    assert_eq!(program::decide(reference, before.as_ref(), past, fact), whole.effects, "decide is the effects of step");
    assert_eq!(program::evolve(reference, before, past, fact), whole.state, "evolve is the state of step");
    whole
}
