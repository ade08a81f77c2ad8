//! A member's book, folded forward through a history once.

use perennial_kernel::{Day, Fact, Instant};
use perennial_rules::book::Book;
use perennial_rules::history::History;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

pub(crate) struct Cursor<'a> {
    reference: &'a Reference,
    rest: &'a [Fact],
    pub book: Book,
}

impl<'a> Cursor<'a> {
    pub fn new(reference: &'a Reference, history: &'a History) -> Self {
        Self { reference, rest: history.facts(), book: Book::new(reference) }
    }

    /// Takes in everything that occurred up to `until`, that instant included.
    pub fn fold_to(&mut self, until: Instant) {
        while self.take(until).is_some() {}
    }

    /// Takes in the next fact, if it occurred up to `until`.
    pub fn take(&mut self, until: Instant) -> Option<&'a Fact> {
        let fact = self.next_fact().filter(|fact| fact.occurred_at <= until)?;
        self.book.apply(self.reference, fact);
        self.rest = &self.rest[1..];
        Some(fact)
    }

    pub fn next_fact(&self) -> Option<&'a Fact> {
        self.rest.first()
    }

    /// `None` while nothing is known of the member.
    pub fn profile(&self, day: Day) -> Option<Profile<'_>> {
        self.book.known_from.map(|_| Profile::of(&self.book, self.reference, day))
    }
}
