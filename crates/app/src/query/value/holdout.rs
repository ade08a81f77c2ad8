//! How well models would have foretold what came: fitted on what was known by one day, held against what happened until another.

use std::collections::BTreeMap;

use perennial_backtest::{Books, OfBooks};
use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_value::{Base, Customer, Kind, Purchases, fit};

use super::buyers::{Buyer, Unit};
use crate::house::House;
use crate::query::everyone::{Counted, fold};
use crate::query::{QueryResult, not_after_today, refused};

/// The models held against each other.
pub const MODELS: [Kind; 3] = [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd];
/// Repeats by the first day, the last bin open.
pub const BINS: u32 = 7;
/// The tracking plot has at most so many points.
const POINTS_MAX: i32 = 120;

#[derive(Clone, PartialEq, Debug)]
pub struct Holdout {
    pub until: Day,
    pub to: Day,
    /// Buyers by `until`: those who are followed.
    pub buyers: u64,
    /// Repeat purchases they made after it.
    pub purchases: u64,
    /// Those of them who made any.
    pub returned: u64,
    pub models: Vec<Judged>,
    pub bins: Vec<Bin>,
    pub tracking: Vec<Tracked>,
}

/// One model against what came.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
    pub asked: Kind,
    pub model: Kind,
    pub expected: f64,
    /// Mean absolute and root mean squared error per member.
    pub mean_error: f64,
    pub root_error: f64,
    /// The share of pairs of one who came back and one who did not that the ranking puts right: by expected purchases, by P(alive).
    pub auc_purchases: Option<f64>,
    pub auc_alive: Option<f64>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Bin {
    /// Repeats by `until`; the last bin holds this many and more.
    pub repeats: u32,
    pub members: u64,
    /// Purchases after it per member, made and expected by each model.
    pub actual: f64,
    pub expected: Vec<f64>,
}

/// Repeat purchases since the beginning, by the end of a day.
#[derive(Clone, PartialEq, Debug)]
pub struct Tracked {
    pub day: Day,
    pub actual: u64,
    pub expected: Vec<f64>,
}

struct Followed {
    until: Day,
    to: Day,
    found: Vec<(Buyer, u32)>,
    /// Repeat purchases of those followed, by day.
    repeats: BTreeMap<Day, u64>,
}

impl OfBooks for Followed {
    fn add(&mut self, member: MemberId, book: &Book) {
        let mut days = book.purchases.entries().iter().filter(|entry| entry.count > 0).map(|entry| entry.day);
        let Some(first) = days.next().filter(|first| *first <= self.until) else { return };
        let (mut buyer, mut later) = (Buyer { member, repeats: 0, first, last: first, spent: 0 }, 0);
        for day in days {
            *self.repeats.entry(day).or_default() += 1;
            if day <= self.until {
                (buyer.repeats, buyer.last) = (buyer.repeats + 1, day);
            } else {
                later += 1;
            }
        }
        self.found.push((buyer, later));
    }

    fn merge(&mut self, other: Self) {
        self.found.extend(other.found);
        for (day, repeats) in other.repeats {
            *self.repeats.entry(day).or_default() += repeats;
        }
    }
}

/// Fits every model to what was known by the end of `until`, and holds it against what happened by the end of `to`.
pub fn holdout(house: &House, until: Day, to: Day) -> QueryResult<Counted<Holdout>> {
    not_after_today(house, to)?;
    if until >= to {
        return Err(refused("day.range_backwards", format!("{until} is not before {to}"), format!("{until} 不早于 {to}")));
    }
    let reference = house.reference();
    let start = || Followed { until, to, found: Vec::new(), repeats: BTreeMap::new() };
    let (followed, data_up_to) = fold(house, None, || Books::new(&reference, reference.calendar.end(to), start()))?;
    let mut followed = followed.into_question();
    // Sums of floating-point numbers depend on their order.
    followed.found.sort_unstable_by_key(|(buyer, _)| buyer.member);
    Ok(Counted { table: judge(&followed), data_up_to })
}

/// The longest stretch held out where nobody says otherwise.
const HELD_OUT_MAX: i32 = 365;

/// The first purchase of anybody.
struct First(Option<Day>);

impl OfBooks for First {
    fn add(&mut self, _: MemberId, book: &Book) {
        let first = book.purchases.entries().iter().find(|entry| entry.count > 0).map(|entry| entry.day);
        self.0 = [self.0, first].into_iter().flatten().min();
    }

    fn merge(&mut self, other: Self) {
        self.0 = [self.0, other.0].into_iter().flatten().min();
    }
}

/// The day up to which models are fitted where nobody says: the last third of what is known by `to` is held out, a year of it at most.
pub fn split(house: &House, to: Day) -> QueryResult<Day> {
    let reference = house.reference();
    let (first, _) = fold(house, None, || Books::new(&reference, Instant::MAX, First(None)))?;
    let known = first.into_question().0.map_or(0, |first| to - first);
    Ok(to - (known / 3).clamp(1, HELD_OUT_MAX))
}

/// One of those followed, in weeks.
struct Case {
    customer: Customer,
    later: u32,
}

fn judge(followed: &Followed) -> Holdout {
    let (until, to) = (followed.until, followed.to);
    let cases: Vec<Case> =
        followed.found.iter().map(|(buyer, later)| Case { customer: buyer.customer(until, Unit::Week), later: *later }).collect();
    let base = Base::new(cases.iter().map(|case| case.customer));
    let fits = MODELS.map(|kind| fit::purchases(kind, &base));
    let ahead = f64::from(to - until) / Unit::Week.days();
    let expected: Vec<Vec<f64>> =
        fits.iter().map(|fit| cases.iter().map(|case| fit.model.expected(&case.customer, ahead)).collect()).collect();
    let judged =
        (0..MODELS.len()).map(|at| Judged { asked: MODELS[at], model: fits[at].kind(), ..judged(&fits[at].model, &cases, &expected[at]) });
    Holdout {
        until,
        to,
        buyers: cases.len() as u64,
        purchases: cases.iter().map(|case| u64::from(case.later)).sum(),
        returned: cases.iter().filter(|case| case.later > 0).count() as u64,
        models: judged.collect(),
        bins: bins(&cases, &expected),
        tracking: tracking(followed, &fits.each_ref().map(|fit| fit.model)),
    }
}

fn judged(model: &Purchases, cases: &[Case], expected: &[f64]) -> Judged {
    let n = (cases.len() as f64).max(1.0);
    let errors = || cases.iter().zip(expected).map(|(case, expected)| f64::from(case.later) - expected);
    let came = |score: &dyn Fn(usize) -> f64| auc(cases.iter().enumerate().map(|(at, case)| (score(at), case.later > 0)).collect());
    Judged {
        asked: Kind::Nbd,
        model: Kind::Nbd,
        expected: expected.iter().sum(),
        mean_error: errors().map(f64::abs).sum::<f64>() / n,
        root_error: (errors().map(|error| error * error).sum::<f64>() / n).sqrt(),
        auc_purchases: came(&|at| expected[at]),
        auc_alive: came(&|at| model.ln_p_alive(&cases[at].customer)),
    }
}

/// Mann and Whitney's statistic as a share, equal scores counting half; `None` where all or none came back.
pub(super) fn auc(mut scored: Vec<(f64, bool)>) -> Option<f64> {
    scored.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let (mut below, mut won, mut came) = (0.0, 0.0, 0.0);
    for equal in scored.chunk_by(|one, other| one.0 == other.0) {
        let back = equal.iter().filter(|(_, came)| *came).count() as f64;
        let gone = equal.len() as f64 - back;
        won += back * (below + 0.5 * gone);
        below += gone;
        came += back;
    }
    (came > 0.0 && below > 0.0).then(|| won / (came * below))
}

fn bins(cases: &[Case], expected: &[Vec<f64>]) -> Vec<Bin> {
    let mut bins: Vec<Bin> =
        (0..=BINS).map(|repeats| Bin { repeats, members: 0, actual: 0.0, expected: vec![0.0; expected.len()] }).collect();
    for (at, case) in cases.iter().enumerate() {
        let bin = &mut bins[case.customer.x.min(BINS) as usize];
        bin.members += 1;
        bin.actual += f64::from(case.later);
        bin.expected.iter_mut().zip(expected).for_each(|(sum, expected)| *sum += expected[at]);
    }
    for bin in &mut bins {
        let n = (bin.members as f64).max(1.0);
        bin.actual /= n;
        bin.expected.iter_mut().for_each(|sum| *sum /= n);
    }
    bins.retain(|bin| bin.members > 0);
    bins
}

/// By the end of a day a member has had as many days as lie from the first purchase to it, both counted.
fn tracking(followed: &Followed, models: &[Purchases]) -> Vec<Tracked> {
    let mut firsts: BTreeMap<Day, u64> = BTreeMap::new();
    followed.found.iter().for_each(|(buyer, _)| *firsts.entry(buyer.first).or_default() += 1);
    let Some(start) = firsts.keys().next().copied() else { return Vec::new() };
    let weeks = (followed.to - start + 1).div_euclid(7).max(1);
    let step = 7 * (weeks + POINTS_MAX - 1).div_euclid(POINTS_MAX).max(1);
    let mut tracked = Vec::new();
    let mut day = start + (step - 1);
    while day <= followed.to {
        let expected = |model: &Purchases| -> f64 {
            let since = firsts.range(..=day);
            since.map(|(first, members)| *members as f64 * model.expected_new(f64::from(day - *first + 1) / Unit::Week.days())).sum()
        };
        tracked.push(Tracked {
            day,
            actual: followed.repeats.range(..=day).map(|(_, repeats)| repeats).sum(),
            expected: models.iter().map(expected).collect(),
        });
        day = day + step;
    }
    tracked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_pairs_put_right_by_hand() {
        let scored = |scores: &[(f64, bool)]| auc(scores.to_vec());
        assert_eq!(scored(&[(0.1, false), (0.9, true)]), Some(1.0));
        assert_eq!(scored(&[(0.9, false), (0.1, true)]), Some(0.0));
        assert_eq!(scored(&[(0.5, false), (0.5, true), (0.5, true)]), Some(0.5));
        // Pairs: (2, 1) right, (2, 3) wrong, (3, 1) right, (3, 3) half.
        assert_eq!(scored(&[(1.0, false), (2.0, true), (3.0, false), (3.0, true)]), Some(0.625));
        assert_eq!(scored(&[(1.0, true)]), None);
    }
}
