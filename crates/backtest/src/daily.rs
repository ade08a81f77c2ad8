//! Day by day: members per stage, who came in and who went out, and the latest moves, from one walk along each member's path.

use std::collections::BTreeMap;

use perennial_kernel::{Day, MemberId};
use perennial_rules::book::Book;
use perennial_rules::effect::{Move, StageId};
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::lifecycle::walk;
use perennial_rules::reference::Reference;

use crate::fold::{Fold, Reads};
use crate::steps::{Rank, Step, Steps, Stretch};
use crate::tally::{StageTable, StagesById, Tally, by_id};

/// The days of a stretch, the standings around it, and the latest moves within.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DailyTable {
    /// As of the day before the first.
    pub opening: StageTable,
    pub days: Vec<DayRow>,
    /// As of the last day.
    pub closing: StageTable,
    /// The latest first.
    pub recent: Vec<RecentMove>,
}

/// `members` are those of the day before and `entered` less `left`. Who passes through a stage within the day has entered and left it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayRow {
    pub day: Day,
    pub members: StagesById,
    pub entered: StagesById,
    pub left: StagesById,
    /// Moves of the day from stage to stage; a new life in the same stage is none.
    pub movements: Vec<Movement>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Movement {
    /// `None`: not known before.
    pub from: Option<StageId>,
    pub to: StageId,
    pub members: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecentMove {
    pub member: MemberId,
    pub step: Move,
}

#[derive(Clone, Debug)]
pub struct Daily<'a> {
    reference: &'a Reference,
    model: &'a Model,
    stretch: Stretch,
    recent_max: usize,
    opening: Tally,
    closing: Tally,
    /// Moves between different stages, by day since `from`, stage before and stage after.
    movements: BTreeMap<(usize, Option<usize>, usize), u64>,
    /// Ascending, cut to the latest now and then.
    recent: Vec<(Rank, Step)>,
    moves: Vec<Step>,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl<'a> Daily<'a> {
    /// Days from `from` to `to`, both included; `recent_max` latest moves are told one by one.
    pub fn new(reference: &'a Reference, model: &'a Model, from: Day, to: Day, recent_max: usize) -> Self {
        Self {
            reference,
            model,
            stretch: Stretch::new(reference, from, to),
            recent_max,
            opening: Tally::new(model),
            closing: Tally::new(model),
            movements: BTreeMap::new(),
            recent: Vec::new(),
            moves: Vec::new(),
            book: Book::new(reference),
        }
    }

    pub fn finish(mut self) -> DailyTable {
        self.cut_recent();
        let mut members = self.opening.stages.clone();
        let days = (0..self.stretch.days()).map(|at| self.day_row(at, &mut members)).collect();
        let recent = self
            .recent
            .iter()
            .rev()
            .map(|((at, member, _), step)| RecentMove { member: *member, step: walk::step(self.model, step.from, step.to, *at) });
        DailyTable {
            opening: self.opening.table(self.model, self.stretch.opening().0),
            days,
            closing: self.closing.table(self.model, self.stretch.to),
            recent: recent.collect(),
        }
    }

    fn day_row(&self, at: usize, members: &mut [u64]) -> DayRow {
        let id = |stage: usize| self.model.stages[stage].id.clone();
        let mut entered = vec![0; members.len()];
        let mut left = vec![0; members.len()];
        let mut movements = Vec::new();
        for (&(_, from, to), &moved) in self.movements.range((at, None, 0)..(at + 1, None, 0)) {
            entered[to] += moved;
            if let Some(from) = from {
                left[from] += moved;
            }
            movements.push(Movement { from: from.map(id), to: id(to), members: moved });
        }
        for stage in 0..members.len() {
            members[stage] = members[stage] + entered[stage] - left[stage];
        }
        let counts = |counts: &[u64]| by_id(self.model, counts);
        DayRow { day: self.stretch.from + at as i32, members: counts(members), entered: counts(&entered), left: counts(&left), movements }
    }

    fn cut_recent(&mut self) {
        self.recent.sort_unstable_by_key(|(rank, _)| *rank);
        let over = self.recent.len().saturating_sub(self.recent_max);
        self.recent.drain(..over);
    }
}

impl Fold for Daily<'_> {
    fn take(&mut self, member: MemberId, history: &History) {
        let steps = Steps::new(self.reference, self.model, history, &self.stretch, &mut self.moves);
        walk_on(steps, &mut self.opening, &mut self.closing);
        self.keep_moves(member);
    }

    fn reads(&self) -> Option<Reads> {
        self.model.is_about_purchases().then(|| Reads { until: self.stretch.end(), names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        let shown = (flat, &mut self.book, false);
        let Some(steps) = Steps::by_columns(self.reference, self.model, shown, &self.stretch, &mut self.moves) else { return false };
        walk_on(steps, &mut self.opening, &mut self.closing);
        self.keep_moves(flat.member);
        true
    }

    fn merge(&mut self, other: Self) {
        self.opening.merge(&other.opening);
        self.closing.merge(&other.closing);
        for (key, moved) in other.movements {
            *self.movements.entry(key).or_default() += moved;
        }
        self.recent.extend(other.recent);
        self.cut_recent();
    }
}

fn walk_on(mut steps: Steps<'_>, opening: &mut Tally, closing: &mut Tally) {
    if let Some((profile, stage)) = steps.now() {
        opening.count(&profile, stage);
    }
    steps.walk();
    if let Some((profile, stage)) = steps.now() {
        closing.count(&profile, stage);
    }
}

impl Daily<'_> {
    fn keep_moves(&mut self, member: MemberId) {
        for (ordinal, step) in self.moves.iter().enumerate() {
            let from = step.from.map(|stand| stand.stage);
            if from != Some(step.to.stage) {
                let day = (step.day - self.stretch.from) as usize;
                *self.movements.entry((day, from, step.to.stage)).or_default() += 1;
            }
            if self.recent_max > 0 {
                self.recent.push(((step.at, member, ordinal), *step));
            }
        }
        if self.recent.len() > 1024 + 2 * self.recent_max {
            self.cut_recent();
        }
    }
}
