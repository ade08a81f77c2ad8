//! Schema versions of a file, kept in `user_version`; `application_id` says what the file is.

use perennial_app::port::{PortError, PortResult};
use rusqlite::{Connection, TransactionBehavior};

use super::session::Session;
use crate::trouble::OrTrouble;

/// "PrnJ" and "PrnK".
pub(super) const JOURNAL_FILE: i32 = 0x5072_6e4a;
pub(super) const KEYS_FILE: i32 = 0x5072_6e4b;

/// Brings the file to the newest version in one transaction. Refuses another program's file, and one that a newer program wrote.
pub(super) fn migrate(session: &mut Session, migrations: &[&str], application: i32) -> PortResult<()> {
    let newest = migrations.len() as i64;
    let connection = session.connection();
    if number(connection, "PRAGMA user_version")? == newest && number(connection, "PRAGMA application_id")? == i64::from(application) {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).or_trouble()?;
    let version = number(&tx, "PRAGMA user_version")?;
    let is_empty = number(&tx, "SELECT COUNT(*) FROM sqlite_schema")? == 0;
    if !is_empty && number(&tx, "PRAGMA application_id")? != i64::from(application) {
        return Err(PortError::Damaged("the file is not one of ours, or of another kind".to_owned()));
    }
    if version > newest {
        return Err(PortError::Damaged(format!("the file has schema version {version}; this program knows up to {newest}")));
    }
    for step in &migrations[version as usize..] {
        tx.execute_batch(step).or_trouble()?;
    }
    if application == JOURNAL_FILE {
        let lane = "INSERT INTO lanes (lane, seq, subjects, chain, epoch) VALUES (0, 0, 0, zeroblob(32), 0) ON CONFLICT (lane) DO NOTHING";
        tx.execute_batch(lane).or_trouble()?;
    }
    tx.execute_batch(&format!("PRAGMA user_version = {newest}; PRAGMA application_id = {application};")).or_trouble()?;
    tx.commit().or_trouble()
}

fn number(connection: &Connection, sql: &str) -> PortResult<i64> {
    connection.query_row(sql, [], |row| row.get(0)).or_trouble()
}
