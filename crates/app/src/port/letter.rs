//! Dead letters as plain rows: what was not taken, kept to be mended and replayed.

use perennial_kernel::{Day, Instant};

use super::PortResult;

/// One thing that was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterRow {
    /// Given by the store.
    pub id: i64,
    /// Keyed hash of (source, route, body): the same again is the same letter.
    pub digest: Vec<u8>,
    pub source: String,
    /// How it came and by which reader it is read again: `segment:track`, `orders`.
    pub route: String,
    /// The first problem's code.
    pub code: String,
    /// `open`, `replayed`, `discarded`.
    pub state: String,
    /// How often it came.
    pub times: u64,
    /// How often it was replayed in vain.
    pub attempts: u64,
    pub at: Instant,
    pub changed_at: Instant,
    /// The day under whose key it is sealed.
    pub day: Day,
    /// Words, pointer and body.
    pub sealed: Vec<u8>,
}

/// Which letters are meant; `None` means any.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LetterFilter {
    pub source: Option<String>,
    pub code: Option<String>,
    pub state: Option<String>,
}

/// How many letters share source, code and state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterGroup {
    pub source: String,
    pub code: String,
    pub state: String,
    pub letters: u64,
}

pub trait Letters {
    /// Keeps new letters. One that came before is counted, and opened again if it had been replayed; its body stays.
    fn keep_letters(&mut self, rows: &[LetterRow]) -> PortResult<()>;
    fn letter(&mut self, id: i64) -> PortResult<Option<LetterRow>>;
    /// The newest first, those with an id below `before`.
    fn letters(&mut self, filter: &LetterFilter, before: i64, limit: usize) -> PortResult<Vec<LetterRow>>;
    /// Ascending by (source, code, state).
    fn letter_groups(&mut self) -> PortResult<Vec<LetterGroup>>;
    /// Code, state, attempts, times of change, day and sealed part.
    fn update_letter(&mut self, row: &LetterRow) -> PortResult<()>;
    /// Deletes those sealed before this day; says how many.
    fn drop_letters(&mut self, before: Day) -> PortResult<u64>;
}
