//! Dead letters and samples are kept for a while: then the keys of their days are destroyed, in every copy, and the rows deleted.

use super::{DoorResult, Shared};

/// Days that what belongs to no subject can be read.
pub const KEPT_DAYS: i32 = 30;
/// Once an hour.
pub(super) const EVERY_TICKS: u64 = 3600;

impl Shared {
    pub(super) fn retain(&self) -> DoorResult<()> {
        let before = self.house.calendar().day(self.house.now()) + -KEPT_DAYS;
        let keys = self.house.keys().drop_day_keys(before)?;
        let letters = self.house.desk().drop_letters(before)?;
        if keys + letters > 0 {
            tracing::info!(keys, letters, %before, "what was kept long enough is destroyed");
        }
        Ok(())
    }
}
