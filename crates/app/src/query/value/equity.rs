//! Customer equity (SPEC VA-4): what all members are worth together on two days, and by whose doing the difference came about.
//!
//! Value of a member on a day = margin × spend expected within the horizon, discounted, from what had occurred by the end of that day, in whole
//! minor units; sums of whole numbers add up. One model serves both days: a difference is the members', never the model's.

use std::collections::BTreeMap;

use perennial_backtest::Fold;
use perennial_kernel::{Day, MemberId, Money};
use perennial_rules::book::Book;
use perennial_rules::history::History;
use perennial_rules::profile::{Profile, Purchases};
use perennial_rules::reference::Reference;
use perennial_rules::value::{ValueModel, whole};
use perennial_value::{Customer, Kind};

use super::buyers::Unit;
use super::warning::{By, by};
use crate::house::House;
use crate::query::everyone::{Counted, fold};
use crate::query::{QueryResult, models, not_after_today, refused};

/// A member silent for so many days is lost: RF's *churned* begins there.
pub const LOST_DAYS: i32 = 360;
/// A member whose value changed by more than so much grew or shrank, in percent.
const RETAINED_PERCENT: i128 = 5;

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct EquityTerms {
    /// Of sales, in percent.
    pub margin: f64,
    pub months: u32,
    /// In percent a year.
    pub discount: f64,
}

impl Default for EquityTerms {
    fn default() -> Self {
        Self { margin: 100.0, months: 36, discount: 10.0 }
    }
}

/// By whose doing the difference came about, in the order of a waterfall.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Movement {
    /// Had bought nothing by the first day.
    New,
    /// Worth over 5 % more.
    Grown,
    /// Neither.
    Retained,
    /// Worth over 5 % less.
    Shrunk,
    /// Silent for 360 days on the second day and not on the first, or nothing is left of the purchases.
    Lost,
}

impl Movement {
    pub const ALL: [Self; 5] = [Self::New, Self::Grown, Self::Retained, Self::Shrunk, Self::Lost];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Grown => "grown",
            Self::Retained => "retained",
            Self::Shrunk => "shrunk",
            Self::Lost => "lost",
        }
    }
}

/// Members with what they were worth on the first day and are on the second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Worth {
    pub members: u64,
    pub before: i64,
    pub after: i64,
}

impl Worth {
    fn add(&mut self, other: Self) {
        self.members += other.members;
        self.before = self.before.saturating_add(other.before);
        self.after = self.after.saturating_add(other.after);
    }

    pub fn change(&self) -> Money {
        Money(self.after - self.before)
    }
}

/// Who is put together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grouping {
    /// By the primary lifecycle model, on the second day.
    Stage,
    /// By the quarter of the first purchase.
    Cohort,
    /// By the channel of the first counted order.
    Channel,
}

impl Grouping {
    pub const ALL: [Self; 3] = [Self::Stage, Self::Cohort, Self::Channel];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Cohort => "cohort",
            Self::Channel => "channel",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// A stage's id, `1997-Q1`, a channel's name; empty where nothing is known.
    pub name: String,
    pub all: Worth,
    /// As [`Movement::ALL`].
    pub movements: [Worth; 5],
}

#[derive(Clone, PartialEq, Debug)]
pub struct Equity {
    pub from: Day,
    pub to: Day,
    pub by: By,
    pub terms: EquityTerms,
    pub all: Worth,
    /// As [`Movement::ALL`]; they add up to `all`.
    pub movements: [Worth; 5],
    /// As [`Grouping::ALL`]; the groups of each add up to `all`.
    pub groups: [Vec<Group>; 3],
    /// The lifecycle model of the stages.
    pub model: String,
}

pub fn equity(house: &House, wanted: Option<Kind>, from: Day, to: Day, terms: EquityTerms) -> QueryResult<Counted<Equity>> {
    not_after_today(house, to)?;
    if from >= to {
        return Err(refused("day.range_backwards", format!("{from} is not before {to}"), format!("{from} 不早于 {to}")));
    }
    let by = by(house, wanted)?;
    let model = models::primary(house);
    let reference = models::reference(house, &model)?;
    let start = || Sums { reference: &reference, reckoning: Reckoning::new(by.model, terms), days: [from, to], found: BTreeMap::new() };
    let (sums, data_up_to) = fold(house, None, start)?;
    Ok(Counted { table: table(&sums.found, &reference, [from, to], by, terms, model), data_up_to })
}

fn table(found: &Found, reference: &Reference, [from, to]: [Day; 2], by: By, terms: EquityTerms, model: String) -> Equity {
    let empty = |name: &str| Group { name: name.to_owned(), all: Worth::default(), movements: [Worth::default(); 5] };
    let groups = Grouping::ALL.map(|grouping| {
        let mut groups: Vec<Group> = Vec::new();
        for ((of, name, movement), worth) in found.iter().filter(|((of, ..), _)| *of == grouping) {
            debug_assert_eq!(*of, grouping);
            if groups.last().is_none_or(|last| last.name != *name) {
                groups.push(empty(name));
            }
            let last = groups.last_mut().expect("one was just put there");
            last.all.add(*worth);
            last.movements[*movement as usize].add(*worth);
        }
        groups
    });
    let mut whole = empty("");
    for group in &groups[0] {
        whole.all.add(group.all);
        whole.movements.iter_mut().zip(group.movements).for_each(|(sum, part)| sum.add(part));
    }
    let mut groups = groups;
    // Stages in the order in which they are shown.
    let shown = &models::only(reference);
    let place = |name: &str| shown.display.iter().position(|at| shown.stages[*at].id == name);
    groups[0].sort_by_key(|group| place(&group.name));
    groups[2].sort_by_key(|group| std::cmp::Reverse(group.all.after));
    Equity { from, to, by, terms, all: whole.all, movements: whole.movements, groups, model }
}

/// A model with terms; what it said of one kind of customer it need not reckon again.
struct Reckoning {
    model: ValueModel,
    terms: EquityTerms,
    known: BTreeMap<(i64, i32, i32), f64>,
}

impl Reckoning {
    fn new(model: ValueModel, terms: EquityTerms) -> Self {
        Self { model, terms, known: BTreeMap::new() }
    }

    fn value(&mut self, purchases: &Purchases, day: Day) -> i64 {
        let (Some(first), Some(last)) = (purchases.first, purchases.last) else { return 0 };
        let key = (purchases.days, last - first, day - first);
        let (model, terms) = (&self.model, self.terms);
        let discounted = *self.known.entry(key).or_insert_with(|| {
            let unit = model.unit.days();
            let customer = Customer::new(u32::try_from(key.0 - 1).unwrap_or(0), f64::from(key.1) / unit, f64::from(key.2) / unit);
            let rate = (terms.discount / 100.0).ln_1p() * unit / 365.25;
            let horizon = f64::from(terms.months) * Unit::Month.days() / unit;
            model.purchases.discounted(&customer, rate, horizon, terms.months)
        });
        whole(model.worth(purchases).unwrap_or(0.0) * discounted * terms.margin / 100.0).0
    }
}

type Found = BTreeMap<(Grouping, String, Movement), Worth>;

struct Sums<'a> {
    reference: &'a Reference,
    reckoning: Reckoning,
    days: [Day; 2],
    found: Found,
}

impl Fold for Sums<'_> {
    fn take(&mut self, _: MemberId, history: &History) {
        let brand = &self.reference.brand;
        let books = self.days.map(|day| history.book(self.reference, self.reference.calendar.end(day)));
        let [before, after] = [0, 1].map(|at| Purchases::as_of(&books[at].purchases, self.days[at], brand.life_gap_days, brand.counting));
        if before.days == 0 && after.days == 0 {
            return;
        }
        let worth = self.worth(&before, &after);
        let movement = self.movement(&before, &after, worth);
        let profile = Profile::of(&books[1], self.reference, self.days[1]);
        let model = models::only(self.reference);
        let stage = model.stages[model.stage_of(&profile)].id.clone();
        let cohort = after.first.or(before.first).map(quarter).unwrap_or_default();
        let channel = channel(self.reference, &books[1]).or_else(|| channel(self.reference, &books[0])).unwrap_or_default();
        for (grouping, name) in [(Grouping::Stage, stage), (Grouping::Cohort, cohort), (Grouping::Channel, channel)] {
            self.found.entry((grouping, name, movement)).or_default().add(worth);
        }
    }

    fn merge(&mut self, other: Self) {
        for (key, worth) in other.found {
            self.found.entry(key).or_default().add(worth);
        }
    }
}

impl Sums<'_> {
    fn movement(&self, before: &Purchases, after: &Purchases, worth: Worth) -> Movement {
        let lost = |purchases: &Purchases, day: Day| purchases.last.is_some_and(|last| day - last >= LOST_DAYS);
        match (before.days > 0, after.days > 0) {
            (false, _) => Movement::New,
            (true, false) => Movement::Lost,
            (true, true) if lost(after, self.days[1]) && !lost(before, self.days[0]) => Movement::Lost,
            (true, true) => by_change(worth.before, worth.after),
        }
    }

    fn worth(&mut self, before: &Purchases, after: &Purchases) -> Worth {
        let [from, to] = self.days;
        Worth { members: 1, before: self.reckoning.value(before, from), after: self.reckoning.value(after, to) }
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
fn channel(reference: &Reference, book: &Book) -> Option<String> {
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
