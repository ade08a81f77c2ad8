//! Who brings the money (SPEC ME-6): buyers of the period ranked by what they paid in it, most first, equals by member id.
//!
//! Money of the period is that of all its days, refunds that name no order included; so a buyer may have brought less than nothing, and
//! stands at the end.

use perennial_kernel::{MemberId, Money};

use crate::metric::{Asks, Metric};
use crate::period::Period;
use crate::seen::Seen;

/// The first `buyers` of the ranking, and what they brought.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    pub buyers: u64,
    /// As a share of all buyers.
    pub buyers_share: f64,
    pub money: Money,
    /// As a share of all money; `None` where all money is not above zero.
    pub money_share: Option<f64>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ParetoTable {
    pub buyers: u64,
    pub money: Money,
    /// The first ⌈n·p/100⌉ buyers for p = 0 to 100.
    pub curve: Vec<Point>,
    /// The first ⌈n·20/100⌉; `None` without buyers.
    pub top_fifth: Option<Point>,
    /// The fewest who bring 80 % of all money; `None` where all money is not above zero.
    pub four_fifths: Option<Point>,
}

/// Keeps money and member of each buyer of the period: 16 bytes each.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pareto {
    period: Period,
    buyers: Vec<(Money, MemberId)>,
}

impl Pareto {
    pub fn new(period: Period) -> Self {
        Self { period, buyers: Vec::new() }
    }

    /// Every buyer of the period with the money, in the ranking's order.
    pub fn ranking(mut self) -> Vec<(Money, MemberId)> {
        self.buyers.sort_unstable_by(|(a_money, a), (b_money, b)| b_money.cmp(a_money).then(a.cmp(b)));
        self.buyers
    }

    pub fn finish(self) -> ParetoTable {
        let ranking = self.ranking();
        let (buyers, mut sum) = (ranking.len(), Money::ZERO);
        let mut sums = vec![Money::ZERO];
        for (money, _) in &ranking {
            sum += *money;
            sums.push(sum);
        }
        let point = |first: usize| Point {
            buyers: first as u64,
            buyers_share: first as f64 / buyers.max(1) as f64,
            money: sums[first],
            money_share: (sum > Money::ZERO).then(|| sums[first].0 as f64 / sum.0 as f64),
        };
        let enough = |money: &Money| i128::from(money.0) * 100 >= i128::from(sum.0) * 80;
        let four_fifths = if sum > Money::ZERO { sums.iter().position(enough) } else { None };
        ParetoTable {
            buyers: buyers as u64,
            money: sum,
            curve: (0..=100).map(|percent| point(first_of(buyers, percent))).collect(),
            top_fifth: (buyers > 0).then(|| point(first_of(buyers, 20))),
            four_fifths: four_fifths.map(point),
        }
    }
}

/// How many the first so many per cent of `buyers` are: ⌈n·p/100⌉.
pub fn first_of(buyers: usize, percent: usize) -> usize {
    (buyers * percent).div_ceil(100)
}

impl Metric for Pareto {
    fn observe(&mut self, seen: &Seen<'_>) {
        if seen.purchases.iter().any(|purchase| self.period.holds(purchase.day)) {
            let money = seen.money_by_day().filter(|(day, _)| self.period.holds(*day)).map(|(_, money)| money).sum();
            self.buyers.push((money, seen.member));
        }
    }

    fn asks(&self) -> Asks {
        Asks::Purchases
    }

    fn merge(&mut self, mut other: Self) {
        self.buyers.append(&mut other.buyers);
    }
}
