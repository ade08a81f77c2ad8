//! The people a batch works with: which subject a record belongs to, what it says about identities, and who is whom afterwards.
//!
//! Holds everything known of some subjects and of all that ever shared a value with them (a **family**), and changes as records come.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{FactId, ImportId, Instant, Lane, Position, SubjectId};

use super::Token;
use super::policy::IdentityPolicy;
use super::resolve::{Case, Conflict, Link, Pair, Resolution, Root, resolve};

/// A subject among people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Who {
    /// The lane in which the subject was first known.
    pub lane: Lane,
    /// The member it belongs to: a subject of the same family.
    pub member: SubjectId,
    /// Everyone who ever shared a value: named by one of them, for good.
    pub family: SubjectId,
    /// The fact it was first known by.
    pub born: FactId,
}

/// An identity as a record names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    pub token: Token,
    pub kind: String,
}

/// What a record says about who it belongs to.
#[derive(Clone, Debug)]
pub struct Sight<'a> {
    /// Usable identities, strongest first.
    pub named: &'a [Named],
    /// Who holds the order it speaks of.
    pub holder: Option<SubjectId>,
    pub source: &'a str,
    pub occurred_at: Instant,
    pub import: Option<ImportId>,
}

/// Where a record's facts go, and what of its identities was not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placed {
    pub subject: SubjectId,
    /// The subject is new.
    pub is_new: bool,
    /// By place in [`Sight::named`]: values to be attached by a fact of their own.
    pub attached: Vec<usize>,
    /// Values known of the subject, but only from later on: this record shows them earlier.
    pub earlier: Vec<usize>,
}

/// A member that consists of other subjects than before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    pub member: SubjectId,
    /// Ascending.
    pub subjects: Vec<SubjectId>,
    /// Its subjects until now, ascending; empty when it was no member.
    pub before: Vec<SubjectId>,
    /// Members until now that become part of it.
    pub absorbed: Vec<SubjectId>,
    /// Whether subjects came to it; otherwise some left, or it is a member again.
    pub grew: bool,
}

/// Everyone loaded for a batch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct People {
    pub who: BTreeMap<SubjectId, Who>,
    pub roots: BTreeMap<Token, Root>,
    /// By token; of one subject and import the earliest.
    pub links: BTreeMap<Token, Vec<Link>>,
    pub rulings: Vec<Pair>,
    /// Families whose members or conflicts were decided anew, each with its conflicts.
    pub resolved: BTreeMap<SubjectId, Vec<Conflict>>,
    /// Subjects whose family or member is another than was loaded.
    pub moved: BTreeSet<SubjectId>,
    families: BTreeMap<SubjectId, BTreeSet<SubjectId>>,
    tokens: BTreeMap<SubjectId, BTreeSet<Token>>,
}

/// Stands for a fact that is about to be written: later than everything known.
pub const NEXT: FactId = FactId { recorded_at: Instant(i64::MAX), position: Position(i64::MAX) };

impl People {
    /// Who holds the facts of a record; `None` when nobody known is named.
    pub fn known(&self, named: &[Named], holder: Option<SubjectId>) -> Option<SubjectId> {
        holder.or_else(|| self.roots.get(&named.first()?.token).map(|root| root.subject))
    }

    /// The member a record will belong to, as far as is known before it is placed.
    pub fn likely_member(&self, named: &[Named], holder: Option<SubjectId>) -> Option<SubjectId> {
        let by_link = || named.iter().find_map(|one| self.links.get(&one.token)?.first().map(|link| link.subject));
        let by_root = || named.iter().find_map(|one| self.roots.get(&one.token).map(|root| root.subject));
        let subject = self.known(named, holder).or_else(by_root).or_else(by_link)?;
        Some(self.member_of(subject))
    }

    pub fn member_of(&self, subject: SubjectId) -> SubjectId {
        self.who.get(&subject).map_or(subject, |who| who.member)
    }

    /// The subjects of a member, ascending.
    pub fn subjects_of(&self, member: SubjectId) -> Vec<SubjectId> {
        let Some(who) = self.who.get(&member) else { return vec![member] };
        self.family(who.family).filter(|subject| self.member_of(*subject) == member).collect()
    }

    /// Everyone of a family, ascending.
    pub fn family(&self, family: SubjectId) -> impl Iterator<Item = SubjectId> + '_ {
        self.families.get(&family).into_iter().flatten().copied()
    }

    /// The lane a member's facts are written through: that of its first subject.
    pub fn home(&self, member: SubjectId) -> Option<Lane> {
        self.who.get(&member).map(|who| who.lane)
    }

    /// Takes in a subject; one that is known already stays as it is.
    pub fn add(&mut self, subject: SubjectId, who: Who) {
        if let Entry::Vacant(free) = self.who.entry(subject) {
            free.insert(who);
            self.families.entry(who.family).or_default().insert(subject);
        }
    }

    pub fn add_root(&mut self, root: Root) {
        self.tokens.entry(root.subject).or_default().insert(root.token);
        self.roots.insert(root.token, root);
    }

    pub fn add_link(&mut self, link: Link) {
        self.tokens.entry(link.subject).or_default().insert(link.token);
        self.links.entry(link.token).or_default().push(link);
    }

    /// Places a record and notes what it says; facts still to be written stand as [`NEXT`]. `new` is the subject and lane to use where
    /// nobody is known by the strongest value.
    pub fn place(&mut self, sight: &Sight<'_>, new: impl FnOnce() -> (SubjectId, Lane)) -> Placed {
        let known = self.known(sight.named, sight.holder);
        let subject = known.unwrap_or_else(|| {
            let (subject, lane) = new();
            self.add(subject, Who { lane, member: subject, family: subject, born: NEXT });
            subject
        });
        let mut placed = Placed { subject, is_new: known.is_none(), attached: Vec::new(), earlier: Vec::new() };
        for (at, one) in sight.named.iter().enumerate() {
            if at == 0 && placed.is_new {
                self.add_root(Root { subject, token: one.token, kind: one.kind.clone(), fact: NEXT });
                placed.attached.push(at);
            } else if self.roots.get(&one.token).is_none_or(|root| root.subject != subject) {
                self.note(sight, one, at, &mut placed);
            }
        }
        for one in sight.named {
            self.gather(one.token);
        }
        placed
    }

    fn note(&mut self, sight: &Sight<'_>, one: &Named, at: usize, placed: &mut Placed) {
        let links = self.links.entry(one.token).or_default();
        let own = links.iter_mut().filter(|link| link.subject == placed.subject);
        let known = own.map(|link| link.occurred_at).min();
        if known.is_some_and(|since| since <= sight.occurred_at) {
            return;
        }
        links.retain(|link| link.subject != placed.subject || link.import != sight.import);
        self.add_link(Link {
            subject: placed.subject,
            token: one.token,
            kind: one.kind.clone(),
            source: sight.source.to_owned(),
            occurred_at: sight.occurred_at,
            fact: NEXT,
            import: sight.import,
        });
        if known.is_some() { placed.earlier.push(at) } else { placed.attached.push(at) }
    }

    /// What stood for a fact is that fact.
    pub fn written(&mut self, token: Token, subject: SubjectId, fact: FactId) {
        if let Some(root) = self.roots.get_mut(&token).filter(|root| root.subject == subject && root.fact == NEXT) {
            root.fact = fact;
        }
        for link in self.links.get_mut(&token).into_iter().flatten().filter(|link| link.subject == subject && link.fact == NEXT) {
            link.fact = fact;
        }
    }

    /// The first fact of a new subject.
    pub fn born(&mut self, subject: SubjectId, fact: FactId) {
        if let Some(who) = self.who.get_mut(&subject).filter(|who| who.born == NEXT) {
            who.born = fact;
        }
    }

    /// An undone import's word counts no more. Answers the links that are gone.
    pub fn forget(&mut self, subject: SubjectId, import: ImportId) -> Vec<Link> {
        let mut gone = Vec::new();
        for links in self.links.values_mut() {
            gone.extend(links.extract_if(.., |link| link.subject == subject && link.import == Some(import)));
        }
        gone
    }

    /// Nothing tells any more who this subject is: its person was erased.
    pub fn erase(&mut self, subject: SubjectId) {
        self.roots.retain(|_, root| root.subject != subject);
        self.links.values_mut().for_each(|links| links.retain(|link| link.subject != subject));
        self.tokens.remove(&subject);
    }

    /// Takes in a ruling; whoever it names is one family from then on.
    pub fn rule(&mut self, pair: Pair) {
        self.rulings.push(pair);
        self.unite(&BTreeSet::from([pair.a, pair.b]));
    }

    /// Everyone who shares this value is one family.
    fn gather(&mut self, token: Token) {
        let links = self.links.get(&token).into_iter().flatten().map(|link| link.subject);
        let subjects: BTreeSet<SubjectId> = links.chain(self.roots.get(&token).map(|root| root.subject)).collect();
        if subjects.len() > 1 {
            self.unite(&subjects);
        }
    }

    fn unite(&mut self, subjects: &BTreeSet<SubjectId>) {
        let families: BTreeSet<SubjectId> = subjects.iter().filter_map(|subject| self.who.get(subject)).map(|who| who.family).collect();
        if families.len() < 2 {
            return;
        }
        let born = |family: &SubjectId| self.who.get(family).map_or(NEXT, |who| who.born);
        let Some(name) = families.iter().copied().min_by_key(|family| (born(family), *family)) else { return };
        let everyone: BTreeSet<SubjectId> = families.iter().filter_map(|family| self.families.remove(family)).flatten().collect();
        for subject in &everyone {
            if let Some(who) = self.who.get_mut(subject) {
                who.family = name;
            }
        }
        self.moved.extend(everyone.iter().copied());
        self.families.insert(name, everyone);
        for family in families.into_iter().filter(|family| *family != name) {
            // What was in conflict there is told by the family it has become part of.
            self.resolved.insert(family, Vec::new());
        }
    }

    /// Decides anew who is whom in the family of a subject. Answers the members that changed, first those who lost subjects.
    pub fn settle(&mut self, policy: &IdentityPolicy, blocked: &BTreeSet<Token>, subject: SubjectId) -> Vec<Change> {
        let Some(family) = self.who.get(&subject).map(|who| who.family) else { return Vec::new() };
        if self.families.get(&family).is_none_or(|subjects| subjects.len() < 2) {
            return Vec::new();
        }
        let resolution = self.resolution(policy, blocked, family);
        let mut before: BTreeMap<SubjectId, Vec<SubjectId>> = BTreeMap::new();
        let mut after: BTreeMap<SubjectId, Vec<SubjectId>> = BTreeMap::new();
        for (subject, member) in &resolution.member_of {
            before.entry(self.member_of(*subject)).or_default().push(*subject);
            after.entry(*member).or_default().push(*subject);
        }
        let mut changes: Vec<Change> = Vec::new();
        for (member, subjects) in after {
            let held = before.get(&member).cloned().unwrap_or_default();
            if held != subjects {
                let grew = !held.is_empty() && subjects.iter().any(|subject| !held.contains(subject));
                let absorbed = subjects.iter().copied().filter(|part| *part != member && before.contains_key(part)).collect();
                changes.push(Change { member, subjects, before: held, absorbed, grew });
            }
        }
        for change in &changes {
            for subject in &change.subjects {
                if let Some(who) = self.who.get_mut(subject) {
                    who.member = change.member;
                    self.moved.insert(*subject);
                }
            }
        }
        self.resolved.insert(family, resolution.conflicts);
        let born = |change: &Change| self.who.get(&change.member).map_or(NEXT, |who| who.born);
        changes.sort_by_key(|change| (change.grew, born(change), change.member));
        changes
    }

    /// Who is whom in a family by what is known. A member that goes on keeps its name, whatever the clocks of other nodes say of who was
    /// first: of several that become one, the first known gives it.
    pub fn resolution(&self, policy: &IdentityPolicy, blocked: &BTreeSet<Token>, family: SubjectId) -> Resolution {
        let mut resolution = resolve(policy, blocked, &self.case_of(family));
        let mut names: BTreeMap<SubjectId, (bool, FactId, SubjectId)> = BTreeMap::new();
        for (subject, cluster) in &resolution.member_of {
            let Some(who) = self.who.get(subject) else { continue };
            let claim = (who.member != *subject, who.born, *subject);
            names.entry(*cluster).and_modify(|held| *held = claim.min(*held)).or_insert(claim);
        }
        let name = |cluster: SubjectId| names.get(&cluster).map_or(cluster, |(.., name)| *name);
        resolution.member_of.values_mut().for_each(|member| *member = name(*member));
        for conflict in &mut resolution.conflicts {
            let (a, b) = (name(conflict.left), name(conflict.right));
            (conflict.left, conflict.right) = (a.min(b), a.max(b));
        }
        resolution.conflicts.sort_by_key(|conflict| (conflict.left, conflict.right));
        resolution
    }

    /// Everything known of a family.
    pub fn case_of(&self, family: SubjectId) -> Case {
        let subjects: BTreeMap<SubjectId, FactId> =
            self.family(family).filter_map(|subject| self.who.get(&subject).map(|who| (subject, who.born))).collect();
        let tokens: BTreeSet<Token> = subjects.keys().filter_map(|subject| self.tokens.get(subject)).flatten().copied().collect();
        let roots = tokens.iter().filter_map(|token| self.roots.get(token)).filter(|root| subjects.contains_key(&root.subject));
        let links = tokens.iter().filter_map(|token| self.links.get(token)).flatten().filter(|link| subjects.contains_key(&link.subject));
        let (roots, links) = (roots.cloned().collect(), links.cloned().collect());
        let rulings =
            self.rulings.iter().filter(|pair| subjects.contains_key(&pair.a) && subjects.contains_key(&pair.b)).copied().collect();
        Case { subjects, roots, links, rulings }
    }
}
