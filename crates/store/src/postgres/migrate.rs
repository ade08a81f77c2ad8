//! Schema versions, in the table `migration` of each schema. One node migrates, the others wait for it.

use perennial_app::port::{PortError, PortResult};

use super::link::Session;
use crate::columns::Columns;
use crate::schema;

/// "Prn": the advisory lock under which schemas change.
const LOCK: i64 = 0x0050_726e;

pub(super) fn migrate(session: &mut Session, name: &str, migrations: &[&str]) -> PortResult<()> {
    let newest = migrations.len() as i64;
    if is_there(session, name)? && version(session)? == newest {
        return Ok(());
    }
    session.command(&format!("BEGIN; SELECT pg_advisory_xact_lock({LOCK})"))?;
    let done = steps(session, name, migrations);
    session.command(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

fn steps(session: &mut Session, name: &str, migrations: &[&str]) -> PortResult<()> {
    let encoding = session.rows("SELECT current_setting('server_encoding')", &[])?;
    if encoding.first().map(|row| row.text(0)).transpose()? != Some("UTF8") {
        return Err(PortError::Failed("the database's encoding must be UTF8".to_owned()));
    }
    if !is_there(session, name)? {
        session.command(&format!("CREATE SCHEMA IF NOT EXISTS {name}; CREATE TABLE {name}.migration (version BIGINT PRIMARY KEY)"))?;
    }
    let version = version(session)?;
    let newest = migrations.len() as i64;
    if version > newest {
        return Err(PortError::Damaged(format!("the database has schema version {version}; this program knows up to {newest}")));
    }
    for (at, step) in migrations.iter().enumerate().skip(version as usize) {
        session.command(&schema::for_postgres(step))?;
        session.command(&format!("INSERT INTO migration (version) VALUES ({})", at + 1))?;
    }
    Ok(())
}

fn is_there(session: &mut Session, name: &str) -> PortResult<bool> {
    let table = format!("{name}.migration");
    Ok(!session.rows("SELECT 1::BIGINT WHERE to_regclass($1) IS NOT NULL", &[&table])?.is_empty())
}

fn version(session: &mut Session) -> PortResult<i64> {
    let rows = session.rows("SELECT COALESCE(MAX(version), 0) FROM migration", &[])?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}
