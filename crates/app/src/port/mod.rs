//! What the engine needs of the world, as traits; `store` implements them, `cli` wires them.

pub mod access;
pub mod analyst;
pub mod catalogue;
pub mod dashboards;
pub mod desk;
pub mod erasure;
pub mod gather;
pub mod imports;
pub mod jobs;
pub mod journal;
pub mod keys;
pub mod lake;
pub mod letter;
pub mod lists;
pub mod policies;
pub mod scan;
pub mod source;
pub mod trail;
pub mod views;

pub use access::Accounts;
pub use analyst::Analyst;
pub use catalogue::Catalogue;
pub use dashboards::Dashboards;
pub use desk::Desk;
pub use imports::ImportDesk;
pub use jobs::Jobs;
pub use journal::{Append, Ask, Journal, LaneHead, Loaded, StoredEffect, StoredFact, Token, Turn, Tx};
pub use keys::KeyStore;
pub use lake::{Lake, LakeStatus};
pub use letter::Letters;
pub use lists::Lists;
pub use policies::PolicyNotes;
pub use scan::{HistoryScan, ScanRange, Seen, Shown};
pub use source::Sources;
pub use trail::Trail;
pub use views::Views;

/// Why a port could not do what it was asked.
#[derive(Debug)]
pub enum PortError {
    /// Passing: another writer, a lost connection, a full disk that may be emptied. The whole batch may be tried again.
    Transient(String),
    /// The stored bytes are damaged or of another program version; serving must stop.
    Damaged(String),
    /// Anything else that retrying does not mend.
    Failed(String),
}

impl std::fmt::Display for PortError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Transient(why) => write!(f, "passing failure: {why}"),
            Self::Damaged(why) => write!(f, "damaged: {why}"),
            Self::Failed(why) => write!(f, "failed: {why}"),
        }
    }
}

impl std::error::Error for PortError {}

pub type PortResult<T> = Result<T, PortError>;
