//! Sources, on the wire.

use std::collections::BTreeMap;

use perennial_app::door::{Made, SourceNow, Today};
use perennial_app::port::source::SourceRow;
use perennial_kernel::Instant;
use serde::Serialize;
use utoipa::ToSchema;

/// A source with what it delivered.
#[derive(Serialize, ToSchema)]
pub struct Source {
    /// The `source` of every fact it brings.
    pub name: String,
    /// `segment`, `shopify`, `woocommerce`, `youzan`, `douyin`, `standard`; `api` for one that sends orders with an API key.
    pub kind: String,
    pub label: String,
    /// `on`, `off`.
    pub state: String,
    /// What this kind needs to know besides its secret.
    pub settings: BTreeMap<String, String>,
    /// Null for `api`.
    pub created_at: Option<String>,
    /// Until when the secret before the last rotation is taken; null when it is not.
    pub previous_until: Option<String>,
    pub last_delivery: Option<String>,
    pub last_error: Option<SourceError>,
    /// Days with deliveries among the last 30, ascending.
    pub days: Vec<SourceDay>,
}

/// The last thing that went wrong.
#[derive(Serialize, ToSchema)]
pub struct SourceError {
    pub at: String,
    pub code: String,
    /// Empty where the words quote what came: the dead letter has them.
    pub detail: String,
    pub detail_zh: String,
}

/// What a source delivered on one day of the brand.
#[derive(Serialize, ToSchema)]
pub struct SourceDay {
    pub day: String,
    pub accepted: u64,
    pub repeated: u64,
    pub refused: u64,
}

#[derive(ToSchema)]
pub struct NewSource {
    /// 1 to 40 lower-case letters, digits, `-` and `_`.
    pub name: String,
    pub kind: String,
    pub label: String,
    /// The shop's own secret; left out for one of our making (`segment`, `woocommerce`, `standard`).
    pub secret: Option<String>,
    pub settings: Option<BTreeMap<String, String>>,
}

/// What is left out stays.
#[derive(ToSchema)]
pub struct ChangeSource {
    pub label: Option<String>,
    /// `on`, `off`.
    pub state: Option<String>,
    pub settings: Option<BTreeMap<String, String>>,
}

#[derive(ToSchema)]
pub struct RotateSource {
    /// The shop's new secret; left out for one of our making.
    pub secret: Option<String>,
    /// How long the old one is still taken: 0 to 720, 24 when absent.
    pub overlap_hours: Option<u32>,
}

/// A source's new secret: shown once.
#[derive(Serialize, ToSchema)]
pub struct SourceSecret {
    pub name: String,
    pub secret: String,
    pub previous_until: Option<String>,
}

impl SourceSecret {
    pub fn new(made: Made) -> Self {
        Self { name: made.row.name, secret: made.secret, previous_until: made.row.previous_until.map(|at| at.to_string()) }
    }
}

impl Source {
    pub fn new(told: SourceNow, now: Instant) -> Self {
        let signs = told.signs;
        let last_error = signs.error_at.map(|at| SourceError {
            at: at.to_string(),
            code: signs.error_code,
            detail: signs.error_en,
            detail_zh: signs.error_zh,
        });
        let base = told.row.map_or_else(|| heard_of(&told.name), |row| connected(row, now));
        Self {
            last_delivery: signs.delivered_at.map(|at| at.to_string()),
            last_error,
            days: told.days.iter().map(SourceDay::from).collect(),
            ..base
        }
    }
}

fn connected(row: SourceRow, now: Instant) -> Source {
    Source {
        name: row.name,
        kind: row.kind,
        label: row.label,
        state: row.state,
        settings: serde_json::from_str(&row.settings).unwrap_or_default(),
        created_at: Some(row.created_at.to_string()),
        previous_until: row.previous_until.filter(|until| *until > now).map(|at| at.to_string()),
        last_delivery: None,
        last_error: None,
        days: Vec::new(),
    }
}

fn heard_of(name: &str) -> Source {
    Source {
        name: name.to_owned(),
        kind: "api".to_owned(),
        label: name.to_owned(),
        state: "on".to_owned(),
        settings: BTreeMap::new(),
        created_at: None,
        previous_until: None,
        last_delivery: None,
        last_error: None,
        days: Vec::new(),
    }
}

impl From<&Today> for SourceDay {
    fn from(day: &Today) -> Self {
        Self { day: day.day.to_string(), accepted: day.accepted, repeated: day.repeated, refused: day.refused }
    }
}
