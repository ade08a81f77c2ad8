//! The desk's rows of imports that a server carries out: the staged file, how it is to be read, and what is wanted of it.

use perennial_kernel::{ImportId, Instant};

use super::PortResult;
use super::desk::ImportRow;

/// Work on one import. Gone once there is nothing more to do about it; what became of it stays in its [`ImportRow`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JobRow {
    pub import: ImportId,
    /// Who does it: the node that holds the file.
    pub node: String,
    /// The staged file's name in that node's folder; empty where none is needed, as for an undo.
    pub file: String,
    /// Of the file as it was uploaded.
    pub bytes: u64,
    /// The file's data key, sealed. With this row it is destroyed.
    pub key: Vec<u8>,
    pub by: String,
    /// When somebody last asked something of it: left alone for long, it is given up.
    pub touched_at: Instant,
    /// How the file is to be read (JSON).
    pub asked: String,
    /// `run`, `pause`, `cancel`, `try`, `undo`, or nothing.
    pub wanted: String,
    /// How far the work under way has come (JSON); empty before the first.
    pub progress: String,
    /// Why it failed (JSON); empty when it did not.
    pub trouble: String,
}

pub trait ImportDesk {
    fn import(&mut self, import: ImportId) -> PortResult<Option<ImportRow>>;

    fn add_import_job(&mut self, row: &JobRow) -> PortResult<()>;
    fn import_job(&mut self, import: ImportId) -> PortResult<Option<JobRow>>;
    /// Ascending by import.
    fn import_jobs(&mut self) -> PortResult<Vec<JobRow>>;
    fn drop_import_job(&mut self, import: ImportId) -> PortResult<()>;

    /// Sets what is wanted; whether there was such a job.
    fn want(&mut self, import: ImportId, wanted: &str, at: Instant) -> PortResult<bool>;
    /// What was wanted is done, unless something else is wanted by now.
    fn settle(&mut self, import: ImportId, wanted: &str) -> PortResult<()>;
    fn set_asked(&mut self, import: ImportId, asked: &str, at: Instant) -> PortResult<()>;
    fn set_progress(&mut self, import: ImportId, progress: &str) -> PortResult<()>;
    fn set_trouble(&mut self, import: ImportId, trouble: &str) -> PortResult<()>;

    /// What was found in the file, and what a dry run came to: sealed bytes, opaque here.
    fn set_told(&mut self, import: ImportId, what: &str, sealed: &[u8]) -> PortResult<()>;
    fn told(&mut self, import: ImportId, what: &str) -> PortResult<Option<Vec<u8>>>;
}
