//! How long members live with the brand, by cohort (SPEC LC-7).
//!
//! A member's first life begins with the first counted purchase. It **ends on the day on which the brand's life gap has passed without
//! another**: the day is known when it comes, so nothing about the end has to be guessed, and the estimate is not bent by those of whom
//! nobody can tell yet whether they are gone. Until then a life is cut off at the day asked about. No life is shorter than the gap. Who comes
//! back later lives a second life, which is not this one. A cohort is everyone whose first purchase fell into one month, quarter or year.

use std::collections::BTreeMap;

use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::reference::Reference;

use crate::fold::{Fold, Reads};
use crate::survival::Durations;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CohortBy {
    Month,
    #[default]
    Quarter,
    Year,
}

impl CohortBy {
    /// The first day of the cohort that this day belongs to.
    fn start(self, day: Day) -> Day {
        let (year, month, _) = day.ymd();
        let month = match self {
            Self::Month => month,
            Self::Quarter => (month - 1) / 3 * 3 + 1,
            Self::Year => 1,
        };
        Day::from_ymd(year, month, 1).unwrap_or(day)
    }

    /// `1997-03`, `1997-Q1`, `1997`.
    pub fn name(self, start: Day) -> String {
        let (year, month, _) = start.ymd();
        match self {
            Self::Month => format!("{year:04}-{month:02}"),
            Self::Quarter => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
            Self::Year => format!("{year:04}"),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CohortsTable {
    pub as_of: Day,
    pub life_gap_days: i32,
    pub everyone: Durations,
    /// By name, ascending in time.
    pub cohorts: Vec<(String, Durations)>,
}

#[derive(Clone, Debug)]
pub struct Cohorts<'a> {
    reference: &'a Reference,
    by: CohortBy,
    as_of: Day,
    until: Instant,
    found: BTreeMap<Day, Durations>,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl<'a> Cohorts<'a> {
    pub fn new(reference: &'a Reference, by: CohortBy, as_of: Day) -> Self {
        Self { reference, by, as_of, until: reference.calendar.end(as_of), found: BTreeMap::new(), book: Book::default() }
    }

    pub fn finish(&self) -> CohortsTable {
        let mut everyone = Durations::default();
        self.found.values().for_each(|durations| everyone.merge(durations));
        let cohorts = self.found.iter().map(|(start, durations)| (self.by.name(*start), durations.clone())).collect();
        CohortsTable { as_of: self.as_of, life_gap_days: self.reference.brand.life_gap_days, everyone, cohorts }
    }
}

impl Cohorts<'_> {
    fn add(&mut self, book: &Book) {
        let mut days = book.purchases.entries().iter().filter(|entry| entry.count > 0).map(|entry| entry.day);
        let Some(first) = days.next() else { return };
        let gap = self.reference.brand.life_gap_days;
        let mut last = first;
        for day in days {
            if day - last >= gap {
                break;
            }
            last = day;
        }
        let ends = last + gap;
        let has_ended = ends <= self.as_of;
        let days = if has_ended { ends - first } else { self.as_of - first };
        self.found.entry(self.by.start(first)).or_default().add(days, has_ended);
    }
}

impl Fold for Cohorts<'_> {
    fn take(&mut self, _: MemberId, history: &History) {
        self.add(&history.book(self.reference, self.until));
    }

    fn reads(&self) -> Option<Reads> {
        Some(Reads { until: self.until, names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let mut book = std::mem::take(&mut self.book);
        book.fill(self.reference, flat, self.until);
        self.add(&book);
        self.book = book;
        true
    }

    fn merge(&mut self, other: Self) {
        for (start, durations) in &other.found {
            self.found.entry(*start).or_default().merge(durations);
        }
    }
}
