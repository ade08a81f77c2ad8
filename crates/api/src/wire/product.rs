//! Products: which are bought again, which first one leads where, who will need which next. The command line tells the same with `--json`.

use perennial_app::query::metrics::{Due, DuePlan, DueRow, DueTable, Measured, ProductPlan, rounded};
use perennial_app::query::person::Person;
use perennial_kernel::{Currency, Day};
use perennial_metrics::product::{FirstRow, ProductRow};
use perennial_metrics::{FirstTable, Period, ProductsTable};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DaySpread, MetricBasis, Money, Words};

/// Which products or categories are bought again in a period.
#[derive(Serialize, ToSchema)]
pub struct Products {
    #[serde(flatten)]
    pub basis: MetricBasis,
    /// `category` or `sku`.
    pub by: String,
    /// Different items of the period, told below or not.
    pub items: u64,
    /// Members who bought any of them.
    pub buyers: u64,
    /// Who bought one and the same at least twice.
    pub repeat_buyers: u64,
    pub repurchase_rate: Option<f64>,
    /// Most buyers first.
    pub rows: Vec<Product>,
}

#[derive(Serialize, ToSchema)]
pub struct Product {
    pub item: String,
    pub buyers: u64,
    /// Bought it at least twice in the period.
    pub repeat_buyers: u64,
    /// Had bought it before the period.
    pub returning_buyers: u64,
    pub repurchase_rate: Option<f64>,
    pub returning_rate: Option<f64>,
    pub purchases: u64,
    /// Orders that hold it.
    pub orders: u64,
    /// In pieces.
    pub quantity: f64,
    /// Paid for its lines.
    pub money: Money,
    /// Between successive purchases of it by one member, the later one in the period.
    pub intervals: DaySpread,
}

impl Products {
    pub fn new(measured: &Measured<ProductsTable>, plan: ProductPlan, currency: Currency) -> Self {
        let table = &measured.table;
        let row = |row: &ProductRow| Product {
            item: row.item.clone(),
            buyers: row.buyers,
            repeat_buyers: row.repeat_buyers,
            returning_buyers: row.returning_buyers,
            repurchase_rate: row.rate,
            returning_rate: row.returning_rate,
            purchases: row.purchases,
            orders: row.orders,
            quantity: row.quantity.0 as f64 / 1000.0,
            money: Money::new(row.money, currency),
            intervals: (&row.intervals).into(),
        };
        Self {
            basis: MetricBasis::new("products", plan.period, measured),
            by: plan.items.key().to_owned(),
            items: table.items,
            buyers: table.buyers,
            repeat_buyers: table.repeat_buyers,
            repurchase_rate: table.rate,
            rows: table.rows.iter().map(row).collect(),
        }
    }
}

/// What became of members by what their first order held.
#[derive(Serialize, ToSchema)]
pub struct FirstProducts {
    #[serde(flatten)]
    pub basis: MetricBasis,
    /// `category` or `sku`.
    pub by: String,
    pub horizon_days: i32,
    /// First buyers of the period not yet observed so long: in no row.
    pub excluded: u64,
    /// Different items of first orders, told below or not.
    pub items: u64,
    /// Everyone followed, each once.
    pub all: FirstProduct,
    /// Most members first; who first bought several items stands in each of their rows.
    pub rows: Vec<FirstProduct>,
}

#[derive(Serialize, ToSchema)]
pub struct FirstProduct {
    /// Empty for first orders that name no item, and for everyone together.
    pub item: String,
    pub members: u64,
    /// Made a second purchase, of anything, while followed.
    pub second: u64,
    pub second_rate: Option<f64>,
    /// Days from the first to the second purchase.
    pub days: DaySpread,
    /// Of the day of the first purchase, and of the days after it.
    pub first_money: Money,
    pub later_money: Money,
    /// The same for each member; null of nobody.
    pub first_mean: Option<Money>,
    pub later_mean: Option<Money>,
}

impl FirstProducts {
    pub fn new(measured: &Measured<FirstTable>, plan: ProductPlan, currency: Currency) -> Self {
        let table = &measured.table;
        let mean = |minor: Option<f64>| minor.map(|minor| Money::new(rounded(minor), currency));
        let row = |row: &FirstRow| FirstProduct {
            item: row.item.clone(),
            members: row.members,
            second: row.second,
            second_rate: row.second_rate,
            days: (&row.days).into(),
            first_money: Money::new(row.first_money, currency),
            later_money: Money::new(row.later_money, currency),
            first_mean: mean(row.first_mean),
            later_mean: mean(row.later_mean),
        };
        Self {
            basis: MetricBasis::new("first-product", plan.period, measured),
            by: plan.items.key().to_owned(),
            horizon_days: table.horizon_days,
            excluded: table.excluded,
            items: table.items,
            all: row(&table.all),
            rows: table.rows.iter().map(row).collect(),
        }
    }
}

/// Who will need which product or category again, and when.
#[derive(Serialize, ToSchema)]
pub struct DueProducts {
    #[serde(flatten)]
    pub basis: MetricBasis,
    /// `category` or `sku`.
    pub by: String,
    /// Of members who bought it at least so often.
    pub times: usize,
    /// Of items bought again at least so often by all.
    pub least: u64,
    /// What begins to fall due within so many days is in it.
    pub ahead: i32,
    /// Items whose cycle is known.
    pub items: u64,
    /// Pairs of a member and an item by state.
    pub overdue: u64,
    pub due: u64,
    pub soon: u64,
    /// Pairs whose member was silent for too long: in none of them.
    pub stopped: u64,
    /// The 200 items with most pairs.
    pub by_item: Vec<DueItem>,
    /// Overdue first, then by the day expected.
    pub rows: Vec<DueProduct>,
}

#[derive(Serialize, ToSchema)]
pub struct DueItem {
    pub item: String,
    /// Median of everyone's intervals.
    pub cycle_days: i32,
    pub overdue: u64,
    pub due: u64,
    pub soon: u64,
}

#[derive(Serialize, ToSchema)]
pub struct DueProduct {
    /// `overdue`, `due`, `soon`.
    pub state: String,
    pub member: String,
    /// Masked.
    pub name: Option<String>,
    pub number: Option<String>,
    pub item: String,
    /// The stretch in which it is looked for, and the day expected.
    pub from: String,
    pub on: String,
    pub to: String,
    pub times: u32,
    /// Mean of the member's own intervals; null of one purchase.
    pub own_interval: Option<f64>,
    pub cycle_days: i32,
    pub last: String,
    /// Days since then.
    pub silence: i32,
    /// What it rests on, in words.
    pub evidence: Words,
}

const ITEMS_TOLD: usize = 200;

/// `bought 4 times, every 31 days; last 40 days ago`.
fn evidence(row: &DueRow, as_of: Day) -> Words {
    let (times, silence, cycle) = (row.times, as_of - row.last, row.cycle.p50);
    match row.own_mean().map(f64::round) {
        Some(own) => Words {
            en: format!("bought {times} times, every {own} days (usual: {cycle}); last {silence} days ago"),
            zh: format!("已购 {times} 次，平均每 {own} 天一次（常规 {cycle} 天），上次在 {silence} 天前"),
        },
        None => Words {
            en: format!("bought once, {silence} days ago; others come back after {cycle} days"),
            zh: format!("{silence} 天前购买过一次，其他会员通常 {cycle} 天后复购"),
        },
    }
}

impl DueProducts {
    pub fn new(measured: &Measured<DueTable>, people: Vec<Person>, plan: &DuePlan) -> Self {
        let (table, as_of) = (&measured.table, measured.observed.as_of);
        let row = |(row, person): (&DueRow, Person)| DueProduct {
            state: row.due.as_str().to_owned(),
            member: row.member.to_string(),
            name: person.name,
            number: person.number,
            item: row.item.clone(),
            from: row.from.to_string(),
            on: row.on.to_string(),
            to: row.to.to_string(),
            times: row.times,
            own_interval: row.own_mean(),
            cycle_days: row.cycle.p50,
            last: row.last.to_string(),
            silence: as_of - row.last,
            evidence: evidence(row, as_of),
        };
        let item = |one: &perennial_metrics::product::DueItem| DueItem {
            item: one.item.clone(),
            cycle_days: one.cycle_days,
            overdue: one.pairs[Due::Overdue as usize],
            due: one.pairs[Due::Now as usize],
            soon: one.pairs[Due::Soon as usize],
        };
        Self {
            basis: MetricBasis::new("due", Period::default(), measured),
            by: plan.items.key().to_owned(),
            times: plan.times,
            least: plan.least,
            ahead: plan.ahead,
            items: table.items,
            overdue: table.pairs[Due::Overdue as usize],
            due: table.pairs[Due::Now as usize],
            soon: table.pairs[Due::Soon as usize],
            stopped: table.stopped,
            by_item: table.by_item.iter().take(ITEMS_TOLD).map(item).collect(),
            rows: table.rows.iter().zip(people).map(row).collect(),
        }
    }
}
