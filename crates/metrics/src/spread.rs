//! How lengths in days spread: counts by length, and what they come to.

use std::collections::BTreeMap;

/// Counts by days.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Spread {
    by_days: BTreeMap<i32, u64>,
}

/// What a spread comes to. Percentiles by nearest rank: of n lengths in ascending order, the one at place ⌈p·n/100⌉; nothing of none.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Summary {
    pub count: u64,
    pub mean: Option<f64>,
    pub p50: Option<i32>,
    pub p80: Option<i32>,
    pub p90: Option<i32>,
}

impl Spread {
    pub fn note(&mut self, days: i32) {
        *self.by_days.entry(days).or_default() += 1;
    }

    pub fn merge(&mut self, other: &Self) {
        for (days, count) in &other.by_days {
            *self.by_days.entry(*days).or_default() += count;
        }
    }

    pub fn count(&self) -> u64 {
        self.by_days.values().sum()
    }

    pub fn percentile(&self, percent: u64) -> Option<i32> {
        let rank = (self.count() * percent).div_ceil(100);
        let mut seen = 0;
        self.by_days.iter().find_map(|(days, count)| {
            seen += count;
            (seen >= rank).then_some(*days)
        })
    }

    pub fn summary(&self) -> Summary {
        let count = self.count();
        let sum: i64 = self.by_days.iter().map(|(days, count)| i64::from(*days) * *count as i64).sum();
        let mean = (count > 0).then(|| sum as f64 / count as f64);
        Summary { count, mean, p50: self.percentile(50), p80: self.percentile(80), p90: self.percentile(90) }
    }

    /// Each length that occurred with how often it did, ascending.
    pub fn by_days(&self) -> Vec<(i32, u64)> {
        self.by_days.iter().map(|(days, count)| (*days, *count)).collect()
    }
}

/// A share of a whole; nothing of nothing.
pub(crate) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_at_the_nearest_rank() {
        let mut spread = Spread::default();
        for days in [15, 20, 35, 40, 50] {
            spread.note(days);
        }
        // The worked example of the nearest-rank method: P5 = 15, P30 = 20, P40 = 20, P50 = 35, P100 = 50.
        assert_eq!([5, 30, 40, 50, 100].map(|percent| spread.percentile(percent)), [15, 20, 20, 35, 50].map(Some));
        assert_eq!(spread.summary(), Summary { count: 5, mean: Some(32.0), p50: Some(35), p80: Some(40), p90: Some(50) });
        assert_eq!(Spread::default().summary(), Summary::default());
    }
}
