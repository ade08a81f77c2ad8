//! Everyone, by subject. Each call reads one state of the file; a fact committed meanwhile is seen by the next call.

use perennial_app::port::{HistoryScan, PortResult, ScanRange, StoredFact};
use perennial_kernel::SubjectId;

use super::session::Session;
use crate::scan::{BySubject, bounds};
use crate::{columns, sql};

pub(super) struct SqliteScan(pub Session);

impl HistoryScan for SqliteScan {
    fn scan(&mut self, range: ScanRange, visit: &mut dyn FnMut(SubjectId, &[StoredFact]) -> bool) -> PortResult<()> {
        let Some(bounds) = bounds(range) else { return Ok(()) };
        let mut subjects = BySubject::new(visit);
        self.0.each(sql::SCAN, bounds, |row| Ok(subjects.add(columns::stored_fact(row)?)))?;
        subjects.finish();
        Ok(())
    }
}
