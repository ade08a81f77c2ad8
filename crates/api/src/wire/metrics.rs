//! Metrics over everyone. The command line tells the same with `--json`.

use perennial_app::query::metrics::{BasketPlan, BasketTable, Measured};
use perennial_kernel::Currency;
use perennial_metrics::cohort::{self, Question};
use perennial_metrics::{CohortTable, DEFINITIONS, FunnelTable, ParetoTable, Period, RepurchaseTable, funnel, pareto};
use serde::Serialize;
use utoipa::ToSchema;

use super::{MemberPage, Money};

/// What a number means, in words.
#[derive(Serialize, ToSchema)]
pub struct MetricDefinition {
    /// `repurchase.user_rate`: the metric, and the number in its answer.
    pub key: String,
    pub en: String,
    pub zh: String,
}

impl MetricDefinition {
    /// Those of a metric and its numbers.
    pub(super) fn of(metric: &str) -> Vec<Self> {
        let is_its = |key: &str| key.split('.').next() == Some(metric);
        let told = DEFINITIONS.iter().filter(|definition| is_its(definition.key));
        told.map(|held| Self { key: held.key.to_owned(), en: held.en.to_owned(), zh: held.zh.to_owned() }).collect()
    }
}

/// What an answer rests on: asked again as of the same day, known at the same instant, it is the same.
#[derive(Serialize, ToSchema)]
pub struct MetricBasis {
    /// Which definitions it follows; what its numbers mean stands in `definitions`.
    pub definition: String,
    pub definitions: Vec<MetricDefinition>,
    /// First day of the period; null from the beginning.
    pub from: Option<String>,
    /// The first day after the period; null up to `as_of`.
    pub to: Option<String>,
    /// The answer is as of the end of this day.
    pub as_of: String,
    /// When the newest order, refund or behaviour in it occurred; null without any.
    pub data_up_to: Option<String>,
    /// What had been recorded by this instant is in it.
    pub known_at: String,
}

impl MetricBasis {
    pub(super) fn new<T>(metric: &str, period: Period, measured: &Measured<T>) -> Self {
        Self {
            definition: metric.to_owned(),
            definitions: MetricDefinition::of(metric),
            from: period.from.map(|day| day.to_string()),
            to: period.to.map(|day| day.to_string()),
            as_of: measured.observed.as_of.to_string(),
            data_up_to: measured.observed.data_up_to.map(|at| at.to_string()),
            known_at: measured.known_at.to_string(),
        }
    }
}

/// The members behind a number.
#[derive(Serialize, ToSchema)]
pub struct MembersBehind {
    #[serde(flatten)]
    pub page: MemberPage,
    /// A condition that holds of them as of today, where there is one: a list of it keeps current.
    pub condition: Option<String>,
}

/// How lengths in days spread; percentiles by nearest rank, null of none.
#[derive(Serialize, ToSchema)]
pub struct DaySpread {
    pub count: u64,
    pub mean: Option<f64>,
    pub p50: Option<i32>,
    pub p80: Option<i32>,
    pub p90: Option<i32>,
}

impl From<&perennial_metrics::Summary> for DaySpread {
    fn from(summary: &perennial_metrics::Summary) -> Self {
        Self { count: summary.count, mean: summary.mean, p50: summary.p50, p80: summary.p80, p90: summary.p90 }
    }
}

#[derive(Serialize, ToSchema)]
pub struct DayCount {
    pub days: i32,
    pub count: u64,
}

/// Who buys again in a period, and after how many days.
#[derive(Serialize, ToSchema)]
pub struct Repurchase {
    #[serde(flatten)]
    pub basis: MetricBasis,
    pub buyers: u64,
    pub purchases: u64,
    pub orders: u64,
    /// Buyers with two purchases or more in the period.
    pub repeat_buyers: u64,
    /// Orders that are not their member's first in the period.
    pub repeat_orders: u64,
    /// Buyers who had bought before the period.
    pub returning_buyers: u64,
    pub user_repurchase_rate: Option<f64>,
    pub order_repurchase_rate: Option<f64>,
    pub returning_buyer_rate: Option<f64>,
    pub purchases_per_buyer: Option<f64>,
    /// Between successive purchases of a member, the later one in the period.
    pub intervals: DaySpread,
    /// Intervals by length, ascending; lengths that did not occur are left out.
    pub intervals_by_days: Vec<DayCount>,
}

impl Repurchase {
    pub fn new(measured: &Measured<RepurchaseTable>, period: Period) -> Self {
        let table = &measured.table;
        Self {
            basis: MetricBasis::new("repurchase", period, measured),
            buyers: table.buyers,
            purchases: table.purchases,
            orders: table.orders,
            repeat_buyers: table.repeat_buyers,
            repeat_orders: table.repeat_orders,
            returning_buyers: table.returning_buyers,
            user_repurchase_rate: table.user_rate,
            order_repurchase_rate: table.order_rate,
            returning_buyer_rate: table.returning_rate,
            purchases_per_buyer: table.purchases_per_buyer,
            intervals: (&table.intervals).into(),
            intervals_by_days: table.by_days.iter().map(|&(days, count)| DayCount { days, count }).collect(),
        }
    }
}

/// What becomes of those who began together.
#[derive(Serialize, ToSchema)]
pub struct Cohorts {
    #[serde(flatten)]
    pub basis: MetricBasis,
    /// `day`, `week`, `month`.
    pub by: String,
    /// `calendar`, or `own` for each member's own days.
    pub count: String,
    /// `first_purchase` or `registration`.
    pub start: String,
    /// `buy`, `any`, or the name of a behaviour.
    pub behaviour: String,
    pub columns: Vec<CohortColumn>,
    pub rows: Vec<CohortRow>,
    pub all: CohortRow,
}

/// Units after day 0, both ends included; `to` is null where the column is open.
#[derive(Serialize, ToSchema)]
pub struct CohortColumn {
    pub name: String,
    pub from: u32,
    pub to: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub struct CohortRow {
    /// `1997-03`, the unit's first day, or a channel or store; empty for everyone together.
    pub cohort: String,
    pub members: u64,
    /// One for each column; null where nobody has been observed so long.
    pub cells: Vec<Option<CohortCell>>,
}

#[derive(Serialize, ToSchema)]
pub struct CohortCell {
    /// Members of whom all of the column was observed.
    pub observed: u64,
    pub active: u64,
    pub rate: f64,
    pub money: Money,
}

impl CohortRow {
    fn new(row: &cohort::Row, currency: Currency) -> Self {
        let cell = |cell: &cohort::Counted| CohortCell {
            observed: cell.observed,
            active: cell.active,
            rate: cell.rate().unwrap_or(0.0),
            money: Money::new(cell.money, currency),
        };
        let cells = row.cells.iter().map(|held| held.as_ref().map(cell)).collect();
        Self { cohort: row.name.clone(), members: row.members, cells }
    }
}

impl Cohorts {
    pub fn new(measured: &Measured<CohortTable>, question: &Question, currency: Currency) -> Self {
        let table = &measured.table;
        let column = |column: &cohort::Column| CohortColumn { name: column.name(), from: column.from, to: column.to };
        Self {
            basis: MetricBasis::new("cohort", question.period, measured),
            by: question.by.as_str().to_owned(),
            count: question.count.as_str().to_owned(),
            start: question.start.as_str().to_owned(),
            behaviour: question.behaviour.as_str().to_owned(),
            columns: table.columns.iter().map(column).collect(),
            rows: table.rows.iter().map(|row| CohortRow::new(row, currency)).collect(),
            all: CohortRow::new(&table.all, currency),
        }
    }
}

/// How far first buyers of a period go.
#[derive(Serialize, ToSchema)]
pub struct Funnel {
    #[serde(flatten)]
    pub basis: MetricBasis,
    pub horizon_days: i32,
    /// Members followed.
    pub members: u64,
    /// First buyers of the period not yet observed so long: left out.
    pub excluded: u64,
    /// First, second, third, fourth and later purchases.
    pub steps: Vec<FunnelStep>,
    /// Members who bought exactly once, twice, three times, four times or more while followed.
    pub buckets: Vec<FunnelBucket>,
    pub money: Money,
    /// Members with a purchase in the period, whenever their first was.
    pub buyers: u64,
    pub one_time_buyers: u64,
    pub one_time_share: Option<f64>,
}

#[derive(Serialize, ToSchema)]
pub struct FunnelStep {
    pub purchase: usize,
    /// Who made at least so many purchases.
    pub members: u64,
    /// Of those of the step before.
    pub conversion: Option<f64>,
    pub share_of_first: Option<f64>,
    /// Days since the purchase before.
    pub days: Option<DaySpread>,
    pub purchases: u64,
    pub money: Money,
    pub money_share: Option<f64>,
}

#[derive(Serialize, ToSchema)]
pub struct FunnelBucket {
    pub bought: usize,
    pub members: u64,
    pub purchases: u64,
    pub money: Money,
}

impl Funnel {
    pub fn new(measured: &Measured<FunnelTable>, period: Period, currency: Currency) -> Self {
        let table = &measured.table;
        let step = |(purchase, step): (usize, &funnel::Step)| FunnelStep {
            purchase,
            members: step.members,
            conversion: step.conversion,
            share_of_first: step.of_all,
            days: step.days.as_ref().map(Into::into),
            purchases: step.purchases,
            money: Money::new(step.money, currency),
            money_share: step.money_share,
        };
        let bucket = |(bought, bucket): (usize, &funnel::Bucket)| FunnelBucket {
            bought,
            members: bucket.members,
            purchases: bucket.purchases,
            money: Money::new(bucket.money, currency),
        };
        Self {
            basis: MetricBasis::new("funnel", period, measured),
            horizon_days: table.horizon_days,
            members: table.members,
            excluded: table.excluded,
            steps: (1..).zip(&table.steps).map(step).collect(),
            buckets: (1..).zip(&table.buckets).map(bucket).collect(),
            money: Money::new(table.money, currency),
            buyers: table.buyers,
            one_time_buyers: table.once,
            one_time_share: table.one_time_share,
        }
    }
}

/// Buyers of a period by what they paid in it.
#[derive(Serialize, ToSchema)]
pub struct Pareto {
    #[serde(flatten)]
    pub basis: MetricBasis,
    pub buyers: u64,
    pub money: Money,
    /// The first 0 to 100 % of buyers.
    pub curve: Vec<ParetoPoint>,
    /// The first 20 % of buyers.
    pub top_fifth: Option<ParetoPoint>,
    /// The fewest buyers who bring 80 % of all money.
    pub four_fifths: Option<ParetoPoint>,
}

#[derive(Serialize, ToSchema)]
pub struct ParetoPoint {
    pub buyers: u64,
    pub buyers_share: f64,
    pub money: Money,
    pub money_share: Option<f64>,
}

impl Pareto {
    pub fn new(measured: &Measured<ParetoTable>, period: Period, currency: Currency) -> Self {
        let table = &measured.table;
        let point = |point: &pareto::Point| ParetoPoint {
            buyers: point.buyers,
            buyers_share: point.buyers_share,
            money: Money::new(point.money, currency),
            money_share: point.money_share,
        };
        Self {
            basis: MetricBasis::new("pareto", period, measured),
            buyers: table.buyers,
            money: Money::new(table.money, currency),
            curve: table.curve.iter().map(point).collect(),
            top_fifth: table.top_fifth.as_ref().map(point),
            four_fifths: table.four_fifths.as_ref().map(point),
        }
    }
}

/// What is bought together in a period.
#[derive(Serialize, ToSchema)]
pub struct BasketSets {
    #[serde(flatten)]
    pub basis: MetricBasis,
    /// `category` or `product`.
    pub items: String,
    pub baskets: u64,
    /// The least number of baskets that the support asked for comes to.
    pub least_baskets: u64,
    /// By size, then by name.
    pub sets: Vec<BasketSet>,
    /// The most surprising first.
    pub rules: Vec<BasketRule>,
}

#[derive(Serialize, ToSchema)]
pub struct BasketSet {
    pub items: Vec<String>,
    pub baskets: u64,
    pub support: f64,
}

/// Who buys `from` often buys `to` with it.
#[derive(Serialize, ToSchema)]
pub struct BasketRule {
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub baskets: u64,
    pub support: f64,
    pub confidence: f64,
    pub lift: f64,
}

impl BasketSets {
    pub fn new(measured: &Measured<BasketTable>, plan: &BasketPlan) -> Self {
        let table = &measured.table;
        let named = |items: &[u32]| items.iter().map(|item| table.names[*item as usize].clone()).collect::<Vec<_>>();
        let set = |set: &perennial_metrics::basket::ItemSet| BasketSet {
            items: named(&set.items),
            baskets: set.count,
            support: set.count as f64 / table.baskets as f64,
        };
        let rule = |rule: &perennial_metrics::basket::Rule| BasketRule {
            from: named(&rule.from),
            to: named(&rule.to),
            baskets: rule.count,
            support: rule.support(table.baskets),
            confidence: rule.confidence(),
            lift: rule.lift(table.baskets),
        };
        let mut rules: Vec<BasketRule> = table.rules.iter().map(rule).collect();
        rules.sort_by(|a, b| b.lift.total_cmp(&a.lift));
        Self {
            basis: MetricBasis::new("baskets", plan.period, measured),
            items: plan.items.as_str().to_owned(),
            baskets: table.baskets,
            least_baskets: table.least,
            sets: table.sets.iter().map(set).collect(),
            rules,
        }
    }
}
