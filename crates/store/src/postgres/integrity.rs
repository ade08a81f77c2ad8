//! Reads every row whole, so that the server checks every page it keeps; where `amcheck` is installed, every index too.

use perennial_app::port::{PortError, PortResult};

use super::link::Session;
use crate::columns::Columns;
use crate::trouble::OrTrouble;

const TABLES: &str = "SELECT relname::TEXT, oid::BIGINT FROM pg_class \
                      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname";
const INDEXES: &str = "SELECT relname::TEXT, oid::BIGINT FROM pg_class \
                       WHERE relnamespace = current_schema()::regnamespace AND relkind = 'i' ORDER BY relname";
const AMCHECK: &str = "SELECT n.nspname::TEXT FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'amcheck'";

pub(super) fn findings(session: &mut Session) -> PortResult<Vec<String>> {
    let names = |session: &mut Session, sql| session.all(sql, &[], |row| row.text(0).map(str::to_owned));
    let mut findings = Vec::new();
    for table in names(session, TABLES)? {
        // Writing the row as text brings in what stands outside it.
        note(&mut findings, &table, session, &format!("SELECT COUNT(CAST(whole AS TEXT)) FROM {table} AS whole"))?;
    }
    if let Some(schema) = names(session, AMCHECK)?.first() {
        for index in names(session, INDEXES)? {
            note(&mut findings, &index, session, &format!("SELECT {schema}.bt_index_check('{index}'::regclass, true)"))?;
        }
    }
    Ok(findings)
}

/// A lost connection is no finding.
fn note(findings: &mut Vec<String>, what: &str, session: &mut Session, sql: &str) -> PortResult<()> {
    match session.client().simple_query(sql).or_trouble() {
        Ok(_) => {}
        Err(passing @ PortError::Transient(_)) => return Err(passing),
        Err(PortError::Damaged(why) | PortError::Failed(why)) => findings.push(format!("{what}: {why}")),
    }
    Ok(())
}
