//! What a walk goes along: a member's facts one by one, or what columns show of them.

use perennial_kernel::{Day, Instant};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use crate::cursor::Cursor;

/// A book is filled anew at every event: with more of them than this, facts are quicker.
const EVENTS_MAX: usize = 64;

pub(crate) enum Past<'a> {
    Facts(Cursor<'a>),
    Columns(Columns<'a>),
}

/// When something occurred that changes purchases or relations, and the book as of the last of these that was taken.
pub(crate) struct Columns<'a> {
    reference: &'a Reference,
    flat: &'a Flat<'a>,
    /// Ascending and distinct, from the first that is to be taken.
    rest: Vec<Instant>,
    book: &'a mut Book,
}

impl<'a> Columns<'a> {
    /// The book as of `opening`; events after it up to `end` are to be taken. `None` where only facts tell: what counts of an order was changed
    /// later, or (unless `merges`) two things occurred at one instant, of which columns do not say which came first.
    pub fn new(
        reference: &'a Reference,
        flat: &'a Flat<'a>,
        book: &'a mut Book,
        [opening, end]: [Instant; 2],
        merges: bool,
    ) -> Option<Self> {
        if flat.settled > opening {
            return None;
        }
        let told = flat.orders.iter().map(|order| order.told_at).chain(flat.loose.iter().map(|(at, _)| *at));
        let reached = flat.relations.into_iter().chain([flat.known_from]).flatten();
        let mut rest: Vec<Instant> = told.chain(reached).filter(|at| opening < *at && *at <= end).collect();
        rest.sort_unstable();
        let all = rest.len();
        rest.dedup();
        if rest.len() > EVENTS_MAX || (rest.len() < all && !merges) {
            return None;
        }
        rest.reverse();
        book.fill(reference, flat, opening);
        Some(Self { reference, flat, rest, book })
    }

    fn take(&mut self) {
        if let Some(at) = self.rest.pop() {
            self.book.fill(self.reference, self.flat, at);
        }
    }
}

impl Past<'_> {
    pub fn next(&self) -> Option<Instant> {
        match self {
            Self::Facts(cursor) => cursor.next_fact().map(|fact| fact.occurred_at),
            Self::Columns(columns) => columns.rest.last().copied(),
        }
    }

    /// Takes in what is next.
    pub fn take(&mut self) {
        match self {
            Self::Facts(cursor) => {
                cursor.take(Instant::MAX);
            }
            Self::Columns(columns) => columns.take(),
        }
    }

    /// `None` while nothing is known of the member.
    pub fn profile(&self, day: Day) -> Option<Profile<'_>> {
        match self {
            Self::Facts(cursor) => cursor.profile(day),
            Self::Columns(columns) => columns.book.known_from.map(|_| Profile::of(columns.book, columns.reference, day)),
        }
    }
}
