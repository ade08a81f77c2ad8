//! From stage to stage between the ends of two days.

use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::effect::StageId;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use crate::cursor::Cursor;
use crate::fold::{Fold, Reads};
use crate::tally::add;

/// Members who stood in `from` at the end of the first day and stand in `to` at the end of the second; who stayed is a link, too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    pub from: StageId,
    pub to: StageId,
    pub members: u64,
}

/// Members not yet known at the end of the first day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrival {
    pub to: StageId,
    pub members: u64,
}

/// Links and arrivals with anybody in them, in the model's order of showing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowTable {
    pub from: Day,
    pub to: Day,
    pub links: Vec<Link>,
    pub arrived: Vec<Arrival>,
}

#[derive(Clone, Debug)]
pub struct Flow<'a> {
    reference: &'a Reference,
    model: &'a Model,
    days: [Day; 2],
    ends: [Instant; 2],
    /// By stage before (the last row: not yet known), then stage after.
    matrix: Vec<u64>,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl<'a> Flow<'a> {
    /// `from` is not after `to`.
    pub fn new(reference: &'a Reference, model: &'a Model, from: Day, to: Day) -> Self {
        let stages = model.stages.len();
        let ends = [reference.calendar.end(from), reference.calendar.end(to)];
        Self { reference, model, days: [from, to], ends, matrix: vec![0; (stages + 1) * stages], book: Book::new(reference) }
    }

    pub fn finish(&self) -> FlowTable {
        let id = |stage: usize| self.model.stages[stage].id.clone();
        let stages = self.model.stages.len();
        let row = |before: usize| {
            let members = move |after: &usize| self.matrix[before * stages + after];
            self.model.display.iter().map(move |after| (*after, members(after))).filter(|(_, members)| *members > 0)
        };
        let links = self.model.display.iter().flat_map(|&before| {
            row(before).map(move |(after, members)| Link { from: id(before), to: id(after), members }).collect::<Vec<_>>()
        });
        let arrived = row(stages).map(|(after, members)| Arrival { to: id(after), members });
        FlowTable { from: self.days[0], to: self.days[1], links: links.collect(), arrived: arrived.collect() }
    }
}

impl Flow<'_> {
    /// Stages at both ends; `None` where the member was not known.
    fn count(&mut self, [before, after]: [Option<usize>; 2]) {
        if let Some(after) = after {
            let stages = self.model.stages.len();
            self.matrix[before.unwrap_or(stages) * stages + after] += 1;
        }
    }
}

impl Fold for Flow<'_> {
    fn take(&mut self, _: MemberId, history: &History) {
        let mut cursor = Cursor::new(self.reference, history);
        let stood = [0, 1].map(|at| {
            cursor.fold_to(self.ends[at]);
            cursor.profile(self.days[at]).map(|profile| self.model.stage_of(&profile))
        });
        self.count(stood);
    }

    fn reads(&self) -> Option<Reads> {
        self.model.is_about_purchases().then_some(Reads { until: self.ends[1], names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        if flat.settled > self.ends[0] {
            return false;
        }
        let stood = [0, 1].map(|at| {
            self.book.fill(self.reference, flat, self.ends[at]);
            self.book.known_from?;
            Some(self.model.stage_of(&Profile::of(&self.book, self.reference, self.days[at])))
        });
        self.count(stood);
        true
    }

    fn merge(&mut self, other: Self) {
        add(&mut self.matrix, &other.matrix);
    }
}
