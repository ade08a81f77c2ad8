//! Which items are bought again: rates and intervals of each, of a period.

use std::collections::BTreeMap;

use perennial_kernel::{Money, Quantity};

use super::{Bought, ItemCell, bought, of_item};
use crate::basket::Items;
use crate::metric::Metric;
use crate::period::Period;
use crate::seen::Seen;
use crate::spread::{Spread, Summary, share};

/// One item of the period.
#[derive(Clone, PartialEq, Debug)]
pub struct ProductRow {
    pub item: String,
    pub buyers: u64,
    /// Bought it at least twice in the period.
    pub repeat_buyers: u64,
    /// Had bought it before the period.
    pub returning_buyers: u64,
    /// Repeat buyers of buyers.
    pub rate: Option<f64>,
    pub returning_rate: Option<f64>,
    pub purchases: u64,
    /// Counted orders that hold it.
    pub orders: u64,
    pub quantity: Quantity,
    /// Paid for its lines.
    pub money: Money,
    /// Days between successive purchases of it by one member, the later one in the period.
    pub intervals: Summary,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ProductsTable {
    /// Different items of the period.
    pub items: u64,
    /// Members who bought any of them, and who bought one and the same at least twice.
    pub buyers: u64,
    pub repeat_buyers: u64,
    pub rate: Option<f64>,
    /// Most buyers first, equal ones by name.
    pub rows: Vec<ProductRow>,
}

#[derive(Clone, PartialEq, Debug, Default)]
struct Sums {
    buyers: u64,
    repeat_buyers: u64,
    returning_buyers: u64,
    purchases: u64,
    orders: u64,
    quantity: i64,
    money: Money,
    intervals: Spread,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Products {
    items: Items,
    period: Period,
    found: BTreeMap<String, Sums>,
    buyers: u64,
    repeat_buyers: u64,
}

impl Products {
    pub fn new(items: Items, period: Period) -> Self {
        Self { items, period, found: BTreeMap::new(), buyers: 0, repeat_buyers: 0 }
    }

    fn in_period(&self, purchases: &[Bought<'_>]) -> usize {
        purchases.iter().filter(|one| self.period.holds(one.day)).count()
    }

    /// Whether the member is one of those a number counts; of any item where none is named.
    pub fn counts(&self, seen: &Seen<'_>, named: Option<&str>, cell: ItemCell) -> bool {
        let is_meant = |purchases: &[Bought<'_>]| {
            let times = self.in_period(purchases);
            times > 0
                && match cell {
                    ItemCell::Buyers => true,
                    ItemCell::Repeat => times > 1,
                    ItemCell::Returning => self.is_returning(purchases),
                }
        };
        bought(seen, self.items).iter().any(|(name, purchases)| named.is_none_or(|named| named == *name) && is_meant(purchases))
    }

    fn is_returning(&self, purchases: &[Bought<'_>]) -> bool {
        self.period.from.is_some_and(|from| purchases.first().is_some_and(|first| first.day < from))
    }

    /// The first so many items.
    pub fn finish(self, top: usize) -> ProductsTable {
        let items = self.found.len() as u64;
        let mut found: Vec<(String, Sums)> = self.found.into_iter().collect();
        found.sort_by(|(a_name, a), (b_name, b)| b.buyers.cmp(&a.buyers).then_with(|| a_name.cmp(b_name)));
        found.truncate(top);
        let rate = share(self.repeat_buyers, self.buyers);
        let rows = found.into_iter().map(|(item, sums)| sums.row(item)).collect();
        ProductsTable { items, buyers: self.buyers, repeat_buyers: self.repeat_buyers, rate, rows }
    }
}

impl Sums {
    fn row(self, item: String) -> ProductRow {
        ProductRow {
            item,
            buyers: self.buyers,
            repeat_buyers: self.repeat_buyers,
            returning_buyers: self.returning_buyers,
            rate: share(self.repeat_buyers, self.buyers),
            returning_rate: share(self.returning_buyers, self.buyers),
            purchases: self.purchases,
            orders: self.orders,
            quantity: Quantity(self.quantity),
            money: self.money,
            intervals: self.intervals.summary(),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.buyers += other.buyers;
        self.repeat_buyers += other.repeat_buyers;
        self.returning_buyers += other.returning_buyers;
        self.purchases += other.purchases;
        self.orders += other.orders;
        self.quantity = self.quantity.saturating_add(other.quantity);
        self.money += other.money;
        self.intervals.merge(&other.intervals);
    }
}

impl Metric for Products {
    fn observe(&mut self, seen: &Seen<'_>) {
        let (mut buys, mut repeats) = (false, false);
        for (name, purchases) in bought(seen, self.items) {
            let times = self.in_period(&purchases);
            if times == 0 {
                continue;
            }
            (buys, repeats) = (true, repeats || times > 1);
            let is_returning = self.is_returning(&purchases);
            let sums = of_item(&mut self.found, name);
            sums.buyers += 1;
            sums.repeat_buyers += u64::from(times > 1);
            sums.returning_buyers += u64::from(is_returning);
            for (at, one) in purchases.iter().enumerate().filter(|(_, one)| self.period.holds(one.day)) {
                sums.purchases += 1;
                sums.orders += one.orders;
                sums.quantity = sums.quantity.saturating_add(one.quantity.0);
                sums.money += one.money;
                if let Some(before) = at.checked_sub(1) {
                    sums.intervals.note(one.day - purchases[before].day);
                }
            }
        }
        self.buyers += u64::from(buys);
        self.repeat_buyers += u64::from(repeats);
    }

    fn merge(&mut self, other: Self) {
        for (name, sums) in &other.found {
            of_item(&mut self.found, name).merge(sums);
        }
        self.buyers += other.buyers;
        self.repeat_buyers += other.repeat_buyers;
    }
}
