//! The tables, written once: SQLite's text, from which PostgreSQL's is derived.

/// Migrations of the journal and the desk: the n-th leads from version n to n + 1. Never edited once released, only added to.
pub(crate) const JOURNAL: &[&str] = &[include_str!("schema/journal-1.sql")];

/// Migrations of the key store.
pub(crate) const KEYS: &[&str] = &[include_str!("schema/keys-1.sql")];
