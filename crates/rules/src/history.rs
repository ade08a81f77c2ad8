//! A member's history: facts in fold order, without what was retracted, up to an event instant, as known at a recording instant.

use perennial_kernel::{Body, Fact, ImportId, Instant, SubjectId};

use crate::book::Book;
use crate::reference::Reference;

/// A member's facts, ascending by [`Fact::fold_order`].
#[derive(Clone, Debug, Default)]
pub struct History {
    facts: Vec<Fact>,
    first_source: Option<Box<str>>,
}

impl History {
    /// Sorts by event time and drops what a retraction among the facts takes back, and what speaks of who is whom alone.
    pub fn new(mut facts: Vec<Fact>) -> Self {
        facts.retain(|fact| !fact.body.is_about_identity_alone());
        facts.sort_by_key(Fact::fold_order);
        drop_retracted(&mut facts);
        Self { facts, first_source: None }
    }

    /// With who told of the member first: facts themselves do not say who sent them.
    pub fn first_told_by(self, source: Option<&str>) -> Self {
        Self { first_source: source.map(Into::into), ..self }
    }

    /// The source of the first fact that speaks of the member, where the reader of the facts said it.
    pub fn first_source(&self) -> Option<&str> {
        self.first_source.as_deref()
    }

    /// The history as it was known at `known_at`: later arrivals had not come, later retractions had not been said.
    pub fn known_at(facts: &[Fact], known_at: Instant) -> Self {
        Self::new(facts.iter().filter(|fact| fact.recorded_at() <= known_at).cloned().collect())
    }

    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The book as of `until`, that instant included.
    pub fn book(&self, reference: &Reference, until: Instant) -> Book {
        let mut book = Book::new(reference);
        for fact in self.facts.iter().take_while(|fact| fact.occurred_at <= until) {
            book.apply(reference, fact);
        }
        book
    }
}

fn drop_retracted(facts: &mut Vec<Fact>) {
    let retracted: Vec<(ImportId, SubjectId, _)> = facts
        .iter()
        .filter_map(|fact| match fact.body {
            Body::ImportRetracted { import } => Some((import, fact.subject, fact.id)),
            _ => None,
        })
        .collect();
    if retracted.is_empty() {
        return;
    }
    // A retraction takes back what had come to its subject before it, so an import undone and run again stands (under its own number).
    let gone = |fact: &Fact, import| retracted.iter().any(|&(gone, of, by)| gone == import && of == fact.subject && fact.id < by);
    facts.retain(|fact| !fact.import.is_some_and(|import| gone(fact, import)));
}
