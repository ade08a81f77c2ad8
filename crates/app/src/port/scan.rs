//! The one way to read everyone: subjects in a fixed hash order, each with its facts by event time. The store implements it first, the lake later.

use perennial_backtest::Reads;
use perennial_kernel::SubjectId;
use perennial_rules::flat::Flat;

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

/// How a reader shows somebody.
pub enum Shown<'a> {
    /// A member that is one subject, by columns, without what occurred after the instant asked about.
    Flat(&'a Flat<'a>),
    /// A family, with all its facts.
    Facts(SubjectId, &'a [StoredFact]),
}

/// What a visitor says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    Taken,
    /// Columns do not do: this member is wanted by facts. An answer to [`Shown::Flat`] alone.
    ByFacts,
    /// Nobody else is wanted.
    Enough,
}

/// Reads subjects ascending by id, [`SubjectId::NOBODY`] left out, and within a subject facts by (occurred_at, position).
pub trait HistoryScan: Send {
    /// Calls `visit` once for each subject of the range with all its facts; stops early when it answers `false`.
    fn scan(&mut self, range: ScanRange, visit: &mut dyn FnMut(SubjectId, &[StoredFact]) -> bool) -> PortResult<()>;

    /// As [`Self::scan`], in any order: who keeps columns shows members by them where they can be, and the facts of those a visitor cannot
    /// do with columns alone.
    fn scan_flat(&mut self, range: ScanRange, reads: Reads, visit: &mut dyn FnMut(Shown<'_>) -> Seen) -> PortResult<()> {
        let _ = reads;
        self.scan(range, &mut |subject, facts| !matches!(visit(Shown::Facts(subject, facts)), Seen::Enough))
    }
}
