//! Saved views: what a room showed, under a name, for one user or for all.

use perennial_kernel::Instant;

use super::PortResult;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ViewRow {
    pub id: i64,
    /// `members`.
    pub room: String,
    pub name: String,
    /// The part of the address after the question mark.
    pub query: String,
    pub shared: bool,
    /// Whose it is.
    pub who: String,
    pub created_at: Instant,
}

pub trait Views {
    /// Gives the next id and keeps the row under it (the id in `row` is ignored).
    fn add_view(&mut self, row: &ViewRow) -> PortResult<i64>;
    /// Everybody's, by name.
    fn views(&mut self, room: &str) -> PortResult<Vec<ViewRow>>;
    /// Drops a view of its owner's; `false` when there is none.
    fn drop_view(&mut self, id: i64, who: &str) -> PortResult<bool>;
}
