//! Everyone who bought, summarised as models of purchases want it: how often again, when last, how long ago first, what for.
//!
//! Orders of one day of the brand are one purchase, however the brand counts elsewhere; their money is added, less what was given back. The
//! clock of a member starts on the day of the first counted purchase, the first purchase itself is no repeat, and what came after `until` is
//! not seen. Days are turned into a unit of time without rounding.

use perennial_backtest::{Books, OfBooks};
use perennial_kernel::{Currency, Day, MemberId};
use perennial_rules::book::Book;
use perennial_value::{Customer, Spend};

use crate::house::House;
use crate::query::everyone::{Counted, fold};
use crate::query::{QueryResult, not_after_today};

/// What time is counted in. It changes the parameters of a model, not what it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Unit {
    Day,
    #[default]
    Week,
    Month,
}

impl Unit {
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    pub fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Month => 365.25 / 12.0,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == text)
    }

    fn of(self, days: i32) -> f64 {
        f64::from(days) / self.days()
    }
}

/// Somebody who bought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Buyer {
    pub member: MemberId,
    /// Days with a purchase after the first one.
    pub repeats: u32,
    pub first: Day,
    pub last: Day,
    /// Of the repeat purchases, in minor units.
    pub spent: i64,
}

impl Buyer {
    pub fn customer(&self, until: Day, unit: Unit) -> Customer {
        Customer::new(self.repeats, unit.of(self.last - self.first), unit.of(until - self.first))
    }

    /// The mean worth of a repeat purchase, in major units.
    pub fn spend(&self, currency: Currency) -> Spend {
        let mean =
            if self.repeats == 0 { 0.0 } else { self.spent as f64 / f64::from(self.repeats) / 10_f64.powi(i32::from(currency.scale())) };
        Spend { x: self.repeats, mean }
    }
}

/// Takes members in; the answer is by member id.
#[derive(Default)]
pub struct Buyers(Vec<Buyer>);

impl Buyers {
    pub fn finish(mut self) -> Vec<Buyer> {
        self.0.sort_unstable_by_key(|buyer| buyer.member);
        self.0
    }

    fn of(member: MemberId, book: &Book) -> Option<Buyer> {
        let mut days = book.purchases.entries().iter().filter(|entry| entry.count > 0);
        let first = days.next()?.day;
        let mut buyer = Buyer { member, repeats: 0, first, last: first, spent: 0 };
        for entry in days {
            buyer.repeats += 1;
            buyer.last = entry.day;
            buyer.spent = buyer.spent.saturating_add(entry.sum);
        }
        Some(buyer)
    }
}

impl OfBooks for Buyers {
    fn add(&mut self, member: MemberId, book: &Book) {
        self.0.extend(Self::of(member, book));
    }

    fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// Everyone who had bought by the end of a day.
pub fn buyers(house: &House, until: Day) -> QueryResult<Counted<Vec<Buyer>>> {
    not_after_today(house, until)?;
    let reference = house.reference();
    let until = reference.calendar.end(until);
    let (found, data_up_to) = fold(house, None, || Books::new(&reference, until, Buyers::default()))?;
    Ok(Counted { table: found.into_question().finish(), data_up_to })
}
