//! Imports: a file's records become commands, in batches, with progress that survives a kill; and an import is taken back.
//!
//! The command line and the API both import through here. A record is dealt with once: its commands carry the source's own keys, so a rerun
//! finds them answered, and a resumed run may overlap what an earlier one had written.

mod bad;
mod dry;
mod feed;
mod job;
mod run;
mod sort;
mod undo;

use std::path::PathBuf;
use std::sync::Arc;

use perennial_kernel::{Day, ImportId};
use perennial_source::{FileError, Preset};

pub use self::bad::{BadRows, bad_rows};
pub use self::dry::{DryRun, dry_run};
pub use self::feed::{Feed, FileFeed};
pub use self::job::{Job, adopt, context, start};
pub use self::run::{Outcome, load, run};
pub use self::undo::{UndoPreview, preview_undo, undo};
use crate::engine::EngineError;
use crate::port::PortError;
use crate::port::desk::ImportRow;
use crate::secret::NotOpened;

pub const RUNNING: &str = "running";
pub const DONE: &str = "done";
/// Stopped or broken off; goes on where it was when the same file is imported again.
pub const FAILED: &str = "failed";
/// Being taken back; goes on when asked again.
pub const UNDOING: &str = "undoing";
pub const UNDONE: &str = "undone";

/// What to import.
#[derive(Clone, Debug)]
pub struct Request {
    pub file: PathBuf,
    /// What the list of imports calls it: the file's own name, without its folder.
    pub name: String,
    /// Orders are unique within a source.
    pub source: String,
    pub preset: Preset,
    pub shift: Shift,
}

/// Whether dates are moved, always by whole weeks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shift {
    None,
    /// So that the last order falls into the last seven days.
    Today,
    To(Day),
}

/// What became of a file's records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    pub new: u64,
    /// Of orders known before in another version.
    pub updated: u64,
    /// Recorded before with the same content.
    pub unchanged: u64,
    /// Records that say nothing to record.
    pub skipped: u64,
    pub bad: u64,
}

impl Counts {
    pub fn of(row: &ImportRow) -> Self {
        Self { new: row.new, updated: row.updated, unchanged: row.unchanged, skipped: row.skipped, bad: row.bad }
    }
}

/// How far a run has come.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// `None` in a dry run.
    pub import: Option<ImportId>,
    /// Dealt with so far, those of earlier runs included.
    pub records: u64,
    pub counts: Counts,
    /// Of this run.
    pub records_per_second: f64,
    /// 0 to 100.
    pub percent: f64,
    /// `None` before there is anything to tell it by.
    pub seconds_left: Option<f64>,
}

/// Why an import or its undoing did not happen or was broken off.
#[derive(Debug)]
pub enum ImportError {
    File(FileError),
    Port(PortError),
    Engine(Arc<EngineError>),
    Random(getrandom::Error),
    /// No import has this number.
    NotFound(ImportId),
    /// It is at work, here or in another process that died without saying so.
    Busy(ImportId),
    /// Taken back before.
    Undone(ImportId),
    /// An import of this source is half taken back: finish that first.
    HalfUndone(ImportId),
    Sealed(NotOpened),
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(error) => write!(f, "{error}"),
            Self::Port(error) => write!(f, "{error}"),
            Self::Engine(error) => write!(f, "{error}"),
            Self::Random(error) => write!(f, "the operating system gives no random bytes: {error}"),
            Self::NotFound(id) => write!(f, "there is no import {}", id.0),
            Self::Busy(id) => write!(f, "import {} is at work", id.0),
            Self::Undone(id) => write!(f, "import {} has been undone", id.0),
            Self::HalfUndone(id) => write!(f, "import {} of this source is half undone: finish undoing it first", id.0),
            Self::Sealed(_) => write!(f, "the kept rows do not open with this master key"),
        }
    }
}

impl std::error::Error for ImportError {}

impl From<FileError> for ImportError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<PortError> for ImportError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<Arc<EngineError>> for ImportError {
    fn from(error: Arc<EngineError>) -> Self {
        Self::Engine(error)
    }
}

impl From<getrandom::Error> for ImportError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

impl From<NotOpened> for ImportError {
    fn from(error: NotOpened) -> Self {
        Self::Sealed(error)
    }
}
