//! How long members stay, grow up, are in their prime, and live.

use perennial_app::query::{CohortsTable, Durations, TimesTable};
use perennial_kernel::Instant;
use serde::Serialize;
use utoipa::ToSchema;

/// Bins of the distributions begin at these days; the last is open.
pub const BINS: [i32; 9] = [0, 8, 15, 31, 61, 91, 181, 361, 721];
/// A curve is told by at most so many points.
const POINTS_MAX: usize = 160;
/// Shares ended are told at these days.
const MILESTONES: [i32; 6] = [30, 60, 90, 180, 365, 730];

/// Durations of one kind. What still goes on is counted as longer than seen (Kaplan–Meier).
#[derive(Serialize, ToSchema)]
pub struct DurationSummary {
    pub count: u64,
    pub ended: u64,
    /// Days by which a quarter, half, three quarters have ended; null while fewer have.
    pub p25: Option<i32>,
    pub p50: Option<i32>,
    pub p75: Option<i32>,
    /// Ended ones by length.
    pub bins: Vec<DurationBin>,
    /// Share ended by certain days, as far as was observed.
    pub milestones: Vec<Milestone>,
}

#[derive(Serialize, ToSchema)]
pub struct DurationBin {
    pub from: i32,
    /// Exclusive; null for the last.
    pub to: Option<i32>,
    pub count: u64,
}

#[derive(Serialize, ToSchema)]
pub struct Milestone {
    pub days: i32,
    pub share: f64,
}

impl DurationSummary {
    pub fn new(durations: &Durations) -> Self {
        let counts = durations.histogram(&BINS);
        let bin = |(at, count): (usize, u64)| DurationBin { from: BINS[at], to: BINS.get(at + 1).copied(), count };
        let milestone = |days: i32| durations.ended_by(days).map(|share| Milestone { days, share });
        Self {
            count: durations.count(),
            ended: durations.ended(),
            p25: durations.quantile(0.25),
            p50: durations.quantile(0.5),
            p75: durations.quantile(0.75),
            bins: counts.into_iter().enumerate().map(bin).collect(),
            milestones: MILESTONES.into_iter().filter_map(milestone).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Times {
    pub as_of: String,
    pub model: String,
    /// In the model's order of showing.
    pub stages: Vec<StageTime>,
    /// From the first purchase to the first active or loyal day; null in models without such stages.
    pub growing_up: Option<DurationSummary>,
    /// Spells of active and loyal days.
    pub prime: Option<DurationSummary>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct StageTime {
    pub stage: String,
    pub time: DurationSummary,
}

impl Times {
    pub fn new(model: String, table: &TimesTable, data_up_to: Instant) -> Self {
        let stage = |(id, durations): &(String, Durations)| StageTime { stage: id.clone(), time: DurationSummary::new(durations) };
        Self {
            as_of: table.as_of.to_string(),
            model,
            stages: table.stages.iter().map(stage).collect(),
            growing_up: table.growing_up.as_ref().map(DurationSummary::new),
            prime: table.prime.as_ref().map(DurationSummary::new),
            data_up_to: data_up_to.to_string(),
        }
    }
}

/// First lives by cohort. A life ends on the day on which the brand's life gap has passed without a purchase.
#[derive(Serialize, ToSchema)]
pub struct Survival {
    pub as_of: String,
    pub life_gap_days: i32,
    /// Everyone, then the cohorts by time.
    pub cohorts: Vec<CohortSurvival>,
    pub data_up_to: String,
}

#[derive(Serialize, ToSchema)]
pub struct CohortSurvival {
    /// `1997-Q1`; null for everyone.
    pub cohort: Option<String>,
    pub members: u64,
    pub ended: u64,
    /// The day by which half have ended; null while fewer have.
    pub median: Option<i32>,
    /// A member of the cohort was observed for at most so many days.
    pub observed_days: i32,
    pub curve: Vec<SurvivalPoint>,
}

/// Share of lives that go on beyond a day, with Greenwood's band at 95 %.
#[derive(Serialize, ToSchema)]
pub struct SurvivalPoint {
    pub days: i32,
    /// Under observation just before.
    pub at_risk: u64,
    pub survival: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Survival {
    pub fn new(table: &CohortsTable, data_up_to: Instant) -> Self {
        let everyone = std::iter::once((None, &table.everyone));
        let cohorts = everyone.chain(table.cohorts.iter().map(|(name, durations)| (Some(name.clone()), durations)));
        Self {
            as_of: table.as_of.to_string(),
            life_gap_days: table.life_gap_days,
            cohorts: cohorts.map(|(cohort, durations)| CohortSurvival::new(cohort, durations)).collect(),
            data_up_to: data_up_to.to_string(),
        }
    }
}

impl CohortSurvival {
    fn new(cohort: Option<String>, durations: &Durations) -> Self {
        let points = durations.curve();
        let step = points.len().div_ceil(POINTS_MAX).max(1);
        let last = points.len().saturating_sub(1);
        let shown = points.iter().enumerate().filter(|(at, _)| at % step == 0 || *at == last);
        let curve = shown.map(|(_, point)| SurvivalPoint {
            days: point.days,
            at_risk: point.at_risk,
            survival: point.survival,
            low: point.band.map(|band| band.0),
            high: point.band.map(|band| band.1),
        });
        Self {
            cohort,
            members: durations.count(),
            ended: durations.ended(),
            median: durations.quantile(0.5),
            observed_days: durations.longest(),
            curve: curve.collect(),
        }
    }
}
