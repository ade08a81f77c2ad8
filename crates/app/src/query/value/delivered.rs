//! Customer delivered value (让渡价值, SPEC VA-10): what members say they get, less what they say it takes them, by their answers of 1 to 5.
//!
//! Of each member the latest answer on an aspect counts, so that nobody is heard twice.

use std::collections::BTreeMap;

use perennial_backtest::Fold;
use perennial_kernel::{Aspect, Body, Day, MemberId, Scores};
use perennial_rules::history::History;
use perennial_rules::reference::Reference;
use perennial_rules::signal::Delivered as Weights;

use crate::house::House;
use crate::query::QueryResult;
use crate::query::everyone::{Counted, fold};

/// With fewer members' answers a mean is not shown.
pub const SHOWN_FROM: u64 = 30;
/// Half of an interval that holds what is true in 19 of 20 cases, in standard errors.
const NINETEEN_OF_TWENTY: f64 = 1.959_963_984_540_054;
/// Best benefits less least costs; the other way round it is as far below nothing.
const MOST: f64 = (Scores::MOST - Scores::LEAST) as f64;
const SCORES: usize = Scores::MOST as usize;

/// Answers on one aspect.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rated {
    pub aspect: Aspect,
    /// Of its side, in hundredths of a percent.
    pub weight: i64,
    /// By score, from 1 on.
    pub answers: [u64; SCORES],
    /// `None` until [`SHOWN_FROM`] members answered.
    pub mean: Option<f64>,
}

impl Rated {
    pub fn members(&self) -> u64 {
        self.answers.iter().sum()
    }
}

/// From −4 to 4.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Balance {
    pub benefits: f64,
    pub costs: f64,
    /// Holds what all members would say in 19 of 20 samples as large.
    pub band: (f64, f64),
}

impl Balance {
    pub fn value(&self) -> f64 {
        self.benefits - self.costs
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct DeliveredMonth {
    /// Its first day.
    pub month: Day,
    pub members: u64,
    pub balance: Option<Balance>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct DeliveredValue {
    pub as_of: Day,
    pub window: i32,
    /// Who answered anything.
    pub members: u64,
    /// As [`Aspect::ALL`].
    pub aspects: [Rated; Aspect::COUNT],
    /// `None` until on both sides an aspect is shown. What is not shown counts as little as what weighs nothing: the others share its weight.
    pub balance: Option<Balance>,
    /// Ascending; of each month its own answers.
    pub months: Vec<DeliveredMonth>,
}

/// Of the answers of the days that end today.
pub fn delivered(house: &House, window: i32) -> QueryResult<Counted<DeliveredValue>> {
    let reference = house.reference();
    let today = reference.calendar.day(house.now());
    let start = || Asking { reference: &reference, today, first: today - (window - 1), all: Tally::default(), months: BTreeMap::new() };
    let (found, data_up_to) = fold(house, None, start)?;
    let weights = &reference.brand.signals.delivered;
    let months =
        found.months.iter().map(|(month, tally)| DeliveredMonth { month: *month, members: tally.members, balance: tally.balance(weights) });
    let table = DeliveredValue {
        as_of: today,
        window,
        members: found.all.members,
        aspects: Aspect::ALL.map(|aspect| found.all.rated(aspect, weights)),
        balance: found.all.balance(weights),
        months: months.collect(),
    };
    Ok(Counted { table, data_up_to })
}

/// Members with scores on two aspects, and sums of these.
#[derive(Clone, Copy, Default)]
struct Pair {
    n: u64,
    first: u64,
    second: u64,
    product: u64,
}

impl Pair {
    fn covariance(&self) -> f64 {
        if self.n < 2 {
            return 0.0;
        }
        let n = self.n as f64;
        (self.product as f64 - self.first as f64 * self.second as f64 / n) / (n - 1.0)
    }
}

/// Whole numbers throughout: however members are split among threads, the sums are the same.
#[derive(Clone, Default)]
struct Tally {
    members: u64,
    answers: [[u64; SCORES]; Aspect::COUNT],
    pairs: [[Pair; Aspect::COUNT]; Aspect::COUNT],
}

impl Tally {
    fn add(&mut self, scores: Scores) {
        self.members += 1;
        for (aspect, score) in scores.iter() {
            self.answers[aspect as usize][usize::from(score - Scores::LEAST)] += 1;
            for (other, second) in scores.iter() {
                let pair = &mut self.pairs[aspect as usize][other as usize];
                let (first, second) = (u64::from(score), u64::from(second));
                pair.n += 1;
                pair.first += first;
                pair.second += second;
                pair.product += first * second;
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.members += other.members;
        self.answers.as_flattened_mut().iter_mut().zip(other.answers.as_flattened()).for_each(|(own, more)| *own += more);
        for (own, more) in self.pairs.as_flattened_mut().iter_mut().zip(other.pairs.as_flattened()) {
            own.n += more.n;
            own.first += more.first;
            own.second += more.second;
            own.product += more.product;
        }
    }

    fn mean(&self, aspect: Aspect) -> Option<f64> {
        let own = self.pairs[aspect as usize][aspect as usize];
        (own.n >= SHOWN_FROM).then(|| own.first as f64 / own.n as f64)
    }

    fn rated(&self, aspect: Aspect, weights: &Weights) -> Rated {
        Rated { aspect, weight: weights.weight(aspect), answers: self.answers[aspect as usize], mean: self.mean(aspect) }
    }

    /// Weights of what is shown on one side, adding to one; `None` where nothing is.
    fn side(&self, costs: bool, weights: &Weights) -> Option<Vec<(Aspect, f64)>> {
        let shown: Vec<Aspect> =
            Aspect::ALL.into_iter().filter(|aspect| aspect.is_cost() == costs && self.mean(*aspect).is_some()).collect();
        let all: i64 = shown.iter().map(|aspect| weights.weight(*aspect)).sum();
        (all > 0).then(|| shown.into_iter().map(|aspect| (aspect, weights.weight(aspect) as f64 / all as f64)).collect())
    }

    /// The error is of a sum of means of which some members answered two: variances and covariances of the means, each by those who answered.
    fn balance(&self, weights: &Weights) -> Option<Balance> {
        let (benefits, costs) = (self.side(false, weights)?, self.side(true, weights)?);
        let mean =
            |side: &[(Aspect, f64)]| -> f64 { side.iter().map(|(aspect, weight)| weight * self.mean(*aspect).unwrap_or_default()).sum() };
        let (got, given) = (mean(&benefits), mean(&costs));
        let parts: Vec<(Aspect, f64)> = benefits.into_iter().chain(costs.into_iter().map(|(aspect, weight)| (aspect, -weight))).collect();
        let n = |aspect: Aspect| self.pairs[aspect as usize][aspect as usize].n as f64;
        let mut variance = 0.0;
        for (one, weight) in &parts {
            for (other, second) in &parts {
                let pair = self.pairs[*one as usize][*other as usize];
                variance += weight * second * pair.covariance() * pair.n as f64 / (n(*one) * n(*other));
            }
        }
        let (value, reach) = (got - given, NINETEEN_OF_TWENTY * variance.max(0.0).sqrt());
        Some(Balance { benefits: got, costs: given, band: ((value - reach).max(-MOST), (value + reach).min(MOST)) })
    }
}

struct Asking<'a> {
    reference: &'a Reference,
    today: Day,
    first: Day,
    all: Tally,
    months: BTreeMap<Day, Tally>,
}

impl Fold for Asking<'_> {
    /// Facts come by time: a later answer holds over an earlier one.
    fn take(&mut self, _: MemberId, history: &History) {
        let (mut all, mut month) = (Scores::NONE, (self.first, Scores::NONE));
        for fact in history.facts() {
            let Body::Behaved { scores, .. } = &fact.body else { continue };
            if scores.is_empty() {
                continue;
            }
            let day = self.reference.calendar.day(fact.occurred_at);
            if day < self.first || day > self.today {
                continue;
            }
            if day.month_start() != month.0 {
                self.keep(month);
                month = (day.month_start(), Scores::NONE);
            }
            all.overlay(scores);
            month.1.overlay(scores);
        }
        self.keep(month);
        if !all.is_empty() {
            self.all.add(all);
        }
    }

    fn merge(&mut self, other: Self) {
        self.all.merge(&other.all);
        for (month, tally) in other.months {
            self.months.entry(month).or_default().merge(&tally);
        }
    }
}

impl Asking<'_> {
    fn keep(&mut self, (month, scores): (Day, Scores)) {
        if !scores.is_empty() {
            self.months.entry(month).or_default().add(scores);
        }
    }
}

#[cfg(test)]
mod tests {
    use perennial_rules::signal::Signals;

    use super::*;

    fn scores(told: &[(Aspect, u8)]) -> Scores {
        let mut scores = Scores::NONE;
        assert!(told.iter().all(|(aspect, score)| scores.set(*aspect, *score)));
        scores
    }

    #[test]
    fn what_is_not_shown_leaves_its_weight_to_the_others_and_too_few_show_nothing() {
        let weights = &Signals::shipped().delivered;
        let mut tally = Tally::default();
        for at in 0..29 {
            tally.add(scores(&[(Aspect::Product, 4 + at % 2), (Aspect::Service, 2), (Aspect::Price, 1)]));
        }
        assert_eq!((tally.balance(weights), tally.mean(Aspect::Product)), (None, None));
        tally.add(scores(&[(Aspect::Product, 5), (Aspect::Price, 1)]));
        // Service has 29 answers: the product is the whole of the benefits, the price of the costs. 15 times 4, 15 times 5.
        let balance = tally.balance(weights).unwrap();
        assert_eq!((balance.benefits, balance.costs, balance.value()), (4.5, 1.0, 3.5));
        // Deviation of fifteen 4 and fifteen 5: the square root of 7.5 / 29; its error over thirty.
        let error = (7.5_f64 / 29.0 / 30.0).sqrt() * 1.959_963_984_540_054;
        assert!((balance.band.0 - (3.5 - error)).abs() < 1e-12 && (balance.band.1 - (3.5 + error)).abs() < 1e-12, "{balance:?}");
        assert_eq!(tally.rated(Aspect::Service, weights).answers, [0, 29, 0, 0, 0]);
        tally.add(scores(&[(Aspect::Service, 3)]));
        // Service is shown: 40 and 25 of 65.
        let service = (29.0 * 2.0 + 3.0) / 30.0;
        let balance = tally.balance(weights).unwrap();
        assert!((balance.benefits - (4.5 * 40.0 + service * 25.0) / 65.0).abs() < 1e-12, "{balance:?}");
    }

    #[test]
    fn answers_that_move_together_are_surer_in_their_difference() {
        let weights = &Signals::shipped().delivered;
        let (mut together, mut opposed, mut halves) = (Tally::default(), Tally::default(), [Tally::default(), Tally::default()]);
        for at in 0..40_u8 {
            let score = 1 + at % 5;
            let both = scores(&[(Aspect::Product, score), (Aspect::Price, score)]);
            together.add(both);
            halves[usize::from(at % 2)].add(both);
            opposed.add(scores(&[(Aspect::Product, score), (Aspect::Price, 6 - score)]));
        }
        let width = |tally: &Tally| tally.balance(weights).map(|one| one.band.1 - one.band.0).unwrap();
        assert!(width(&together) < 1e-9, "who pays more gets more, always: the difference has no error");
        let variance = 2.0 * 40.0 / 39.0;
        assert!((width(&opposed) - 2.0 * NINETEEN_OF_TWENTY * (4.0_f64 * variance / 40.0).sqrt()).abs() < 1e-9);
        let [mut merged, more] = halves;
        merged.merge(&more);
        assert_eq!(merged.balance(weights), together.balance(weights));
    }
}
