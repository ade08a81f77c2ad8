//! Buyers of a window with their R, F and M: of all they buy, of one channel, of one product category.

use std::collections::{BTreeMap, BTreeSet};

use perennial_backtest::{Fold, Reads};
use perennial_kernel::{Day, Instant, Line, MemberId, Money, Quantity};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::reference::{Counting, Reference};

use super::Rfm;
use crate::seen::Seen;

/// More channels or categories than this nobody chooses from.
const CHOICES_MAX: usize = 1_000;

/// Whose purchases count.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Within {
    #[default]
    Everything,
    /// Counted orders of this channel.
    Channel(String),
    /// Lines of this category in counted orders, as products are followed: of a quantity above zero, money as paid.
    Category(String),
}

/// Takes members in; who bought nothing within is no buyer.
pub struct Buyers<'a> {
    reference: &'a Reference,
    within: &'a Within,
    first: Day,
    as_of: Day,
    until: Instant,
    found: Vec<(MemberId, Rfm)>,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl<'a> Buyers<'a> {
    /// Of the days that end with `as_of`.
    pub fn new(reference: &'a Reference, within: &'a Within, window: i32, as_of: Day) -> Self {
        let until = reference.calendar.end(as_of);
        Self { reference, within, first: as_of - (window - 1), as_of, until, found: Vec::new(), book: Book::default() }
    }

    /// By member.
    pub fn finish(mut self) -> Vec<(MemberId, Rfm)> {
        self.found.sort_unstable_by_key(|(member, _)| *member);
        self.found
    }

    /// Of all purchases, refunds that name no order among them.
    fn of_book(&self, book: &Book) -> Option<Rfm> {
        let days = book.purchases.entries().iter().filter(|entry| (self.first..=self.as_of).contains(&entry.day));
        let times = |count: i64| if self.reference.brand.counting == Counting::Days { count.min(1) } else { count };
        let (mut last, mut often, mut much) = (None, 0, 0_i64);
        for entry in days {
            last = if entry.count > 0 { Some(entry.day) } else { last };
            often += times(entry.count);
            much = much.saturating_add(entry.sum);
        }
        last.map(|last| [i64::from(self.as_of - last), often, much])
    }

    /// Of chosen orders.
    fn of_orders(&self, orders: impl Iterator<Item = (Day, Money)>) -> Option<Rfm> {
        let mut orders: Vec<(Day, Money)> = orders.filter(|(day, _)| (self.first..=self.as_of).contains(day)).collect();
        let last = orders.iter().map(|(day, _)| *day).max()?;
        let much = orders.iter().fold(0_i64, |sum, (_, money)| sum.saturating_add(money.0));
        if self.reference.brand.counting == Counting::Days {
            orders.sort_unstable_by_key(|(day, _)| *day);
            orders.dedup_by_key(|(day, _)| *day);
        }
        Some([i64::from(self.as_of - last), orders.len() as i64, much])
    }
}

impl Fold for Buyers<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        let rfm = match self.within {
            Within::Everything => self.of_book(&history.book(self.reference, self.until)),
            Within::Channel(name) => {
                let book = history.book(self.reference, self.until);
                let of_it = book
                    .orders
                    .values()
                    .filter(|order| order.content.as_ref().is_some_and(|content| content.channel.as_deref() == Some(name.as_str())));
                self.of_orders(of_it.filter_map(|order| order.counted(self.reference)).map(|counted| (counted.day, counted.money)))
            }
            Within::Category(name) => {
                let seen = Seen::new(member, history, self.reference, self.as_of, self.until);
                let paid = |lines: &[Line]| {
                    lines.iter().filter(|line| category(line) == Some(name.as_str())).map(|line| line.paid).reduce(|a, b| a + b)
                };
                self.of_orders(seen.counted_orders().into_iter().filter_map(|(day, order)| Some((day, paid(&order.lines)?))))
            }
        };
        self.found.extend(rfm.map(|rfm| (member, rfm)));
    }

    fn reads(&self) -> Option<Reads> {
        match self.within {
            Within::Everything => Some(Reads { until: self.until, names: false }),
            Within::Channel(_) => Some(Reads { until: self.until, names: true }),
            // Of lines columns know nothing.
            Within::Category(_) => None,
        }
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let rfm = match self.within {
            Within::Everything => {
                let mut book = std::mem::take(&mut self.book);
                book.fill(self.reference, flat, self.until);
                let rfm = self.of_book(&book);
                self.book = book;
                rfm
            }
            Within::Channel(name) => {
                let known = flat.orders.iter().filter(|order| order.told_at <= self.until);
                let of_it = known.filter(|order| flat.name(order.channel) == Some(name.as_str()));
                self.of_orders(of_it.map(|order| (self.reference.calendar.day(order.paid_at), order.money)))
            }
            Within::Category(_) => return false,
        };
        self.found.extend(rfm.map(|rfm| (flat.member, rfm)));
        true
    }

    fn merge(&mut self, other: Self) {
        self.found.extend(other.found);
    }
}

/// Of what was bought; `None` where the line names none.
fn category(line: &Line) -> Option<&str> {
    line.category.as_deref().filter(|name| !name.is_empty() && line.quantity > Quantity::ZERO)
}

/// What one may ask within: channels and categories with their buyers of the window, most first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choices {
    pub channels: Vec<(String, u64)>,
    pub categories: Vec<(String, u64)>,
}

/// Takes members in.
pub struct Chosen<'a> {
    reference: &'a Reference,
    first: Day,
    as_of: Day,
    until: Instant,
    channels: BTreeMap<String, u64>,
    categories: BTreeMap<String, u64>,
}

impl<'a> Chosen<'a> {
    pub fn new(reference: &'a Reference, window: i32, as_of: Day) -> Self {
        let until = reference.calendar.end(as_of);
        let (channels, categories) = (BTreeMap::new(), BTreeMap::new());
        Self { reference, first: as_of - (window - 1), as_of, until, channels, categories }
    }

    pub fn finish(self) -> Choices {
        let most = |found: BTreeMap<String, u64>| {
            let mut most: Vec<(String, u64)> = found.into_iter().collect();
            most.sort_by_key(|(_, buyers)| std::cmp::Reverse(*buyers));
            most.truncate(CHOICES_MAX);
            most
        };
        Choices { channels: most(self.channels), categories: most(self.categories) }
    }
}

impl Fold for Chosen<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        let seen = Seen::new(member, history, self.reference, self.as_of, self.until);
        let (mut channels, mut categories) = (BTreeSet::new(), BTreeSet::new());
        for (_, order) in seen.counted_orders().into_iter().filter(|(day, _)| *day >= self.first) {
            channels.extend(order.channel.as_deref().filter(|name| !name.is_empty()));
            categories.extend(order.lines.iter().filter_map(category));
        }
        for (counts, names) in [(&mut self.channels, channels), (&mut self.categories, categories)] {
            for name in names {
                match counts.get_mut(name) {
                    Some(count) => *count += 1,
                    None => drop(counts.insert(name.to_owned(), 1)),
                }
            }
        }
    }

    fn merge(&mut self, other: Self) {
        for (own, more) in [(&mut self.channels, other.channels), (&mut self.categories, other.categories)] {
            for (name, buyers) in more {
                *own.entry(name).or_default() += buyers;
            }
        }
    }
}
