//! Which groups bring the money; price band, discount band and group of members against each other.

use perennial_app::query::metrics::{CrossGroups, Measured};
use perennial_kernel::Currency;
use perennial_metrics::cross::{CrossKey, CrossSums};
use perennial_metrics::{CrossTable, GroupBy, GroupsTable, Period};
use serde::Serialize;
use utoipa::ToSchema;

use super::{MetricBasis, Money};

/// Lines of a period by price band, discount band and group.
#[derive(Serialize, ToSchema)]
pub struct Cross {
    #[serde(flatten)]
    pub basis: MetricBasis,
    /// `everyone`, `channel`, `stage` or `rfm`.
    pub by: String,
    /// Between price bands, ascending: band n holds what is above edge n − 1 and not above edge n.
    pub edges: Vec<Money>,
    pub buyers: u64,
    pub lines: u64,
    pub money: Money,
    /// Cells nobody is in are left out.
    pub cells: Vec<CrossCell>,
}

#[derive(Serialize, ToSchema)]
pub struct CrossCell {
    /// Price band, from 0.
    pub price: usize,
    /// `unknown`, `none`, `to_10`, `to_20`, `to_30`, `to_50`, `over_50`.
    pub discount: String,
    /// A stage's id, a channel or an RFM class; null for everyone.
    pub group: Option<String>,
    /// Each once in the cell.
    pub buyers: u64,
    pub lines: u64,
    /// In pieces.
    pub quantity: f64,
    pub money: Money,
}

impl Cross {
    pub fn new(measured: &Measured<CrossTable>, by: CrossGroups, period: Period, currency: Currency) -> Self {
        let table = &measured.table;
        let cell = |((price, discount, group), sums): &(CrossKey, CrossSums)| CrossCell {
            price: *price,
            discount: discount.as_str().to_owned(),
            group: group.clone(),
            buyers: sums.buyers,
            lines: sums.lines,
            quantity: sums.quantity as f64 / 1000.0,
            money: Money::new(sums.money, currency),
        };
        Self {
            basis: MetricBasis::new("cross", period, measured),
            by: by.as_str().to_owned(),
            edges: table.edges.iter().map(|minor| Money::new(perennial_kernel::Money(*minor), currency)).collect(),
            buyers: table.all.buyers,
            lines: table.all.lines,
            money: Money::new(table.all.money, currency),
            cells: table.cells.iter().map(cell).collect(),
        }
    }
}

/// Which groups of buyers bring the money of a period.
#[derive(Serialize, ToSchema)]
pub struct Contribution {
    #[serde(flatten)]
    pub basis: MetricBasis,
    /// `stage`, `rfm` or `channel`.
    pub by: String,
    pub buyers: u64,
    pub money: Money,
    /// Groups without buyers are left out.
    pub rows: Vec<ContributionRow>,
}

#[derive(Serialize, ToSchema)]
pub struct ContributionRow {
    /// A stage's id, one of the eight RFM classes, or a channel; empty where the first order names none.
    pub key: String,
    pub buyers: u64,
    pub buyers_share: Option<f64>,
    pub purchases: u64,
    pub money: Money,
    pub money_share: Option<f64>,
    /// Those among the first 20 % of all buyers.
    pub top_fifth: u64,
}

impl Contribution {
    pub fn new(measured: &Measured<GroupsTable>, by: GroupBy, period: Period, currency: Currency) -> Self {
        let row = |row: &perennial_metrics::groups::GroupRow| ContributionRow {
            key: row.key.clone(),
            buyers: row.buyers,
            buyers_share: row.buyers_share,
            purchases: row.purchases,
            money: Money::new(row.money, currency),
            money_share: row.money_share,
            top_fifth: row.top_fifth,
        };
        Self {
            basis: MetricBasis::new("contribution", period, measured),
            by: by.as_str().to_owned(),
            buyers: measured.table.buyers,
            money: Money::new(measured.table.money, currency),
            rows: measured.table.rows.iter().map(row).collect(),
        }
    }
}
