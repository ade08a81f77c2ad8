//! The desk: plain rows, one statement each, in SQL both databases understand.

mod access;
mod catalogue;
mod dashboards;
mod imports;
mod jobs;
mod letter;
mod lists;
mod policies;
mod source;
mod trail;
mod views;

use perennial_app::port::desk::{DocumentRow, ImportRow, SecretRow, UserRow};
use perennial_app::port::{Desk, PortError, PortResult};
use perennial_kernel::ImportId;

mod erasure;

use crate::columns::{self, Columns};
use crate::sql;

/// A parameter of a plain statement.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    Int(i64),
    MaybeInt(Option<i64>),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A connection that runs one statement at a time, each its own transaction.
pub(crate) trait Plain: Send {
    fn run(&mut self, sql: &'static str, values: &[Value<'_>]) -> PortResult<u64>;

    fn fetch<T>(&mut self, sql: &'static str, values: &[Value<'_>], read: fn(&dyn Columns) -> PortResult<T>) -> PortResult<Vec<T>>;

    /// The same statement for each row of a set, in one transaction.
    fn run_all(&mut self, sql: &'static str, rows: &[Vec<Value<'_>>]) -> PortResult<()>;

    /// The same statement for each row of a set, in one transaction. PostgreSQL sends the set at once.
    fn keep_bad_rows(&mut self, import: i64, rows: &[(u64, Vec<u8>)]) -> PortResult<()>;
}

/// The desk on one database.
pub struct DeskOn<S>(pub(crate) S);

#[expect(private_bounds, reason = "the two connections a desk stands on are this crate's own")]
impl<S: Plain> DeskOn<S> {
    fn first<T>(&mut self, sql: &'static str, values: &[Value<'_>], read: fn(&dyn Columns) -> PortResult<T>) -> PortResult<Option<T>> {
        Ok(self.0.fetch(sql, values, read)?.into_iter().next())
    }

    /// Changes exactly one row, or fails: `what` names the row that is not there.
    fn run_one(&mut self, sql: &'static str, values: &[Value<'_>], what: &str) -> PortResult<()> {
        match self.0.run(sql, values)? {
            1 => Ok(()),
            _ => Err(PortError::Failed(format!("{what} does not exist"))),
        }
    }
}

use Value::{Bytes, Int, MaybeInt, Text};

impl<S: Plain> Desk for DeskOn<S> {
    fn setting(&mut self, name: &str) -> PortResult<Option<Vec<u8>>> {
        self.first(sql::SETTING, &[Text(name)], columns::blob)
    }

    fn set_setting(&mut self, name: &str, value: &[u8]) -> PortResult<()> {
        self.0.run(sql::SET_SETTING, &[Text(name), Bytes(value)]).map(drop)
    }

    fn add_document(&mut self, row: &DocumentRow) -> PortResult<()> {
        let sql = "INSERT INTO documents (policy, version, body, author, reason, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
        let DocumentRow { policy, version, body, author, reason, created_at } = row;
        self.0.run(sql, &[Text(policy), Int(*version), Text(body), Text(author), Text(reason), Int(created_at.0)]).map(drop)
    }

    fn documents(&mut self) -> PortResult<Vec<DocumentRow>> {
        self.0.fetch(sql::DOCUMENTS, &[], columns::document)
    }

    fn add_user(&mut self, row: &UserRow) -> PortResult<()> {
        let sql = "INSERT INTO users (name, role, password, created_at, stores, active, must_change) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let UserRow { name, role, password, created_at, stores, active, must_change } = row;
        let stores = stores.join("\n");
        let flags = [Text(&stores), Int(i64::from(*active)), Int(i64::from(*must_change))];
        self.0.run(sql, &[&[Text(name), Text(role), Text(password), Int(created_at.0)], flags.as_slice()].concat()).map(drop)
    }

    fn user(&mut self, name: &str) -> PortResult<Option<UserRow>> {
        self.first(
            "SELECT name, role, password, created_at, stores, active, must_change FROM users WHERE name = $1",
            &[Text(name)],
            columns::user,
        )
    }

    fn set_password(&mut self, name: &str, password: &str) -> PortResult<()> {
        self.run_one("UPDATE users SET password = $1 WHERE name = $2", &[Text(password), Text(name)], "the user")
    }

    fn add_secret(&mut self, row: &SecretRow) -> PortResult<()> {
        let sql = "INSERT INTO secrets (hash, purpose, name, role, created_at, expires_at, source, agent) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let SecretRow { purpose, hash, name, role, created_at, expires_at, source, agent } = row;
        let times = [Int(created_at.0), MaybeInt(expires_at.map(|at| at.0))];
        let [created_at, expires_at] = times;
        let texts = [Text(source), Text(agent)];
        let values = [&[Bytes(hash), Text(purpose), Text(name), Text(role), created_at, expires_at], texts.as_slice()].concat();
        self.0.run(sql, &values).map(drop)
    }

    fn secret(&mut self, hash: &[u8]) -> PortResult<Option<SecretRow>> {
        let sql = "SELECT hash, purpose, name, role, created_at, expires_at, source, agent FROM secrets WHERE hash = $1";
        self.first(sql, &[Bytes(hash)], columns::secret)
    }

    fn secrets(&mut self, purpose: &str) -> PortResult<Vec<SecretRow>> {
        let sql = "SELECT hash, purpose, name, role, created_at, expires_at, source, agent FROM secrets WHERE purpose = $1 \
                   ORDER BY created_at, hash";
        self.0.fetch(sql, &[Text(purpose)], columns::secret)
    }

    fn drop_secret(&mut self, hash: &[u8]) -> PortResult<bool> {
        Ok(self.0.run("DELETE FROM secrets WHERE hash = $1", &[Bytes(hash)])? > 0)
    }

    fn add_import(&mut self, row: &ImportRow) -> PortResult<ImportId> {
        let sql = "INSERT INTO imports (source, file, digest, preset, shift_days, state, started_at, ended_at, records, added, updated, \
                   unchanged, skipped, bad) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id";
        let id = self.first(sql, &import_values(row), |row| row.int(0))?;
        id.map(ImportId).ok_or_else(|| PortError::Failed("the import got no id".to_owned()))
    }

    fn update_import(&mut self, row: &ImportRow) -> PortResult<()> {
        let sql = "UPDATE imports SET source = $1, file = $2, digest = $3, preset = $4, shift_days = $5, state = $6, started_at = $7, \
                   ended_at = $8, records = $9, added = $10, updated = $11, unchanged = $12, skipped = $13, bad = $14 WHERE id = $15";
        let mut values = import_values(row).to_vec();
        values.push(Int(row.id.0));
        self.run_one(sql, &values, "the import")
    }

    fn imports(&mut self) -> PortResult<Vec<ImportRow>> {
        let sql = "SELECT id, source, file, digest, preset, shift_days, state, started_at, ended_at, records, added, updated, unchanged, \
                   skipped, bad FROM imports ORDER BY id";
        self.0.fetch(sql, &[], columns::import)
    }

    fn add_bad_rows(&mut self, import: ImportId, rows: &[(u64, Vec<u8>)]) -> PortResult<()> {
        self.0.keep_bad_rows(import.0, rows)
    }

    fn bad_rows(&mut self, import: ImportId) -> PortResult<Vec<(u64, Vec<u8>)>> {
        self.0.fetch("SELECT record, sealed FROM bad_rows WHERE import = $1 ORDER BY record", &[Int(import.0)], columns::numbered)
    }
}

/// An import's columns in the order of the statements above, without its id.
fn import_values(row: &ImportRow) -> [Value<'_>; 14] {
    [
        Text(&row.source),
        Text(&row.file),
        Bytes(&row.digest),
        Text(&row.preset),
        Int(i64::from(row.shift_days)),
        Text(&row.state),
        Int(row.started_at.0),
        MaybeInt(row.ended_at.map(|at| at.0)),
        Int(row.records as i64),
        Int(row.new as i64),
        Int(row.updated as i64),
        Int(row.unchanged as i64),
        Int(row.skipped as i64),
        Int(row.bad as i64),
    ]
}
