//! Which first product leads where: what members come back for, and bring, in the days after their first order.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{Day, Money};

use super::{item, of_item};
use crate::basket::Items;
use crate::metric::Metric;
use crate::period::Period;
use crate::seen::Seen;
use crate::spread::{Spread, Summary, share};

/// Members whose first counted order held one item, followed for the same number of days.
#[derive(Clone, PartialEq, Debug)]
pub struct FirstRow {
    /// Empty: the first order names no item.
    pub item: String,
    pub members: u64,
    /// Made a second purchase, of anything, while followed.
    pub second: u64,
    pub second_rate: Option<f64>,
    /// Days from the first to the second purchase, of those who made it.
    pub days: Summary,
    /// Of the day of the first purchase.
    pub first_money: Money,
    /// Of the days after it.
    pub later_money: Money,
    /// The same for each member, in minor units.
    pub first_mean: Option<f64>,
    pub later_mean: Option<f64>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct FirstTable {
    pub horizon_days: i32,
    /// First buyers of the period who have not been observed so long: in no row.
    pub excluded: u64,
    /// Different items of first orders of those followed.
    pub items: u64,
    /// Everyone followed, each once, whatever the first order held.
    pub all: FirstRow,
    /// Most members first, equal ones by name.
    pub rows: Vec<FirstRow>,
}

/// A number of the table that members stand behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FirstCell {
    Members,
    Second,
    Excluded,
}

#[derive(Clone, PartialEq, Debug, Default)]
struct Sums {
    members: u64,
    second: u64,
    days: Spread,
    first_money: Money,
    later_money: Money,
}

/// Sums by the day of the first purchase: how long it has been observed is known at the end.
type ByDay = BTreeMap<Day, Sums>;

#[derive(Clone, PartialEq, Debug)]
pub struct FirstProducts {
    items: Items,
    period: Period,
    horizon_days: i32,
    all: ByDay,
    found: BTreeMap<String, ByDay>,
}

/// What a first buyer of the period did while followed.
struct Followed<'a> {
    first: Day,
    /// Of the first order; an empty name where it names none.
    items: BTreeSet<&'a str>,
    /// Days to the second purchase.
    second: Option<i32>,
    first_money: Money,
    later_money: Money,
}

impl FirstProducts {
    pub fn new(items: Items, period: Period, horizon_days: i32) -> Self {
        Self { items, period, horizon_days, all: BTreeMap::new(), found: BTreeMap::new() }
    }

    fn followed<'a>(&self, seen: &Seen<'a>) -> Option<Followed<'a>> {
        let first = seen.purchases.first()?.day;
        if !self.period.holds(first) {
            return None;
        }
        let last = first + self.horizon_days;
        let orders = seen.counted_orders();
        let order = orders.iter().map(|(_, order)| *order).min_by_key(|order| (order.paid_at, &order.key))?;
        let mut items: BTreeSet<&str> = order.lines.iter().filter_map(|line| item(line, self.items)).collect();
        if items.is_empty() {
            items.insert("");
        }
        let second = seen.purchases.get(1).map(|second| second.day).filter(|day| *day <= last).map(|day| day - first);
        let sum = |from: Day, to: Day| seen.money_by_day().filter(|(day, _)| (from..=to).contains(day)).map(|(_, money)| money).sum();
        Some(Followed { first, items, second, first_money: sum(first, first), later_money: sum(first + 1, last) })
    }

    fn is_observed(&self, first: Day, as_of: Day) -> bool {
        first + self.horizon_days <= as_of
    }

    /// Whether the member is one of those a number counts; whatever the first order held where no item is named.
    pub fn counts(&self, seen: &Seen<'_>, named: Option<&str>, cell: FirstCell, as_of: Day) -> bool {
        let Some(followed) = self.followed(seen) else { return false };
        let observed = self.is_observed(followed.first, as_of);
        named.is_none_or(|named| followed.items.contains(named))
            && match cell {
                FirstCell::Members => observed,
                FirstCell::Second => observed && followed.second.is_some(),
                FirstCell::Excluded => !observed,
            }
    }

    /// The first so many items, of those observed long enough by the end of `as_of`.
    pub fn finish(&self, as_of: Day, top: usize) -> FirstTable {
        let observed = |by_day: &ByDay| {
            let mut sums = Sums::default();
            let long_enough = by_day.iter().filter(|(first, _)| self.is_observed(**first, as_of));
            long_enough.for_each(|(_, of_the_day)| sums.merge(of_the_day));
            sums
        };
        let all = observed(&self.all);
        let excluded = self.all.values().map(|sums| sums.members).sum::<u64>() - all.members;
        let rows = self.found.iter().map(|(name, by_day)| observed(by_day).row(name));
        let mut rows: Vec<FirstRow> = rows.filter(|row| row.members > 0).collect();
        let items = rows.iter().filter(|row| !row.item.is_empty()).count() as u64;
        rows.sort_by(|a, b| b.members.cmp(&a.members).then_with(|| a.item.cmp(&b.item)));
        rows.truncate(top);
        FirstTable { horizon_days: self.horizon_days, excluded, items, all: all.row(""), rows }
    }
}

impl Sums {
    fn add(&mut self, followed: &Followed<'_>) {
        self.members += 1;
        if let Some(days) = followed.second {
            self.second += 1;
            self.days.note(days);
        }
        self.first_money += followed.first_money;
        self.later_money += followed.later_money;
    }

    fn merge(&mut self, other: &Self) {
        self.members += other.members;
        self.second += other.second;
        self.days.merge(&other.days);
        self.first_money += other.first_money;
        self.later_money += other.later_money;
    }

    fn row(&self, item: &str) -> FirstRow {
        let mean = |money: Money| (self.members > 0).then(|| money.0 as f64 / self.members as f64);
        FirstRow {
            item: item.to_owned(),
            members: self.members,
            second: self.second,
            second_rate: share(self.second, self.members),
            days: self.days.summary(),
            first_money: self.first_money,
            later_money: self.later_money,
            first_mean: mean(self.first_money),
            later_mean: mean(self.later_money),
        }
    }
}

impl Metric for FirstProducts {
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(followed) = self.followed(seen) else { return };
        self.all.entry(followed.first).or_default().add(&followed);
        for name in &followed.items {
            of_item(&mut self.found, name).entry(followed.first).or_default().add(&followed);
        }
    }

    fn merge(&mut self, other: Self) {
        for (day, sums) in &other.all {
            self.all.entry(*day).or_default().merge(sums);
        }
        for (name, by_day) in &other.found {
            let here = of_item(&mut self.found, name);
            for (day, sums) in by_day {
                here.entry(*day).or_default().merge(sums);
            }
        }
    }
}
