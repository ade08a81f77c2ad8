//! What the coming weeks will take. The command line tells the same with `--json`.

use perennial_app::query::metrics::{DemandPlan, Measured};
use perennial_metrics::product::Expected;
use perennial_metrics::{DemandTable, Period};
use serde::Serialize;
use utoipa::ToSchema;

use super::MetricBasis;

/// Expected purchases of each product or category by store in the coming weeks.
#[derive(Serialize, ToSchema)]
pub struct Demand {
    #[serde(flatten)]
    pub basis: MetricBasis,
    /// `category` or `sku`.
    pub by: String,
    /// Of items bought again at least so often by all.
    pub least: u64,
    /// Items that are told of.
    pub items: u64,
    /// Items that too few bought again.
    pub left_out: u64,
    /// Rows with anything expected, told below or not.
    pub found: u64,
    /// All of them together, week by week.
    pub weeks: Vec<DemandWeek>,
    /// Most purchases first.
    pub rows: Vec<DemandRow>,
}

#[derive(Serialize, ToSchema)]
pub struct DemandWeek {
    /// First and last day.
    pub from: String,
    pub to: String,
    #[serde(flatten)]
    pub expected: DemandExpected,
}

/// Of one week, with a 90 % interval.
#[derive(Serialize, ToSchema)]
pub struct DemandExpected {
    pub purchases: f64,
    pub low: f64,
    pub high: f64,
    /// Purchases times the pieces of an average one.
    pub pieces: f64,
}

#[derive(Serialize, ToSchema)]
pub struct DemandRow {
    pub item: String,
    /// Of each member's last order of it; empty where that names none.
    pub store: String,
    /// Who bought it, the last time in that store.
    pub members: u64,
    pub pieces_each: f64,
    /// Of all weeks told.
    pub purchases: f64,
    /// One for each of `weeks`.
    pub weeks: Vec<DemandExpected>,
}

impl From<&Expected> for DemandExpected {
    fn from(week: &Expected) -> Self {
        Self { purchases: week.purchases, low: week.low, high: week.high, pieces: week.pieces }
    }
}

impl Demand {
    pub fn new(measured: &Measured<DemandTable>, plan: &DemandPlan) -> Self {
        let table = &measured.table;
        let row = |row: &perennial_metrics::product::DemandRow| DemandRow {
            item: row.item.clone(),
            store: row.store.clone(),
            members: row.members,
            pieces_each: row.pieces_each,
            purchases: row.purchases(),
            weeks: row.weeks.iter().map(Into::into).collect(),
        };
        let week = |((from, to), expected): (&(perennial_kernel::Day, perennial_kernel::Day), &Expected)| DemandWeek {
            from: from.to_string(),
            to: to.to_string(),
            expected: expected.into(),
        };
        Self {
            basis: MetricBasis::new("demand", Period::default(), measured),
            by: plan.items.key().to_owned(),
            least: plan.least,
            items: table.items,
            left_out: table.left_out,
            found: table.found,
            weeks: table.weeks.iter().zip(&table.all).map(week).collect(),
            rows: table.rows.iter().map(row).collect(),
        }
    }
}
