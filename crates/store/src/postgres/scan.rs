//! Everyone, by subject, on a connection of its own. Each call reads one snapshot, a portion of rows at a time.

use perennial_app::port::{HistoryScan, PortResult, ScanRange, StoredFact};
use perennial_kernel::SubjectId;
use postgres::IsolationLevel;

use super::link::Link;
use crate::scan::{BySubject, bounds};
use crate::trouble::OrTrouble;
use crate::{columns, sql};

/// Rows fetched at a time.
const PORTION: i32 = 4096;

pub(super) struct PostgresScan(pub Link);

impl HistoryScan for PostgresScan {
    fn scan(&mut self, range: ScanRange, visit: &mut dyn FnMut(SubjectId, &[StoredFact]) -> bool) -> PortResult<()> {
        let Some((first, last)) = bounds(range) else { return Ok(()) };
        let mut subjects = BySubject::new(visit);
        let client = self.0.session()?.client();
        let mut tx = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().or_trouble()?;
        let portal = tx.bind(sql::SCAN, &[&first, &last]).or_trouble()?;
        loop {
            let rows = tx.query_portal(&portal, PORTION).or_trouble()?;
            for row in &rows {
                if !subjects.add(columns::stored_fact(row)?) {
                    return Ok(());
                }
            }
            if rows.len() < PORTION as usize {
                subjects.finish();
                return tx.commit().or_trouble();
            }
        }
    }
}
