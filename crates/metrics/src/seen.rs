//! One member as metrics see one: counted purchases and money by day, as of one day, by the rules that decide everything else.

use std::collections::BTreeMap;

use perennial_kernel::{Body, Day, Fact, FactId, Instant, MemberId, Money, Order, Relation};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::order_state::OrderState;
use perennial_rules::profile::Profile;
use perennial_rules::reference::{Counting, Reference};

/// One counted purchase: a day with counted orders or, where the brand counts each order, one of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Purchase {
    pub day: Day,
    /// Counted orders in it.
    pub orders: u64,
    /// Paid price less refunds of these orders; zero or more, unless a source books returns into sales.
    pub money: Money,
}

/// A member's past up to the end of a day.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    pub member: MemberId,
    /// In the order in which they were made.
    pub purchases: Vec<Purchase>,
    /// Money by day that belongs to no counted purchase of its day: refunds that name no order.
    pub loose: Vec<(Day, Money)>,
    /// Channel and store of the first counted order.
    pub first_channel: Option<String>,
    pub first_store: Option<String>,
    pub registered_on: Option<Day>,
    /// When the newest order, refund or behaviour up to that day occurred.
    pub newest: Option<Instant>,
    /// `None` when it was shown by columns.
    history: Option<&'a History>,
    reference: &'a Reference,
    as_of: Day,
    until: Instant,
    book: Book,
}

/// Lists that one member after another is seen in.
#[derive(Clone, Debug, Default)]
pub struct Room {
    book: Book,
    purchases: Vec<Purchase>,
    loose: Vec<(Day, Money)>,
}

impl<'a> Seen<'a> {
    /// Everything that occurred up to `until`, the last instant of `as_of`.
    pub fn new(member: MemberId, history: &'a History, reference: &'a Reference, as_of: Day, until: Instant) -> Self {
        let book = history.book(reference, until);
        let (purchases, loose) = match reference.brand.counting {
            Counting::Days => by_day(&book, as_of),
            Counting::Orders => by_order(&book, reference, as_of),
        };
        let first = purchases.first().and_then(|first| first_order(&book, reference, first.day)).and_then(|order| order.content.as_ref());
        let (first_channel, first_store) = first.map(|content| (content.channel.clone(), content.store.clone())).unwrap_or_default();
        let registered_on = book.relations[Relation::Registered as usize].map(|at| reference.calendar.day(at));
        let facts = history.facts().iter().rev().skip_while(|fact| fact.occurred_at > until);
        let newest = facts.filter(|fact| is_deed(&fact.body)).map(|fact| fact.occurred_at).next();
        let history = Some(history);
        Self { member, purchases, loose, first_channel, first_store, registered_on, newest, history, reference, as_of, until, book }
    }

    /// As [`Self::new`], by columns, for metrics that ask for no facts. `None` where it matters which of two orders paid for at one instant
    /// came first: facts say.
    /// `room` is what another member was seen in before: taken anew for each, it would be asked of the system each time.
    pub fn of_flat(flat: &Flat<'_>, reference: &'a Reference, as_of: Day, until: Instant, room: &mut Room) -> Option<Self> {
        if reference.brand.counting == Counting::Orders && flat.has_ties() {
            return None;
        }
        let Room { mut book, purchases, loose } = std::mem::take(room);
        book.fill(reference, flat, until);
        let (purchases, loose) = match reference.brand.counting {
            Counting::Days => by_day_in(&book, as_of, purchases, loose),
            Counting::Orders => {
                let paid = flat.orders.iter().map(|order| (order.paid_at, reference.calendar.day(order.paid_at), order.money));
                let mut paid: Vec<(Instant, Day, Money)> = paid.filter(|(_, day, _)| *day <= as_of).collect();
                paid.sort_unstable_by_key(|(at, ..)| *at);
                in_order(&book, paid.into_iter().map(|(_, day, money)| Purchase { day, orders: 1, money }).collect(), as_of)
            }
        };
        // Where nobody asked for names, nobody is to look for them.
        let first_day = purchases.first().filter(|_| !flat.names.is_empty()).map(|first| first.day);
        let named = if first_day.is_some() { flat.orders } else { &[] };
        let firsts = || named.iter().filter(|order| Some(reference.calendar.day(order.paid_at)) == first_day);
        let first = firsts().min_by_key(|order| order.paid_at);
        if let Some(first) = first
            && firsts().any(|other| other.paid_at == first.paid_at && (other.channel, other.store) != (first.channel, first.store))
        {
            return None;
        }
        let name = |place: Option<u32>| place.and_then(|place| flat.name(place)).map(str::to_owned);
        Some(Self {
            member: flat.member,
            purchases,
            loose,
            first_channel: name(first.map(|order| order.channel)),
            first_store: name(first.map(|order| order.store)),
            registered_on: flat.relations[Relation::Registered as usize].map(|at| reference.calendar.day(at)),
            newest: flat.newest,
            history: None,
            reference,
            as_of,
            until,
            book,
        })
    }

    /// What it was seen in, for the next.
    pub fn room(self) -> Room {
        Room { book: self.book, purchases: self.purchases, loose: self.loose }
    }

    fn facts(&self) -> impl Iterator<Item = &'a Fact> {
        let history = self.history.expect("a metric that asks for facts is shown them");
        let until = self.until;
        history.facts().iter().take_while(move |fact| fact.occurred_at <= until)
    }

    /// The day from which on the person is known: of the first thing known of them, or of the first counted purchase where that was earlier.
    pub fn known_on(&self) -> Option<Day> {
        let told = self.book.known_from.map(|at| self.reference.calendar.day(at))?;
        Some(self.purchases.first().map_or(told, |first| first.day.min(told)))
    }

    /// When a relation was first reached.
    pub fn relation_on(&self, relation: Relation) -> Option<Day> {
        self.book.relations[relation as usize].map(|at| self.reference.calendar.day(at))
    }

    /// The source of the first thing known of the member; for metrics that ask for facts.
    pub fn first_source(&self) -> Option<&'a str> {
        self.history.and_then(History::first_source)
    }

    /// The channel of the first behaviour or order that names one, by the facts' order.
    pub fn first_told_channel(&self) -> Option<&'a str> {
        self.facts().find_map(|fact| match &fact.body {
            Body::Behaved { channel, .. } => channel.as_deref(),
            Body::OrderPlaced(order) | Body::OrderUpdated(order) => order.channel.as_deref(),
            _ => None,
        })
    }

    /// Each day with money and what was paid on it less what went back, ascending by day within purchases and within the loose ones.
    pub fn money_by_day(&self) -> impl Iterator<Item = (Day, Money)> + '_ {
        self.purchases.iter().map(|purchase| (purchase.day, purchase.money)).chain(self.loose.iter().copied())
    }

    /// Counted orders with their day and their content as of the newest version of it, in the order of their keys.
    pub fn counted_orders(&self) -> Vec<(Day, &'a Order)> {
        let mut contents: BTreeMap<FactId, &'a Order> = BTreeMap::new();
        for fact in self.facts() {
            if let Body::OrderPlaced(order) | Body::OrderUpdated(order) = &fact.body {
                contents.insert(fact.id, order);
            }
        }
        let counted =
            self.book.orders.values().filter_map(|state| Some((state.counted(self.reference)?.day, state.content.as_ref()?.rank.1)));
        let by_then = counted.filter(|(day, _)| *day <= self.as_of);
        by_then.filter_map(|(day, fact)| Some((day, *contents.get(&fact)?))).collect()
    }

    /// The place of the stage that a model puts the member in on that day.
    pub fn stage(&self, model: &Model) -> usize {
        model.stage_of(&self.profile())
    }

    /// What conditions read, as of the day.
    pub fn profile(&self) -> Profile<'_> {
        Profile::of(&self.book, self.reference, self.as_of)
    }

    /// Whether the member was erased: counted in what all did, and no longer anybody to speak to.
    pub fn is_erased(&self) -> bool {
        self.book.is_erased()
    }

    /// Whether all orders of a day are one purchase, or each is one.
    pub fn counts_days(&self) -> bool {
        self.reference.brand.counting == Counting::Days
    }

    /// Days on which the member behaved; of one name, or of any.
    pub fn behaviour_days(&self, name: Option<&str>) -> Vec<Day> {
        let mut days: Vec<Day> = self
            .facts()
            .filter(|fact| matches!(&fact.body, Body::Behaved { name: done, .. } if name.is_none_or(|asked| asked == done)))
            .map(|fact| self.reference.calendar.day(fact.occurred_at))
            .collect();
        days.dedup();
        days
    }
}

/// What a member does, in contrast to what becomes known about them, and to what time and the journal say.
fn is_deed(body: &Body) -> bool {
    match body {
        Body::OrderPlaced(_) | Body::OrderUpdated(_) | Body::OrderCancelled(_) | Body::OrderRefunded(_) | Body::Behaved { .. } => true,
        Body::IdentityAttached { .. }
        | Body::MemberUpdated { .. }
        | Body::ConsentGiven { .. }
        | Body::ConsentWithdrawn { .. }
        | Body::MemberErased
        | Body::TimerDue { .. }
        | Body::PolicyActivated { .. }
        | Body::PolicyApplied { .. }
        | Body::EpochOpened { .. }
        | Body::ImportRetracted { .. }
        | Body::MembersMerged(_)
        | Body::MembersSplit(_)
        | Body::MembersRuled(_) => false,
    }
}

fn by_day(book: &Book, as_of: Day) -> (Vec<Purchase>, Vec<(Day, Money)>) {
    by_day_in(book, as_of, Vec::new(), Vec::new())
}

/// As [`by_day`], in lists that were used before.
fn by_day_in(book: &Book, as_of: Day, mut purchases: Vec<Purchase>, mut loose: Vec<(Day, Money)>) -> (Vec<Purchase>, Vec<(Day, Money)>) {
    purchases.clear();
    loose.clear();
    for entry in book.purchases.entries().iter().take_while(|entry| entry.day <= as_of) {
        let money = Money(entry.sum);
        if entry.count > 0 {
            purchases.push(Purchase { day: entry.day, orders: entry.count as u64, money });
        } else {
            loose.push((entry.day, money));
        }
    }
    (purchases, loose)
}

/// Orders by instant of payment.
fn by_order(book: &Book, reference: &Reference, as_of: Day) -> (Vec<Purchase>, Vec<(Day, Money)>) {
    let mut counted: Vec<_> = book
        .orders
        .iter()
        .filter_map(|(key, order)| Some((order.content.as_ref()?.paid_at?, key, order.counted(reference)?)))
        .filter(|(_, _, counted)| counted.day <= as_of)
        .collect();
    counted.sort_by_key(|(paid_at, key, _)| (*paid_at, *key));
    let purchases: Vec<Purchase> =
        counted.iter().map(|(_, _, counted)| Purchase { day: counted.day, orders: 1, money: counted.money }).collect();
    in_order(book, purchases, as_of)
}

/// Purchases ascending by day; what a day's sum holds beside them is loose.
fn in_order(book: &Book, purchases: Vec<Purchase>, as_of: Day) -> (Vec<Purchase>, Vec<(Day, Money)>) {
    let mut rest = purchases.as_slice();
    let mut loose = Vec::new();
    for entry in book.purchases.entries().iter().take_while(|entry| entry.day <= as_of) {
        let (here, later) = rest.split_at(rest.partition_point(|purchase| purchase.day <= entry.day));
        rest = later;
        let beside = Money(entry.sum) - here.iter().map(|purchase| purchase.money).sum();
        if beside != Money::ZERO {
            loose.push((entry.day, beside));
        }
    }
    (purchases, loose)
}

/// The first counted order of a day, by instant of payment and then by its key.
fn first_order<'a>(book: &'a Book, reference: &Reference, day: Day) -> Option<&'a OrderState> {
    let of_the_day = book.orders.iter().filter(|(_, order)| order.counted(reference).is_some_and(|counted| counted.day == day));
    of_the_day.min_by_key(|(key, order)| (order.content.as_ref().and_then(|content| content.paid_at), *key)).map(|(_, order)| order)
}
