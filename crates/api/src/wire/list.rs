//! Fixed lists of members.

use perennial_app::port::lists::ListRow;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct FixedList {
    /// `l_3`: what the members list is filtered by.
    pub id: String,
    pub name: String,
    /// How its members were found, as the address that finds them anew.
    pub origin: String,
    pub shared: bool,
    pub who: String,
    /// The caller's own: only these may be deleted.
    pub mine: bool,
    /// Members in it; who was erased is no more.
    pub members: u64,
    pub created_at: String,
}

impl FixedList {
    pub fn new(row: ListRow, who: &str) -> Self {
        Self {
            id: format!("l_{}", row.id),
            name: row.name,
            origin: row.origin,
            shared: row.shared,
            mine: row.who == who,
            who: row.who,
            members: row.members,
            created_at: row.created_at.to_string(),
        }
    }
}

/// A list's number out of its id.
pub fn list_number(id: &str) -> Option<i64> {
    id.strip_prefix("l_")?.parse().ok()
}

#[derive(ToSchema)]
pub struct NewList {
    pub name: String,
    pub shared: Option<bool>,
    /// As in `GET /metrics/{metric}/members`, whose members are kept.
    pub metric: String,
    /// The part of that address after the question mark, without `limit` and `cursor`.
    pub query: Option<String>,
}
