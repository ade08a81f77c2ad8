//! Questions that need one book of each member: purchases and relations, as of one instant. They are told by columns as by facts.

use perennial_kernel::{Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::reference::Reference;

use crate::fold::{Fold, Reads};

/// What is asked of the books. Of a book it may read purchases, relations and since when the member is known, and nothing else.
pub trait OfBooks: Send {
    fn add(&mut self, member: MemberId, book: &Book);

    /// As [`Fold::merge`].
    fn merge(&mut self, other: Self);
}

/// Shows everyone's book to a question.
#[derive(Debug)]
pub struct Books<'a, Q> {
    reference: &'a Reference,
    until: Instant,
    /// Filled anew for each member that is shown by columns.
    book: Book,
    question: Q,
}

impl<'a, Q> Books<'a, Q> {
    /// Books of what had occurred by `until`.
    pub fn new(reference: &'a Reference, until: Instant, question: Q) -> Self {
        Self { reference, until, book: Book::new(reference), question }
    }

    pub fn into_question(self) -> Q {
        self.question
    }
}

impl<Q: OfBooks> Fold for Books<'_, Q> {
    fn take(&mut self, member: MemberId, history: &History) {
        self.question.add(member, &history.book(self.reference, self.until));
    }

    fn reads(&self) -> Option<Reads> {
        Some(Reads { until: self.until, names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        self.book.fill(self.reference, flat, self.until);
        self.question.add(flat.member, &self.book);
        true
    }

    fn merge(&mut self, other: Self) {
        self.question.merge(other.question);
    }
}
