//! The fold: one book for each member, looked at with both models at the end of each month.

use perennial_kernel::{Fact, MemberId};
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;

use super::Plan;
use super::preview::Moves;
use super::table::{self, BacktestTable};
use crate::cursor::Cursor;
use crate::fold::Fold;
use crate::tally::add;

/// Take members in, merge, [`Backtest::finish`].
#[derive(Clone, Debug)]
pub struct Backtest<'a> {
    plan: &'a Plan,
    pub(super) sides: [Side; 2],
    moves: Moves,
    /// Where the member in hand stood at each look, for each side: kept here to spare an allocation a member.
    stands: Vec<Option<[usize; 2]>>,
}

/// What one model made of everyone.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub stages: usize,
    /// Members by month, stage before (the last: not yet known) and stage after.
    pub flows: Vec<u64>,
    /// Money by month of payment and stage when the month began (the last: not yet known).
    pub revenue: Vec<i128>,
    /// Members in each stage at the end of the day before the first month.
    pub opening: Vec<u64>,
    /// Stages that somebody was seen in.
    pub reached: Vec<bool>,
}

impl Side {
    fn new(model: &Model, months: usize) -> Self {
        let stages = model.stages.len();
        Self {
            stages,
            flows: vec![0; months * (stages + 1) * stages],
            revenue: vec![0; months * (stages + 1)],
            opening: vec![0; stages],
            reached: vec![false; stages],
        }
    }

    pub fn flow(&self, month: usize, before: usize, after: usize) -> u64 {
        self.flows[(month * (self.stages + 1) + before) * self.stages + after]
    }

    fn note(&mut self, month: usize, before: Option<usize>, after: usize) {
        let before = before.unwrap_or(self.stages);
        self.flows[(month * (self.stages + 1) + before) * self.stages + after] += 1;
        self.reached[after] = true;
    }

    fn merge(&mut self, other: &Self) {
        add(&mut self.flows, &other.flows);
        add(&mut self.opening, &other.opening);
        self.revenue.iter_mut().zip(&other.revenue).for_each(|(to, from)| *to += from);
        self.reached.iter_mut().zip(&other.reached).for_each(|(to, from)| *to |= from);
    }
}

impl<'a> Backtest<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        let sides = plan.pair.models().map(|model| Side::new(model, plan.months.len()));
        Self { plan, sides, moves: Moves::new(&plan.pair), stands: Vec::with_capacity(plan.looks.len()) }
    }

    pub fn finish(&self) -> BacktestTable {
        let (last, _) = self.plan.looks[self.plan.months.len()];
        table::table(&self.plan.pair, &self.plan.months, &self.sides, self.moves.table(&self.plan.pair, last))
    }

    /// Looks at the end of each month and, as long as a stage is missing, after each event between.
    fn look(&mut self, cursor: &mut Cursor) {
        let models = self.plan.pair.models();
        self.stands.clear();
        for (at, &(day, end)) in self.plan.looks.iter().enumerate() {
            if at == 0 {
                cursor.fold_to(end);
            } else {
                while let Some(fact) = cursor.take(end) {
                    self.note_reached(cursor, fact);
                }
            }
            self.stands.push(cursor.profile(day).map(|profile| models.map(|model| model.stage_of(&profile))));
        }
    }

    fn note_reached(&mut self, cursor: &Cursor, fact: &Fact) {
        let plan = self.plan;
        if self.sides.iter().all(|side| side.reached.iter().all(|reached| *reached)) {
            return;
        }
        let Some(profile) = cursor.profile(plan.pair.reference.calendar.day(fact.occurred_at)) else { return };
        for (side, model) in self.sides.iter_mut().zip(plan.pair.models()) {
            let mut missing = model.stages.iter().zip(&side.reached).filter(|(_, reached)| !**reached);
            // A missing stage's own condition is asked first: mostly it does not hold, and the others need not be asked.
            if missing.any(|(stage, _)| stage.when.as_ref().is_none_or(|when| when.selects(&profile))) {
                side.reached[model.stage_of(&profile)] = true;
            }
        }
    }

    /// Money of orders by the month they were paid in, as it stands at the end of the last month.
    fn revenue(&mut self, cursor: &Cursor) {
        let months = &self.plan.months;
        let (first, last) = (months[0].first(), self.plan.looks[months.len()].0);
        for entry in cursor.book.purchases.entries().iter().filter(|entry| entry.day >= first && entry.day <= last) {
            let month = months.partition_point(|month| month.first() <= entry.day) - 1;
            for (at, side) in self.sides.iter_mut().enumerate() {
                let stage = self.stands[month].map_or(side.stages, |stand| stand[at]);
                side.revenue[month * (side.stages + 1) + stage] += i128::from(entry.sum);
            }
        }
    }
}

impl Fold for Backtest<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        let plan = self.plan;
        let mut cursor = Cursor::new(&plan.pair.reference, history);
        self.look(&mut cursor);
        for (at, side) in self.sides.iter_mut().enumerate() {
            if let Some(stand) = self.stands[0] {
                side.opening[stand[at]] += 1;
                side.reached[stand[at]] = true;
            }
            for (month, pair) in self.stands.windows(2).enumerate() {
                if let Some(after) = pair[1] {
                    side.note(month, pair[0].map(|stand| stand[at]), after[at]);
                }
            }
        }
        self.revenue(&cursor);
        if let Some(&Some([active, draft])) = self.stands.last() {
            self.moves.note(member, active, draft);
        }
    }

    fn merge(&mut self, other: Self) {
        for (side, other) in self.sides.iter_mut().zip(&other.sides) {
            side.merge(other);
        }
        self.moves.merge(other.moves);
    }
}
