//! The desk: plain rows beside the journal (settings, policy documents, imports, users, API keys, audit), written outside the engine.

use perennial_kernel::{ImportId, Instant};

use super::access::Accounts;
use super::erasure::Forgetting;
use super::trail::Trail;
use super::{Catalogue, Dashboards, ImportDesk, Jobs, Letters, Lists, PolicyNotes, PortResult, Sources, Views};

/// One version of one document: the brand's settings (`brand`), a lifecycle model (`lifecycle/rf`). Never changed once written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentRow {
    pub policy: String,
    pub version: i64,
    /// YAML.
    pub body: String,
    pub author: String,
    pub reason: String,
    pub created_at: Instant,
}

/// A user who signs in with a password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserRow {
    pub name: String,
    pub role: String,
    /// Argon2id, PHC text.
    pub password: String,
    pub created_at: Instant,
    /// Members of these stores only; none binds to none, but for roles that are bound anyway.
    pub stores: Vec<String>,
    /// An account that was closed stays, because the audit trail names it.
    pub active: bool,
    /// The password was given by somebody else.
    pub must_change: bool,
}

/// An API key, a session or a recovery code: only the hash of its secret is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecretRow {
    /// `key`, `session` or `recovery`.
    pub purpose: String,
    pub hash: Vec<u8>,
    /// What an operator calls it; for a session and a recovery code, the user's name.
    pub name: String,
    /// A key's scopes, separated by blanks.
    pub role: String,
    pub created_at: Instant,
    pub expires_at: Option<Instant>,
    /// The one source a key records for; empty for none.
    pub source: String,
    /// What the browser of a session calls itself.
    pub agent: String,
}

/// One import of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportRow {
    pub id: ImportId,
    pub source: String,
    /// File name without its folder.
    pub file: String,
    /// SHA-256 of the file.
    pub digest: Vec<u8>,
    pub preset: String,
    pub shift_days: i32,
    /// `staged`, `running`, `paused`, `done`, `failed`, `cancelled`, `undoing`, `undone`.
    pub state: String,
    pub started_at: Instant,
    pub ended_at: Option<Instant>,
    /// Records of the file that have been dealt with: where a resumed run goes on.
    pub records: u64,
    pub new: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: u64,
    pub bad: u64,
}

pub trait Desk:
    Accounts + Catalogue + Dashboards + Forgetting + ImportDesk + Jobs + Letters + Lists + PolicyNotes + Sources + Trail + Views + Send
{
    fn setting(&mut self, name: &str) -> PortResult<Option<Vec<u8>>>;
    fn set_setting(&mut self, name: &str, value: &[u8]) -> PortResult<()>;

    fn add_document(&mut self, row: &DocumentRow) -> PortResult<()>;
    /// All versions of all documents, ascending by (policy, version).
    fn documents(&mut self) -> PortResult<Vec<DocumentRow>>;

    fn add_user(&mut self, row: &UserRow) -> PortResult<()>;
    fn user(&mut self, name: &str) -> PortResult<Option<UserRow>>;
    fn set_password(&mut self, name: &str, password: &str) -> PortResult<()>;

    fn add_secret(&mut self, row: &SecretRow) -> PortResult<()>;
    fn secret(&mut self, hash: &[u8]) -> PortResult<Option<SecretRow>>;
    fn secrets(&mut self, purpose: &str) -> PortResult<Vec<SecretRow>>;
    fn drop_secret(&mut self, hash: &[u8]) -> PortResult<bool>;

    /// Gives the next id and keeps the row under it (the id in `row` is ignored).
    fn add_import(&mut self, row: &ImportRow) -> PortResult<ImportId>;
    fn update_import(&mut self, row: &ImportRow) -> PortResult<()>;
    fn imports(&mut self) -> PortResult<Vec<ImportRow>>;
    /// Keeps bad rows of an import (sealed bytes, opaque here), by record number.
    fn add_bad_rows(&mut self, import: ImportId, rows: &[(u64, Vec<u8>)]) -> PortResult<()>;
    fn bad_rows(&mut self, import: ImportId) -> PortResult<Vec<(u64, Vec<u8>)>>;
}
