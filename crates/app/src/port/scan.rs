//! The one way to read everyone: subjects in a fixed hash order, each with its facts by event time. The store implements it first, the lake later.

use perennial_kernel::SubjectId;

use super::PortResult;
use super::journal::StoredFact;

/// A part of all subjects, so that work can be divided and resumed: subjects with `after < subject`, and `subject <= until`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScanRange {
    /// Exclusive; `None` begins at the first.
    pub after: Option<SubjectId>,
    /// Inclusive; `None` runs to the last.
    pub until: Option<SubjectId>,
}

impl ScanRange {
    pub const ALL: Self = Self { after: None, until: None };

    /// `parts` ranges that cover all subjects, about equal in size because subjects are scrambled.
    pub fn split(parts: u32) -> Vec<Self> {
        let parts = i128::from(parts.max(1));
        let cut = |n: i128| SubjectId((i128::from(i64::MIN) + n * ((1_i128 << 64) / parts)) as i64);
        (0..parts).map(|n| Self { after: (n > 0).then(|| cut(n)), until: (n + 1 < parts).then(|| cut(n + 1)) }).collect()
    }
}

/// Reads subjects ascending by id, [`SubjectId::NOBODY`] left out, and within a subject facts by (occurred_at, position).
pub trait HistoryScan: Send {
    /// Calls `visit` once for each subject of the range with all its facts; stops early when it answers `false`.
    fn scan(&mut self, range: ScanRange, visit: &mut dyn FnMut(SubjectId, &[StoredFact]) -> bool) -> PortResult<()>;
}
