//! How people become buyers (SPEC ME-3): from being known to following, registering, and buying for the first time, by where they came from.
//!
//! Followed are members who became known in the period, each for the same number of days after that day, the last included; who has not been
//! observed so long is left out and counted beside. Steps need not be taken one after the other, and some are never taken: many register at
//! the counter and never follow. So a step tells two numbers: who came so far **or further**, which only falls from step to step, and who
//! took this very step. Days are of the latter.

use std::collections::BTreeMap;

use perennial_kernel::{Day, Relation};

use crate::metric::{Asks, Metric};
use crate::period::Period;
use crate::seen::Seen;
use crate::spread::{Spread, Summary, share};

/// From far to near.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// Known at all.
    Aware,
    Follower,
    Registered,
    /// Made a first counted purchase.
    Bought,
}

pub const STEPS: usize = 4;

impl Step {
    pub const ALL: [Self; STEPS] = [Self::Aware, Self::Follower, Self::Registered, Self::Bought];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aware => "aware",
            Self::Follower => "follower",
            Self::Registered => "registered",
            Self::Bought => "bought",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AcquiredBy {
    #[default]
    Everyone,
    /// Whoever told of the member first: a shop, a key, a file.
    Source,
    /// Of the first behaviour or order that names one.
    Channel,
}

impl AcquiredBy {
    pub const ALL: [Self; 3] = [Self::Everyone, Self::Source, Self::Channel];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Source => "source",
            Self::Channel => "channel",
        }
    }
}

/// One step of one group.
#[derive(Clone, PartialEq, Debug)]
pub struct StepRow {
    pub step: Step,
    /// Came so far or further.
    pub reached: u64,
    /// Of those of the step before; `None` for the first step, and of nobody.
    pub conversion: Option<f64>,
    /// Of all who became known.
    pub of_known: Option<f64>,
    /// Took this very step.
    pub took: u64,
    /// Days from the nearest step before it that they had taken by then.
    pub days: Summary,
    /// Days from being known.
    pub days_known: Summary,
}

#[derive(Clone, PartialEq, Debug)]
pub struct AcquiredRow {
    /// A source or a channel; empty where none is known.
    pub group: String,
    /// Members followed.
    pub members: u64,
    /// Became known in the period and have not been observed so long: in nothing else.
    pub excluded: u64,
    /// Bought on the day they became known.
    pub at_once: u64,
    pub steps: Vec<StepRow>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct AcquiredTable {
    pub horizon_days: i32,
    pub all: AcquiredRow,
    /// Most members first, then most excluded; equal ones by name. Empty for everyone together.
    pub rows: Vec<AcquiredRow>,
}

/// A number of the table that members stand behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    Reached(Step),
    Took(Step),
    AtOnce,
    Excluded,
}

#[derive(Clone, PartialEq, Debug, Default)]
struct Sums {
    members: u64,
    at_once: u64,
    reached: [u64; STEPS],
    took: [u64; STEPS],
    days: [Spread; STEPS],
    days_known: [Spread; STEPS],
}

/// Sums by the day of being known: how long it has been observed is known at the end.
type ByDay = BTreeMap<Day, Sums>;

#[derive(Clone, PartialEq, Debug)]
pub struct Acquired {
    by: AcquiredBy,
    period: Period,
    horizon_days: i32,
    all: ByDay,
    found: BTreeMap<String, ByDay>,
}

/// When a member took which step while followed.
struct Way {
    known: Day,
    taken: [Option<Day>; STEPS],
}

impl Way {
    fn reached(&self, step: Step) -> bool {
        self.taken[step as usize..].iter().any(Option::is_some)
    }

    fn is_at_once(&self) -> bool {
        self.taken[Step::Bought as usize] == Some(self.known)
    }

    /// The nearest step before it that was taken no later; being known always was.
    fn before(&self, step: usize, on: Day) -> Day {
        self.taken[..step].iter().rev().flatten().find(|day| **day <= on).copied().unwrap_or(self.known)
    }
}

impl Acquired {
    pub fn new(by: AcquiredBy, period: Period, horizon_days: i32) -> Self {
        Self { by, period, horizon_days, all: BTreeMap::new(), found: BTreeMap::new() }
    }

    fn way(&self, seen: &Seen<'_>) -> Option<Way> {
        let known = seen.known_on().filter(|day| self.period.holds(*day))?;
        let last = known + self.horizon_days;
        let steps = [
            Some(known),
            seen.relation_on(Relation::Follower),
            seen.relation_on(Relation::Registered),
            seen.purchases.first().map(|first| first.day),
        ];
        Some(Way { known, taken: steps.map(|day| day.filter(|day| *day <= last)) })
    }

    fn group<'a>(&self, seen: &Seen<'a>) -> Option<&'a str> {
        match self.by {
            AcquiredBy::Everyone => None,
            AcquiredBy::Source => Some(seen.first_source().unwrap_or_default()),
            AcquiredBy::Channel => Some(seen.first_told_channel().unwrap_or_default()),
        }
    }

    fn is_observed(&self, known: Day, as_of: Day) -> bool {
        known + self.horizon_days <= as_of
    }

    /// Whether the member is one of those a number counts; of any group where none is named.
    pub fn counts(&self, seen: &Seen<'_>, group: Option<&str>, cell: Cell, as_of: Day) -> bool {
        let Some(way) = self.way(seen) else { return false };
        let observed = self.is_observed(way.known, as_of);
        group.is_none_or(|group| self.group(seen) == Some(group))
            && match cell {
                Cell::Excluded => !observed,
                Cell::Reached(step) => observed && way.reached(step),
                Cell::Took(step) => observed && way.taken[step as usize].is_some(),
                Cell::AtOnce => observed && way.is_at_once(),
            }
    }

    /// The table of those observed long enough by the end of `as_of`.
    pub fn finish(&self, as_of: Day) -> AcquiredTable {
        let row = |group: &str, by_day: &ByDay| {
            let (mut sums, mut excluded) = (Sums::default(), 0);
            for (known, of_the_day) in by_day {
                if self.is_observed(*known, as_of) {
                    sums.merge(of_the_day);
                } else {
                    excluded += of_the_day.members;
                }
            }
            sums.row(group, excluded)
        };
        let mut rows: Vec<AcquiredRow> = self.found.iter().map(|(group, by_day)| row(group, by_day)).collect();
        rows.sort_by(|a, b| (b.members, b.excluded).cmp(&(a.members, a.excluded)).then_with(|| a.group.cmp(&b.group)));
        AcquiredTable { horizon_days: self.horizon_days, all: row("", &self.all), rows }
    }
}

impl Sums {
    fn add(&mut self, way: &Way) {
        self.members += 1;
        self.at_once += u64::from(way.is_at_once());
        for (at, step) in Step::ALL.into_iter().enumerate() {
            self.reached[at] += u64::from(way.reached(step));
            let Some(on) = way.taken[at] else { continue };
            self.took[at] += 1;
            if at > 0 {
                self.days[at].note(on - way.before(at, on));
                self.days_known[at].note(on - way.known);
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.members += other.members;
        self.at_once += other.at_once;
        for at in 0..STEPS {
            self.reached[at] += other.reached[at];
            self.took[at] += other.took[at];
            self.days[at].merge(&other.days[at]);
            self.days_known[at].merge(&other.days_known[at]);
        }
    }

    fn row(&self, group: &str, excluded: u64) -> AcquiredRow {
        let step = |(at, step): (usize, Step)| StepRow {
            step,
            reached: self.reached[at],
            conversion: at.checked_sub(1).and_then(|before| share(self.reached[at], self.reached[before])),
            of_known: share(self.reached[at], self.members),
            took: self.took[at],
            days: self.days[at].summary(),
            days_known: self.days_known[at].summary(),
        };
        let steps = Step::ALL.into_iter().enumerate().map(step).collect();
        AcquiredRow { group: group.to_owned(), members: self.members, excluded, at_once: self.at_once, steps }
    }
}

impl Metric for Acquired {
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(way) = self.way(seen) else { return };
        self.all.entry(way.known).or_default().add(&way);
        if let Some(group) = self.group(seen) {
            if !self.found.contains_key(group) {
                self.found.insert(group.to_owned(), ByDay::new());
            }
            self.found.get_mut(group).expect("put there above").entry(way.known).or_default().add(&way);
        }
    }

    fn asks(&self) -> Asks {
        match self.by {
            AcquiredBy::Everyone => Asks::Purchases,
            AcquiredBy::Source | AcquiredBy::Channel => Asks::Facts,
        }
    }

    fn merge(&mut self, other: Self) {
        merge(&mut self.all, &other.all);
        for (group, by_day) in other.found {
            merge(self.found.entry(group).or_default(), &by_day);
        }
    }
}

fn merge(into: &mut ByDay, from: &ByDay) {
    for (day, sums) in from {
        into.entry(*day).or_default().merge(sums);
    }
}
