//! What becomes of a cohort (SPEC ME-1): how many of those who began together are active again, after how long, and what they pay.
//!
//! A member's *day 0* is the day of the first counted purchase, or of registration. Columns are stretches of units after it, counted either
//! by the calendar (the n-th month after the month of day 0) or by each member's own days (day n, or the n-th stretch of 7 or 30 days). A
//! member counts in a column once all of it has been observed, else neither as active nor in the denominator; a cell in which nobody counts
//! is blank. With *rolling* columns it is the n-th unit that must have been observed: that the member was active in it or at any time after.

mod fold;

use std::borrow::Cow;

use perennial_kernel::{Day, Money};

pub use self::fold::Cohort;
use crate::period::{Period, Unit};

/// What day 0 is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Start {
    #[default]
    FirstPurchase,
    Registration,
}

impl Start {
    pub const ALL: [Self; 2] = [Self::FirstPurchase, Self::Registration];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstPurchase => "first_purchase",
            Self::Registration => "registration",
        }
    }
}

/// What members of one row have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Rows {
    /// The unit around day 0.
    #[default]
    Time,
    /// The channel of the first counted order.
    Channel,
    /// The store of the first counted order.
    Store,
}

impl Rows {
    pub const ALL: [Self; 3] = [Self::Time, Self::Channel, Self::Store];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Channel => "channel",
            Self::Store => "store",
        }
    }
}

/// How units after day 0 are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Count {
    #[default]
    Calendar,
    Own,
}

impl Count {
    pub const ALL: [Self; 2] = [Self::Calendar, Self::Own];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Own => "own",
        }
    }
}

/// What being active is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Behaviour {
    /// A counted purchase.
    #[default]
    Buy,
    /// A counted purchase, or anything a member does.
    Any,
    /// A behaviour of this name.
    Named(String),
}

impl Behaviour {
    /// `buy`, `any`, else the name of a behaviour.
    pub fn parse(text: &str) -> Self {
        match text {
            "buy" => Self::Buy,
            "any" => Self::Any,
            name => Self::Named(name.to_owned()),
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Buy => "buy",
            Self::Any => "any",
            Self::Named(name) => name,
        }
    }
}

/// One column: units from `from` to `to`, both included, `to` open for rolling ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    pub from: u32,
    pub to: Option<u32>,
}

impl Column {
    /// The unit that must have been observed to its end.
    fn observed_to(self) -> u32 {
        self.to.unwrap_or(self.from)
    }

    /// `3`, `3+`, `1-7`.
    pub fn name(self) -> String {
        match self.to {
            None => format!("{}+", self.from),
            Some(to) if to == self.from => to.to_string(),
            Some(to) => format!("{}-{to}", self.from),
        }
    }
}

/// More columns than this are told apart by nobody.
pub const COLUMNS_MAX: usize = 400;

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Question {
    pub start: Start,
    /// Members whose day 0 lies in it.
    pub period: Period,
    pub rows: Rows,
    pub by: Unit,
    pub count: Count,
    pub behaviour: Behaviour,
    pub columns: Vec<Column>,
}

/// Classic: active in the n-th unit, for n = 0 to `last`.
pub fn classic(last: u32) -> Vec<Column> {
    (0..=last).map(|n| Column { from: n, to: Some(n) }).collect()
}

/// Rolling: active in the n-th unit or later, for n = 0 to `last`.
pub fn rolling(last: u32) -> Vec<Column> {
    (0..=last).map(|n| Column { from: n, to: None }).collect()
}

/// Brackets written `1-7,8-14,15-30`; `None` where they are not.
pub fn brackets(text: &str) -> Option<Vec<Column>> {
    let one = |part: &str| {
        let (from, to) = part.trim().split_once('-').unwrap_or((part.trim(), part.trim()));
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number <= 100_000);
        let (from, to) = (number(from)?, number(to)?);
        (from <= to).then_some(Column { from, to: Some(to) })
    };
    text.split(',').map(one).collect()
}

/// Members of a row in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counted {
    /// Of whom all of the column was observed.
    pub observed: u64,
    pub active: u64,
    /// What those observed paid in the column, less what went back; in rolling columns up to the end of what is observed.
    pub money: Money,
}

impl Counted {
    /// Active ones among those observed.
    pub fn rate(&self) -> Option<f64> {
        crate::spread::share(self.active, self.observed)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The unit, channel or store; empty where an order named none.
    pub name: String,
    /// The unit's first day, where rows are of time.
    pub from: Option<Day>,
    pub members: u64,
    /// One for each column; `None` where nobody has been observed so long.
    pub cells: Vec<Option<Counted>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CohortTable {
    pub columns: Vec<Column>,
    /// By time, or by name.
    pub rows: Vec<Row>,
    /// Everyone together.
    pub all: Row,
}

/// Where a member stands: the day that columns are counted from, and the row. Compared by the day first: rows are texts, and mostly the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Place {
    /// Day 0, or the first day of its unit.
    anchor: Day,
    row: Cow<'static, str>,
}

/// Day 0, with the number of its unit where the calendar's are counted.
#[derive(Clone, Copy)]
struct Zero {
    day: Day,
    unit: i32,
}

impl Question {
    /// The last day of a column for whoever is counted from `anchor`, as far as it must be observed.
    fn end_of(&self, anchor: Day, column: Column) -> Day {
        let n = i32::try_from(column.observed_to()).unwrap_or(i32::MAX);
        match self.count {
            Count::Calendar => self.by.end_of_nth(anchor, n),
            Count::Own => anchor + (n.saturating_add(1)).saturating_mul(self.by.days()).saturating_sub(1),
        }
    }

    fn zero(&self, day: Day) -> Zero {
        Zero { day, unit: if self.count == Count::Calendar { self.by.number(day) } else { 0 } }
    }

    /// The unit after day 0 in which a day lies; `None` before day 0.
    fn unit_of(&self, zero: Zero, day: Day) -> Option<u32> {
        if day < zero.day {
            return None;
        }
        Some(match self.count {
            Count::Calendar => self.by.number(day) - zero.unit,
            Count::Own => (day - zero.day) / self.by.days(),
        } as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_read_or_refused() {
        let found = brackets("1-7, 8-14,30").unwrap();
        assert_eq!(found.iter().map(|column| column.name()).collect::<Vec<_>>(), ["1-7", "8-14", "30"]);
        for text in ["", "7-1", "a-b", "1-", "1-7,", "-3", "0-100001"] {
            assert_eq!(brackets(text), None, "{text}");
        }
    }

    #[test]
    fn own_units_are_stretches_of_days_and_calendar_units_are_not() {
        let zero = Day::parse("1997-01-31").unwrap();
        let mut question = Question { by: Unit::Month, ..Question::default() };
        assert_eq!(question.unit_of(question.zero(zero), zero.next()), Some(1), "February is the month after");
        assert_eq!(question.end_of(zero, classic(1)[1]).to_string(), "1997-02-28");
        question.count = Count::Own;
        assert_eq!([29, 30, 59, 60].map(|days| question.unit_of(question.zero(zero), zero + days)), [0, 1, 1, 2].map(Some));
        assert_eq!(question.end_of(zero, classic(1)[1]) - zero, 59);
        assert_eq!(question.unit_of(question.zero(zero), zero - 1), None);
    }
}
