//! Saved views, and what a search found.

use perennial_app::port::views::ViewRow;
use perennial_app::query::board::Hits;
use perennial_kernel::{Currency, MemberId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{MemberPage, MemberRow, Words};

#[derive(Serialize, ToSchema)]
pub struct View {
    pub id: String,
    pub room: String,
    pub name: String,
    /// The part of the address after the question mark.
    pub query: String,
    pub shared: bool,
    pub who: String,
    /// The caller's own: only these may be deleted.
    pub mine: bool,
}

impl View {
    pub fn new(row: ViewRow, who: &str) -> Self {
        let mine = row.who == who;
        Self { id: format!("v_{}", row.id), room: row.room, name: row.name, query: row.query, shared: row.shared, who: row.who, mine }
    }
}

/// A view's number out of its id.
pub fn view_number(id: &str) -> Option<i64> {
    id.strip_prefix("v_")?.parse().ok()
}

#[derive(ToSchema)]
pub struct NewView {
    /// `members`.
    pub room: String,
    pub name: String,
    pub query: String,
    pub shared: bool,
}

/// What a text names.
#[derive(Serialize, ToSchema)]
pub struct SearchHits {
    pub members: Vec<MemberRow>,
    /// How many members there are; at most ten are told.
    pub total: usize,
    pub orders: Vec<OrderHit>,
    pub models: Vec<ModelHit>,
}

#[derive(Serialize, ToSchema)]
pub struct OrderHit {
    pub source: String,
    pub id: String,
    /// Null for a sale without member.
    pub member: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ModelHit {
    pub id: String,
    pub name: Words,
}

impl SearchHits {
    pub fn new(hits: Hits, models: Vec<ModelHit>, currency: Currency) -> Self {
        let page = MemberPage::new(hits.members, currency);
        let order = |(key, member): (perennial_kernel::OrderKey, MemberId)| OrderHit {
            source: key.source,
            id: key.id,
            member: (member != MemberId::NOBODY).then(|| member.to_string()),
        };
        Self { members: page.items, total: page.total, orders: hits.orders.into_iter().map(order).collect(), models }
    }
}
