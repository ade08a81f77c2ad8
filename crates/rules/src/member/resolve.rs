//! Who belongs together: members and conflicts as a function of the *set* of identity facts and rulings.
//!
//! Facts are taken in the order (occurred at, fact id), whatever the order in which they came. Two clusters become one by a value they
//! share, unless that would give one member more verified values of a type than the rules allow; then both stay, and the refusal is a
//! conflict with its evidence. Rulings go first: what somebody put together is together, what somebody parted stays apart unasked.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{FactId, ImportId, Instant, SubjectId};

use super::Token;
use super::policy::{IdentityPolicy, OnConflict};

/// A value that is a subject's own: records for which it is the strongest go to this subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Root {
    pub subject: SubjectId,
    pub token: Token,
    pub kind: String,
    pub fact: FactId,
}

/// A fact that says that a value belongs to a subject's person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    pub subject: SubjectId,
    pub token: Token,
    pub kind: String,
    pub source: String,
    pub occurred_at: Instant,
    pub fact: FactId,
    pub import: Option<ImportId>,
}

/// What was ruled of two subjects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    pub a: SubjectId,
    pub b: SubjectId,
    pub together: bool,
    pub fact: FactId,
}

/// Everything known of some subjects and of all that share a value with them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Case {
    /// Each subject with the fact it was first known by.
    pub subjects: BTreeMap<SubjectId, FactId>,
    pub roots: Vec<Root>,
    pub links: Vec<Link>,
    pub rulings: Vec<Pair>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resolution {
    /// Every subject with the member it belongs to: the first known of its cluster.
    pub member_of: BTreeMap<SubjectId, SubjectId>,
    /// Ascending by (left, right); one for each pair of members.
    pub conflicts: Vec<Conflict>,
}

/// Two members that a value names both, and the rules keep apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conflict {
    pub left: SubjectId,
    pub right: SubjectId,
    /// The type of which one member would have too many.
    pub kind: String,
    /// The type of the value that both were named by.
    pub by: String,
    /// The facts that would join them, and those by which each has its own value, ascending.
    pub evidence: Vec<FactId>,
}

/// Resolves a case. Facts that name a token of `blocked` join nobody.
pub fn resolve(policy: &IdentityPolicy, blocked: &BTreeSet<Token>, case: &Case) -> Resolution {
    let mut clusters = Clusters::new(policy, case);
    clusters.rule(&case.rulings);
    let mut placed: BTreeMap<Token, (SubjectId, FactId)> = BTreeMap::new();
    for root in case.roots.iter().filter(|root| !blocked.contains(&root.token)) {
        placed.insert(root.token, (root.subject, root.fact));
    }
    let mut links: Vec<&Link> = case.links.iter().collect();
    links.sort_by_key(|link| (link.occurred_at, link.fact));
    let mut refused: Vec<Refused> = Vec::new();
    for link in links {
        let rule = policy.rule(&link.kind);
        if !rule.merges || blocked.contains(&link.token) || !policy.verifies(&link.kind, &link.source) {
            continue;
        }
        match placed.get(&link.token) {
            // A value nobody has yet; where the member has all it may have, it waits for somebody else.
            None if clusters.may_have(link) => {
                clusters.give(link);
                placed.insert(link.token, (link.subject, link.fact));
            }
            None => {}
            Some(&(holder, by)) => match clusters.join(link, holder) {
                Joined::Refused { kind, mut evidence } if rule.on_conflict == OnConflict::Review => {
                    evidence.extend([by, link.fact]);
                    refused.push(Refused { subjects: (link.subject, holder), kind, by: link.kind.clone(), evidence });
                }
                Joined::Yes | Joined::Parted | Joined::Refused { .. } => {}
            },
        }
    }
    clusters.resolution(refused)
}

struct Refused {
    subjects: (SubjectId, SubjectId),
    kind: String,
    by: String,
    evidence: Vec<FactId>,
}

enum Joined {
    Yes,
    /// Somebody ruled that they stay apart.
    Parted,
    Refused {
        kind: String,
        evidence: Vec<FactId>,
    },
}

/// The limited values of one cluster by type, each with the fact that gave it.
type Held = BTreeMap<String, BTreeMap<Token, FactId>>;

struct Clusters<'a> {
    policy: &'a IdentityPolicy,
    case: &'a Case,
    /// Each subject's cluster, by a subject of it.
    of: BTreeMap<SubjectId, SubjectId>,
    held: BTreeMap<SubjectId, Held>,
    apart: Vec<(SubjectId, SubjectId)>,
}

impl<'a> Clusters<'a> {
    fn new(policy: &'a IdentityPolicy, case: &'a Case) -> Self {
        let of = case.subjects.keys().map(|subject| (*subject, *subject)).collect();
        let mut held: BTreeMap<SubjectId, Held> = BTreeMap::new();
        for root in case.roots.iter().filter(|root| policy.rule(&root.kind).per_member.is_some()) {
            held.entry(root.subject).or_default().entry(root.kind.clone()).or_default().insert(root.token, root.fact);
        }
        Self { policy, case, of, held, apart: Vec::new() }
    }

    fn rule(&mut self, rulings: &[Pair]) {
        let mut latest: BTreeMap<(SubjectId, SubjectId), Pair> = BTreeMap::new();
        for pair in rulings {
            let key = (pair.a.min(pair.b), pair.a.max(pair.b));
            if latest.get(&key).is_none_or(|held| held.fact <= pair.fact) {
                latest.insert(key, *pair);
            }
        }
        self.apart = latest.iter().filter(|(_, pair)| !pair.together).map(|(pair, _)| *pair).collect();
        let mut together: Vec<&Pair> = latest.values().filter(|pair| pair.together).collect();
        together.sort_by_key(|pair| pair.fact);
        for pair in together {
            if let (Some(a), Some(b)) = (self.of.get(&pair.a).copied(), self.of.get(&pair.b).copied())
                && a != b
                && !self.are_parted(a, b)
            {
                self.unite(a, b);
            }
        }
    }

    fn may_have(&self, link: &Link) -> bool {
        let Some(limit) = self.policy.rule(&link.kind).per_member else { return true };
        let cluster = self.of[&link.subject];
        let count = self.held.get(&cluster).and_then(|held| held.get(&link.kind)).map_or(0, BTreeMap::len);
        count < limit as usize
    }

    fn give(&mut self, link: &Link) {
        if self.policy.rule(&link.kind).per_member.is_some() {
            let cluster = self.of[&link.subject];
            self.held.entry(cluster).or_default().entry(link.kind.clone()).or_default().insert(link.token, link.fact);
        }
    }

    fn join(&mut self, link: &Link, holder: SubjectId) -> Joined {
        let (a, b) = (self.of[&link.subject], self.of[&holder]);
        if a == b {
            return Joined::Yes;
        }
        if self.are_parted(a, b) {
            return Joined::Parted;
        }
        if let Some((kind, evidence)) = self.too_many(a, b) {
            return Joined::Refused { kind, evidence };
        }
        self.unite(a, b);
        Joined::Yes
    }

    fn are_parted(&self, a: SubjectId, b: SubjectId) -> bool {
        let side = |subject: &SubjectId| self.of.get(subject).copied();
        self.apart.iter().any(|(x, y)| {
            let (x, y) = (side(x), side(y));
            (x == Some(a) && y == Some(b)) || (x == Some(b) && y == Some(a))
        })
    }

    /// The type of which both together would have more than one member may, with the facts that gave each its own.
    fn too_many(&self, a: SubjectId, b: SubjectId) -> Option<(String, Vec<FactId>)> {
        let (a, b) = (self.held.get(&a)?, self.held.get(&b)?);
        for (kind, ours) in a {
            let (Some(theirs), Some(limit)) = (b.get(kind), self.policy.rule(kind).per_member) else { continue };
            let all: BTreeSet<&Token> = ours.keys().chain(theirs.keys()).collect();
            if all.len() > limit as usize {
                return Some((kind.clone(), ours.values().chain(theirs.values()).copied().collect()));
            }
        }
        None
    }

    fn unite(&mut self, a: SubjectId, b: SubjectId) {
        for cluster in self.of.values_mut().filter(|cluster| **cluster == b) {
            *cluster = a;
        }
        for (kind, values) in self.held.remove(&b).unwrap_or_default() {
            self.held.entry(a).or_default().entry(kind).or_default().extend(values);
        }
    }

    fn resolution(self, refused: Vec<Refused>) -> Resolution {
        let mut first: BTreeMap<SubjectId, (FactId, SubjectId)> = BTreeMap::new();
        for (subject, cluster) in &self.of {
            let born = (self.case.subjects[subject], *subject);
            first.entry(*cluster).and_modify(|held| *held = born.min(*held)).or_insert(born);
        }
        let member_of: BTreeMap<_, _> = self.of.iter().map(|(subject, cluster)| (*subject, first[cluster].1)).collect();
        let mut conflicts: BTreeMap<(SubjectId, SubjectId), Conflict> = BTreeMap::new();
        for one in refused {
            let (a, b) = (member_of[&one.subjects.0], member_of[&one.subjects.1]);
            let (left, right) = (a.min(b), a.max(b));
            if left == right {
                continue;
            }
            let conflict =
                conflicts.entry((left, right)).or_insert(Conflict { left, right, kind: one.kind, by: one.by, evidence: Vec::new() });
            conflict.evidence.extend(one.evidence);
            conflict.evidence.sort_unstable();
            conflict.evidence.dedup();
        }
        Resolution { member_of, conflicts: conflicts.into_values().collect() }
    }
}
