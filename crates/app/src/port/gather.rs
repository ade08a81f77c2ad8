//! Gathers facts that come ordered by subject into one visit for each family: everyone who ever shared a value, told under the family's
//! name.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::SubjectId;

use super::journal::KinRow;
use super::{ScanRange, StoredFact};

/// The first and the last subject of a range; `None` when it is empty.
pub fn bounds(range: ScanRange) -> Option<(i64, i64)> {
    let first = match range.after {
        Some(after) => after.0.checked_add(1)?,
        None => i64::MIN,
    };
    let last = range.until.map_or(i64::MAX, |until| until.0);
    (first <= last).then_some((first, last))
}

/// Holds the facts of one family at a time.
pub struct ByFamily<'v> {
    visit: &'v mut dyn FnMut(SubjectId, &[StoredFact]) -> bool,
    /// The others of each family, by its name.
    others: BTreeMap<SubjectId, Vec<SubjectId>>,
    /// Subjects told where their family is.
    elsewhere: BTreeSet<SubjectId>,
    family: Option<SubjectId>,
    facts: Vec<StoredFact>,
    is_mixed: bool,
    stopped: bool,
}

impl<'v> ByFamily<'v> {
    pub fn new(visit: &'v mut dyn FnMut(SubjectId, &[StoredFact]) -> bool, kin: Vec<KinRow>) -> Self {
        let mut others: BTreeMap<SubjectId, Vec<SubjectId>> = BTreeMap::new();
        let mut elsewhere = BTreeSet::new();
        for row in kin.into_iter().filter(|row| row.subject != row.family) {
            others.entry(row.family).or_default().push(row.subject);
            elsewhere.insert(row.subject);
        }
        Self { visit, others, elsewhere, family: None, facts: Vec::new(), is_mixed: false, stopped: false }
    }

    /// Whose facts must be brought before this subject's first fact is added.
    pub fn others_of(&self, subject: SubjectId) -> Option<Vec<SubjectId>> {
        if self.family == Some(subject) { None } else { self.others.get(&subject).cloned() }
    }

    /// The facts of everyone else in the family whose first fact is added next.
    pub fn bring(&mut self, facts: Vec<StoredFact>) {
        self.finish();
        self.facts = facts;
        self.is_mixed = true;
    }

    /// `false` when the visitor wants no more.
    pub fn add(&mut self, fact: StoredFact) -> bool {
        if self.elsewhere.contains(&fact.subject) {
            return !self.stopped;
        }
        if self.family.is_some_and(|family| family != fact.subject) {
            self.finish();
        }
        self.family = Some(fact.subject);
        self.facts.push(fact);
        !self.stopped
    }

    /// Visits the family in hand.
    pub fn finish(&mut self) {
        if let (Some(family), false) = (self.family, self.stopped) {
            if self.is_mixed {
                self.facts.sort_by_key(|fact| (fact.occurred_at, fact.position));
            }
            self.stopped = !(self.visit)(family, &self.facts);
        }
        self.family = None;
        self.facts.clear();
        self.is_mixed = false;
    }
}
