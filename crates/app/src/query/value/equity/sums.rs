//! The pass over everyone: each member's worth on both days, into the movement and the groups it belongs to; and who has yet to buy.

use std::collections::BTreeMap;

use perennial_backtest::Fold;
use perennial_kernel::{Day, Instant, MemberId, Relation};
use perennial_rules::book::Book;
use perennial_rules::history::History;
use perennial_rules::profile::{Profile, Purchases};
use perennial_rules::reference::Reference;

use super::prospects::Known;
use super::{BESIDE, Grouping, LOST_DAYS, Movement, RETAINED_PERCENT, Reckoning, Worth};
use crate::query::models;
use crate::query::value::kinds::brought;
use crate::query::value::said::Said;

/// What members bring beside buying is that of so many days; so long have prospects been known of whom chances are estimated.
const YEAR: i32 = 365;

pub type Found = BTreeMap<(Grouping, String, Movement), Worth>;

pub struct Sums<'a> {
    reference: &'a Reference,
    reckoning: Reckoning,
    days: [Day; 2],
    pub found: Found,
    /// As [`crate::query::value::ValueKind::ALL`].
    pub parts: [Worth; 5],
    pub known: Known,
}

impl Fold for Sums<'_> {
    fn take(&mut self, _: MemberId, history: &History) {
        self.take_from(history, "");
    }

    fn merge(&mut self, other: Self) {
        for (key, worth) in other.found {
            self.found.entry(key).or_default().add(worth);
        }
        self.parts.iter_mut().zip(other.parts).for_each(|(own, more)| own.add(more));
        self.known.merge(other.known);
    }
}

impl<'a> Sums<'a> {
    pub fn new(reference: &'a Reference, reckoning: Reckoning, days: [Day; 2]) -> Self {
        Self { reference, reckoning, days, found: BTreeMap::new(), parts: [Worth::default(); 5], known: Known::default() }
    }

    /// A member with the source of the first record about them.
    pub fn take_from(&mut self, history: &History, source: &str) {
        let brand = &self.reference.brand;
        let books = self.days.map(|day| history.book(self.reference, self.reference.calendar.end(day)));
        let purchases = [0, 1].map(|at| Purchases::as_of(&books[at].purchases, self.days[at], brand.life_gap_days, brand.counting));
        self.prospect(&books, &purchases, source);
        if purchases.iter().all(|purchases| purchases.days == 0) {
            return;
        }
        let worth = self.worth(history, &books, &purchases);
        let [before, after] = &purchases;
        let movement = self.movement(before, after, worth);
        let profile = Profile::of(&books[1], self.reference, self.days[1]);
        let model = models::only(self.reference);
        let stage = model.stages[model.stage_of(&profile)].id.clone();
        let cohort = after.first.or(before.first).map(quarter).unwrap_or_default();
        let channel = channel(self.reference, &books[1]).or_else(|| channel(self.reference, &books[0])).unwrap_or_default();
        for (grouping, name) in [(Grouping::Stage, stage), (Grouping::Cohort, cohort), (Grouping::Channel, channel)] {
            self.found.entry((grouping, name, movement)).or_default().add(worth);
        }
    }

    fn movement(&self, before: &Purchases, after: &Purchases, worth: Worth) -> Movement {
        let lost = |purchases: &Purchases, day: Day| purchases.last.is_some_and(|last| day - last >= LOST_DAYS);
        match (before.days > 0, after.days > 0) {
            (false, _) => Movement::New,
            (true, false) => Movement::Lost,
            (true, true) if lost(after, self.days[1]) && !lost(before, self.days[0]) => Movement::Lost,
            (true, true) => by_change(worth.before, worth.after),
        }
    }

    /// All that is counted in; each part by itself goes to the parts.
    fn worth(&mut self, history: &History, books: &[Book; 2], purchases: &[Purchases; 2]) -> Worth {
        let said = Said::of(self.reference, history, self.reference.calendar.end(self.days[1]));
        let values = [0, 1].map(|at| {
            let (day, of) = (self.days[at], &purchases[at]);
            let mut values = [0; 5];
            if of.days > 0 {
                let a_year = brought(self.reference, &said, &books[at], day, YEAR);
                values[0] = self.reckoning.value(of, day);
                for kind in BESIDE {
                    values[kind as usize] = self.reckoning.carried_on(a_year[kind as usize], of, day);
                }
            }
            values
        });
        let is_in = |part: usize| part == 0 || self.reckoning.terms.with[part - 1];
        let mut worth = Worth { members: 1, ..Worth::default() };
        for (part, sum) in self.parts.iter_mut().enumerate() {
            let [before, after] = [values[0][part], values[1][part]];
            sum.add(Worth { members: u64::from(before != 0 || after != 0), before, after });
            if is_in(part) {
                worth.before = worth.before.saturating_add(before);
                worth.after = worth.after.saturating_add(after);
            }
        }
        if purchases[1].first.is_some_and(|first| self.days[1] - first < YEAR) {
            self.known.new_buyers += 1;
            self.known.sum += i128::from(values[1][0]);
        }
        worth
    }

    /// Counts whoever has yet to buy, and whoever had yet to a year before the second day.
    fn prospect(&mut self, books: &[Book; 2], purchases: &[Purchases; 2], source: &str) {
        if books[1].is_erased() || books[1].known_from.is_none() {
            return;
        }
        let calendar = &self.reference.calendar;
        let near = |by: Instant| {
            let reached = |relation: &Relation| books[1].relations[*relation as usize].is_some_and(|at| at <= by);
            Relation::ALL.into_iter().rev().find(reached)
        };
        for day in 0..2 {
            if purchases[day].days == 0 && books[day].known_from.is_some() {
                self.known.of(source, near(calendar.end(self.days[day]))).members[day] += 1;
            }
        }
        let year_before = self.days[1] - YEAR;
        let known = books[1].known_from.is_some_and(|from| from <= calendar.end(year_before));
        if known && purchases[1].first.is_none_or(|first| first > year_before) {
            let seen = self.known.of(source, near(calendar.end(year_before)));
            seen.tried += 1;
            seen.bought += u64::from(purchases[1].first.is_some());
        }
    }
}

fn by_change(before: i64, after: i64) -> Movement {
    let (before, after) = (i128::from(before), i128::from(after));
    if after * 100 > before * (100 + RETAINED_PERCENT) {
        Movement::Grown
    } else if after * 100 < before * (100 - RETAINED_PERCENT) {
        Movement::Shrunk
    } else {
        Movement::Retained
    }
}

/// `1997-Q1`.
fn quarter(day: Day) -> String {
    let text = day.to_string();
    let month: u32 = text[5..7].parse().unwrap_or(1);
    format!("{}-Q{}", &text[..4], (month - 1) / 3 + 1)
}

/// Of the first counted order, by payment and key.
pub(in crate::query::value) fn channel(reference: &Reference, book: &Book) -> Option<String> {
    let counted = book.orders.iter().filter(|(_, order)| order.counted(reference).is_some());
    let first = counted.min_by_key(|(key, order)| (order.content.as_ref().and_then(|content| content.paid_at), *key));
    first.and_then(|(_, order)| order.content.as_ref()?.channel.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_percent_either_way_is_retained() {
        let of = |after| by_change(1000, after);
        assert_eq!([of(949), of(950), of(1050), of(1051)], [Movement::Shrunk, Movement::Retained, Movement::Retained, Movement::Grown]);
        assert_eq!((by_change(0, 0), by_change(0, 1), by_change(1, 0)), (Movement::Retained, Movement::Grown, Movement::Shrunk));
    }

    #[test]
    fn quarters_are_those_of_the_calendar() {
        let of = |text: &str| quarter(Day::parse(text).unwrap());
        assert_eq!([of("1997-01-01"), of("1997-03-31"), of("1997-04-01"), of("1997-12-31")], ["1997-Q1", "1997-Q1", "1997-Q2", "1997-Q4"]);
    }
}
