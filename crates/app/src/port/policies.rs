//! What became of policy versions: notes beside the documents, never changed.

use perennial_kernel::Instant;

use super::PortResult;

/// Somebody did something with a version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyNote {
    pub policy: String,
    pub version: i64,
    /// `activated`, `withdrawn`.
    pub what: String,
    pub who: String,
    pub reason: String,
    pub at: Instant,
}

pub trait PolicyNotes {
    fn add_policy_note(&mut self, note: &PolicyNote) -> PortResult<()>;
    /// In the order in which they were written.
    fn policy_notes(&mut self) -> PortResult<Vec<PolicyNote>>;
}
