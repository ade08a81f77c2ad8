//! What will be bought again (SPEC ME-5): expected purchases of each item by store in the coming weeks, with an interval, for replenishment.
//!
//! Days on which a member buys an item form a chain: what is asked is how long after one the next comes. Intervals that ended and those that
//! still last are counted together (Kaplan–Meier: on each day after a purchase, of all who have not bought again before it, the share that do
//! on it), so that members who never come back count as what they are. Intervals are counted apart by the member's own rhythm up to then
//! ([`kind`]), because who buys every week comes back otherwise than who buys every two months. Given how long a member has been silent, that
//! gives the chance of each coming day, and by renewal of purchases after that one. An item's weeks are the sums over its members.

use std::collections::BTreeMap;

use perennial_kernel::Day;

use super::{Bought, bought, of_item};
use crate::basket::Items;
use crate::metric::Metric;
use crate::seen::Seen;
use crate::spread::Spread;

pub const WEEKS_MAX: usize = 12;
/// Kinds of members who bought an item at least twice end at so many days between their purchases, on average; the last has no end.
const RHYTHMS: [i32; 4] = [7, 14, 28, 56];
/// One more for who bought it once.
const KINDS: usize = RHYTHMS.len() + 2;
/// Standard deviations on either side that hold 90 % of a normal distribution.
const Z90: f64 = 1.644_853_626_951_472_2;

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DemandPlan {
    pub items: Items,
    /// Only of this item.
    pub item: Option<String>,
    /// Of items with at least so many ended intervals, from 1.
    pub least: u64,
    /// 1 to [`WEEKS_MAX`].
    pub weeks: usize,
    /// So many rows are told.
    pub top: usize,
}

/// Of one week: purchases expected, with a 90 % interval that is never below zero, and the pieces they come to.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Expected {
    pub purchases: f64,
    pub low: f64,
    pub high: f64,
    pub pieces: f64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct DemandRow {
    pub item: String,
    /// Of the member's last order of it; empty where that names none.
    pub store: String,
    /// Who bought the item, the last time in that store.
    pub members: u64,
    /// Of one purchase of the item, on average.
    pub pieces_each: f64,
    pub weeks: Vec<Expected>,
}

impl DemandRow {
    pub fn purchases(&self) -> f64 {
        self.weeks.iter().map(|week| week.purchases).sum()
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct DemandTable {
    /// First and last day of each week; the first begins the day after the answer's.
    pub weeks: Vec<(Day, Day)>,
    /// Items that are told of.
    pub items: u64,
    /// Items that too few bought again.
    pub left_out: u64,
    /// Rows with anything expected, told or not.
    pub found: u64,
    /// Of all of them, week by week.
    pub all: Vec<Expected>,
    /// Most purchases first, equal ones by item and store.
    pub rows: Vec<DemandRow>,
}

/// The kind of a member who bought an item so often within so many days, from the first to the last time.
fn kind(times: usize, span: i32) -> usize {
    let intervals = times.saturating_sub(1) as i64;
    if intervals == 0 { 0 } else { 1 + RHYTHMS.iter().filter(|edge| i64::from(span) > intervals * i64::from(**edge)).count() }
}

/// When members last bought an item, and of which kind they are, counted.
type Open = BTreeMap<(usize, Day), u64>;

#[derive(Clone, PartialEq, Debug, Default)]
struct Sums {
    ended: [Spread; KINDS],
    /// By store.
    open: BTreeMap<String, Open>,
    purchases: u64,
    quantity: i64,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Demand {
    plan: DemandPlan,
    found: BTreeMap<String, Sums>,
}

impl Demand {
    pub fn new(plan: DemandPlan) -> Self {
        Self { plan, found: BTreeMap::new() }
    }

    fn is_meant(&self, name: &str) -> bool {
        self.plan.item.as_deref().is_none_or(|named| named == name)
    }

    /// Whether the member stands in a row; whatever the store where none is named.
    pub fn counts(&self, seen: &Seen<'_>, store: Option<&str>) -> bool {
        let stands = |purchases: &[Bought<'_>]| {
            purchases.last().is_some_and(|last| store.is_none_or(|store| last.store.unwrap_or_default() == store))
        };
        !seen.is_erased() && bought(seen, self.plan.items).iter().any(|(name, purchases)| self.is_meant(name) && stands(purchases))
    }

    /// As of the end of a day; the weeks are those after it.
    pub fn finish(self, as_of: Day) -> DemandTable {
        let count = self.plan.weeks.clamp(1, WEEKS_MAX);
        let weeks = (0..count as i32).map(|week| (as_of + (7 * week + 1), as_of + 7 * (week + 1))).collect();
        let (mut rows, mut items, mut left_out) = (Vec::new(), 0, 0);
        let mut all = vec![Moments::default(); count];
        for (item, sums) in &self.found {
            let Some(rhythm) = Rhythm::of(sums, as_of, self.plan.least, 7 * count) else {
                left_out += 1;
                continue;
            };
            items += 1;
            rows.extend(sums.rows(item, &rhythm, as_of, &mut all));
        }
        rows.sort_by(|a: &DemandRow, b: &DemandRow| {
            b.purchases().total_cmp(&a.purchases()).then_with(|| (&a.item, &a.store).cmp(&(&b.item, &b.store)))
        });
        let found = rows.len() as u64;
        rows.truncate(self.plan.top);
        DemandTable { weeks, items, left_out, found, all: all.iter().map(Moments::expected).collect(), rows }
    }
}

/// Sums of means and variances of independent members.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Moments {
    mean: f64,
    variance: f64,
    pieces: f64,
}

impl Moments {
    fn add(&mut self, one: &Self, times: f64) {
        self.mean += times * one.mean;
        self.variance += times * one.variance;
        self.pieces += times * one.pieces;
    }

    fn expected(&self) -> Expected {
        let half = Z90 * self.variance.max(0.0).sqrt();
        Expected { purchases: self.mean, low: (self.mean - half).max(0.0), high: self.mean + half, pieces: self.pieces }
    }
}

impl Sums {
    fn pieces_each(&self) -> f64 {
        if self.purchases == 0 { 0.0 } else { self.quantity as f64 / 1000.0 / self.purchases as f64 }
    }

    /// Rows with anything expected, which is added to `all`.
    fn rows(&self, item: &str, rhythm: &Rhythm, as_of: Day, all: &mut [Moments]) -> Vec<DemandRow> {
        let pieces_each = self.pieces_each();
        let mut chances: BTreeMap<(usize, Day), Vec<Moments>> = BTreeMap::new();
        let mut rows = Vec::new();
        for (store, open) in &self.open {
            let mut weeks = vec![Moments::default(); all.len()];
            for (&(kind, last), &members) in open {
                let of_one = chances.entry((kind, last)).or_insert_with(|| rhythm.weeks(kind, as_of - last, pieces_each));
                weeks.iter_mut().zip(of_one).for_each(|(sum, one)| sum.add(one, members as f64));
            }
            if weeks.iter().all(|week| week.mean <= 0.0) {
                continue;
            }
            all.iter_mut().zip(&weeks).for_each(|(sum, week)| sum.add(week, 1.0));
            let (members, weeks) = (open.values().sum(), weeks.iter().map(Moments::expected).collect());
            rows.push(DemandRow { item: item.to_owned(), store: store.clone(), members, pieces_each, weeks });
        }
        rows
    }

    fn merge(&mut self, other: Self) {
        self.ended.iter_mut().zip(&other.ended).for_each(|(sum, more)| sum.merge(more));
        for (store, open) in other.open {
            let here = self.open.entry(store).or_default();
            for (key, members) in open {
                *here.entry(key).or_default() += members;
            }
        }
        self.purchases += other.purchases;
        self.quantity = self.quantity.saturating_add(other.quantity);
    }
}

/// How one item comes back: the share that buys on each day after a purchase, of those who have not bought again before it.
struct Rhythm {
    shares: [Vec<f64>; KINDS],
    /// Chances of any purchase so many days after one of a kind, by members who stay of that kind; at place 0 nothing.
    again: [Vec<f64>; KINDS],
    days: usize,
}

impl Rhythm {
    /// `None` where fewer than `least` intervals have ended.
    fn of(sums: &Sums, as_of: Day, least: u64, days: usize) -> Option<Self> {
        let least = least.max(1);
        if sums.ended.iter().map(Spread::count).sum::<u64>() < least {
            return None;
        }
        let mut open: [BTreeMap<i32, u64>; KINDS] = Default::default();
        for ((kind, last), members) in sums.open.values().flatten() {
            *open[*kind].entry(as_of - *last).or_default() += members;
        }
        let shares = std::array::from_fn(|kind: usize| {
            let is_enough = sums.ended[kind].count() >= least;
            let (mut ended, mut lasting) = (Spread::default(), BTreeMap::new());
            for near in (0..KINDS).filter(|near| *near == kind || !is_enough) {
                ended.merge(&sums.ended[near]);
                open[near].iter().for_each(|(days, members)| *lasting.entry(*days).or_default() += members);
            }
            shares(&ended, &lasting)
        });
        let again = std::array::from_fn(|kind: usize| renewed(&ahead(&shares[kind], 0, days)));
        Some(Self { shares, again, days })
    }

    /// How a member goes on who buys so many days from now: as one of the same kind, or of the kind that a second purchase makes of them.
    fn after(&self, of: usize, silence: i32, day: usize) -> &[f64] {
        &self.again[if of == 0 { kind(2, silence + day as i32) } else { of }]
    }

    /// Week by week, of one member who has been silent for so many days.
    fn weeks(&self, of: usize, silence: i32, pieces_each: f64) -> Vec<Moments> {
        let next = ahead(&self.shares[of], silence, self.days);
        let mut any = next.clone();
        for (day, chance) in any.iter_mut().enumerate().skip(1) {
            *chance += (1..day).map(|first| next[first] * self.after(of, silence, first)[day - first]).sum::<f64>();
        }
        (0..self.days / 7)
            .map(|week| {
                let days = 7 * week + 1..=7 * week + 7;
                let mean: f64 = any[days.clone()].iter().sum();
                let twice = |first: usize| any[first] * self.after(of, silence, first)[1..=*days.end() - first].iter().sum::<f64>();
                let pairs: f64 = days.clone().map(twice).sum();
                Moments { mean, variance: (mean + 2.0 * pairs - mean * mean).max(0.0), pieces: mean * pieces_each }
            })
            .collect()
    }
}

/// Of those who have not bought again before a day after a purchase, the share that do on it; by day, from 1, up to the longest ended interval.
fn shares(ended: &Spread, lasting: &BTreeMap<i32, u64>) -> Vec<f64> {
    let ended = ended.by_days();
    let longest = ended.last().map_or(0, |(days, _)| *days).max(0) as usize;
    let (mut here, mut leaving) = (vec![0_u64; longest + 2], vec![0_u64; longest + 2]);
    for (days, count) in ended {
        here[days.max(0) as usize] += count;
        leaving[days.max(0) as usize + 1] += count;
    }
    let mut under_way: u64 = here.iter().sum();
    for (days, count) in lasting {
        under_way += count;
        // A silence of so many days has been observed on the last of them, and on none after it.
        leaving[(days.max(&0).unsigned_abs() as usize + 1).min(longest + 1)] += count;
    }
    let mut shares = vec![0.0; longest + 1];
    for days in 0..=longest {
        under_way -= leaving[days];
        if days > 0 && under_way > 0 {
            shares[days] = here[days] as f64 / under_way as f64;
        }
    }
    shares
}

/// The chance that the next purchase is so many days from now, given the silence so far; place 0 is nothing.
fn ahead(shares: &[f64], silence: i32, days: usize) -> Vec<f64> {
    let (mut still, mut chances) = (1.0, vec![0.0; days + 1]);
    for (day, chance) in chances.iter_mut().enumerate().skip(1) {
        let share = shares.get(silence.max(0) as usize + day).copied().unwrap_or(0.0);
        *chance = still * share;
        still *= 1.0 - share;
    }
    chances
}

/// The chance of any purchase so many days after one, where each is followed by the next in the same way.
fn renewed(next: &[f64]) -> Vec<f64> {
    let mut any = next.to_vec();
    for day in 1..next.len() {
        any[day] += (1..day).map(|first| next[first] * any[day - first]).sum::<f64>();
    }
    any
}

/// One purchase a day: two orders of a day are one need.
fn by_day<'a>(purchases: &[Bought<'a>]) -> Vec<Bought<'a>> {
    let mut days: Vec<Bought<'a>> = Vec::with_capacity(purchases.len());
    for one in purchases {
        match days.last_mut() {
            Some(last) if last.day == one.day => {
                last.quantity.0 = last.quantity.0.saturating_add(one.quantity.0);
                last.store = one.store;
            }
            _ => days.push(*one),
        }
    }
    days
}

impl Metric for Demand {
    fn observe(&mut self, seen: &Seen<'_>) {
        if seen.is_erased() {
            return;
        }
        for (name, purchases) in
            bought(seen, self.plan.items).into_iter().filter(|(name, _)| self.plan.item.as_deref().is_none_or(|named| named == *name))
        {
            let days = by_day(&purchases);
            let Some(last) = days.last() else { continue };
            let sums = of_item(&mut self.found, name);
            for (at, pair) in days.windows(2).enumerate() {
                sums.ended[kind(at + 1, pair[0].day - days[0].day)].note(pair[1].day - pair[0].day);
            }
            sums.purchases += days.len() as u64;
            sums.quantity = days.iter().fold(sums.quantity, |sum, one| sum.saturating_add(one.quantity.0));
            let store = last.store.unwrap_or_default();
            if !sums.open.contains_key(store) {
                sums.open.insert(store.to_owned(), Open::new());
            }
            let open = sums.open.get_mut(store).expect("put there above");
            *open.entry((kind(days.len(), last.day - days[0].day), last.day)).or_default() += 1;
        }
    }

    fn merge(&mut self, other: Self) {
        for (name, sums) in other.found {
            self.found.entry(name).or_default().merge(sums);
        }
    }
}
