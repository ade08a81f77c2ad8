//! How long members stay (SPEC LC-7): time in each stage, from the first purchase to the first active or loyal day (growing up), and the
//! length of active and loyal spells (prime).
//!
//! A **spell** is a run of days at whose end a member stood in a stage, or in the group of active and loyal stages; a stage passed within a
//! day is none. A spell that still goes on is cut off at the day asked about and counted as longer than seen: leaving it out would make
//! every stage look short. Growing up begins on the day of the first counted purchase; who never was active or loyal is cut off.

use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::effect::StageId;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Reference;

use crate::fold::{Fold, Reads};
use crate::steps::{Step, Steps, Stretch};
use crate::survival::Durations;

/// The group of active and loyal stages.
pub const REGULAR: &str = "regular";
/// Further back nobody is looked at: twenty years.
const LOOK_BACK_DAYS: i32 = 7305;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimesTable {
    pub as_of: Day,
    /// In the model's order of showing.
    pub stages: Vec<(StageId, Durations)>,
    /// Of models that have active or loyal stages.
    pub growing_up: Option<Durations>,
    pub prime: Option<Durations>,
}

#[derive(Clone, Debug)]
pub struct Times<'a> {
    reference: &'a Reference,
    model: &'a Model,
    as_of: Day,
    until: Instant,
    stretch: Stretch,
    /// By stage: whether it belongs to the regular ones.
    regular: Vec<bool>,
    stages: Vec<Durations>,
    growing_up: Durations,
    prime: Durations,
    moves: Vec<Step>,
    /// Of the member in hand: from which day on in which stage, at days' ends.
    stood: Vec<(Day, usize)>,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl<'a> Times<'a> {
    pub fn new(reference: &'a Reference, model: &'a Model, as_of: Day) -> Self {
        let stretch = Stretch::new(reference, as_of - LOOK_BACK_DAYS, as_of);
        let regular = model.stages.iter().map(|stage| stage.group == REGULAR).collect();
        let stages = vec![Durations::default(); model.stages.len()];
        let (growing_up, prime) = (Durations::default(), Durations::default());
        let until = reference.calendar.end(as_of);
        Self {
            reference,
            model,
            as_of,
            until,
            stretch,
            regular,
            stages,
            growing_up,
            prime,
            moves: Vec::new(),
            stood: Vec::new(),
            book: Book::new(reference),
        }
    }

    pub fn finish(&self) -> TimesTable {
        let stages = self.model.display.iter().map(|at| (self.model.stages[*at].id.clone(), self.stages[*at].clone()));
        let grows = self.regular.contains(&true);
        TimesTable {
            as_of: self.as_of,
            stages: stages.collect(),
            growing_up: grows.then(|| self.growing_up.clone()),
            prime: grows.then(|| self.prime.clone()),
        }
    }

    /// Of several moves on a day only the last is seen at its end.
    fn stand_by_day(&mut self) {
        self.stood.clear();
        for step in &self.moves {
            while self.stood.last().is_some_and(|(day, _)| *day >= step.day) {
                self.stood.pop();
            }
            if self.stood.last().is_none_or(|(_, stage)| *stage != step.to.stage) {
                self.stood.push((step.day, step.to.stage));
            }
        }
    }

    /// The member whose moves are in hand, and the book at the end.
    fn add(&mut self, book: &Book) {
        self.stand_by_day();
        self.spells();
        let Some(first) = book.purchases.entries().iter().find(|entry| entry.count > 0).map(|entry| entry.day) else { return };
        let grown = self.stood.iter().find(|(day, stage)| *day >= first && self.regular[*stage]).map(|(day, _)| *day);
        self.growing_up.add(grown.unwrap_or(self.as_of) - first, grown.is_some());
    }

    fn spells(&mut self) {
        let mut prime: Option<Day> = None;
        for (at, &(from, stage)) in self.stood.iter().enumerate() {
            let until = self.stood.get(at + 1).map(|(day, _)| *day);
            self.stages[stage].add(until.unwrap_or(self.as_of) - from, until.is_some());
            match (prime, self.regular[stage]) {
                (None, true) => prime = Some(from),
                (Some(began), false) => {
                    self.prime.add(from - began, true);
                    prime = None;
                }
                (None, false) | (Some(_), true) => {}
            }
        }
        if let Some(began) = prime {
            self.prime.add(self.as_of - began, false);
        }
    }
}

impl Fold for Times<'_> {
    fn take(&mut self, _: MemberId, history: &History) {
        let mut moves = std::mem::take(&mut self.moves);
        Steps::new(self.reference, self.model, history, &self.stretch, &mut moves).walk();
        self.moves = moves;
        self.add(&history.book(self.reference, self.until));
    }

    fn reads(&self) -> Option<Reads> {
        self.model.is_about_purchases().then_some(Reads { until: self.until, names: false })
    }

    /// Moves of one instant may be told as one: only the last of a day counts.
    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let (mut moves, mut book) = (std::mem::take(&mut self.moves), std::mem::take(&mut self.book));
        let steps = Steps::by_columns(self.reference, self.model, (flat, &mut book, true), &self.stretch, &mut moves);
        let told = steps.is_some_and(|mut steps| {
            steps.walk();
            true
        });
        self.moves = moves;
        if told {
            book.fill(self.reference, flat, self.until);
            self.add(&book);
        }
        self.book = book;
        told
    }

    fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.stages.iter_mut().zip(&other.stages) {
            mine.merge(theirs);
        }
        self.growing_up.merge(&other.growing_up);
        self.prime.merge(&other.prime);
    }
}
