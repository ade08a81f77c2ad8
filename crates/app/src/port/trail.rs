//! The audit trail: rows that are only added to, numbered without gaps, each sealed over the one before.

use perennial_kernel::Instant;

use super::PortResult;

/// One line of the audit trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// From 1, without gaps.
    pub id: i64,
    pub at: Instant,
    pub who: String,
    /// `signed_in`, `key_created`, `import_undone` …
    pub what: String,
    /// The member looked at or changed; empty where it is about none.
    pub about: String,
    pub detail: String,
    /// HMAC over the seal before and everything above, under a key of the brand.
    pub seal: Vec<u8>,
}

/// Which lines; what is empty or absent asks for nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    pub who: String,
    pub what: String,
    /// Any of these members: one was known by several ids.
    pub about: Vec<String>,
    pub from: Option<Instant>,
    /// Before this instant.
    pub until: Option<Instant>,
    /// Lines before this one.
    pub before: Option<i64>,
}

pub trait Trail {
    /// Adds a line under its id; `false` where another line took that id meanwhile.
    fn add_audit(&mut self, row: &AuditRow) -> PortResult<bool>;
    /// The latest lines, newest first.
    fn audit(&mut self, limit: usize) -> PortResult<Vec<AuditRow>>;
    /// Newest first.
    fn audit_page(&mut self, filter: &AuditFilter, limit: usize) -> PortResult<Vec<AuditRow>>;
    /// How many lines the filter finds, wherever the page begins.
    fn audit_count(&mut self, filter: &AuditFilter) -> PortResult<u64>;
    /// Ascending from after an id.
    fn audit_after(&mut self, id: i64, limit: usize) -> PortResult<Vec<AuditRow>>;
}
