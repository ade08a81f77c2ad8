//! Dashboards and their cards.

use perennial_app::port::dashboards::DashboardRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct Dashboard {
    pub id: String,
    pub name: String,
    pub cards: Vec<Card>,
    pub shared: bool,
    pub who: String,
    /// The caller's own: only these may be changed.
    pub mine: bool,
    /// Sent back with a change, which is refused when somebody changed it meanwhile.
    pub version: i64,
    pub changed_at: String,
}

/// A room with its address: its numbers are asked anew whenever it is looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Card {
    /// `overview`, `lifecycle`, `metrics`, `value`.
    pub room: String,
    /// The part of the room's address after the question mark.
    pub query: String,
    /// Empty: as the room calls it.
    pub title: String,
    /// Over the whole width; else half of it, where there is room for two.
    pub wide: bool,
    /// The period is so many days, up to today, whatever the address says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_days: Option<u32>,
}

#[derive(ToSchema)]
pub struct NewDashboard {
    pub name: String,
    pub cards: Vec<Card>,
    pub shared: bool,
}

#[derive(ToSchema)]
pub struct ChangedDashboard {
    pub name: String,
    pub cards: Vec<Card>,
    pub shared: bool,
    /// The version that was changed.
    pub version: i64,
}

impl Dashboard {
    pub fn new(row: DashboardRow, who: &str) -> Self {
        let mine = row.who == who;
        // What this program wrote; what another version wrote and is not understood is left out.
        let cards = serde_json::from_str(&row.cards).unwrap_or_default();
        Self {
            id: format!("d_{}", row.id),
            name: row.name,
            cards,
            shared: row.shared,
            who: row.who,
            mine,
            version: row.version,
            changed_at: row.changed_at.to_string(),
        }
    }
}

/// A dashboard's number out of its id.
pub fn dashboard_number(id: &str) -> Option<i64> {
    id.strip_prefix("d_")?.parse().ok()
}
