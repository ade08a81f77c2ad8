//! What the desk forgets of an erased person.

use perennial_kernel::ImportId;

use super::PortResult;

pub trait Forgetting {
    /// Removes one bad row for good; one that is not there is removed already.
    fn drop_bad_row(&mut self, import: ImportId, record: u64) -> PortResult<()>;
}
