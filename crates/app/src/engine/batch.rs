//! One batch: what was loaded, the members at work, and the rows that will be appended.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{Body, EffectId, Fact, FactId, ImportId, Instant, Lane, MemberId, Origin, Personal, Position, Seq, SubjectId};
use perennial_rules::effect::Effect;
use perennial_rules::history::History;
use perennial_rules::reference::Reference;
use perennial_rules::state::State;
use perennial_rules::{codec, program};

use super::EngineError;
use super::command::{Answer, Command, Receipt};
use super::member::{Foresight, Working, past_of};
use super::plan::{Planned, tokens};
use crate::port::PortError;
use crate::port::journal::{Append, Ask, LaneHead, Loaded, Owner, StoredEffect, StoredFact, Token, Tx};
use crate::secret::Secrets;

pub(super) struct Batch<'a> {
    pub(super) tx: &'a mut dyn Tx,
    pub(super) reference: &'a Reference,
    pub(super) secrets: &'a Secrets,
    pub(super) now: Instant,
    pub(super) heads: BTreeMap<Lane, LaneHead>,
    /// How many lanes the journal has, held or not.
    pub(super) lanes: u16,
    pub(super) owners: BTreeMap<Token, Owner>,
    pub(super) loaded: Loaded,
    /// Snapshots loaded, read once, until their member is opened; `None` for one that this program cannot read.
    states: BTreeMap<MemberId, Option<State>>,
    pub(super) members: BTreeMap<MemberId, Working>,
    pub(super) claims: Vec<(Token, Owner)>,
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
        now: Instant,
        lanes: u16,
        planned: &[Planned],
    ) -> Result<Self, EngineError> {
        let owners = tx.resolve(&tokens(planned))?;
        let mut ask = Ask {
            keys: planned.iter().map(|one| one.key).collect(),
            orders: planned.iter().filter_map(|one| one.order).collect(),
            sources: planned.iter().filter_map(|one| one.incoming()).map(|incoming| incoming.source.clone()).collect(),
            members: owners.values().map(|owner| owner.subject).collect(),
        };
        ask.members.extend(planned.iter().filter_map(|one| match &one.command {
            Command::Retract { subject, .. } => Some(*subject),
            Command::Apply { member, .. } | Command::Erase { member, .. } => Some(*member),
            Command::Record { .. } => None,
        }));
        let mut loaded = tx.load(&ask)?;
        let holders: BTreeSet<MemberId> = loaded.orders.values().map(|row| row.member).filter(|m| *m != SubjectId::NOBODY).collect();
        let missing: BTreeSet<MemberId> = holders.difference(&ask.members).copied().collect();
        if !missing.is_empty() {
            loaded.states.extend(tx.load(&Ask { members: missing, ..Ask::default() })?.states);
        }
        let heads = tx.heads().clone();
        let mut batch = Self {
            tx,
            reference,
            secrets,
            now,
            heads,
            lanes,
            owners,
            loaded,
            states: BTreeMap::new(),
            members: BTreeMap::new(),
            claims: Vec::new(),
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
                _ => drop(wanted.insert(member)),
            }
            self.states.insert(member, state);
        }
        for one in planned {
            let Some(owner) = self.known_owner(one) else { continue };
            if matches!(one.command, Command::Retract { .. }) && owner.subject != SubjectId::NOBODY {
                wanted.insert(owner.subject);
            }
            let Some(incoming) = one.incoming() else { continue };
            let backfill = self.origin_of(incoming) == Origin::Backfill;
            let started = if backfill { self.now } else { incoming.occurred_at };
            let seen = foresight.entry(owner.subject).or_insert_with(|| Foresight::opened(started, backfill));
            // A waiting cancellation or refund may be older than anything.
            let waits = one.order.is_some_and(|order| self.loaded.waiting.contains_key(&order));
            if seen.needs_past(incoming.occurred_at) || waits {
                wanted.insert(owner.subject);
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let (facts, effects) = self.tx.past(&wanted)?;
        let mut own: BTreeMap<MemberId, (Vec<StoredFact>, Vec<StoredEffect>)> =
            wanted.into_iter().map(|m| (m, Default::default())).collect();
        for fact in facts {
            own.entry(fact.subject).or_default().0.push(fact);
        }
        for effect in effects {
            own.entry(effect.member).or_default().1.push(effect);
        }
        for (member, (facts, effects)) in own {
            let past = past_of(&facts, &effects)?;
            let state = self.states.remove(&member).flatten();
            // Of a member whose imports were all undone only such facts are left, and no snapshot.
            let tells =
                |fact: &Fact| !matches!(fact.body, Body::ImportRetracted { .. } | Body::TimerDue { .. } | Body::PolicyApplied { .. });
            if state.is_none() && History::new(past.facts.clone()).facts().iter().any(tells) {
                // Rebuilding takes the documents that were in force along the way, which a batch does not have.
                let why = format!("the snapshot of {member} is lost or of another version: run `perennial doctor --rebuild`");
                return Err(PortError::Damaged(why).into());
            }
            let lane = facts.first().map(|fact| fact.position.lane());
            if let Some(lane) = lane.or_else(|| self.heads.keys().next().copied()) {
                self.members.insert(member, Working::new(member, lane, state, Some(past)));
            }
        }
        Ok(())
    }

    /// Who a command is about, as far as loaded rows tell: the order's holder first, then the first identity that is known.
    pub(super) fn known_owner(&self, planned: &Planned) -> Option<Owner> {
        match &planned.command {
            Command::Retract { subject, lane, .. } => return Some(Owner { subject: *subject, lane: *lane }),
            Command::Apply { member, lane, .. } | Command::Erase { member, lane } => return Some(Owner { subject: *member, lane: *lane }),
            Command::Record { .. } => {}
        }
        let holder = planned.order.and_then(|order| self.loaded.orders.get(&order));
        if let Some(row) = holder.filter(|row| row.member != SubjectId::NOBODY) {
            return Some(Owner { subject: row.member, lane: row.lane });
        }
        planned.tokens.iter().find_map(|token| self.owners.get(token)).copied()
    }

    /// Decides one command; `None` when it needs a lane that is not held.
    pub fn take(&mut self, planned: &Planned) -> Result<Option<Answer>, EngineError> {
        if let Some(seen) = self.loaded.seen.get(&planned.key) {
            return Ok(Some(if seen.content == planned.content { Answer::Repeated(seen.fact) } else { Answer::Conflict(seen.fact) }));
        }
        match &planned.command {
            Command::Record { incoming, import } => self.record(planned, incoming, *import),
            Command::Retract { import, subject, lane, keys } => {
                let owner = Owner { subject: *subject, lane: *lane };
                self.set.forget.extend(keys.iter().copied());
                self.open_member(owner);
                self.advance(owner, self.now, &mut Vec::new());
                let body = Body::ImportRetracted { import: *import };
                let receipt = self.own_fact(planned, owner, Origin::Retraction, self.now, body);
                self.drop_orders_of(*import, owner.subject);
                Ok(Some(Answer::Recorded(receipt)))
            }
            Command::Erase { member, lane } => {
                let owner = Owner { subject: *member, lane: *lane };
                self.open_member(owner);
                if self.members.get(member).is_none_or(|working| working.state.is_none()) {
                    return Ok(Some(Answer::Unchanged));
                }
                self.advance(owner, self.now, &mut Vec::new());
                // With the fact itself: from then on nobody makes the member findable again.
                self.set.search.retain(|(_, found)| found != member);
                self.set.unsearch.push(*member);
                Ok(Some(Answer::Recorded(self.own_fact(planned, owner, Origin::Live, self.now, Body::MemberErased))))
            }
            Command::Apply { policy, version, member, lane } => {
                let owner = Owner { subject: *member, lane: *lane };
                self.open_member(owner);
                if self.members.get(member).is_none_or(|working| working.state.is_none()) {
                    return Ok(Some(Answer::Unchanged)); // all its facts were retracted
                }
                // What was due by the version before has been swept; what this one would have decided earlier is not made up.
                let body = Body::PolicyApplied { policy: policy.clone(), version: *version };
                Ok(Some(Answer::Recorded(self.own_fact(planned, owner, Origin::Timer, self.now, body))))
            }
        }
    }

    /// Makes the member's state ready to work on.
    pub(super) fn open_member(&mut self, owner: Owner) {
        // Nobody has no state: an undone import's anonymous sales are retracted by a fact alone.
        if owner.subject == SubjectId::NOBODY || self.members.contains_key(&owner.subject) {
            return;
        }
        let state = self.states.remove(&owner.subject).flatten();
        self.members.insert(owner.subject, Working::new(owner.subject, owner.lane, state, None));
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
    pub(super) fn fire(&mut self, owner: Owner, due: Instant) -> usize {
        let before = self.decided.len();
        self.advance(owner, due, &mut Vec::new());
        self.decided.len() - before
    }

    /// Writes the timers that fall due at or before `until`, in order.
    pub(super) fn advance(&mut self, owner: Owner, until: Instant, effects: &mut Vec<EffectId>) {
        while let Some((due, policy)) = self.due_by(owner.subject, until) {
            let body = Body::TimerDue { policy: policy.clone() };
            let decided = Decided {
                fact: self.next_fact(owner, due, Origin::Timer, None, body),
                source: super::OWN_SOURCE.to_owned(),
                object: format!("timer:{}:{policy}", owner.subject),
                object_version: due.0.to_string(),
                personal: Personal::default(),
                member: owner.subject,
                effects: Vec::new(),
            };
            self.decide(owner, decided, effects);
        }
    }

    pub(super) fn due_by(&self, member: MemberId, until: Instant) -> Option<(Instant, String)> {
        let state = self.members.get(&member)?.state.as_ref()?;
        program::due_by(self.reference, state, until)
    }

    /// The next fact of a lane, not yet decided.
    pub(super) fn next_fact(&mut self, owner: Owner, occurred_at: Instant, origin: Origin, import: Option<ImportId>, body: Body) -> Fact {
        let head = self.heads.get_mut(&owner.lane).expect("lanes are checked before facts are made");
        head.seq = Seq(head.seq.0 + 1);
        let id = FactId { recorded_at: self.now, position: Position::new(owner.lane, head.seq) };
        Fact { id, subject: owner.subject, occurred_at, origin, import, body }
    }

    /// Decides a fact on its member; facts of nobody decide nothing.
    pub(super) fn decide(&mut self, owner: Owner, mut decided: Decided, effects: &mut Vec<EffectId>) -> FactId {
        let id = decided.fact.id;
        if let Some(working) = self.members.get_mut(&owner.subject) {
            decided.effects = working.step(self.reference, &decided.fact);
            effects.extend((0..decided.effects.len()).map(|at| EffectId { fact: id, ordinal: at as u16 }));
        }
        self.decided.push(decided);
        id
    }

    /// A fact the system writes by itself on one member.
    fn own_fact(&mut self, planned: &Planned, owner: Owner, origin: Origin, at: Instant, body: Body) -> Receipt {
        self.open_member(owner);
        let mut effects = Vec::new();
        let decided = Decided {
            fact: self.next_fact(owner, at, origin, None, body),
            source: super::OWN_SOURCE.to_owned(),
            object: planned_object(planned),
            object_version: String::new(),
            personal: Personal::default(),
            member: owner.subject,
            effects: Vec::new(),
        };
        let fact = self.decide(owner, decided, &mut effects);
        self.remember(planned, fact);
        Receipt { fact, member: Some(owner.subject), effects }
    }
}

fn planned_object(planned: &Planned) -> String {
    match &planned.command {
        Command::Record { incoming, .. } => incoming.object.clone(),
        Command::Retract { import, subject, lane, .. } => format!("retract:{}:{subject}:{}", import.0, lane.0),
        Command::Erase { member, .. } => format!("erase:{member}"),
        Command::Apply { policy, version, member, .. } => format!("apply:{policy}:{version}:{member}"),
    }
}
