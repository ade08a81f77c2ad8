//! What is paid by whom (SPEC ME-5): lines of a period by price band, discount band and group of members.
//!
//! A line of a quantity above zero of a counted order of the period; an order that names no lines is one line of its own. Its **price** is that
//! of one piece, by the list where one is known, else as paid; its **discount** what was paid less than the list. Price bands are fifths of the
//! lines: their edges are P20, P40, P60 and P80 (nearest rank), and what meets an edge belongs below it.

use std::collections::BTreeMap;

use perennial_kernel::{Money, Order, Quantity};

use crate::groups::RfmMeans;
use crate::metric::Metric;
use crate::period::Period;
use crate::seen::Seen;

/// How much less than the list was paid; each band holds its upper end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Discount {
    /// No list price is known.
    Unknown,
    None,
    To10,
    To20,
    To30,
    To50,
    Over50,
}

impl Discount {
    pub const ALL: [Self; 7] = [Self::Unknown, Self::None, Self::To10, Self::To20, Self::To30, Self::To50, Self::Over50];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::None => "none",
            Self::To10 => "to_10",
            Self::To20 => "to_20",
            Self::To30 => "to_30",
            Self::To50 => "to_50",
            Self::Over50 => "over_50",
        }
    }

    fn of(list: Option<Money>, paid: Money) -> Self {
        let Some(list) = list.filter(|list| *list > Money::ZERO) else { return Self::Unknown };
        let (list, off) = (i128::from(list.0), i128::from(list.0) - i128::from(paid.0));
        let bands = [(0, Self::None), (10, Self::To10), (20, Self::To20), (30, Self::To30), (50, Self::To50)];
        bands.into_iter().find(|(percent, _)| off * 100 <= list * percent).map_or(Self::Over50, |(_, band)| band)
    }
}

/// One line as it is counted.
#[derive(Clone, Copy, Debug)]
struct Sold {
    price: i64,
    discount: Discount,
    quantity: Quantity,
    money: Money,
}

fn sold(order: &Order) -> Vec<Sold> {
    let one = |list: Option<Money>, paid: Money, quantity: Quantity| {
        let of = list.filter(|list| *list > Money::ZERO).unwrap_or(paid);
        let (part, whole) = (i128::from(of.0) * 1000, i128::from(quantity.0));
        let price = i64::try_from((2 * part + whole).div_euclid(2 * whole)).unwrap_or(i64::MAX);
        Sold { price, discount: Discount::of(list, paid), quantity, money: paid }
    };
    if order.lines.is_empty() {
        return if order.quantity > Quantity::ZERO { vec![one(None, order.money, order.quantity)] } else { Vec::new() };
    }
    order.lines.iter().filter(|line| line.quantity > Quantity::ZERO).map(|line| one(line.list, line.paid, line.quantity)).collect()
}

/// Prices of all lines of the period.
#[derive(Clone, PartialEq, Debug)]
pub struct Prices {
    period: Period,
    found: BTreeMap<i64, u64>,
}

impl Prices {
    pub fn new(period: Period) -> Self {
        Self { period, found: BTreeMap::new() }
    }

    /// The edges between bands, ascending, each once.
    pub fn edges(&self) -> Vec<i64> {
        let lines: u64 = self.found.values().sum();
        let at = |percent: u64| {
            let (rank, mut seen) = ((lines * percent).div_ceil(100), 0);
            self.found.iter().find_map(|(price, count)| {
                seen += count;
                (seen >= rank).then_some(*price)
            })
        };
        let mut edges: Vec<i64> = [20, 40, 60, 80].into_iter().filter_map(at).collect();
        edges.dedup();
        edges
    }
}

impl Metric for Prices {
    fn observe(&mut self, seen: &Seen<'_>) {
        for (_, order) in seen.counted_orders().into_iter().filter(|(day, _)| self.period.holds(*day)) {
            for line in sold(order) {
                *self.found.entry(line.price).or_default() += 1;
            }
        }
    }

    fn merge(&mut self, other: Self) {
        for (price, count) in other.found {
            *self.found.entry(price).or_default() += count;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CrossSums {
    pub buyers: u64,
    pub lines: u64,
    pub quantity: i64,
    pub money: Money,
}

/// Price band from 0, discount band, group; no group is everyone.
pub type CrossKey = (usize, Discount, Option<String>);

#[derive(Clone, PartialEq, Debug)]
pub struct CrossTable {
    /// Between price bands, in minor units of one piece: band n holds what is above edge n − 1 and not above edge n.
    pub edges: Vec<i64>,
    /// Each buyer once.
    pub all: CrossSums,
    /// Ascending; cells nobody is in are left out.
    pub cells: Vec<(CrossKey, CrossSums)>,
}

/// How members, or their orders, are divided.
#[derive(Clone, Copy, Debug)]
pub enum CrossBy<'a> {
    Everyone,
    /// Of the order.
    Channel,
    /// Of the member, on the day of the answer.
    Stage(&'a perennial_rules::lifecycle::model::Model),
    /// Of the member, among the buyers of the period.
    Rfm(&'a RfmMeans),
}

#[derive(Clone, Debug)]
pub struct Cross<'a> {
    period: Period,
    by: CrossBy<'a>,
    edges: &'a [i64],
    all: CrossSums,
    found: BTreeMap<CrossKey, CrossSums>,
}

impl<'a> Cross<'a> {
    pub fn new(period: Period, by: CrossBy<'a>, edges: &'a [i64]) -> Self {
        Self { period, by, edges, all: CrossSums::default(), found: BTreeMap::new() }
    }

    fn of_member(&self, seen: &Seen<'_>) -> BTreeMap<CrossKey, CrossSums> {
        let mut found: BTreeMap<CrossKey, CrossSums> = BTreeMap::new();
        let of_member = match self.by {
            CrossBy::Stage(model) => Some(model.stages[seen.stage(model)].id.clone()),
            CrossBy::Rfm(means) => means.class_of(seen).map(str::to_owned),
            CrossBy::Everyone | CrossBy::Channel => None,
        };
        for (_, order) in seen.counted_orders().into_iter().filter(|(day, _)| self.period.holds(*day)) {
            let group = match self.by {
                CrossBy::Channel => Some(order.channel.clone().unwrap_or_default()),
                CrossBy::Everyone | CrossBy::Stage(_) | CrossBy::Rfm(_) => of_member.clone(),
            };
            for line in sold(order) {
                let band = self.edges.partition_point(|edge| *edge < line.price);
                for group in [None, group.clone()].into_iter().take(1 + usize::from(group.is_some())) {
                    found.entry((band, line.discount, group)).or_default().add(&line);
                }
            }
        }
        found
    }

    /// Whether the member bought anything in a cell.
    pub fn counts(&self, seen: &Seen<'_>, key: &CrossKey) -> bool {
        self.of_member(seen).contains_key(key)
    }

    pub fn finish(self) -> CrossTable {
        CrossTable { edges: self.edges.to_vec(), all: self.all, cells: self.found.into_iter().collect() }
    }
}

impl CrossSums {
    fn add(&mut self, line: &Sold) {
        self.buyers = 1;
        self.lines += 1;
        self.quantity = self.quantity.saturating_add(line.quantity.0);
        self.money += line.money;
    }

    fn merge(&mut self, other: &Self) {
        self.buyers += other.buyers;
        self.lines += other.lines;
        self.quantity = self.quantity.saturating_add(other.quantity);
        self.money += other.money;
    }
}

impl Metric for Cross<'_> {
    fn observe(&mut self, seen: &Seen<'_>) {
        let mut all = CrossSums::default();
        for (key, sums) in self.of_member(seen) {
            if key.2.is_none() {
                all.merge(&sums);
            }
            self.found.entry(key).or_default().merge(&sums);
        }
        all.buyers = all.buyers.min(1);
        self.all.merge(&all);
    }

    fn merge(&mut self, other: Self) {
        self.all.merge(&other.all);
        for (key, sums) in other.found {
            self.found.entry(key).or_default().merge(&sums);
        }
    }
}
