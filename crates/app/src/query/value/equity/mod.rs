//! Customer equity (SPEC VA-4): what all members are worth together on two days, and by whose doing the difference came about.
//!
//! Value of a member on a day = margin × spend expected within the horizon, discounted, from what had occurred by the end of that day, in whole
//! minor units; sums of whole numbers add up. One model serves both days: a difference is the members', never the model's. What members bring
//! beside their purchases is told apart, and counted in where it is asked for; those who have yet to buy are told apart always.

mod prospects;
mod reckoning;
mod sums;

use perennial_kernel::{Day, Money};
use perennial_rules::reference::Reference;
use perennial_value::Kind;

pub use self::prospects::{ProspectGroup, Prospects, SHRINKAGE};
use self::reckoning::Reckoning;
pub(super) use self::sums::channel;
use self::sums::{Found, Sums};
use super::kinds::ValueKind;
use super::warning::{By, by};
use crate::house::House;
use crate::query::everyone::{Counted, fold_with_sources};
use crate::query::{QueryResult, models, not_after_today, refused};

/// What members bring beside buying, by the brand's own weights: what may be counted in.
pub const BESIDE: [ValueKind; 4] = [ValueKind::WordOfMouth, ValueKind::Information, ValueKind::Knowledge, ValueKind::Trading];

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
    /// Which are counted in, as [`BESIDE`].
    pub with: [bool; 4],
}

impl Default for EquityTerms {
    fn default() -> Self {
        Self { margin: 100.0, months: 36, discount: 10.0, with: [false; 4] }
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
    /// As [`ValueKind::ALL`], counted in or not: the first and those counted in add up to `all`. Members are those of whom there is any.
    pub parts: [Worth; 5],
    pub prospects: Prospects,
}

pub fn equity(house: &House, wanted: Option<Kind>, from: Day, to: Day, terms: EquityTerms) -> QueryResult<Counted<Equity>> {
    not_after_today(house, to)?;
    if from >= to {
        return Err(refused("day.range_backwards", format!("{from} is not before {to}"), format!("{from} 不早于 {to}")));
    }
    let by = by(house, wanted)?;
    let model = models::primary(house);
    let reference = models::reference(house, &model)?;
    let start = || Sums::new(&reference, Reckoning::new(&by.model, terms), [from, to]);
    let (sums, data_up_to) = fold_with_sources(house, start, Sums::take_from)?;
    Ok(Counted { table: table(sums, &reference, [from, to], &by, terms, model), data_up_to })
}

fn table(sums: Sums<'_>, reference: &Reference, [from, to]: [Day; 2], by: &By, terms: EquityTerms, model: String) -> Equity {
    let found: &Found = &sums.found;
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
    let (parts, prospects) = (sums.parts, sums.known.finish());
    Equity { from, to, by: *by, terms, all: whole.all, movements: whole.movements, groups, model, parts, prospects }
}
