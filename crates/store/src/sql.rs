//! Queries both databases understand. Parameters appear in rising order: SQLite numbers `$n` by first appearance, not by n.

use perennial_kernel::{MemberId, SubjectId};

/// The columns [`crate::columns::stored_fact`] reads, in its order.
macro_rules! fact_columns {
    () => {
        "position, recorded_at, kind, version, subject, occurred_at, origin, import, source, object, object_version, payload, sealed, chain"
    };
}
pub(crate) use fact_columns;

/// `facts!("WHERE …")` is a query for facts.
macro_rules! facts {
    ($($tail:literal)+) => { concat!("SELECT ", $crate::sql::fact_columns!(), " FROM facts ", $($tail),+) };
}
pub(crate) use facts;

/// `effects!("WHERE …")` is a query for effects.
macro_rules! effects {
    ($tail:literal) => {
        concat!("SELECT position, ordinal, member, kind, at, payload FROM effects ", $tail)
    };
}
pub(crate) use effects;

pub(crate) const HEADS: &str = "SELECT lane, seq, subjects, chain FROM lanes ORDER BY lane";
pub(crate) const HELD: &str = "SELECT lane, seq, subjects, chain, epoch FROM lanes ORDER BY lane";
pub(crate) const FENCE: &str = "SELECT MIN(epoch) FROM lanes";
pub(crate) const TURN: &str = "UPDATE lanes SET epoch = $1";
pub(crate) const SETTING: &str = "SELECT value FROM settings WHERE name = $1";
pub(crate) const SET_SETTING: &str =
    "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
pub(crate) const DOCUMENTS: &str = "SELECT policy, version, body, author, reason, created_at FROM documents ORDER BY policy, version";
pub(crate) const DUE: &str = "SELECT member, lane, policy, due FROM timers WHERE due <= $1 ORDER BY due, member, policy LIMIT $2";
pub(crate) const TIMERS: &str = "SELECT member, lane, policy, due FROM timers ORDER BY member, policy";
pub(crate) const TAIL: &str = facts!("WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3");
pub(crate) const EFFECTS_BETWEEN: &str = effects!("WHERE position > $1 AND position <= $2 ORDER BY position, ordinal");
pub(crate) const OWNER: &str = "SELECT token, subject, lane FROM identities WHERE token = $1";
pub(crate) const FOUND: &str = "SELECT member FROM search_tokens WHERE token = $1 ORDER BY member LIMIT $2";
pub(crate) const ORDER: &str = "SELECT ref, member, lane, body FROM orders WHERE ref = $1";
pub(crate) const DAY_KEY: &str = "SELECT key FROM day_keys WHERE day = $1";
pub(crate) const KEEP_DAY_KEY: &str = "INSERT INTO day_keys (day, key) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING";
pub(crate) const DROP_DAY_KEYS: &str = "DELETE FROM day_keys WHERE day < $1";
pub(crate) const ALL_KIN: &str = "SELECT subject, lane, member, family, recorded_at, position FROM kin ORDER BY family, subject";
pub(crate) const CONFLICTS: &str = "SELECT family, one, other, kind, named_by FROM conflicts WHERE (family, one, other) > ($1, $2, $3) \
                                    ORDER BY family, one, other LIMIT $4";
pub(crate) const SCAN: &str = facts!("WHERE subject >= $1 AND subject <= $2 AND subject <> 0 ORDER BY subject, occurred_at, position");

pub(crate) const SET_BRAND: &str =
    "INSERT INTO brand (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
/// Both databases compare bytes from the first on.
pub(crate) const RAISE_BRAND: &str = "INSERT INTO brand (name, value) VALUES ($1, $2) \
    ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE brand.value < excluded.value";

/// A row limit as both databases take it.
pub(crate) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Where a queue goes on; the very first row has no smaller key.
pub(crate) fn after(key: Option<(SubjectId, MemberId, MemberId)>) -> (i64, i64, i64) {
    key.map_or((i64::MIN, i64::MIN, i64::MIN), |(family, left, right)| (family.0, left.0, right.0))
}
