//! A draft next to the active model over past months: what it would have made of the same histories (SPEC BT-3, BT-4).

mod fold;
mod preview;
mod table;

use perennial_kernel::{Day, Instant};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Reference;

use crate::month::Month;

pub use fold::Backtest;
pub use preview::{Preview, PreviewMove, PreviewTable, SAMPLE_MAX};
pub use table::{BacktestTable, MonthRow, MonthlyFlow, MonthlyRevenue, SideTable};

/// At most so many months are told.
pub const MONTHS_MAX: usize = 120;

/// Why a backtest cannot be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadSpan {
    /// The first month is after the last.
    Backwards,
    /// More than [`MONTHS_MAX`].
    TooLong,
}

/// Two models that read one book: both are active in a reference of their own, so that one fold serves both.
#[derive(Clone, Debug)]
pub struct Pair {
    reference: Reference,
}

/// Their ids in that reference; results carry stage ids, never these.
const SIDES: [&str; 2] = ["active", "draft"];

impl Pair {
    /// `active` and `draft` may have one id or two.
    pub fn new(reference: &Reference, active: &Model, draft: &Model) -> Self {
        let [active, draft] = [(active, SIDES[0]), (draft, SIDES[1])].map(|(model, id)| Model { id: id.to_owned(), ..model.clone() });
        Self { reference: Reference::new(reference.brand.clone(), vec![active, draft]) }
    }

    fn models(&self) -> [&Model; 2] {
        // The reference sorts by id, and `active` comes before `draft`.
        [&self.reference.models()[0], &self.reference.models()[1]]
    }

    /// Whether purchases and relations tell all that both models read.
    fn is_about_purchases(&self) -> bool {
        self.models().iter().all(|model| model.is_about_purchases())
    }

    /// Index of the draft's stage of the same id, by the active model's stage.
    fn same_stage(&self) -> Vec<Option<usize>> {
        let [active, draft] = self.models();
        active.stages.iter().map(|stage| draft.stages.iter().position(|other| other.id == stage.id)).collect()
    }
}

/// What a backtest compares, and when it looks.
#[derive(Clone, Debug)]
pub struct Plan {
    pair: Pair,
    months: Vec<Month>,
    /// The end of the day before the first month, then of each month.
    looks: Vec<(Day, Instant)>,
}

impl Plan {
    /// Months from `from` to `to`, both included.
    pub fn new(pair: Pair, from: Month, to: Month) -> Result<Self, BadSpan> {
        if from > to {
            return Err(BadSpan::Backwards);
        }
        let months: Vec<Month> =
            std::iter::successors(Some(from), |month| Some(month.next())).take_while(|m| *m <= to).take(MONTHS_MAX + 1).collect();
        if months.len() > MONTHS_MAX {
            return Err(BadSpan::TooLong);
        }
        let days = std::iter::once(from.first() - 1).chain(months.iter().map(|month| month.last()));
        let looks = days.map(|day| (day, pair.reference.calendar.end(day))).collect();
        Ok(Self { pair, months, looks })
    }
}
