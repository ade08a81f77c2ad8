//! Calibration (SPEC BT-5): lifecycle windows proposed from the brand's own repurchase intervals, fitted on one year, checked on the next.
//!
//! An interval is the number of days between two successive days with a counted purchase, over the member's whole past: lives are not
//! looked at, since the life gap would cut off the long ones. It belongs to the span in which the *later* purchase lies. Only purchases
//! that came are seen: who never returned has no interval.

mod intervals;
mod policy;
mod proposal;

use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::history::History;
use perennial_rules::reference::Reference;

use crate::cursor::Cursor;
use crate::fold::Fold;
use intervals::Spells;

pub use intervals::{Basis, Coverage, Intervals, Observed};
pub use policy::{Windows, four_period_document, rf_document};
pub use proposal::{Measured, Proposal, ProposedWindow, Window, rounded};

/// Below so many intervals nothing is proposed: a tenth of them, what lies beyond the 90th percentile, would be fewer than ten.
pub const INTERVALS_MIN: u64 = 100;

/// Days from `from` to `to`, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub from: Day,
    pub to: Day,
}

impl Span {
    /// A calendar year; `None` outside the calendar.
    pub fn year(year: i32) -> Option<Self> {
        Some(Self { from: Day::from_ymd(year, 1, 1)?, to: Day::from_ymd(year, 12, 31)? })
    }

    /// The two years before and up to `last`: what to fit on, what to check on.
    pub fn two_years_to(last: Day) -> [Self; 2] {
        [Self { from: last - 729, to: last - 365 }, Self { from: last - 364, to: last }]
    }

    fn holds(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

/// What the intervals of both spans were, and what follows from those of the first.
#[derive(Clone, PartialEq, Debug)]
pub struct CalibrationTable {
    pub fit: Observed,
    pub check: Observed,
    pub proposal: Proposal,
}

#[derive(Clone, Debug)]
pub struct Calibration<'a> {
    reference: &'a Reference,
    until: Instant,
    /// Fit, then check.
    spells: [Spells; 2],
    /// Purchase days of the member in hand.
    days: Vec<Day>,
}

impl<'a> Calibration<'a> {
    /// Fitted on `fit`, checked on `check`; purchases count as they do at the end of the later span.
    pub fn new(reference: &'a Reference, fit: Span, check: Span) -> Self {
        let until = reference.calendar.end(fit.to.max(check.to));
        Self { reference, until, spells: [Spells::new(fit), Spells::new(check)], days: Vec::new() }
    }

    pub fn finish(&self) -> CalibrationTable {
        let [fit, check] = &self.spells;
        let proposal = proposal::propose(fit, check, self.reference.brand.life_gap_days);
        CalibrationTable { fit: fit.observed(), check: check.observed(), proposal }
    }
}

impl Fold for Calibration<'_> {
    fn take(&mut self, _: MemberId, history: &History) {
        let mut cursor = Cursor::new(self.reference, history);
        cursor.fold_to(self.until);
        self.days.clear();
        self.days.extend(cursor.book.purchases.entries().iter().filter(|entry| entry.count > 0).map(|entry| entry.day));
        for spells in &mut self.spells {
            spells.take(&self.days);
        }
    }

    fn merge(&mut self, other: Self) {
        for (spells, other) in self.spells.iter_mut().zip(&other.spells) {
            spells.merge(other);
        }
    }
}
