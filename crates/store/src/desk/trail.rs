//! The audit trail: there is a statement that adds a line, and none that changes or removes one.

use perennial_app::port::trail::{AuditFilter, AuditRow};
use perennial_app::port::{PortResult, Trail};
use perennial_kernel::Instant;

use super::Value::{Bytes, Int, Text};
use super::{DeskOn, Plain, Value};
use crate::columns;
use crate::sql;

/// The conditions of a filter, the same for the page and the count; its values are [`values`]. Members stand in one text, between spaces: a
/// list that both stores read.
macro_rules! filtered {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " FROM trail WHERE ($1 = '' OR who = $1) AND ($2 = '' OR what = $2) AND ($3 = '' OR (about <> '' AND replace($3, ' ' || about || ' ', '') <> $3)) AND at >= $4 AND at < $5",
            $tail
        )
    };
}

impl<S: Plain> Trail for DeskOn<S> {
    fn add_audit(&mut self, row: &AuditRow) -> PortResult<bool> {
        let sql =
            "INSERT INTO trail (id, at, who, what, about, detail, seal) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
        let AuditRow { id, at, who, what, about, detail, seal } = row;
        Ok(self.0.run(sql, &[Int(*id), Int(at.0), Text(who), Text(what), Text(about), Text(detail), Bytes(seal)])? > 0)
    }

    fn audit(&mut self, limit: usize) -> PortResult<Vec<AuditRow>> {
        let sql = "SELECT id, at, who, what, about, detail, seal FROM trail ORDER BY id DESC LIMIT $1";
        self.0.fetch(sql, &[Int(sql::limit(limit))], columns::audit)
    }

    fn audit_page(&mut self, filter: &AuditFilter, limit: usize) -> PortResult<Vec<AuditRow>> {
        let sql = filtered!("SELECT id, at, who, what, about, detail, seal", " AND id < $6 ORDER BY id DESC LIMIT $7");
        let page = [Int(filter.before.unwrap_or(i64::MAX)), Int(sql::limit(limit))];
        self.0.fetch(sql, &[values(filter, &listed(filter)).as_slice(), &page].concat(), columns::audit)
    }

    fn audit_count(&mut self, filter: &AuditFilter) -> PortResult<u64> {
        let count = self.first(filtered!("SELECT COUNT(*)", ""), &values(filter, &listed(filter)), |row| row.int(0))?;
        Ok(count.unwrap_or_default() as u64)
    }

    fn audit_after(&mut self, id: i64, limit: usize) -> PortResult<Vec<AuditRow>> {
        let sql = "SELECT id, at, who, what, about, detail, seal FROM trail WHERE id > $1 ORDER BY id LIMIT $2";
        self.0.fetch(sql, &[Int(id), Int(sql::limit(limit))], columns::audit)
    }
}

fn listed(filter: &AuditFilter) -> String {
    filter.about.iter().flat_map(|member| [" ", member, " "]).collect()
}

fn values<'a>(filter: &'a AuditFilter, about: &'a str) -> [Value<'a>; 5] {
    let (from, until) = (filter.from.unwrap_or(Instant(i64::MIN)), filter.until.unwrap_or(Instant::MAX));
    [Text(&filter.who), Text(&filter.what), Text(about), Int(from.0), Int(until.0)]
}
