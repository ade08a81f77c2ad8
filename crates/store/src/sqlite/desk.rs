//! The desk on a connection of its own to the journal's file; its commits take turns with the engine's.

use std::path::Path;

use perennial_app::port::PortResult;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ToSql, params_from_iter};

use super::SqliteStore;
use super::session::{Options, Session};
use crate::columns::Columns;
use crate::desk::{DeskOn, Plain, Value};
use crate::trouble::OrTrouble;

pub type SqliteDesk = DeskOn<Connection>;

/// A connection for plain rows.
pub struct Connection(Session);

impl SqliteDesk {
    /// Opens the journal's file, and makes it when there is none.
    pub fn open(path: impl AsRef<Path>) -> PortResult<Self> {
        Self::open_with(path, Options { cache_mib: 4, ..Options::default() })
    }

    pub fn open_with(path: impl AsRef<Path>, options: Options) -> PortResult<Self> {
        Ok(Self(Connection(SqliteStore::open_with(path, options)?.write)))
    }
}

impl Plain for Connection {
    fn run(&mut self, sql: &'static str, values: &[Value<'_>]) -> PortResult<u64> {
        self.0.run(sql, params_from_iter(values)).map(|rows| rows as u64)
    }

    fn fetch<T>(&mut self, sql: &'static str, values: &[Value<'_>], read: fn(&dyn Columns) -> PortResult<T>) -> PortResult<Vec<T>> {
        self.0.rows(sql, params_from_iter(values), |row| read(row))
    }

    fn run_all(&mut self, sql: &'static str, rows: &[Vec<Value<'_>>]) -> PortResult<()> {
        let tx = self.0.begin()?;
        for row in rows {
            self.0.run(sql, params_from_iter(row))?;
        }
        tx.commit()
    }

    fn keep_bad_rows(&mut self, import: i64, rows: &[(u64, Vec<u8>)]) -> PortResult<()> {
        let sql = "INSERT INTO bad_rows (import, record, sealed) VALUES ($1, $2, $3) \
                   ON CONFLICT (import, record) DO UPDATE SET sealed = excluded.sealed";
        let tx = self.0.begin()?;
        let mut insert = self.0.statement(sql)?;
        for (record, sealed) in rows {
            insert.execute((import, *record as i64, sealed)).or_trouble()?;
        }
        tx.commit()
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Int(number) | Self::MaybeInt(Some(number)) => ValueRef::Integer(number),
            Self::MaybeInt(None) => ValueRef::Null,
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
