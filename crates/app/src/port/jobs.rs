//! Background jobs as plain rows: what was asked, how far it is, what came of it, and its file in sealed pieces.

use perennial_kernel::Instant;

use super::PortResult;

pub const RUNNING: &str = "running";
pub const DONE: &str = "done";
pub const FAILED: &str = "failed";
pub const CANCELLED: &str = "cancelled";

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JobRow {
    pub id: i64,
    /// `members_export`, `policy_preview` …
    pub kind: String,
    pub who: String,
    /// What was asked, as JSON.
    pub request: String,
    pub state: String,
    pub done: u64,
    /// 0 while nobody knows.
    pub total: u64,
    /// Why it failed, as JSON in both languages; else empty.
    pub message: String,
    /// What came of it, as JSON; empty until it is done.
    pub result: String,
    pub created_at: Instant,
    /// When it last said that it is alive.
    pub beat_at: Instant,
    pub ended_at: Option<Instant>,
}

pub trait Jobs {
    /// Gives the next id and keeps the row under it (the id in `row` is ignored).
    fn add_job(&mut self, row: &JobRow) -> PortResult<i64>;
    fn job(&mut self, id: i64) -> PortResult<Option<JobRow>>;
    /// The latest first.
    fn jobs(&mut self, limit: usize) -> PortResult<Vec<JobRow>>;
    /// Notes progress; `false` when the job is not running any more, because somebody cancelled it.
    fn beat_job(&mut self, id: i64, done: u64, total: u64, at: Instant) -> PortResult<bool>;
    /// Ends a running job; `false` when it was not running.
    fn end_job(&mut self, id: i64, state: &str, message: &str, result: &str, at: Instant) -> PortResult<bool>;
    fn add_piece(&mut self, job: i64, piece: u64, sealed: &[u8]) -> PortResult<()>;
    fn piece(&mut self, job: i64, piece: u64) -> PortResult<Option<Vec<u8>>>;
    fn drop_pieces(&mut self, job: i64) -> PortResult<()>;
}
