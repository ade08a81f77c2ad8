//! The audit trail.

use perennial_app::audit::TrailState;
use perennial_app::port::trail::AuditRow;
use perennial_app::query::trail;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct AuditPage {
    pub items: Vec<AuditLine>,
    pub next: Option<String>,
    pub total: u64,
}

#[derive(Serialize, ToSchema)]
pub struct AuditLine {
    /// From 1, without gaps.
    pub id: i64,
    pub at: String,
    /// A user, `key:NAME`, or `cli` for the command line.
    pub who: String,
    pub what: String,
    /// The member it is about.
    pub member: Option<String>,
    pub detail: String,
}

impl From<AuditRow> for AuditLine {
    fn from(row: AuditRow) -> Self {
        let AuditRow { id, at, who, what, about, detail, .. } = row;
        Self { id, at: at.to_string(), who, what, member: Some(about).filter(|about| !about.is_empty()), detail }
    }
}

impl From<trail::Page> for AuditPage {
    fn from(page: trail::Page) -> Self {
        Self { items: page.items.into_iter().map(Into::into).collect(), next: page.next, total: page.total }
    }
}

/// Whether the trail is as it was written.
#[derive(Serialize, ToSchema)]
pub struct AuditCheck {
    pub intact: bool,
    /// Lines that hold.
    pub lines: u64,
    /// The first line that does not.
    pub broken_at: Option<i64>,
    pub why: Option<String>,
}

impl From<TrailState> for AuditCheck {
    fn from(state: TrailState) -> Self {
        let (broken_at, why) = state.broken.map(|(line, why)| (line, why.to_owned())).unzip();
        Self { intact: broken_at.is_none(), lines: state.lines, broken_at, why }
    }
}
