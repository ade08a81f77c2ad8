//! How far first buyers go (SPEC ME-3): from the first counted purchase to the second, the third, the fourth and beyond.
//!
//! Followed are members whose first counted purchase lies in the period, each for the same number of days after it, the last included.
//! Whoever has not been observed so long is left out and counted beside, because of them it cannot be said yet. Money is that of the days
//! followed; what goes back without naming an order, on its own day, lowers the purchase made before it.

use std::collections::BTreeMap;

use perennial_kernel::{Day, Money};

use crate::metric::{Asks, Metric};
use crate::period::Period;
use crate::seen::Seen;
use crate::spread::{Spread, Summary, share};

/// First, second, third, fourth and beyond.
pub const STEPS: usize = 4;
/// Half a working life: nobody is followed longer.
pub const HORIZON_MAX: i32 = 3650;

/// One step of the funnel.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Members who made at least so many purchases.
    pub members: u64,
    /// Of those of the step before; `None` for the first step, and of nobody.
    pub conversion: Option<f64>,
    /// Of all who made a first purchase.
    pub of_all: Option<f64>,
    /// Days since the purchase before, of those who made this one; `None` for the first step. The last step is about the fourth purchase.
    pub days: Option<Summary>,
    /// Purchases of this number; of the last step those beyond, too.
    pub purchases: u64,
    pub money: Money,
    /// Of all money; `None` where all money is not above zero.
    pub money_share: Option<f64>,
}

/// Members who made exactly so many purchases (in the last: as many or more), with all they bought.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bucket {
    pub members: u64,
    pub purchases: u64,
    pub money: Money,
}

#[derive(Clone, PartialEq, Debug)]
pub struct FunnelTable {
    pub horizon_days: i32,
    /// Members followed.
    pub members: u64,
    /// First buyers of the period who have not been observed so long.
    pub excluded: u64,
    pub steps: Vec<Step>,
    pub buckets: Vec<Bucket>,
    pub money: Money,
    /// Members with a counted purchase in the period, whenever their first was.
    pub buyers: u64,
    /// Those of them with exactly one.
    pub once: u64,
    pub one_time_share: Option<f64>,
}

/// A number of the table that members stand behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    /// At least so many purchases while followed, from 1.
    Reached(usize),
    /// Exactly so many; of the last step as many or more.
    Bought(usize),
    Excluded,
    Buyers,
    Once,
}

/// Sums of everyone whose first purchase was on one day.
#[derive(Clone, PartialEq, Debug, Default)]
struct Sums {
    members: u64,
    reached: [u64; STEPS],
    days: [Spread; STEPS],
    purchases: [u64; STEPS],
    money: [Money; STEPS],
    buckets: [Bucket; STEPS],
}

#[derive(Clone, PartialEq, Debug)]
pub struct Funnel {
    period: Period,
    horizon_days: i32,
    found: BTreeMap<Day, Sums>,
    buyers: u64,
    once: u64,
}

/// What a member bought while followed.
struct Followed {
    first: Day,
    days: Vec<Day>,
    money: [Money; STEPS],
}

impl Funnel {
    pub fn new(period: Period, horizon_days: i32) -> Self {
        Self { period, horizon_days, found: BTreeMap::new(), buyers: 0, once: 0 }
    }

    fn followed(&self, seen: &Seen<'_>) -> Option<Followed> {
        let first = seen.purchases.first()?.day;
        if !self.period.holds(first) {
            return None;
        }
        let last = first + self.horizon_days;
        let within = seen.purchases.iter().take_while(|purchase| purchase.day <= last);
        let days: Vec<Day> = within.clone().map(|purchase| purchase.day).collect();
        let mut money = [Money::ZERO; STEPS];
        for (number, purchase) in within.enumerate() {
            money[number.min(STEPS - 1)] += purchase.money;
        }
        for (day, back) in seen.loose.iter().filter(|(day, _)| (first..=last).contains(day)) {
            let before = days.partition_point(|bought| bought <= day);
            money[before.clamp(1, STEPS) - 1] += *back;
        }
        Some(Followed { first, days, money })
    }

    fn purchases_in_period(&self, seen: &Seen<'_>) -> usize {
        seen.purchases.iter().filter(|purchase| self.period.holds(purchase.day)).count()
    }

    fn is_observed(&self, first: Day, as_of: Day) -> bool {
        first + self.horizon_days <= as_of
    }

    /// Whether the member is one of those a number counts.
    pub fn counts(&self, seen: &Seen<'_>, cell: Cell, as_of: Day) -> bool {
        match cell {
            Cell::Buyers => return self.purchases_in_period(seen) > 0,
            Cell::Once => return self.purchases_in_period(seen) == 1,
            Cell::Reached(_) | Cell::Bought(_) | Cell::Excluded => {}
        }
        let Some(followed) = self.followed(seen) else { return false };
        let (bought, observed) = (followed.days.len(), self.is_observed(followed.first, as_of));
        match cell {
            Cell::Reached(number) => observed && bought >= number,
            Cell::Bought(number) => observed && bought.min(STEPS) == number,
            Cell::Excluded => !observed,
            Cell::Buyers | Cell::Once => unreachable!("answered above"),
        }
    }

    /// The table of those observed long enough by the end of `as_of`.
    pub fn finish(&self, as_of: Day) -> FunnelTable {
        let (mut sums, mut excluded) = (Sums::default(), 0);
        for (first, of_the_day) in &self.found {
            if self.is_observed(*first, as_of) {
                sums.merge(of_the_day);
            } else {
                excluded += of_the_day.members;
            }
        }
        let money: Money = sums.money.iter().copied().sum();
        let step = |at: usize| Step {
            members: sums.reached[at],
            conversion: at.checked_sub(1).and_then(|before| share(sums.reached[at], sums.reached[before])),
            of_all: share(sums.reached[at], sums.members),
            days: (at > 0).then(|| sums.days[at].summary()),
            purchases: sums.purchases[at],
            money: sums.money[at],
            money_share: (money > Money::ZERO).then(|| sums.money[at].0 as f64 / money.0 as f64),
        };
        FunnelTable {
            horizon_days: self.horizon_days,
            members: sums.members,
            excluded,
            steps: (0..STEPS).map(step).collect(),
            buckets: sums.buckets.to_vec(),
            money,
            buyers: self.buyers,
            once: self.once,
            one_time_share: share(self.once, self.buyers),
        }
    }
}

impl Sums {
    fn add(&mut self, followed: &Followed) {
        self.members += 1;
        let bought = followed.days.len();
        for number in 0..bought.min(STEPS) {
            self.reached[number] += 1;
            self.purchases[number] += if number == STEPS - 1 { (bought - number) as u64 } else { 1 };
            if number > 0 {
                self.days[number].note(followed.days[number] - followed.days[number - 1]);
            }
        }
        for (sum, money) in self.money.iter_mut().zip(followed.money) {
            *sum += money;
        }
        let bucket = &mut self.buckets[bought.clamp(1, STEPS) - 1];
        bucket.members += 1;
        bucket.purchases += bought as u64;
        bucket.money += followed.money.iter().copied().sum();
    }

    fn merge(&mut self, other: &Self) {
        self.members += other.members;
        for at in 0..STEPS {
            self.reached[at] += other.reached[at];
            self.days[at].merge(&other.days[at]);
            self.purchases[at] += other.purchases[at];
            self.money[at] += other.money[at];
            self.buckets[at].members += other.buckets[at].members;
            self.buckets[at].purchases += other.buckets[at].purchases;
            self.buckets[at].money += other.buckets[at].money;
        }
    }
}

impl Metric for Funnel {
    fn observe(&mut self, seen: &Seen<'_>) {
        let in_period = self.purchases_in_period(seen);
        self.buyers += u64::from(in_period > 0);
        self.once += u64::from(in_period == 1);
        if let Some(followed) = self.followed(seen) {
            self.found.entry(followed.first).or_default().add(&followed);
        }
    }

    fn asks(&self) -> Asks {
        Asks::Purchases
    }

    fn merge(&mut self, other: Self) {
        for (first, sums) in &other.found {
            self.found.entry(*first).or_default().merge(sums);
        }
        self.buyers += other.buyers;
        self.once += other.once;
    }
}

/// What the simulator starts from where nobody gives it numbers: conversions and average values as they were observed, so that a simulation
/// of nothing changed gives the money observed. `None` where nobody was followed.
pub fn observed_plan(table: &FunnelTable, model: crate::simulate::Model) -> Option<crate::simulate::Plan> {
    use crate::simulate::{Model, Plan};
    if table.members == 0 {
        return None;
    }
    let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let reached = |at: usize| table.steps[at].members as f64;
    // Third and later purchases are as many as third ones times 1/(1 − c).
    let later = (table.steps[2].purchases + table.steps[3].purchases) as f64;
    let conversions =
        vec![ratio(reached(1), reached(0)), ratio(reached(2), reached(1)), if later > 0.0 { 1.0 - reached(2) / later } else { 0.0 }];
    let of = |at: usize| match model {
        Model::Step => (table.steps[at].money.0 as f64, table.steps[at].purchases as f64),
        Model::Bucket => (table.buckets[at].money.0 as f64, table.buckets[at].purchases as f64),
    };
    let value = |(money, purchases): (f64, f64)| ratio(money, purchases).max(0.0);
    let ((m3, p3), (m4, p4)) = (of(2), of(3));
    let values = vec![value(of(0)), value(of(1)), value((m3 + m4, p3 + p4))];
    Some(Plan { model, buyers: table.members as f64, conversions, values, carried_over: 0.0 })
}
