//! Fixed lists: members chosen once, kept under a name, for one user or for all.

use perennial_kernel::{Instant, MemberId, SubjectId};

use super::PortResult;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListRow {
    pub id: i64,
    pub name: String,
    /// Where its members came from, as that address is asked again: `/metrics/repurchase/members?cell=repeat`.
    pub origin: String,
    pub shared: bool,
    /// Whose it is.
    pub who: String,
    pub created_at: Instant,
    /// How many are in it.
    pub members: u64,
}

pub trait Lists {
    /// Gives the next id and keeps the row under it with its members, all or nothing (id and count in `row` are ignored).
    fn add_list(&mut self, row: &ListRow, members: &[MemberId]) -> PortResult<i64>;
    /// Everybody's, by name.
    fn lists(&mut self) -> PortResult<Vec<ListRow>>;
    /// Ascending, as they were when they were chosen: one who was merged since stands under the old id. Nothing of an unknown list.
    fn list_members(&mut self, id: i64) -> PortResult<Vec<MemberId>>;
    /// Drops a list of its owner's; `false` when there is none.
    fn drop_list(&mut self, id: i64, who: &str) -> PortResult<bool>;
    /// Takes somebody out of all lists.
    fn unlist(&mut self, subject: SubjectId) -> PortResult<()>;
}
