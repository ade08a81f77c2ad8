//! The nightly audit: everyone is evaluated anew, and whoever the columns hold otherwise is told, counted and mended.

use std::collections::BTreeSet;

use perennial_kernel::{Instant, SubjectId};

use super::table::Gathered;
use super::{Board, Shared, Tail};
use crate::query::QueryResult;
use crate::query::everyone::fold;

/// The night's audit begins so long after midnight: imports of the day before are done.
const AFTER_MIDNIGHT_MS: i64 = 3 * 3_600_000;

/// What an audit found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Audited {
    pub at: Instant,
    pub members: u64,
    /// Members whose columns were not what their history comes to: an error of this program.
    pub differing: u64,
}

impl Board {
    /// Compares the columns with what everyone's history comes to, and mends them.
    pub fn audit(&self) -> QueryResult<Audited> {
        let mut tail = self.shared.tail.lock().expect("no thread panics while holding this lock");
        self.shared.audit(&mut tail)
    }

    /// What the last audit found.
    pub fn audited(&self) -> Option<Audited> {
        *self.shared.audited.lock().expect("no thread panics while holding this lock")
    }
}

impl Shared {
    /// The background's turn: once a night.
    pub(super) fn audit_nightly(&self) -> QueryResult<()> {
        let night = self.house.calendar().day(Instant(self.house.now().0 - AFTER_MIDNIGHT_MS));
        let mut tail = self.tail.lock().expect("no thread panics while holding this lock");
        if tail.read_on.is_some_and(|read_on| night > read_on) {
            tail.read_on = Some(night);
            self.audit(&mut tail)?;
        }
        Ok(())
    }

    fn audit(&self, tail: &mut Tail) -> QueryResult<Audited> {
        while self.take_news(tail)? {}
        let Some(view) = self.read().as_ref().map(|table| table.view.clone()) else { return Ok(self.found(0, 0)) };
        let (anew, data_up_to) = fold(&self.house, None, || Gathered::new(&view, &self.done))?;
        let anew = anew.into_table(self.room.clone(), data_up_to)?;
        // What came while everyone was read is in the one or in the other: those members are looked at once more.
        while self.take_news(tail)? {}
        let suspects: Vec<SubjectId> = match self.read().as_ref() {
            Some(table) => table.differing(&anew)?,
            None => Vec::new(),
        };
        let mut wrong = BTreeSet::new();
        for chunk in suspects.chunks(super::MEMBERS_MAX) {
            let found = self.evaluate(chunk)?;
            if let Some(table) = self.read().as_ref() {
                for (member, found) in &found {
                    if !table.agrees(*member, found.as_ref())? {
                        wrong.insert(*member);
                    }
                }
            }
        }
        if let Some(first) = wrong.first() {
            tracing::error!(members = wrong.len(), %first, "profile columns were not what history comes to; they are mended");
            self.read_again(&wrong)?;
        }
        Ok(self.found(anew.columns.len() as u64, wrong.len() as u64))
    }

    fn found(&self, members: u64, differing: u64) -> Audited {
        let audited = Audited { at: self.house.now(), members, differing };
        *self.audited.lock().expect("no thread panics while holding this lock") = Some(audited);
        audited
    }
}
