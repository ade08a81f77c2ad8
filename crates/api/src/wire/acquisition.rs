//! How people become buyers. The command line tells the same with `--json`.

use perennial_app::query::metrics::Measured;
use perennial_metrics::acquisition::{AcquiredBy, AcquiredRow, StepRow};
use perennial_metrics::{AcquiredTable, Period};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DaySpread, MetricBasis};

/// How members who became known in a period came nearer while they were followed.
#[derive(Serialize, ToSchema)]
pub struct Acquisition {
    #[serde(flatten)]
    pub basis: MetricBasis,
    /// `everyone`, `source` or `channel`.
    pub by: String,
    pub horizon_days: i32,
    pub all: AcquisitionRow,
    /// Most members first; empty for everyone together.
    pub rows: Vec<AcquisitionRow>,
}

#[derive(Serialize, ToSchema)]
pub struct AcquisitionRow {
    /// A source or a channel; empty where none is known, and for everyone.
    pub group: String,
    /// Members followed.
    pub members: u64,
    /// Became known in the period and not yet observed so long: in nothing else.
    pub excluded: u64,
    /// Bought on the day they became known.
    pub bought_at_once: u64,
    /// `aware`, `follower`, `registered`, `bought`.
    pub steps: Vec<AcquisitionStep>,
}

#[derive(Serialize, ToSchema)]
pub struct AcquisitionStep {
    pub step: String,
    /// Came so far or further.
    pub reached: u64,
    /// Of those who came as far as the step before.
    pub conversion: Option<f64>,
    pub share_of_known: Option<f64>,
    /// Took this very step.
    pub took: u64,
    /// Of those who took it: days from the nearest step before it that they had taken by then.
    pub days: DaySpread,
    /// Of those who took it: days from becoming known.
    pub days_since_known: DaySpread,
}

impl From<&StepRow> for AcquisitionStep {
    fn from(row: &StepRow) -> Self {
        Self {
            step: row.step.as_str().to_owned(),
            reached: row.reached,
            conversion: row.conversion,
            share_of_known: row.of_known,
            took: row.took,
            days: (&row.days).into(),
            days_since_known: (&row.days_known).into(),
        }
    }
}

impl From<&AcquiredRow> for AcquisitionRow {
    fn from(row: &AcquiredRow) -> Self {
        Self {
            group: row.group.clone(),
            members: row.members,
            excluded: row.excluded,
            bought_at_once: row.at_once,
            steps: row.steps.iter().map(Into::into).collect(),
        }
    }
}

impl Acquisition {
    pub fn new(measured: &Measured<AcquiredTable>, by: AcquiredBy, period: Period) -> Self {
        Self {
            basis: MetricBasis::new("acquisition", period, measured),
            by: by.as_str().to_owned(),
            horizon_days: measured.table.horizon_days,
            all: (&measured.table.all).into(),
            rows: measured.table.rows.iter().map(Into::into).collect(),
        }
    }
}
