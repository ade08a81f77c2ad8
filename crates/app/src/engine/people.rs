//! Who is whom within a batch: what was loaded of families, records placed among them, members that form anew.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{
    Body, EffectId, FactId, ImportId, Incoming, Instant, Lane, MemberId, Membership, Origin, Personal, Position, SubjectId,
};
use perennial_rules::member::people::{Change, NEXT, People, Placed, Sight, Who};
use perennial_rules::member::resolve::{Link, Pair, Root};
use perennial_rules::state::State;
use perennial_rules::{codec, program};

use super::EngineError;
use super::batch::{Batch, Decided};
use super::member::Working;
use super::plan::Planned;
use crate::chronicle::Chronicle;
use crate::port::journal::{ConflictRow, Families, KinRow, LinkRow, Owner, Token, Whom};

/// A subject that is known from no fact of its own: journals from before links were kept.
pub(super) const UNDATED: FactId = FactId { recorded_at: Instant(0), position: Position(0) };

/// Where facts go: the subject they belong to, the member that is decided, the lane they are written through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    pub subject: SubjectId,
    pub member: MemberId,
    pub lane: Lane,
}

impl Place {
    /// A member's own facts: timers, policies.
    pub fn of_member(member: MemberId, lane: Lane) -> Self {
        Self { subject: member, member, lane }
    }

    pub fn is_nobody(&self) -> bool {
        self.subject == SubjectId::NOBODY
    }
}

/// Takes in what a store knows of some families.
pub fn people_of(families: &Families) -> People {
    let mut people = People::default();
    for row in &families.kin {
        people.add(row.subject, Who { lane: row.lane, member: row.member, family: row.family, born: row.born });
    }
    let roots: BTreeMap<(Token, SubjectId), &LinkRow> =
        families.links.iter().filter(|link| link.is_root).map(|link| ((link.token, link.subject), link)).collect();
    for (token, owner) in families.claims.iter().filter(|(_, owner)| owner.subject != SubjectId::NOBODY) {
        let root = roots.get(&(*token, owner.subject));
        let fact = root.map_or(UNDATED, |root| root.fact);
        people.add(owner.subject, Who { lane: owner.lane, member: owner.subject, family: owner.subject, born: fact });
        people.add_root(Root {
            subject: owner.subject,
            token: token.0,
            kind: root.map(|root| root.kind.clone()).unwrap_or_default(),
            fact,
        });
    }
    for link in families.links.iter().filter(|link| !link.is_root) {
        people.add_link(Link {
            subject: link.subject,
            token: link.token.0,
            kind: link.kind.clone(),
            source: link.source.clone(),
            occurred_at: link.occurred_at,
            fact: link.fact,
            import: link.import,
        });
    }
    let pair = |row: &crate::port::journal::RulingRow| Pair { a: row.a, b: row.b, together: row.together, fact: row.fact };
    people.rulings = families.rulings.iter().map(pair).collect();
    people
}

impl Batch<'_> {
    /// Loads the families of subjects no command names: a sweep's.
    pub(super) fn know(&mut self, subjects: &BTreeSet<SubjectId>) -> Result<(), EngineError> {
        let unknown: BTreeSet<SubjectId> = subjects.iter().filter(|subject| !self.people.who.contains_key(subject)).copied().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let whom = Whom { subjects: unknown, ..Whom::default() };
        for row in self.tx.families(&whom)?.kin {
            self.people.add(row.subject, Who { lane: row.lane, member: row.member, family: row.family, born: row.born });
        }
        Ok(())
    }

    /// Everything written about these members' families.
    pub(super) fn chronicle(&mut self, members: &BTreeSet<MemberId>) -> Result<Chronicle, EngineError> {
        let mut subjects = members.clone();
        for member in members {
            if let Some(who) = self.people.who.get(member) {
                subjects.extend(self.people.family(who.family));
            }
        }
        let (facts, effects) = self.tx.past(&subjects)?;
        let mut told = Chronicle::read(&facts, &effects)?;
        for decided in self.decided.iter().filter(|decided| subjects.contains(&decided.fact.subject)) {
            told.add(&decided.fact, decided.member, &decided.effects);
        }
        Ok(told)
    }

    /// The subjects of a member as a set.
    pub(super) fn subjects_of(&self, member: MemberId) -> BTreeSet<SubjectId> {
        self.people.subjects_of(member).into_iter().collect()
    }

    /// A known subject's place; `lane` where nothing is known of it.
    pub(super) fn place_of(&self, subject: SubjectId, lane: Lane) -> Place {
        let member = self.people.member_of(subject);
        Place { subject, member, lane: self.people.home(member).unwrap_or(lane) }
    }

    /// Whether the lanes of everyone these values lead to are held: who is whom may be decided only then.
    pub(super) fn holds(&self, planned: &Planned, holder: Option<SubjectId>) -> bool {
        let by_root = planned.named.iter().filter_map(|one| self.people.roots.get(&one.token)).map(|root| root.subject);
        let by_link = planned.named.iter().filter_map(|one| self.people.links.get(&one.token)).flatten().map(|link| link.subject);
        let families: BTreeSet<SubjectId> =
            by_root.chain(by_link).chain(holder).filter_map(|subject| self.people.who.get(&subject)).map(|who| who.family).collect();
        let everyone = families.into_iter().flat_map(|family| self.people.family(family));
        everyone.filter_map(|subject| self.people.who.get(&subject)).all(|who| self.heads.contains_key(&who.lane))
    }

    /// Whether the lanes of a subject's whole family are held.
    pub(super) fn holds_family(&self, subject: SubjectId) -> bool {
        let Some(who) = self.people.who.get(&subject) else { return true };
        self.people.family(who.family).filter_map(|other| self.people.who.get(&other)).all(|who| self.heads.contains_key(&who.lane))
    }

    /// Finds or makes the subject of a record, and forms members anew where it says so. `None` when a lane is not held.
    pub(super) fn place(
        &mut self,
        planned: &Planned,
        incoming: &Incoming,
        import: Option<ImportId>,
    ) -> Result<Option<(Place, Placed)>, EngineError> {
        let holder = planned.order.and_then(|order| self.loaded.orders.get(&order)).map(|row| row.holder);
        let holder = holder.filter(|holder| *holder != SubjectId::NOBODY);
        let home = planned.home(self.lanes);
        if planned.named.is_empty() && holder.is_none() {
            let nobody = Placed { subject: SubjectId::NOBODY, is_new: false, attached: Vec::new(), earlier: Vec::new() };
            return Ok(self.heads.contains_key(&home).then_some((Place::of_member(SubjectId::NOBODY, home), nobody)));
        }
        let known = self.people.known(&planned.named, holder);
        if let Some(subject) = known.filter(|subject| self.is_erased(self.people.member_of(*subject))) {
            // Who it was is not learned again.
            let placed = Placed { subject, is_new: false, attached: Vec::new(), earlier: Vec::new() };
            return Ok(self.holds_family(subject).then(|| (self.place_of(subject, home), placed)));
        }
        let is_known = known.is_some();
        if !self.holds(planned, holder) || (!is_known && !self.heads.contains_key(&home)) {
            return Ok(None);
        }
        let sight = Sight { named: &planned.named, holder, source: &incoming.source, occurred_at: incoming.occurred_at, import };
        let head = self.heads.get_mut(&home);
        let placed = self.people.place(&sight, || {
            let head = head.expect("the lane of a new subject is held");
            head.subjects += 1;
            (SubjectId::nth(home, head.subjects), home)
        });
        if !placed.attached.is_empty() || !placed.earlier.is_empty() {
            self.settle(placed.subject, None)?;
        }
        Ok(Some((self.place_of(placed.subject, home), placed)))
    }

    /// Decides anew who is whom around a subject, and forms the members that change by it.
    pub(super) fn settle(&mut self, subject: SubjectId, ruling: Option<Position>) -> Result<(), EngineError> {
        let changes = self.people.settle(self.reference.identities(), &self.blocked, subject);
        if changes.is_empty() {
            return Ok(());
        }
        let mut told = None;
        for change in &changes {
            if is_birth(&self.people, change) {
                self.form(change, ruling, None);
                continue;
            }
            if told.is_none() {
                told = Some(self.chronicle(&BTreeSet::from([subject]))?);
            }
            let base = self.base_of(change)?;
            if let Some(told) = &mut told {
                self.form(change, ruling, Some((told, base)));
            }
        }
        Ok(())
    }

    /// The state a changed member goes on from. Members that become part of it keep theirs as it was.
    fn base_of(&mut self, change: &Change) -> Result<Option<State>, EngineError> {
        for part in change.absorbed.iter().copied() {
            // By its own name: it is found under the other's already.
            self.open_member(Place::of_member(part, change_lane(&self.people, change)));
            let Some(working) = self.members.get_mut(&part) else { continue };
            working.changed = true;
            working.past = None;
            let body = working.state.take().as_ref().map(codec::encode_state).unwrap_or_default();
            let orders = std::mem::take(&mut working.orders);
            self.set.parted.push((part, body.clone()));
            self.parted.insert(part, body);
            self.open_member(Place::of_member(change.member, change_lane(&self.people, change)));
            if let Some(whole) = self.members.get_mut(&change.member) {
                whole.orders.extend(orders);
            }
        }
        if !change.before.is_empty() {
            self.open_member(Place::of_member(change.member, change_lane(&self.people, change)));
            return Ok(self.members.get_mut(&change.member).and_then(|working| working.state.take()));
        }
        let kept = match self.parted.remove(&change.member) {
            Some(kept) => Some(kept),
            None => self.tx.parted(&BTreeSet::from([change.member]))?.remove(&change.member),
        };
        self.set.parted.push((change.member, Vec::new()));
        Ok(kept.as_deref().and_then(codec::decode_state))
    }

    /// Writes that a member consists of other subjects, and decides it by their joint history.
    fn form(&mut self, change: &Change, ruling: Option<Position>, decide: Option<(&mut Chronicle, Option<State>)>) {
        let lane = change_lane(&self.people, change);
        let after = self.written_elsewhere(change, lane);
        let membership = Membership { subjects: change.subjects.clone(), after, ruling };
        let body = if change.grew { Body::MembersMerged(membership) } else { Body::MembersSplit(membership) };
        let place = Place::of_member(change.member, lane);
        let fact = self.next_fact(place, self.now, Origin::Correction, None, body);
        let mut effects = Vec::new();
        if let Some((told, base)) = decide {
            let mut past = told.past(&change.subjects.iter().copied().collect());
            let step = program::regroup(self.reference, base, &past, &fact);
            told.add(&fact, change.member, &step.effects);
            past.take_effects((0..).map(|ordinal| EffectId { fact: fact.id, ordinal }).zip(step.effects.iter().cloned()));
            past.facts.push(fact.clone());
            self.give_orders(change);
            let working = self.members.entry(change.member).or_insert_with(|| Working::new(change.member, lane, None, None));
            (working.state, working.past, working.changed, working.lane) = (step.state, Some(past), true, lane);
            effects = step.effects;
        }
        self.decided.push(Decided {
            fact,
            source: super::OWN_SOURCE.to_owned(),
            object: format!("members:{}", change.member),
            object_version: String::new(),
            personal: Personal::default(),
            member: change.member,
            effects,
        });
    }

    /// Orders touched in this batch go where their subject went.
    fn give_orders(&mut self, change: &Change) {
        let mut moved = BTreeMap::new();
        for working in self.members.values_mut().filter(|working| working.member != change.member) {
            moved.extend(working.orders.extract_if(.., |_, holder| change.subjects.contains(holder)));
        }
        if let Some(working) = self.members.get_mut(&change.member) {
            working.orders.extend(moved);
        }
    }

    /// How far the other lanes of a family are written, this batch included.
    fn written_elsewhere(&self, change: &Change, lane: Lane) -> Vec<Position> {
        let Some(family) = self.people.who.get(&change.member).map(|who| who.family) else { return Vec::new() };
        let lanes = self.people.family(family).filter_map(|subject| self.people.who.get(&subject)).map(|who| who.lane);
        let others: BTreeSet<Lane> = lanes.filter(|other| *other != lane).collect();
        let written = others.iter().filter_map(|other| self.heads.get(other)).filter(|head| head.seq.0 > 0);
        written.map(|head| Position::new(head.lane, head.seq)).collect()
    }

    /// Keeps what a record said of an identity: the value's claim and the link, by the fact that says it.
    pub(super) fn keep_link(
        &mut self,
        planned: &Planned,
        incoming: &Incoming,
        at: usize,
        place: Place,
        import: Option<ImportId>,
        fact: FactId,
    ) {
        let one = &planned.named[at];
        let token = Token(one.token);
        let is_root = self.people.roots.get(&one.token).is_some_and(|root| root.subject == place.subject);
        let lane = self.people.who.get(&place.subject).map_or(place.lane, |who| who.lane);
        let owner = Owner { subject: if is_root { place.subject } else { SubjectId::NOBODY }, lane };
        match self.claimed.get(&token).copied() {
            Some(held) if is_root && held.subject == SubjectId::NOBODY => {
                // Claimed in this batch, it is claimed so from the first; else it becomes somebody's own, under the lanes of all who link it.
                match self.claims.get_mut(&token) {
                    Some(claim) => *claim = owner,
                    None => self.set.roots.push((token, owner)),
                }
                self.claimed.insert(token, owner);
            }
            Some(_) => {}
            None => {
                self.claimed.insert(token, owner);
                self.claims.insert(token, owner);
            }
        }
        self.people.written(one.token, place.subject, fact);
        // Of somebody's own value no import is remembered: it stays claimed when the import is undone.
        let import = if is_root { None } else { import };
        let link = LinkRow {
            token,
            subject: place.subject,
            kind: one.kind.clone(),
            source: incoming.source.clone(),
            occurred_at: incoming.occurred_at,
            fact,
            import,
            is_root,
        };
        self.links.insert((token, place.subject, import), link);
    }

    /// An undone import's word about a subject counts no more; members that stood on it form anew.
    pub(super) fn forget_links(&mut self, subject: SubjectId, import: ImportId) -> Result<(), EngineError> {
        let gone = self.people.forget(subject, import);
        if gone.is_empty() {
            return Ok(());
        }
        for link in gone {
            let token = Token(link.token);
            self.links.remove(&(token, subject, link.import));
            self.set.unlink.push(LinkRow {
                token,
                subject,
                kind: link.kind,
                source: link.source,
                occurred_at: link.occurred_at,
                fact: link.fact,
                import: link.import,
                is_root: false,
            });
        }
        self.settle(subject, None)
    }

    /// The rows of everyone whose family or member changed, and of every family that was resolved.
    pub(super) fn keep_people(&mut self) {
        for subject in std::mem::take(&mut self.people.moved) {
            let Some(who) = self.people.who.get(&subject) else { continue };
            let row = KinRow { subject, lane: who.lane, member: who.member, family: who.family, born: who.born };
            self.set.kin.push(row);
        }
        for (family, conflicts) in std::mem::take(&mut self.people.resolved) {
            let row = |conflict: perennial_rules::member::resolve::Conflict| ConflictRow {
                family,
                left: conflict.left,
                right: conflict.right,
                kind: conflict.kind,
                by: conflict.by,
            };
            self.set.conflicts.push((family, conflicts.into_iter().map(row).collect()));
        }
    }
}

/// Subjects that have no fact yet came to a member, and nobody left it: its history is what it was.
fn is_birth(people: &People, change: &Change) -> bool {
    let is_new = |subject: &SubjectId| people.who.get(subject).is_some_and(|who| who.born == NEXT);
    !change.before.is_empty()
        && change.before.iter().all(|subject| change.subjects.contains(subject))
        && change.subjects.iter().all(|subject| change.before.contains(subject) || is_new(subject))
}

fn change_lane(people: &People, change: &Change) -> Lane {
    people.home(change.member).unwrap_or(Lane(0))
}
