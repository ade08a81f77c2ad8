//! Dashboards: cards that somebody put together, for themselves or for all.

use perennial_kernel::Instant;

use super::PortResult;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DashboardRow {
    pub id: i64,
    pub name: String,
    /// The cards in their order, as JSON; what a card is, is the console's and the API's.
    pub cards: String,
    pub shared: bool,
    /// Whose it is.
    pub who: String,
    /// From 1, one more with each change.
    pub version: i64,
    pub changed_at: Instant,
}

pub trait Dashboards {
    /// Gives the next id and keeps the row under it (the id in `row` is ignored).
    fn add_dashboard(&mut self, row: &DashboardRow) -> PortResult<i64>;
    /// Everybody's, by name.
    fn dashboards(&mut self) -> PortResult<Vec<DashboardRow>>;
    /// Puts the row in place of the version before it, if that is the one there and its owner's; `false` when it is not.
    fn change_dashboard(&mut self, row: &DashboardRow) -> PortResult<bool>;
    /// Drops one of its owner's; `false` when there is none.
    fn drop_dashboard(&mut self, id: i64, who: &str) -> PortResult<bool>;
}
