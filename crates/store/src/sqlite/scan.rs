//! Everyone, by family. Each call reads one state of the file; a fact committed meanwhile is seen by the next call.

use perennial_app::port::gather::{ByFamily, bounds};
use perennial_app::port::{HistoryScan, PortResult, ScanRange, StoredFact};
use perennial_kernel::SubjectId;

use super::read;
use super::session::Session;
use crate::{columns, sql};

pub(super) struct SqliteScan(pub Session);

impl HistoryScan for SqliteScan {
    fn scan(&mut self, range: ScanRange, visit: &mut dyn FnMut(SubjectId, &[StoredFact]) -> bool) -> PortResult<()> {
        let Some(bounds) = bounds(range) else { return Ok(()) };
        let session = &self.0;
        // Who belongs together and what they did are read of one state of the file.
        let _reading = session.begin_reading()?;
        let kin = session.rows(sql::ALL_KIN, [], |row| columns::kin(row))?;
        let mut families = ByFamily::new(visit, kin);
        session.each(sql::SCAN, bounds, |row| {
            let fact = columns::stored_fact(row)?;
            if let Some(others) = families.others_of(fact.subject) {
                families.bring(read::facts_of(session, others.into_iter())?);
            }
            Ok(families.add(fact))
        })?;
        families.finish();
        Ok(())
    }
}
