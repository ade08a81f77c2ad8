//! What falls due (SPEC ME-5): which member will need which item when, from the item's cycle and the member's own, with the evidence.
//!
//! With a member's n own intervals of an item, which sum to S days, and the item's cycle (the median C of all members' intervals of it), the
//! next purchase is expected (S + k·C) ÷ (n + k) days after the last, k = [`PRODUCT_WEIGHT`]: the more often somebody bought, the more their
//! own rhythm counts. It is looked for in as wide a stretch as the middle half of the item's intervals, scaled to the member: from P25 ÷ P50
//! to P75 ÷ P50 of what is expected. All in whole numbers, rounded once at the end, halves upwards.

use std::collections::BTreeMap;

use perennial_kernel::{Day, MemberId};

use super::{bought, of_item};
use crate::basket::Items;
use crate::metric::Metric;
use crate::seen::Seen;
use crate::spread::Spread;

/// The item's cycle counts as much as so many own intervals.
pub const PRODUCT_WEIGHT: i64 = 2;
/// Who has been silent for more than so many times what was expected, has stopped; a reminder is no use.
pub const STOPPED_AFTER: i64 = 3;

/// How an item comes back: quartiles of the intervals of everyone who bought it again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cycle {
    pub intervals: u64,
    pub p25: i32,
    pub p50: i32,
    pub p75: i32,
}

/// Intervals of every item, of everyone.
#[derive(Clone, PartialEq, Debug)]
pub struct Cycles {
    items: Items,
    found: BTreeMap<String, Spread>,
}

impl Cycles {
    pub fn new(items: Items) -> Self {
        Self { items, found: BTreeMap::new() }
    }

    /// Of items with at least so many intervals.
    pub fn finish(self, least: u64) -> BTreeMap<String, Cycle> {
        let cycle = |spread: &Spread| {
            let at = |percent| spread.percentile(percent).unwrap_or(1).max(1);
            Cycle { intervals: spread.count(), p25: at(25), p50: at(50), p75: at(75) }
        };
        self.found.iter().filter(|(_, spread)| spread.count() >= least.max(1)).map(|(name, spread)| (name.clone(), cycle(spread))).collect()
    }
}

impl Metric for Cycles {
    fn observe(&mut self, seen: &Seen<'_>) {
        for (name, purchases) in bought(seen, self.items).iter().filter(|(_, purchases)| purchases.len() > 1) {
            let spread = of_item(&mut self.found, name);
            purchases.windows(2).for_each(|pair| spread.note(pair[1].day - pair[0].day));
        }
    }

    fn merge(&mut self, other: Self) {
        for (name, spread) in &other.found {
            of_item(&mut self.found, name).merge(spread);
        }
    }
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DuePlan {
    pub items: Items,
    /// Only of this item.
    pub item: Option<String>,
    /// Of members who bought it at least so often, from 1.
    pub times: usize,
    /// Of items with at least so many intervals, from 1.
    pub least: u64,
    /// What falls due within so many days is told beforehand.
    pub ahead: i32,
}

/// Where in its stretch a day lies; ordered as the list is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Due {
    /// The stretch is over.
    Overdue,
    Now,
    Soon,
}

impl Due {
    pub const ALL: [Self; 3] = [Self::Overdue, Self::Now, Self::Soon];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Now => "due",
            Self::Soon => "soon",
        }
    }
}

/// One member's need of one item, with what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueRow {
    pub due: Due,
    /// When the purchase is expected.
    pub on: Day,
    pub member: MemberId,
    pub item: String,
    pub from: Day,
    pub to: Day,
    /// How often the member bought it.
    pub times: u32,
    pub last: Day,
    /// Own intervals, summed.
    pub own_days: i32,
    pub cycle: Cycle,
}

impl DueRow {
    /// Mean of the own intervals.
    pub fn own_mean(&self) -> Option<f64> {
        (self.times > 1).then(|| f64::from(self.own_days) / f64::from(self.times - 1))
    }

    fn place(&self) -> (Due, Day, MemberId, &str) {
        (self.due, self.on, self.member, &self.item)
    }
}

/// Pairs of one item.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DueItem {
    pub item: String,
    pub cycle_days: i32,
    /// As [`Due::ALL`].
    pub pairs: [u64; 3],
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueTable {
    /// Items whose cycle is known.
    pub items: u64,
    /// Pairs of a member and an item: overdue, due, soon.
    pub pairs: [u64; 3],
    /// Pairs whose member has stopped buying the item.
    pub stopped: u64,
    /// Items with anything in the list, most pairs first, equal ones by name.
    pub by_item: Vec<DueItem>,
    /// Overdue first, then by the day expected; equal ones by member and item. As many as asked for.
    pub rows: Vec<DueRow>,
}

/// Gathers the list, knowing every item's cycle.
#[derive(Clone, Debug)]
pub struct DueList<'a> {
    plan: &'a DuePlan,
    cycles: &'a BTreeMap<String, Cycle>,
    as_of: Day,
    limit: usize,
    rows: Vec<DueRow>,
    by_item: BTreeMap<&'a str, [u64; 3]>,
    stopped: u64,
}

/// `part` ÷ `whole`, halves upwards.
fn rounded(part: i64, whole: i64) -> i32 {
    i32::try_from((2 * part + whole).div_euclid(2 * whole)).unwrap_or(i32::MAX / 4)
}

impl<'a> DueList<'a> {
    pub fn new(plan: &'a DuePlan, cycles: &'a BTreeMap<String, Cycle>, as_of: Day, limit: usize) -> Self {
        Self { plan, cycles, as_of, limit, rows: Vec::new(), by_item: BTreeMap::new(), stopped: 0 }
    }

    /// The rows of one member, and how many items the member has stopped buying.
    fn rows_of(&self, seen: &Seen<'_>) -> (Vec<DueRow>, u64) {
        let (mut rows, mut stopped) = (Vec::new(), 0);
        if seen.is_erased() {
            return (rows, stopped);
        }
        let is_meant = |name: &str| self.plan.item.as_deref().is_none_or(|named| named == name);
        for (name, purchases) in bought(seen, self.plan.items) {
            let Some(cycle) = self.cycles.get(name).filter(|_| is_meant(name)) else { continue };
            let (Some(first), Some(last)) = (purchases.first(), purchases.last()) else { continue };
            if purchases.len() < self.plan.times {
                continue;
            }
            let own_days = last.day - first.day;
            let days = i64::from(own_days) + PRODUCT_WEIGHT * i64::from(cycle.p50);
            let of = purchases.len() as i64 - 1 + PRODUCT_WEIGHT;
            if i64::from(self.as_of - last.day) * of > STOPPED_AFTER * days {
                stopped += 1;
                continue;
            }
            let scaled = |quartile: i32| last.day + rounded(days * i64::from(quartile), of * i64::from(cycle.p50));
            let (from, to) = (scaled(cycle.p25), scaled(cycle.p75));
            let due = match self.as_of {
                day if day > to => Due::Overdue,
                day if day >= from => Due::Now,
                day if day + self.plan.ahead >= from => Due::Soon,
                _ => continue,
            };
            let (on, times) = (last.day + rounded(days, of), purchases.len() as u32);
            rows.push(DueRow {
                due,
                on,
                member: seen.member,
                item: name.to_owned(),
                from,
                to,
                times,
                last: last.day,
                own_days,
                cycle: *cycle,
            });
        }
        (rows, stopped)
    }

    /// Whether the member stands in the list; with a state, in that part of it.
    pub fn counts(&self, seen: &Seen<'_>, due: Option<Due>) -> bool {
        self.rows_of(seen).0.iter().any(|row| due.is_none_or(|due| row.due == due))
    }

    fn trim(&mut self) {
        self.rows.sort_unstable_by(|a, b| a.place().cmp(&b.place()));
        self.rows.truncate(self.limit);
    }

    pub fn finish(mut self) -> DueTable {
        self.trim();
        let mut pairs = [0; 3];
        for of_item in self.by_item.values() {
            pairs.iter_mut().zip(of_item).for_each(|(sum, count)| *sum += count);
        }
        let item =
            |(name, pairs): (&&str, &[u64; 3])| DueItem { item: (*name).to_owned(), cycle_days: self.cycles[*name].p50, pairs: *pairs };
        let mut by_item: Vec<DueItem> = self.by_item.iter().map(item).collect();
        by_item.sort_by(|a, b| b.pairs.iter().sum::<u64>().cmp(&a.pairs.iter().sum()).then_with(|| a.item.cmp(&b.item)));
        DueTable { items: self.cycles.len() as u64, pairs, stopped: self.stopped, by_item, rows: self.rows }
    }
}

impl Metric for DueList<'_> {
    fn observe(&mut self, seen: &Seen<'_>) {
        let (rows, stopped) = self.rows_of(seen);
        self.stopped += stopped;
        for row in rows {
            let (name, _) = self.cycles.get_key_value(&row.item).expect("a row's item has a cycle");
            self.by_item.entry(name).or_default()[row.due as usize] += 1;
            self.rows.push(row);
        }
        // Twice as many as wanted are held at most, so that memory does not grow with the brand.
        if self.rows.len() > 2 * self.limit.max(500) {
            self.trim();
        }
    }

    fn merge(&mut self, other: Self) {
        self.stopped += other.stopped;
        for (name, pairs) in other.by_item {
            let here = self.by_item.entry(name).or_default();
            here.iter_mut().zip(pairs).for_each(|(sum, count)| *sum += count);
        }
        self.rows.extend(other.rows);
        self.trim();
    }
}
