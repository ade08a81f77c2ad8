//! What a metric is: an accumulator of members; and the pass that shows it one member after the other.

use perennial_backtest::{Fold, Reads};
use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::reference::Reference;

use crate::seen::{Room, Seen};

/// Takes in members one by one. Merging in any order, of any partition of the members, comes to the same.
pub trait Metric: Send {
    /// Takes in one member; each is shown once.
    fn observe(&mut self, seen: &Seen<'_>);

    /// Of what it asks a member.
    fn asks(&self) -> Asks {
        Asks::Facts
    }

    /// Joins what another accumulator of the same question has taken in.
    fn merge(&mut self, other: Self);
}

/// What a metric reads of a member, from least to most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Asks {
    /// Purchases, money and registration.
    Purchases,
    /// Channel and store of the first order as well.
    Names,
    /// Orders' content or behaviours.
    Facts,
}

/// Two metrics in one pass; more by nesting.
impl<A: Metric, B: Metric> Metric for (A, B) {
    fn observe(&mut self, seen: &Seen<'_>) {
        self.0.observe(seen);
        self.1.observe(seen);
    }

    fn asks(&self) -> Asks {
        self.0.asks().max(self.1.asks())
    }

    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
        self.1.merge(other.1);
    }
}

/// As many of one kind as asked for, in the same order everywhere.
impl<M: Metric> Metric for Vec<M> {
    fn observe(&mut self, seen: &Seen<'_>) {
        for metric in self {
            metric.observe(seen);
        }
    }

    fn asks(&self) -> Asks {
        self.iter().map(Metric::asks).max().unwrap_or(Asks::Purchases)
    }

    fn merge(&mut self, other: Self) {
        for (metric, other) in self.iter_mut().zip(other) {
            metric.merge(other);
        }
    }
}

/// Up to when everyone was observed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Observed {
    /// The day whose end the answer is as of.
    pub as_of: Day,
    /// When the newest order, refund or behaviour up to then occurred; `None` without any.
    pub data_up_to: Option<Instant>,
}

/// One pass over everyone, as a fold: what each member did up to the end of a day.
#[derive(Clone, Debug)]
pub struct Pass<'a, M> {
    reference: &'a Reference,
    as_of: Day,
    until: Instant,
    newest: Option<Instant>,
    room: Room,
    metric: M,
}

impl<'a, M: Metric> Pass<'a, M> {
    pub fn new(reference: &'a Reference, as_of: Day, metric: M) -> Self {
        Self { reference, as_of, until: reference.calendar.end(as_of), newest: None, room: Room::default(), metric }
    }

    /// What was asked, and up to when it was observed: up to the day of the pass where somebody `asked` for it, else up to the newest thing
    /// anybody did. Nobody can be said not to have come back on days of which nothing is known of anybody.
    pub fn end(self, asked: bool) -> (M, Observed) {
        let newest = self.newest.map(|at| self.reference.calendar.day(at));
        let as_of = if asked { self.as_of } else { newest.unwrap_or(self.as_of) };
        (self.metric, Observed { as_of, data_up_to: self.newest })
    }
}

impl<M: Metric> Fold for Pass<'_, M> {
    fn take(&mut self, member: MemberId, history: &History) {
        let seen = Seen::new(member, history, self.reference, self.as_of, self.until);
        self.newest = self.newest.max(seen.newest);
        self.metric.observe(&seen);
    }

    fn reads(&self) -> Option<Reads> {
        let asks = self.metric.asks();
        (asks < Asks::Facts).then_some(Reads { until: self.until, names: asks == Asks::Names })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let Some(seen) = Seen::of_flat(flat, self.reference, self.as_of, self.until, &mut self.room) else { return false };
        self.newest = self.newest.max(seen.newest);
        self.metric.observe(&seen);
        self.room = seen.room();
        true
    }

    fn merge(&mut self, other: Self) {
        self.newest = self.newest.max(other.newest);
        self.metric.merge(other.metric);
    }
}
