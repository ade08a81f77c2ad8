//! What the desk forgets of an erased person. What is not there is forgotten already.

use perennial_kernel::ImportId;

use super::PortResult;

pub trait Forgetting {
    /// Removes one bad row for good.
    fn drop_bad_row(&mut self, import: ImportId, record: u64) -> PortResult<()>;
    /// Removes one dead letter for good, whatever its state.
    fn drop_letter(&mut self, id: i64) -> PortResult<()>;
    /// Empties the sample of an event name; its counts stay.
    fn drop_sample(&mut self, source: &str, name: &str) -> PortResult<()>;
}
