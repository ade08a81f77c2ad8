//! One batch: what was loaded, the members at work, and the rows that will be appended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use perennial_kernel::{Body, EffectId, Fact, FactId, ImportId, Instant, Lane, MemberId, Origin, Personal, Position, Seq, SubjectId};
use perennial_rules::effect::Effect;
use perennial_rules::history::History;
use perennial_rules::member::people::{People, Who};
use perennial_rules::reference::Reference;
use perennial_rules::state::State;
use perennial_rules::{codec, program};

use super::EngineError;
use super::command::{Answer, Command, Receipt};
use super::member::{Foresight, Working};
use super::people::{Place, UNDATED, people_of};
use super::plan::{Planned, whom};
use crate::chronicle::Chronicle;
use crate::port::PortError;
use crate::port::journal::{Append, Ask, LaneHead, LinkRow, Loaded, Owner, Token, Tx};
use crate::secret::Secrets;

pub(super) struct Batch<'a> {
    pub(super) tx: &'a mut dyn Tx,
    pub(super) reference: &'a Reference,
    pub(super) secrets: &'a Secrets,
    pub(super) now: Instant,
    pub(super) heads: BTreeMap<Lane, LaneHead>,
    /// How many lanes the journal has, held or not.
    pub(super) lanes: u16,
    /// Who is whom, as loaded and as it changes.
    pub(super) people: People,
    pub(super) blocked: Arc<BTreeSet<perennial_rules::member::Token>>,
    pub(super) loaded: Loaded,
    /// Snapshots loaded, read once, until their member is opened; `None` for one that this program cannot read.
    states: BTreeMap<MemberId, Option<State>>,
    pub(super) members: BTreeMap<MemberId, Working>,
    /// Every claim known, in the journal or in this batch.
    pub(super) claimed: BTreeMap<Token, Owner>,
    pub(super) claims: BTreeMap<Token, Owner>,
    pub(super) links: BTreeMap<(Token, SubjectId, Option<ImportId>), LinkRow>,
    /// Snapshots kept in this batch of members that became part of another.
    pub(super) parted: BTreeMap<MemberId, Vec<u8>>,
    /// Facts with their effects, in the order of deciding; sealed and chained at the end.
    pub(super) decided: Vec<Decided>,
    pub(super) set: Append,
}

/// A fact of this batch before sealing.
pub(super) struct Decided {
    pub fact: Fact,
    pub source: String,
    pub object: String,
    pub object_version: String,
    pub personal: Personal,
    pub member: MemberId,
    pub effects: Vec<Effect>,
}

impl<'a> Batch<'a> {
    /// Loads what the commands will need, as sets.
    pub fn open(
        tx: &'a mut dyn Tx,
        reference: &'a Reference,
        secrets: &'a Secrets,
        blocked: Arc<BTreeSet<perennial_rules::member::Token>>,
        now: Instant,
        lanes: u16,
        planned: &[Planned],
    ) -> Result<Self, EngineError> {
        let families = tx.families(&whom(planned))?;
        let mut people = people_of(&families);
        let mut ask = Ask {
            keys: planned.iter().map(|one| one.key).collect(),
            orders: planned.iter().filter_map(|one| one.order).collect(),
            sources: planned.iter().filter_map(|one| one.incoming()).map(|incoming| incoming.source.clone()).collect(),
            members: people.who.values().map(|who| who.member).collect(),
        };
        let named = planned.iter().flat_map(|one| one.command.subjects()).filter(|subject| *subject != SubjectId::NOBODY);
        ask.members.extend(named.map(|subject| people.member_of(subject)));
        let mut loaded = tx.load(&ask)?;
        take_in_holders(tx, &mut people, &mut loaded)?;
        let heads = tx.heads().clone();
        let mut batch = Self {
            tx,
            reference,
            secrets,
            now,
            heads,
            lanes,
            people,
            blocked,
            loaded,
            states: BTreeMap::new(),
            members: BTreeMap::new(),
            claimed: families.claims,
            claims: BTreeMap::new(),
            links: BTreeMap::new(),
            parted: BTreeMap::new(),
            decided: Vec::new(),
            set: Append::default(),
        };
        batch.load_pasts(planned)?;
        Ok(batch)
    }

    /// One round trip for everyone whose past some command of the batch will need.
    fn load_pasts(&mut self, planned: &[Planned]) -> Result<(), EngineError> {
        let mut foresight: BTreeMap<MemberId, Foresight> = BTreeMap::new();
        let mut wanted: BTreeSet<MemberId> = BTreeSet::new();
        for (member, bytes) in std::mem::take(&mut self.loaded.states) {
            let state = codec::decode_state(&bytes);
            match &state {
                Some(state) if state.series_key == self.reference.series_key() => drop(foresight.insert(member, Foresight::of(state))),
                // Empty bytes: the member is part of another.
                None if bytes.is_empty() && self.people.member_of(member) != member => {}
                _ => drop(wanted.insert(member)),
            }
            self.states.insert(member, state);
        }
        for one in planned {
            let Some(member) = self.likely_member(one) else { continue };
            if matches!(one.command, Command::Retract { .. }) && member != SubjectId::NOBODY {
                wanted.insert(member);
            }
            let Some(incoming) = one.incoming() else { continue };
            let backfill = self.origin_of(incoming) == Origin::Backfill;
            let started = if backfill { self.now } else { incoming.occurred_at };
            let seen = foresight.entry(member).or_insert_with(|| Foresight::opened(started, backfill));
            // A waiting cancellation or refund may be older than anything.
            let waits = one.order.is_some_and(|order| self.loaded.waiting.contains_key(&order));
            if seen.needs_past(incoming.occurred_at) || waits {
                wanted.insert(member);
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        self.know(&wanted)?;
        let told = self.chronicle(&wanted)?;
        for member in wanted {
            self.open_with_past(member, &told)?;
        }
        Ok(())
    }

    fn open_with_past(&mut self, member: MemberId, told: &Chronicle) -> Result<(), EngineError> {
        let past = told.past(&self.subjects_of(member));
        let state = self.states.remove(&member).flatten();
        // Of a member whose imports were all undone only such facts are left, and no snapshot.
        let tells = |fact: &Fact| !matches!(fact.body, Body::ImportRetracted { .. } | Body::TimerDue { .. } | Body::PolicyApplied { .. });
        if state.is_none() && History::new(past.facts.clone()).facts().iter().any(tells) {
            // Rebuilding takes the documents that were in force along the way, which a batch does not have.
            let why = format!("the snapshot of {member} is lost or of another version: run `perennial doctor --rebuild`");
            return Err(PortError::Damaged(why).into());
        }
        let lane = past.facts.first().map(|fact| fact.id.position.lane()).or_else(|| self.heads.keys().next().copied());
        if let Some(lane) = lane {
            let place = self.place_of(member, lane);
            self.members.insert(member, Working::new(member, place.lane, state, Some(past)));
        }
        Ok(())
    }

    /// The member a command is about, as far as loaded rows tell: the order's holder first, then the strongest identity that is known.
    fn likely_member(&self, planned: &Planned) -> Option<MemberId> {
        match &planned.command {
            Command::Retract { subject: named, .. } | Command::Apply { member: named, .. } | Command::Erase { subject: named, .. } => {
                Some(self.people.member_of(*named))
            }
            Command::Record { .. } => {
                let holder = planned.order.and_then(|order| self.loaded.orders.get(&order)).map(|row| row.holder);
                self.people.likely_member(&planned.named, holder.filter(|holder| *holder != SubjectId::NOBODY))
            }
            Command::Rule { .. } | Command::Settle { .. } => None,
        }
    }

    /// Decides one command; `None` when it needs a lane that is not held.
    pub fn take(&mut self, planned: &Planned) -> Result<Option<Answer>, EngineError> {
        if let Some(seen) = self.loaded.seen.get(&planned.key) {
            return Ok(Some(if seen.content == planned.content { Answer::Repeated(seen.fact) } else { Answer::Conflict(seen.fact) }));
        }
        match &planned.command {
            Command::Record { incoming, import } => self.record(planned, incoming, *import),
            Command::Retract { import, subject, lane, keys } => self.retract(planned, *import, self.place_of(*subject, *lane), keys),
            Command::Erase { subject, lane } => self.erase(planned, self.place_of(*subject, *lane)),
            Command::Apply { policy, version, member, lane } => {
                let place = self.place_of(*member, *lane);
                self.open_member(place);
                let is_member = place.member == *member && self.members.get(member).is_some_and(|working| working.state.is_some());
                if !is_member {
                    return Ok(Some(Answer::Unchanged)); // all its facts were retracted, or it is part of another member
                }
                if !self.heads.contains_key(&place.lane) {
                    return Ok(None);
                }
                // What was due by the version before has been swept; what this one would have decided earlier is not made up.
                let body = Body::PolicyApplied { policy: policy.clone(), version: *version };
                Ok(Some(Answer::Recorded(self.own_fact(planned, place, Origin::Timer, self.now, body)?)))
            }
            Command::Rule { ruling, why, .. } => self.rule(planned, ruling, why),
            Command::Settle { subject, .. } => {
                if !self.holds_family(*subject) {
                    return Ok(None);
                }
                self.settle(*subject, None)?;
                Ok(Some(Answer::Unchanged))
            }
        }
    }

    fn retract(
        &mut self,
        planned: &Planned,
        import: ImportId,
        place: Place,
        keys: &[crate::port::journal::CommandKey],
    ) -> Result<Option<Answer>, EngineError> {
        if !self.heads.contains_key(&place.lane) || !self.holds_family(place.subject) {
            return Ok(None);
        }
        self.set.forget.extend(keys.iter().copied());
        self.open_member(place);
        self.advance(place, self.now, &mut Vec::new())?;
        let body = Body::ImportRetracted { import };
        let receipt = self.own_fact(planned, place, Origin::Retraction, self.now, body)?;
        self.drop_orders_of(import, place);
        self.forget_links(place.subject, import)?;
        Ok(Some(Answer::Recorded(receipt)))
    }

    /// Says that the subject's person asked to be forgotten. From here on nothing tells who it was: no value, no link, no search token.
    fn erase(&mut self, planned: &Planned, place: Place) -> Result<Option<Answer>, EngineError> {
        if !self.heads.contains_key(&place.lane) || !self.holds_family(place.subject) {
            return Ok(None);
        }
        self.open_member(place);
        if self.members.get(&place.member).is_none_or(|working| working.state.is_none()) {
            return Ok(Some(Answer::Unchanged));
        }
        self.advance(place, self.now, &mut Vec::new())?;
        let receipt = self.own_fact(planned, place, Origin::Live, self.now, Body::MemberErased)?;
        self.people.erase(place.subject);
        self.set.erased.push(place.subject);
        Ok(Some(Answer::Recorded(receipt)))
    }

    /// Whether the member's person was erased, as far as its snapshot is loaded.
    pub(super) fn is_erased(&self, member: MemberId) -> bool {
        let state = match self.members.get(&member) {
            Some(working) => working.state.as_ref(),
            None => self.states.get(&member).and_then(Option::as_ref),
        };
        state.is_some_and(|state| state.book.is_erased())
    }

    /// Makes the member's state ready to work on.
    pub(super) fn open_member(&mut self, place: Place) {
        // Nobody has no state: an undone import's anonymous sales are retracted by a fact alone.
        if place.is_nobody() || self.members.contains_key(&place.member) {
            return;
        }
        let state = self.states.remove(&place.member).flatten();
        self.members.insert(place.member, Working::new(place.member, place.lane, state, None));
    }

    /// States loaded for members no command names: a sweep's. Snapshots that cannot be read are rebuilt.
    pub(super) fn take_states(&mut self, states: BTreeMap<MemberId, Vec<u8>>) -> Result<(), EngineError> {
        self.loaded.states.extend(states);
        self.load_pasts(&[])
    }

    /// The member's timers are written anew even if nothing was decided: the row that woke us may be stale.
    pub(super) fn touch(&mut self, member: MemberId) {
        if let Some(working) = self.members.get_mut(&member) {
            working.changed = true;
        }
    }

    /// Writes the timer of one member that falls due by `due`; answers how many facts that took.
    pub(super) fn fire(&mut self, place: Place, due: Instant) -> Result<usize, EngineError> {
        let before = self.decided.len();
        self.advance(place, due, &mut Vec::new())?;
        Ok(self.decided.len() - before)
    }

    /// Writes the timers that fall due at or before `until`, in order.
    pub(super) fn advance(&mut self, place: Place, until: Instant, effects: &mut Vec<EffectId>) -> Result<(), EngineError> {
        let own = Place::of_member(place.member, place.lane);
        while let Some((due, policy)) = self.due_by(place.member, until) {
            let body = Body::TimerDue { policy: policy.clone() };
            let decided = Decided {
                fact: self.next_fact(own, due, Origin::Timer, None, body),
                source: super::OWN_SOURCE.to_owned(),
                object: format!("timer:{}:{policy}", place.member),
                object_version: due.0.to_string(),
                personal: Personal::default(),
                member: place.member,
                effects: Vec::new(),
            };
            self.decide(own, decided, effects)?;
        }
        Ok(())
    }

    pub(super) fn due_by(&self, member: MemberId, until: Instant) -> Option<(Instant, String)> {
        let state = self.members.get(&member)?.state.as_ref()?;
        program::due_by(self.reference, state, until)
    }

    /// The next fact of a lane, not yet decided.
    pub(super) fn next_fact(&mut self, place: Place, occurred_at: Instant, origin: Origin, import: Option<ImportId>, body: Body) -> Fact {
        let head = self.heads.get_mut(&place.lane).expect("lanes are checked before facts are made");
        head.seq = Seq(head.seq.0 + 1);
        let id = FactId { recorded_at: self.now, position: Position::new(place.lane, head.seq) };
        Fact { id, subject: place.subject, occurred_at, origin, import, body }
    }

    /// Decides a fact on its member; facts of nobody decide nothing.
    pub(super) fn decide(&mut self, place: Place, mut decided: Decided, effects: &mut Vec<EffectId>) -> Result<FactId, EngineError> {
        let id = decided.fact.id;
        self.load_past_for(place.member, &decided.fact)?;
        if let Some(working) = self.members.get_mut(&place.member) {
            decided.effects = working.step(self.reference, &decided.fact);
            effects.extend((0..decided.effects.len()).map(|at| EffectId { fact: id, ordinal: at as u16 }));
        }
        self.decided.push(decided);
        Ok(id)
    }

    /// A past that nobody could foresee: of a member that formed within this batch, or was found by a value that was nobody's own.
    fn load_past_for(&mut self, member: MemberId, fact: &Fact) -> Result<(), EngineError> {
        let Some(working) = self.members.get(&member) else { return Ok(()) };
        if working.past.is_some() || !program::needs_past(self.reference, working.state.as_ref(), fact) {
            return Ok(());
        }
        let told = self.chronicle(&BTreeSet::from([member]))?;
        let past = told.past(&self.subjects_of(member));
        if let Some(working) = self.members.get_mut(&member) {
            working.past = Some(past);
        }
        Ok(())
    }

    /// A fact the system writes by itself on one member.
    pub(super) fn own_fact(
        &mut self,
        planned: &Planned,
        place: Place,
        origin: Origin,
        at: Instant,
        body: Body,
    ) -> Result<Receipt, EngineError> {
        self.open_member(place);
        let mut effects = Vec::new();
        let decided = Decided {
            fact: self.next_fact(place, at, origin, None, body),
            source: super::OWN_SOURCE.to_owned(),
            object: planned_object(planned),
            object_version: String::new(),
            personal: Personal::default(),
            member: place.member,
            effects: Vec::new(),
        };
        let fact = self.decide(place, decided, &mut effects)?;
        self.remember(planned, fact);
        Ok(Receipt { fact, member: Some(place.member), effects })
    }
}

/// Holders of orders of whom nothing else is known: erased ones. They are found by the order's row alone.
fn take_in_holders(tx: &mut dyn Tx, people: &mut People, loaded: &mut Loaded) -> Result<(), EngineError> {
    let rows = loaded.orders.values().filter(|row| row.holder != SubjectId::NOBODY && !people.who.contains_key(&row.holder));
    let missing: BTreeMap<SubjectId, Lane> = rows.map(|row| (row.holder, row.lane)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let ask = Ask { members: missing.keys().copied().collect(), ..Ask::default() };
    loaded.states.extend(tx.load(&ask)?.states);
    for (subject, lane) in missing {
        people.add(subject, Who { lane, member: subject, family: subject, born: UNDATED });
    }
    Ok(())
}

fn planned_object(planned: &Planned) -> String {
    match &planned.command {
        Command::Record { incoming, .. } => incoming.object.clone(),
        Command::Retract { import, subject, lane, .. } => format!("retract:{}:{subject}:{}", import.0, lane.0),
        Command::Erase { subject, .. } => format!("erase:{subject}"),
        Command::Apply { policy, version, member, .. } => format!("apply:{policy}:{version}:{member}"),
        Command::Rule { id, .. } => format!("rule:{id}"),
        Command::Settle { subject, .. } => format!("settle:{subject}"),
    }
}
