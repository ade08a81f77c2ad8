//! The journal, the key store and the desk on SQLite (one lane, one file) and PostgreSQL (64 lanes).
//!
//! Knows rows and transactions. Knows no rule, no policy, no JSON, no clock, and opens no sealed byte.
//!
//! What both stores understand is written once: the schema in [`schema`], the queries in [`sql`], the way from a row to a value in
//! [`columns`], the desk in [`desk`]. What differs stands side by side in `sqlite/` and `postgres/`.

mod check;
mod columns;
mod desk;
pub mod postgres;
mod schema;
mod sql;
pub mod sqlite;
mod trouble;

pub use desk::DeskOn;
pub use postgres::{Options as PostgresOptions, PostgresDesk, PostgresKeys, PostgresStore};
pub use sqlite::{Options as SqliteOptions, SqliteDesk, SqliteKeys, SqliteStore, Synchronous};
