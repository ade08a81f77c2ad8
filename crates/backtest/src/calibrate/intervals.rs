//! Repurchase intervals of one span, as histograms that merge.

use perennial_kernel::Day;

use super::{INTERVALS_MIN, Span};
use crate::tally::add;

/// Which intervals: by the number of the purchase they begin with, or several taken together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Basis {
    /// From the first to the second purchase.
    FirstToSecond,
    SecondToThird,
    ThirdToFourth,
    /// From the fourth on, each to the next.
    FourthOn,
    /// From the second on, each to the next: those of regular buyers.
    SecondOn,
    All,
    /// From the first over the second to the third.
    FirstToThird,
}

impl Basis {
    pub const ALL: [Self; 7] =
        [Self::FirstToSecond, Self::SecondToThird, Self::ThirdToFourth, Self::FourthOn, Self::SecondOn, Self::All, Self::FirstToThird];

    /// Purchase numbers, each of its own.
    pub const BY_NUMBER: [Self; 4] = [Self::FirstToSecond, Self::SecondToThird, Self::ThirdToFourth, Self::FourthOn];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstToSecond => "1-2",
            Self::SecondToThird => "2-3",
            Self::ThirdToFourth => "3-4",
            Self::FourthOn => "4+",
            Self::SecondOn => "2+",
            Self::All => "all",
            Self::FirstToThird => "1-3",
        }
    }

    /// The interval that ends with purchase `later` (an index from 0), if there is one on this basis.
    fn interval(self, days: &[Day], later: usize) -> Option<usize> {
        let (ends_there, begins) = match self {
            Self::FirstToSecond => (later == 1, 1),
            Self::SecondToThird => (later == 2, 1),
            Self::ThirdToFourth => (later == 3, 1),
            Self::FourthOn => (later >= 4, 1),
            Self::SecondOn => (later >= 2, 1),
            Self::All => (later >= 1, 1),
            Self::FirstToThird => (later == 2, 2),
        };
        ends_there.then(|| (days[later] - days[later - begins]) as usize)
    }
}

/// What the intervals of a span were.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observed {
    pub span: Span,
    /// Members with a counted purchase in the span.
    pub buyers: u64,
    /// In the order of [`Basis::ALL`].
    pub intervals: Vec<Intervals>,
}

/// Percentiles by nearest rank: of n intervals in ascending order, the one at place ⌈p·n/100⌉. `None` without any.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Intervals {
    pub basis: Basis,
    pub count: u64,
    /// Members who made them.
    pub buyers: u64,
    /// Enough of them to propose something from: [`INTERVALS_MIN`].
    pub enough: bool,
    pub p50: Option<i32>,
    pub p80: Option<i32>,
    pub p90: Option<i32>,
}

/// How much of what was seen lies within a window of days, that many days included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Coverage {
    pub intervals: u64,
    pub intervals_within: u64,
    /// Members with at least one such interval in the span.
    pub buyers: u64,
    /// Members all of whose such intervals lie within.
    pub buyers_within: u64,
}

/// Counts by days.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Histogram(Vec<u64>);

impl Histogram {
    fn note(&mut self, days: usize) {
        if self.0.len() <= days {
            self.0.resize(days + 1, 0);
        }
        self.0[days] += 1;
    }

    fn merge(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        add(&mut self.0, &other.0);
    }

    fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    fn within(&self, days: i32) -> u64 {
        self.0.iter().take(days.max(0) as usize + 1).sum()
    }

    fn percentile(&self, percent: u64) -> Option<i32> {
        let rank = (self.count() * percent).div_ceil(100);
        let mut seen = 0;
        self.0
            .iter()
            .position(|count| {
                seen += count;
                *count > 0 && seen >= rank
            })
            .map(|days| days as i32)
    }
}

/// The intervals that end in one span.
#[derive(Clone, Debug)]
pub(super) struct Spells {
    pub span: Span,
    buyers: u64,
    /// By basis: every interval; the longest of each member.
    by_basis: Vec<(Histogram, Histogram)>,
}

impl Spells {
    pub fn new(span: Span) -> Self {
        Self { span, buyers: 0, by_basis: vec![Default::default(); Basis::ALL.len()] }
    }

    /// Takes in one member's purchase days, ascending.
    pub fn take(&mut self, days: &[Day]) {
        let inside = |later: &usize| self.span.holds(days[*later]);
        let laters: Vec<usize> = (0..days.len()).filter(inside).collect();
        if laters.is_empty() {
            return;
        }
        self.buyers += 1;
        for (basis, (every, longest)) in Basis::ALL.into_iter().zip(&mut self.by_basis) {
            let mut most = None;
            for interval in laters.iter().filter_map(|later| basis.interval(days, *later)) {
                every.note(interval);
                most = most.max(Some(interval));
            }
            if let Some(most) = most {
                longest.note(most);
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.buyers += other.buyers;
        for ((every, longest), (other_every, other_longest)) in self.by_basis.iter_mut().zip(&other.by_basis) {
            every.merge(other_every);
            longest.merge(other_longest);
        }
    }

    fn of(&self, basis: Basis) -> &(Histogram, Histogram) {
        &self.by_basis[basis as usize]
    }

    pub fn count(&self, basis: Basis) -> u64 {
        self.of(basis).0.count()
    }

    /// `None` where there is too little data to say.
    pub fn percentile(&self, basis: Basis, percent: u64) -> Option<i32> {
        let (every, _) = self.of(basis);
        if every.count() < INTERVALS_MIN { None } else { every.percentile(percent) }
    }

    pub fn coverage(&self, basis: Basis, days: i32) -> Coverage {
        let (every, longest) = self.of(basis);
        Coverage {
            intervals: every.count(),
            intervals_within: every.within(days),
            buyers: longest.count(),
            buyers_within: longest.within(days),
        }
    }

    pub fn observed(&self) -> Observed {
        let intervals = Basis::ALL.into_iter().zip(&self.by_basis).map(|(basis, (every, longest))| Intervals {
            basis,
            count: every.count(),
            buyers: longest.count(),
            enough: every.count() >= INTERVALS_MIN,
            p50: every.percentile(50),
            p80: every.percentile(80),
            p90: every.percentile(90),
        });
        Observed { span: self.span, buyers: self.buyers, intervals: intervals.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_at_the_nearest_rank() {
        let mut histogram = Histogram::default();
        for days in [15, 20, 35, 40, 50] {
            histogram.note(days);
        }
        // The worked example of the nearest-rank method: P5 = 15, P30 = 20, P40 = 20, P50 = 35, P100 = 50.
        let ranks = [5, 30, 40, 50, 100].map(|percent| histogram.percentile(percent).unwrap());
        assert_eq!(ranks, [15, 20, 20, 35, 50]);
        assert_eq!(Histogram::default().percentile(80), None);
        assert_eq!((histogram.within(20), histogram.within(34), histogram.within(99)), (2, 2, 5));
    }

    #[test]
    fn each_basis_takes_its_own_intervals() {
        let span = Span { from: Day(0), to: Day(1000) };
        let mut spells = Spells::new(span);
        spells.take(&[-10, 5, 30, 31, 40, 100, 1500].map(Day));
        let seen = |basis: Basis| {
            let (every, longest) = spells.of(basis);
            (every.count(), longest.percentile(100))
        };
        let expected = [(1, 15), (1, 25), (1, 1), (2, 60), (4, 60), (5, 60), (1, 40)];
        assert_eq!(Basis::ALL.map(seen), expected.map(|(count, longest)| (count, Some(longest))));
    }
}
