//! The tables, written once: SQLite's text, from which PostgreSQL's is derived.

/// Migrations of the journal and the desk: the n-th leads from version n to n + 1. Never edited once released, only added to.
pub(crate) const JOURNAL: &[&str] = &[
    include_str!("schema/journal-1.sql"),
    include_str!("schema/journal-source.sql"),
    include_str!("schema/journal-console.sql"),
    include_str!("schema/journal-catalogue.sql"),
    include_str!("schema/journal-imports.sql"),
    include_str!("schema/journal-access.sql"),
    include_str!("schema/journal-people.sql"),
    include_str!("schema/journal-lists.sql"),
    include_str!("schema/journal-dashboards.sql"),
];

/// Migrations of the key store.
pub(crate) const KEYS: &[&str] =
    &[include_str!("schema/keys-1.sql"), include_str!("schema/keys-day.sql"), include_str!("schema/keys-brand.sql")];

/// The same migration in PostgreSQL's words. Texts sort by their bytes there too, so that both stores answer in one order.
pub(crate) fn for_postgres(sqlite: &str) -> String {
    let words = [
        ("/*pg", ""),
        ("*/", ""),
        (" INTEGER", " BIGINT"),
        (" BLOB", " BYTEA"),
        (" TEXT", " TEXT COLLATE \"C\""),
        (") STRICT, WITHOUT ROWID;", ");"),
        (") STRICT;", ");"),
    ];
    let statements = sqlite.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
    words.iter().fold(statements, |text, (from, to)| text.replace(from, to))
}

/// Where the journal and the desk stand in a PostgreSQL database.
pub(crate) const POSTGRES_JOURNAL_SCHEMA: &str = "perennial";

/// Where the key store stands, apart so that it can be dumped, kept and destroyed apart.
pub(crate) const POSTGRES_KEYS_SCHEMA: &str = "perennial_keys";
