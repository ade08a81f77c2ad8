//! Identities in the driver: who a record belongs to, and members that form anew.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{
    Body, EffectId, Fact, FactId, ImportId, Incoming, Instant, Lane, Membership, Origin, Position, Ruling, Seq, SubjectId,
};
use perennial_rules::effect::Effect;
use perennial_rules::member::Token;
use perennial_rules::member::people::{Change, Named, People, Sight};
use perennial_rules::member::policy::IdentityPolicy;
use perennial_rules::member::resolve::Pair;
use perennial_rules::program;
use perennial_rules::state::{Past, Recorded};

use super::{Drive, Member, Written};

/// People, and what an engine would have in tables.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub people: People,
    tokens: BTreeMap<(String, String), Token>,
    /// Snapshots of members that are part of another.
    parted: BTreeMap<SubjectId, Option<Vec<u8>>>,
}

impl Drive {
    /// The member a name of a story leads to now.
    pub fn member_id(&self, who: &str) -> Option<SubjectId> {
        let subject = if who.contains(':') { self.subject_named(who)? } else { self.subject(who)? };
        Some(self.people.people.member_of(subject))
    }

    fn subject_named(&self, who: &str) -> Option<SubjectId> {
        let identities = crate::story::identities(who).ok()?;
        let known = identities.iter().filter_map(|one| self.people.tokens.get(&(one.kind.as_str().to_owned(), one.value.clone())));
        let people = &self.people.people;
        let own = |token: &Token| people.roots.get(token).map(|root| root.subject);
        let linked = |token: &Token| people.links.get(token)?.first().map(|link| link.subject);
        let tokens: Vec<&Token> = known.collect();
        tokens.iter().find_map(|token| own(token)).or_else(|| tokens.iter().find_map(|token| linked(token)))
    }

    /// Who a record belongs to. A plain name is one subject of its own; values are resolved as the rules say.
    pub(super) fn subject_for(&mut self, who: &str, import: Option<ImportId>, incoming: &Incoming) -> SubjectId {
        let count = self.subjects.len() as u64 + 1;
        if !who.contains(':') {
            return *self.subjects.entry(who.to_owned()).or_insert_with(|| SubjectId::nth(Lane(0), count));
        }
        let policy = IdentityPolicy::shipped();
        let mut identities: Vec<_> = incoming.identities.iter().filter(|identity| policy.is_usable(identity)).collect();
        identities.sort_by_key(|identity| policy.rank(identity.kind.as_str()));
        let mut named = Vec::new();
        for identity in identities {
            let next = (self.people.tokens.len() as u128 + 1).to_be_bytes();
            let key = (identity.kind.as_str().to_owned(), identity.value.clone());
            let token = *self.people.tokens.entry(key).or_insert(next);
            named.push(Named { token, kind: identity.kind.as_str().to_owned() });
        }
        let sight = Sight { named: &named, holder: None, source: &incoming.source, occurred_at: incoming.occurred_at, import };
        let placed = self.people.people.place(&sight, || (SubjectId::nth(Lane(0), count), Lane(0)));
        self.subjects.entry(format!("subject {count}")).or_insert(placed.subject);
        self.settle(placed.subject);
        let fact = FactId { recorded_at: self.now, position: Position::new(Lane(0), Seq(self.journal.len() as u64 + 1)) };
        for one in &named {
            self.people.people.written(one.token, placed.subject, fact);
        }
        placed.subject
    }

    /// Somebody rules about two values' subjects.
    pub(crate) fn rule_on(&mut self, at: Instant, who: &str, other: &str, together: bool) {
        self.pass(at);
        let (Some(a), Some(b)) = (self.subject_named(who), self.subject_named(other)) else { panic!("{who} and {other} are known") };
        let (ma, mb) = (self.people.people.member_of(a), self.people.people.member_of(b));
        let pairs: Vec<(SubjectId, SubjectId)> = if together {
            vec![(ma, mb)]
        } else {
            self.people.people.subjects_of(ma).into_iter().filter(|subject| *subject != a).map(|subject| (a, subject)).collect()
        };
        let ruling = if together {
            Ruling { together: pairs.clone(), apart: Vec::new(), by: "test".to_owned() }
        } else {
            Ruling { together: Vec::new(), apart: pairs.clone(), by: "test".to_owned() }
        };
        let fact = self.write(ma, Origin::Live, None, at, Body::MembersRuled(ruling));
        for (a, b) in pairs {
            self.people.people.rule(Pair { a, b, together, fact });
        }
        self.settle(a);
    }

    /// An undone import's word about a subject counts no more.
    pub(super) fn forget(&mut self, subject: SubjectId, import: ImportId) {
        if !self.people.people.forget(subject, import).is_empty() {
            self.settle(subject);
        }
    }

    pub(crate) fn conflict_between(&self, who: &str, other: &str) -> Option<String> {
        let (a, b) = (self.member_id(who)?, self.member_id(other)?);
        let mut all = self.people.people.resolved.values().flatten();
        all.find(|conflict| (conflict.left, conflict.right) == (a.min(b), a.max(b))).map(|conflict| conflict.kind.clone())
    }

    fn settle(&mut self, subject: SubjectId) {
        for change in self.people.people.settle(&IdentityPolicy::shipped(), &BTreeSet::new(), subject) {
            self.form(&change);
        }
    }

    fn form(&mut self, change: &Change) {
        let position = Position::new(Lane(0), Seq(self.journal.len() as u64 + 1));
        let membership = Membership { subjects: change.subjects.clone(), after: Vec::new(), ruling: None };
        let body = if change.grew { Body::MembersMerged(membership) } else { Body::MembersSplit(membership) };
        let id = FactId { recorded_at: self.now, position };
        let fact = Fact { id, subject: change.member, occurred_at: self.now, origin: Origin::Correction, import: None, body };
        let has_facts = |subject: &SubjectId| self.journal.iter().any(|written| written.fact.subject == *subject);
        let came = change.subjects.iter().filter(|subject| !change.before.contains(subject));
        let is_birth = !change.before.is_empty()
            && change.before.iter().all(|subject| change.subjects.contains(subject))
            && came.clone().all(|subject| !has_facts(subject));
        let effects = if is_birth { Vec::new() } else { self.regroup(change, &fact) };
        let reference = self.references.len() - 1;
        self.journal.push(Written { fact, effects, reference, member: change.member });
    }

    fn regroup(&mut self, change: &Change, fact: &Fact) -> Vec<Effect> {
        for part in &change.absorbed {
            let state = self.members.remove(part).and_then(|member| member.state);
            self.people.parted.insert(*part, state);
        }
        let base = if change.before.is_empty() {
            self.people.parted.remove(&change.member).flatten()
        } else {
            self.members.remove(&change.member).and_then(|member| member.state)
        };
        let base = base.map(|bytes| perennial_rules::codec::decode_state(&bytes).expect("a state's bytes are read back"));
        let own = |subject: &SubjectId| change.subjects.contains(subject);
        let facts = self.journal.iter().map(|written| &written.fact).filter(|fact| own(&fact.subject)).cloned().collect();
        let past = Past { facts, recorded: self.standing(&change.subjects) };
        let step = program::regroup(self.reference(), base, &past, fact);
        let mut recorded = past.clone();
        recorded.take_effects((0..).map(|ordinal| EffectId { fact: fact.id, ordinal }).zip(step.effects.iter().cloned()));
        let orders = step.state.iter().flat_map(|state| &state.book.orders);
        let member = Member {
            orders: orders.map(|(key, order)| (key.clone(), perennial_rules::codec::encode_order(order))).collect(),
            state: step.state.as_ref().map(perennial_rules::codec::encode_state),
            facts: past.facts.iter().cloned().chain([fact.clone()]).collect(),
            recorded: recorded.recorded,
        };
        self.members.insert(change.member, member);
        step.effects
    }

    /// Decisions recorded about any of these that nothing in the journal supersedes.
    fn standing(&self, subjects: &[SubjectId]) -> Vec<Recorded> {
        let mut all = Past::default();
        let mut about: BTreeMap<EffectId, SubjectId> = BTreeMap::new();
        for written in &self.journal {
            about.extend(written.named_effects().map(|(id, _)| (id, written.member)));
            all.take_effects(written.named_effects());
        }
        all.recorded.retain(|held| subjects.contains(&about[&held.id]));
        all.recorded
    }
}
