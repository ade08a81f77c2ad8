//! Who buys again, and after how many days (SPEC ME-2).
//!
//! A *buyer* is a member with a counted purchase in the period. An interval lies between two successive counted purchases of a member, and
//! belongs to the period in which the later one was made, wherever the earlier lies: so each interval belongs to exactly one of several
//! periods that follow each other, and counts of periods add up.

use crate::metric::{Asks, Metric};
use crate::period::Period;
use crate::seen::Seen;
use crate::spread::{Spread, Summary, share};

/// Counts of everyone, and shares of them; a share of nobody is nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct RepurchaseTable {
    pub buyers: u64,
    pub purchases: u64,
    pub orders: u64,
    /// Buyers with two purchases or more in the period.
    pub repeat_buyers: u64,
    /// Orders that are not their member's first in the period.
    pub repeat_orders: u64,
    /// Buyers who had bought before the period.
    pub returning_buyers: u64,
    pub user_rate: Option<f64>,
    pub order_rate: Option<f64>,
    pub returning_rate: Option<f64>,
    pub purchases_per_buyer: Option<f64>,
    pub intervals: Summary,
    /// Days, and how many intervals were that long.
    pub by_days: Vec<(i32, u64)>,
}

/// A number of the table that members stand behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    Buyers,
    Repeat,
    /// Exactly one purchase in the period.
    Once,
    Returning,
    /// Not bought before the period.
    New,
    /// An interval of so many days, both included.
    Interval {
        from: i32,
        to: i32,
    },
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Repurchase {
    period: Period,
    buyers: u64,
    purchases: u64,
    orders: u64,
    repeat_buyers: u64,
    returning_buyers: u64,
    intervals: Spread,
}

/// One member's part.
#[derive(Default)]
struct Part {
    purchases: u64,
    orders: u64,
    bought_before: bool,
    intervals: Vec<i32>,
}

impl Repurchase {
    pub fn new(period: Period) -> Self {
        Self { period, ..Self::default() }
    }

    fn part(&self, seen: &Seen<'_>) -> Part {
        let mut part = Part::default();
        let mut last = None;
        for purchase in &seen.purchases {
            if self.period.holds(purchase.day) {
                part.purchases += 1;
                part.orders += purchase.orders;
                part.intervals.extend(last.map(|last| purchase.day - last));
            } else if self.period.from.is_some_and(|from| purchase.day < from) {
                part.bought_before = true;
            }
            last = Some(purchase.day);
        }
        part
    }

    /// Whether the member is one of those a number counts.
    pub fn counts(&self, seen: &Seen<'_>, cell: Cell) -> bool {
        let part = self.part(seen);
        part.purchases > 0
            && match cell {
                Cell::Buyers => true,
                Cell::Repeat => part.purchases > 1,
                Cell::Once => part.purchases == 1,
                Cell::Returning => part.bought_before,
                Cell::New => !part.bought_before,
                Cell::Interval { from, to } => part.intervals.iter().any(|days| (from..=to).contains(days)),
            }
    }

    pub fn finish(&self) -> RepurchaseTable {
        let repeat_orders = self.orders - self.buyers;
        RepurchaseTable {
            buyers: self.buyers,
            purchases: self.purchases,
            orders: self.orders,
            repeat_buyers: self.repeat_buyers,
            repeat_orders,
            returning_buyers: self.returning_buyers,
            user_rate: share(self.repeat_buyers, self.buyers),
            order_rate: share(repeat_orders, self.orders),
            returning_rate: share(self.returning_buyers, self.buyers),
            purchases_per_buyer: share(self.purchases, self.buyers),
            intervals: self.intervals.summary(),
            by_days: self.intervals.by_days(),
        }
    }
}

impl Metric for Repurchase {
    fn observe(&mut self, seen: &Seen<'_>) {
        let part = self.part(seen);
        if part.purchases == 0 {
            return;
        }
        self.buyers += 1;
        self.purchases += part.purchases;
        self.orders += part.orders;
        self.repeat_buyers += u64::from(part.purchases > 1);
        self.returning_buyers += u64::from(part.bought_before);
        part.intervals.into_iter().for_each(|days| self.intervals.note(days));
    }

    fn asks(&self) -> Asks {
        Asks::Purchases
    }

    fn merge(&mut self, other: Self) {
        self.buyers += other.buyers;
        self.purchases += other.purchases;
        self.orders += other.orders;
        self.repeat_buyers += other.repeat_buyers;
        self.returning_buyers += other.returning_buyers;
        self.intervals.merge(&other.intervals);
    }
}
