//! Gathers facts that come ordered by subject into one visit for each subject.

use perennial_app::port::{ScanRange, StoredFact};
use perennial_kernel::SubjectId;

/// The first and the last subject of a range; `None` when it is empty.
pub(crate) fn bounds(range: ScanRange) -> Option<(i64, i64)> {
    let first = match range.after {
        Some(after) => after.0.checked_add(1)?,
        None => i64::MIN,
    };
    let last = range.until.map_or(i64::MAX, |until| until.0);
    (first <= last).then_some((first, last))
}

/// Holds the facts of one subject at a time.
pub(crate) struct BySubject<'v> {
    visit: &'v mut dyn FnMut(SubjectId, &[StoredFact]) -> bool,
    facts: Vec<StoredFact>,
    stopped: bool,
}

impl<'v> BySubject<'v> {
    pub fn new(visit: &'v mut dyn FnMut(SubjectId, &[StoredFact]) -> bool) -> Self {
        Self { visit, facts: Vec::new(), stopped: false }
    }

    /// `false` when the visitor wants no more.
    pub fn add(&mut self, fact: StoredFact) -> bool {
        if self.facts.first().is_some_and(|first| first.subject != fact.subject) {
            self.finish();
        }
        self.facts.push(fact);
        !self.stopped
    }

    /// Visits the subject in hand.
    pub fn finish(&mut self) {
        if let (Some(first), false) = (self.facts.first(), self.stopped) {
            self.stopped = !(self.visit)(first.subject, &self.facts);
        }
        self.facts.clear();
    }
}
