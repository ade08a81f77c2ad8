//! Super users (SPEC VA-6): members who look, put into the cart, buy often, speak up and bring others; what they are of buyers and sales, and
//! how ordinary members and sales moved while their number did.
//!
//! Every test is a condition, so the members can be opened, changed and saved. A movement beside another is no cause, and says so.

use perennial_backtest::Fold;
use perennial_kernel::{Day, MemberId, Money};
use perennial_rules::history::History;
use perennial_rules::reference::{Counting, Reference};
use perennial_rules::series::DaySeries;
use perennial_rules::signal::Signal;

use super::said::Said;
use crate::house::House;
use crate::query::QueryResult;
use crate::query::everyone::{Counted, fold};

/// How many times as much a super user spends as an ordinary member, as is commonly said.
pub const CLAIMED_MULTIPLE: [f64; 2] = [5.0, 10.0];
/// By how many percent ordinary members and sales are said to grow with each percent of super users.
pub const CLAIMED_ORDINARY: [f64; 2] = [10.0, 15.0];
pub const CLAIMED_MONEY: [f64; 2] = [20.0, 25.0];

/// The past is looked at on so many days beside today, so far apart.
const POINTS: i32 = 4;
const APART: i32 = 90;

/// What a super user does, in the order of showing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Test {
    Looked,
    Carted,
    Bought,
    Spoke,
    Referred,
}

impl Test {
    pub const ALL: [Self; 5] = [Self::Looked, Self::Carted, Self::Bought, Self::Spoke, Self::Referred];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Looked => "looked",
            Self::Carted => "carted",
            Self::Bought => "bought",
            Self::Spoke => "spoke",
            Self::Referred => "referred",
        }
    }

    /// What counts; purchases for the one that has none.
    pub fn signals(self) -> &'static [Signal] {
        match self {
            Self::Looked => &[Signal::Browse, Signal::Favourite],
            Self::Carted => &[Signal::Cart],
            Self::Bought => &[],
            Self::Spoke => &[Signal::Feedback, Signal::Review],
            Self::Referred => &[Signal::Referral],
        }
    }

    fn is_recent(self) -> bool {
        matches!(self, Self::Looked | Self::Carted)
    }
}

/// How often each at least, and within how many days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SuperTerms {
    pub window: i32,
    /// Of looking and carting.
    pub recent: i32,
    /// As [`Test::ALL`]; zero asks nothing. A super user has bought at least once.
    pub least: [u32; 5],
}

impl Default for SuperTerms {
    fn default() -> Self {
        Self { window: 365, recent: 90, least: [1, 1, 3, 1, 1] }
    }
}

impl SuperTerms {
    fn days(&self, test: Test) -> i32 {
        if test.is_recent() { self.recent } else { self.window }
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct SuperUser {
    pub member: MemberId,
    /// As [`Test::ALL`].
    pub times: [u32; 5],
    pub money: Money,
}

/// One test over the buyers of the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passed {
    pub test: Test,
    pub least: u32,
    /// By itself, and together with those before it.
    pub alone: u64,
    pub together: u64,
    /// Anybody's behaviours say it within the days.
    pub heard: bool,
}

/// Buyers of the window that ends on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Point {
    pub day: Day,
    pub supers: u64,
    pub ordinary: u64,
    /// Of both.
    pub money: Money,
}

/// Changes from the first to the last of the days, in percent.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Observed {
    pub supers: f64,
    pub ordinary: f64,
    pub money: f64,
}

impl Observed {
    /// By how many percent ordinary members and money changed for each percent by which super users did.
    pub fn per_percent(&self) -> [f64; 2] {
        [self.ordinary / self.supers, self.money / self.supers]
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct SuperUsers {
    pub as_of: Day,
    pub terms: SuperTerms,
    pub buyers: u64,
    pub money: Money,
    pub tests: [Passed; 5],
    /// Who spent most first.
    pub members: Vec<SuperUser>,
    pub their_money: Money,
    /// What one of them spent, as a multiple of what an ordinary buyer did; none where there are not both.
    pub multiple: Option<f64>,
    /// Ascending by day, today the last.
    pub points: Vec<Point>,
    /// `None` while there were no super users on the first day, or as many as on the last.
    pub observed: Option<Observed>,
    /// Who they are, in the condition language; `None` where a test asks for what no behaviour can say.
    pub condition: Option<String>,
}

/// As of the end of today.
pub fn super_users(house: &House, terms: SuperTerms) -> QueryResult<Counted<SuperUsers>> {
    let reference = house.reference();
    let today = reference.calendar.day(house.now());
    let (found, data_up_to) = fold(house, None, || Finding::new(&reference, terms, today))?;
    Ok(Counted { table: found.finish(), data_up_to })
}

struct Finding<'a> {
    reference: &'a Reference,
    terms: SuperTerms,
    points: Vec<Point>,
    alone: [u64; 5],
    together: [u64; 5],
    heard: [bool; 5],
    members: Vec<SuperUser>,
}

impl<'a> Finding<'a> {
    fn new(reference: &'a Reference, terms: SuperTerms, today: Day) -> Self {
        let point = |back: i32| Point { day: today - back * APART, supers: 0, ordinary: 0, money: Money::ZERO };
        let points = (0..=POINTS).rev().map(point).collect();
        Self { reference, terms, points, alone: [0; 5], together: [0; 5], heard: [false; 5], members: Vec::new() }
    }

    fn today(&self) -> Day {
        self.points[self.points.len() - 1].day
    }

    /// How often a member did each, and what was spent, in the days that end with `day`.
    fn times(&self, said: &Said, purchases: &DaySeries, day: Day) -> ([u32; 5], Money) {
        let counting = self.reference.brand.counting;
        let first = day - (self.terms.window - 1);
        let (mut bought, mut money) = (0, Money::ZERO);
        for entry in purchases.entries().iter().filter(|entry| first <= entry.day && entry.day <= day) {
            money += Money(entry.sum);
            bought += match counting {
                Counting::Days => i64::from(entry.count > 0),
                Counting::Orders => entry.count,
            };
        }
        let times = |test: Test| match test {
            Test::Bought => u32::try_from(bought).unwrap_or(u32::MAX),
            other => said.times(other.signals(), day, self.terms.days(other)),
        };
        (Test::ALL.map(times), money)
    }

    fn finish(mut self) -> SuperUsers {
        self.members.sort_unstable_by_key(|one| (std::cmp::Reverse(one.money), one.member));
        let (first, last) = (self.points[0], self.points[self.points.len() - 1]);
        let their_money: Money = self.members.iter().map(|one| one.money).sum();
        let mean = |money: Money, members: u64| (members > 0).then(|| money.0 as f64 / members as f64);
        let ordinary = mean(last.money - their_money, last.ordinary).filter(|mean| *mean > 0.0);
        let percent = |from: f64, to: f64| (to / from - 1.0) * 100.0;
        let moved = first.supers > 0 && first.supers != last.supers && first.ordinary > 0 && first.money > Money::ZERO;
        let passed = |(at, test): (usize, Test)| Passed {
            test,
            least: self.terms.least[at],
            alone: self.alone[at],
            together: self.together[at],
            heard: self.heard[at],
        };
        let mut tests = Test::ALL.into_iter().enumerate().map(passed);
        SuperUsers {
            as_of: last.day,
            terms: self.terms,
            buyers: last.supers + last.ordinary,
            money: last.money,
            tests: std::array::from_fn(|_| tests.next().expect("there are as many as tests")),
            their_money,
            multiple: mean(their_money, last.supers).zip(ordinary).map(|(theirs, others)| theirs / others),
            observed: moved.then(|| Observed {
                supers: percent(first.supers as f64, last.supers as f64),
                ordinary: percent(first.ordinary as f64, last.ordinary as f64),
                money: percent(first.money.0 as f64, last.money.0 as f64),
            }),
            condition: condition(self.reference, &self.terms),
            members: self.members,
            points: self.points,
        }
    }
}

impl Fold for Finding<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        let until = self.reference.calendar.end(self.today());
        let purchases = history.book(self.reference, until).purchases;
        let said = Said::of(self.reference, history, until);
        let passes = |times: &[u32; 5]| Test::ALL.map(|test| times[test as usize] >= self.terms.least[test as usize]);
        let looked: Vec<([u32; 5], Money)> = self.points.iter().map(|point| self.times(&said, &purchases, point.day)).collect();
        let (now, money) = looked[looked.len() - 1];
        for (point, (times, money)) in self.points.iter_mut().zip(&looked).filter(|(_, (times, _))| times[Test::Bought as usize] > 0) {
            let is_super = passes(times).iter().all(|passes| *passes);
            point.supers += u64::from(is_super);
            point.ordinary += u64::from(!is_super);
            point.money += *money;
        }
        let passed = passes(&now);
        let buys = now[Test::Bought as usize] > 0;
        let mut all = buys;
        for (at, passes) in passed.into_iter().enumerate() {
            all &= passes;
            self.alone[at] += u64::from(passes && buys);
            self.together[at] += u64::from(all);
            self.heard[at] |= now[at] > 0;
        }
        if all {
            self.members.push(SuperUser { member, times: now, money });
        }
    }

    fn merge(&mut self, other: Self) {
        for (own, more) in self.points.iter_mut().zip(other.points) {
            own.supers += more.supers;
            own.ordinary += more.ordinary;
            own.money += more.money;
        }
        for at in 0..Test::ALL.len() {
            self.alone[at] += other.alone[at];
            self.together[at] += other.together[at];
            self.heard[at] |= other.heard[at];
        }
        self.members.extend(other.members);
    }
}

fn condition(reference: &Reference, terms: &SuperTerms) -> Option<String> {
    let mut parts = Vec::new();
    for test in Test::ALL {
        let (least, days) = (terms.least[test as usize], terms.days(test));
        let count = match test {
            Test::Bought => format!("count(purchase within {days} days)"),
            _ if least == 0 => continue,
            other => reference.brand.signals.count(other.signals(), Some(days))?,
        };
        parts.push(format!("{count} >= {}", least.max(1)));
    }
    Some(parts.join(" AND "))
}
