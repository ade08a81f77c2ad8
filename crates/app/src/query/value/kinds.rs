//! Five kinds of value (SPEC VA-5): what members bring by buying, by word of mouth, by information, by knowledge, by trade.
//!
//! Money is put on each by the brand's own weights: they are its estimate and not a measurement. Sums of whole minor units add up.

use perennial_backtest::Fold;
use perennial_kernel::{Day, MemberId, Money};
use perennial_rules::book::Book;
use perennial_rules::history::History;
use perennial_rules::reference::Reference;
use perennial_rules::signal::{Signal, Worth};

use super::said::Said;
use crate::house::House;
use crate::query::QueryResult;
use crate::query::everyone::{Counted, fold};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ValueKind {
    Purchase,
    WordOfMouth,
    Information,
    Knowledge,
    Trading,
}

impl ValueKind {
    pub const ALL: [Self; 5] = [Self::Purchase, Self::WordOfMouth, Self::Information, Self::Knowledge, Self::Trading];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::WordOfMouth => "word_of_mouth",
            Self::Information => "information",
            Self::Knowledge => "knowledge",
            Self::Trading => "trading",
        }
    }

    /// The behaviours it comes from; orders for those that have none.
    pub fn signals(self) -> &'static [Signal] {
        match self {
            Self::Purchase | Self::Trading => &[],
            Self::WordOfMouth => &[Signal::Share, Signal::Referral],
            Self::Information => &[Signal::Feedback, Signal::Review, Signal::Survey],
            Self::Knowledge => &[Signal::Adopted],
        }
    }
}

/// Where value comes from, in the order of showing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    Purchases,
    Said(Signal),
    BulkOrders,
}

impl Source {
    pub const ALL: [Self; 8] = [
        Self::Purchases,
        Self::Said(Signal::Share),
        Self::Said(Signal::Referral),
        Self::Said(Signal::Feedback),
        Self::Said(Signal::Review),
        Self::Said(Signal::Survey),
        Self::Said(Signal::Adopted),
        Self::BulkOrders,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Purchases => "purchases",
            Self::Said(signal) => signal.as_str(),
            Self::BulkOrders => "bulk_orders",
        }
    }

    pub fn kind(self) -> ValueKind {
        match self {
            Self::Purchases => ValueKind::Purchase,
            Self::Said(signal) => {
                ValueKind::ALL.into_iter().find(|kind| kind.signals().contains(&signal)).unwrap_or(ValueKind::Information)
            }
            Self::BulkOrders => ValueKind::Trading,
        }
    }
}

/// What one source brought.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Brought {
    pub members: u64,
    /// Orders, or behaviours.
    pub events: u64,
    pub value: Money,
}

impl Brought {
    fn add(&mut self, other: Self) {
        self.members += other.members;
        self.events += other.events;
        self.value += other.value;
    }
}

/// One member who brought something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bringing {
    pub member: MemberId,
    /// As [`ValueKind::ALL`].
    pub values: [Money; 5],
}

impl Bringing {
    pub fn total(&self) -> Money {
        self.values.into_iter().sum()
    }

    /// Of one kind, or all together.
    pub fn of(&self, kind: Option<ValueKind>) -> Money {
        kind.map_or_else(|| self.total(), |kind| self.values[kind as usize])
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct Kinds {
    pub as_of: Day,
    pub window: i32,
    /// As [`ValueKind::ALL`]: members who brought some of the kind, and how much in all.
    pub kinds: [(u64, Money); 5],
    /// As [`Source::ALL`].
    pub sources: [Brought; 8],
    /// Who did what a source stands for, in the condition language; `None` where conditions cannot say it. As [`Source::ALL`].
    pub conditions: [Option<String>; 8],
    pub worth: Worth,
    /// Ascending by member.
    pub members: Vec<Bringing>,
}

impl Kinds {
    /// Who brought most of a kind first, or most of all.
    pub fn ranked(&self, by: Option<ValueKind>) -> Vec<Bringing> {
        let mut ranked: Vec<Bringing> = self.members.iter().filter(|one| one.of(by) != Money::ZERO).copied().collect();
        ranked.sort_unstable_by_key(|one| (std::cmp::Reverse(one.of(by)), one.member));
        ranked
    }
}

/// Of the days that end today.
pub fn kinds(house: &House, window: i32) -> QueryResult<Counted<Kinds>> {
    let reference = house.reference();
    let today = reference.calendar.day(house.now());
    let start = || Summing { reference: &reference, today, window, sources: [Brought::default(); 8], members: Vec::new() };
    let (found, data_up_to) = fold(house, None, start)?;
    Ok(Counted { table: found.finish(), data_up_to })
}

/// What a member brought of one source in the days that end with one; `book` is as of its end.
fn from_source(reference: &Reference, source: Source, said: &Said, book: &Book, (to, days): (Day, i32)) -> Brought {
    let (worth, first) = (&reference.brand.signals.worth, to - (days - 1));
    let (events, value) = match source {
        Source::Purchases => {
            let within = || book.purchases.entries().iter().filter(|entry| entry.day >= first);
            let orders = within().map(|entry| entry.count).sum::<i64>();
            let money = within().map(|entry| Money(entry.sum)).sum();
            (u64::try_from(orders).unwrap_or(0), Worth::share(money, worth.purchase_share))
        }
        Source::Said(signal) => {
            let times = said.times(&[signal], to, days);
            (u64::from(times), Money(worth.of(signal, reference.brand.currency).0.saturating_mul(i64::from(times))))
        }
        Source::BulkOrders => {
            let bulk = book.orders.values().filter(|order| order.content.as_ref().is_some_and(|held| held.quantity >= worth.bulk));
            let counted = bulk.filter_map(|order| order.counted(reference)).filter(|counted| counted.day >= first);
            let (orders, money) = counted.fold((0, Money::ZERO), |(orders, money), one| (orders + 1, money + one.money));
            (orders, Worth::share(money, worth.trading_share))
        }
    };
    Brought { members: u64::from(events > 0), events, value }
}

/// What a member brought of each kind in the days that end with one, as [`ValueKind::ALL`]; `book` is as of its end.
pub(super) fn brought(reference: &Reference, said: &Said, book: &Book, to: Day, days: i32) -> [Money; 5] {
    let mut values = [Money::ZERO; 5];
    for source in Source::ALL {
        values[source.kind() as usize] += from_source(reference, source, said, book, (to, days)).value;
    }
    values
}

struct Summing<'a> {
    reference: &'a Reference,
    today: Day,
    window: i32,
    sources: [Brought; 8],
    members: Vec<Bringing>,
}

impl Summing<'_> {
    fn finish(mut self) -> Kinds {
        self.members.sort_unstable_by_key(|one| one.member);
        let mut kinds = [(0, Money::ZERO); 5];
        for one in &self.members {
            for (sum, value) in kinds.iter_mut().zip(one.values) {
                sum.0 += u64::from(value != Money::ZERO);
                sum.1 += value;
            }
        }
        let signals = &self.reference.brand.signals;
        let condition = |source: Source| match source {
            Source::Purchases => Some(format!("count(purchase within {} days) >= 1", self.window)),
            Source::Said(signal) => signals.count(&[signal], Some(self.window)).map(|count| format!("{count} >= 1")),
            Source::BulkOrders => None,
        };
        Kinds {
            as_of: self.today,
            window: self.window,
            kinds,
            sources: self.sources,
            conditions: Source::ALL.map(condition),
            worth: signals.worth.clone(),
            members: self.members,
        }
    }
}

impl Fold for Summing<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        let until = self.reference.calendar.end(self.today);
        let book = history.book(self.reference, until);
        let said = Said::of(self.reference, history, until);
        let mut values = [Money::ZERO; 5];
        for (at, source) in Source::ALL.into_iter().enumerate() {
            let brought = from_source(self.reference, source, &said, &book, (self.today, self.window));
            self.sources[at].add(brought);
            values[source.kind() as usize] += brought.value;
        }
        if values.iter().any(|value| *value != Money::ZERO) {
            self.members.push(Bringing { member, values });
        }
    }

    fn merge(&mut self, other: Self) {
        self.sources.iter_mut().zip(other.sources).for_each(|(own, more)| own.add(more));
        self.members.extend(other.members);
    }
}
