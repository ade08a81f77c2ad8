//! Members per stage as of one day, restated: one fold of the book to the day's end and one evaluation for each member.

use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use crate::cursor::Cursor;
use crate::fold::{Fold, Reads};
use crate::tally::{StageTable, Tally};

#[derive(Clone, Debug)]
pub struct Stages<'a> {
    reference: &'a Reference,
    model: &'a Model,
    day: Day,
    until: Instant,
    tally: Tally,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl<'a> Stages<'a> {
    /// `model` is one of the reference's: its conditions read what that reference's books keep.
    pub fn new(reference: &'a Reference, model: &'a Model, day: Day) -> Self {
        Self { reference, model, day, until: reference.calendar.end(day), tally: Tally::new(model), book: Book::new(reference) }
    }

    pub fn finish(&self) -> StageTable {
        self.tally.table(self.model, self.day)
    }
}

impl Fold for Stages<'_> {
    fn take(&mut self, _: MemberId, history: &History) {
        let mut cursor = Cursor::new(self.reference, history);
        cursor.fold_to(self.until);
        if let Some(profile) = cursor.profile(self.day) {
            self.tally.count(&profile, self.model.stage_of(&profile));
        }
    }

    fn reads(&self) -> Option<Reads> {
        self.model.is_about_purchases().then_some(Reads { until: self.until, names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        self.book.fill(self.reference, flat, self.until);
        if self.book.known_from.is_some() {
            let profile = Profile::of(&self.book, self.reference, self.day);
            self.tally.count(&profile, self.model.stage_of(&profile));
        }
        true
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(&other.tally);
    }
}
