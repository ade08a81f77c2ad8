//! History of everyone in files of its own, for questions about everyone; `lake` implements it, `cli` wires it.

use super::{HistoryScan, Journal, PortResult};

pub trait Lake: Send + Sync {
    /// `parts` readers of one state of everything accepted up to now, for the ranges of one question; `None` where the store must answer:
    /// the lake is too far behind, damaged, or away. `journal` is read for what came since.
    fn scans(&self, journal: &mut dyn Journal, parts: usize) -> PortResult<Option<Vec<Box<dyn HistoryScan>>>>;

    fn status(&self, journal: &mut dyn Journal) -> PortResult<LakeStatus>;
}

/// How the lake stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LakeStatus {
    /// Facts in files.
    pub facts: u64,
    pub bytes: u64,
    pub files: u64,
    /// Sorted runs the files make up: fewer are read faster.
    pub runs: u64,
    /// Facts read, waiting to be written.
    pub waiting: u64,
    /// Facts of the journal that were not read yet.
    pub lag: u64,
    /// Of the manifest that stands.
    pub number: u64,
    pub is_damaged: bool,
    /// Where it lies cannot be reached, or was not looked at yet.
    pub is_away: bool,
}
