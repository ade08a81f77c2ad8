//! Members per stage as of one day, restated: one fold of the book to the day's end and one evaluation for each member.

use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Reference;

use crate::cursor::Cursor;
use crate::fold::Fold;
use crate::tally::{StageTable, Tally};

#[derive(Clone, Debug)]
pub struct Stages<'a> {
    reference: &'a Reference,
    model: &'a Model,
    day: Day,
    until: Instant,
    tally: Tally,
}

impl<'a> Stages<'a> {
    /// `model` is one of the reference's: its conditions read what that reference's books keep.
    pub fn new(reference: &'a Reference, model: &'a Model, day: Day) -> Self {
        Self { reference, model, day, until: reference.calendar.end(day), tally: Tally::new(model) }
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

    fn merge(&mut self, other: Self) {
        self.tally.merge(&other.tally);
    }
}
