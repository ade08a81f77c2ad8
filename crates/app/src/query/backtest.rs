//! A draft beside the model in force, month by month over a past period.

use std::collections::BTreeMap;

use perennial_backtest::{Fold, Reads, StagesById};
use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::effect::StageId;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use super::everyone::{Counted, Watch, fold_watched};
use super::{QueryResult, models, refused};
use crate::house::House;
use crate::policy::PolicyProblem;

/// The longest period, in months.
pub const MONTHS_MAX: usize = 60;

/// Counts at each month's end and moves between the ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backtest {
    pub months: Vec<MonthRow>,
    pub active_flows: Vec<MonthFlow>,
    pub draft_flows: Vec<MonthFlow>,
    /// Stages of the draft nobody stood in at any month's end.
    pub unreached: Vec<StageId>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthRow {
    /// Its first day.
    pub month: Day,
    pub active: StagesById,
    pub draft: StagesById,
}

/// Members who stood in `from` at the end of the month before and stand in `to` at this one's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthFlow {
    pub month: Day,
    pub from: StageId,
    pub to: StageId,
    pub members: u64,
}

/// What is wrong with the draft, or with the question.
#[derive(Debug)]
pub enum DraftError {
    Draft(Vec<PolicyProblem>),
    Query(super::QueryError),
}

impl<E: Into<super::QueryError>> From<E> for DraftError {
    fn from(error: E) -> Self {
        Self::Query(error.into())
    }
}

/// `first` and `last` are any days of the first and last month; a month that is not over yet ends today.
pub fn run(house: &House, model: &str, draft: &str, first: Day, last: Day) -> Result<Counted<Backtest>, DraftError> {
    let draft = Model::from_yaml(draft, 0, &house.reference().brand)
        .map_err(|found| DraftError::Draft(found.into_iter().map(Into::into).collect()))?;
    Ok(watched(house, model, draft, first, last, &Watch { one: &|| {}, goes_on: &|| true })?)
}

/// As [`run`], of a model that compiled, watched.
pub fn watched(house: &House, model: &str, draft: Model, first: Day, last: Day, watch: &Watch<'_>) -> QueryResult<Counted<Backtest>> {
    let active = models::reference(house, model)?;
    let tried = active.only(draft);
    let months = months(house, first, last)?;
    let start = || (Monthly::new(&active, &months), Monthly::new(&tried, &months));
    let ((active_months, draft_months), data_up_to) = fold_watched(house, watch, start)?;
    let draft_model = models::only(&tried);
    let unreached = (0..draft_model.stages.len()).filter(|stage| draft_months.counts.iter().all(|counts| counts[*stage] == 0));
    let rows = months.iter().enumerate().map(|(at, month)| MonthRow {
        month: month.first,
        active: active_months.by_id(at),
        draft: draft_months.by_id(at),
    });
    let table = Backtest {
        months: rows.collect(),
        active_flows: active_months.flows(),
        draft_flows: draft_months.flows(),
        unreached: unreached.map(|stage| draft_model.stages[stage].id.clone()).collect(),
    };
    Ok(Counted { table, data_up_to })
}

#[derive(Clone, Copy, Debug)]
struct Month {
    first: Day,
    end: Day,
}

fn months(house: &House, first: Day, last: Day) -> QueryResult<Vec<Month>> {
    let today = house.calendar().day(house.now());
    super::not_after_today(house, last.month_start())?;
    if first.month_start() > last.month_start() {
        return Err(refused("day.range_backwards", format!("{first} is after {last}"), format!("{first} 晚于 {last}")));
    }
    let mut months = Vec::new();
    let mut month = first.month_start();
    while month <= last {
        if months.len() == MONTHS_MAX {
            let en = format!("a backtest runs over at most {MONTHS_MAX} months");
            return Err(refused("day.range_too_long", en, format!("回测最多 {MONTHS_MAX} 个月")));
        }
        months.push(Month { first: month, end: month.month_end().min(today) });
        month = month.month_end().next();
    }
    Ok(months)
}

/// Where everyone stands at each month's end under one model, from one pass over each history.
struct Monthly<'a> {
    reference: &'a Reference,
    months: &'a [Month],
    ends: Vec<Instant>,
    counts: Vec<Vec<u64>>,
    /// By month, stage before, stage after.
    moved: BTreeMap<(usize, usize, usize), u64>,
    /// Filled anew for each member that is shown by columns.
    book: Book,
}

impl<'a> Monthly<'a> {
    fn new(reference: &'a Reference, months: &'a [Month]) -> Self {
        let ends = months.iter().map(|month| reference.calendar.end(month.end)).collect();
        let stages = models::only(reference).stages.len();
        Self { reference, months, ends, counts: vec![vec![0; stages]; months.len()], moved: BTreeMap::new(), book: Book::new(reference) }
    }

    /// The stage at a month's end, with the move since the one before; answers it.
    fn note(&mut self, at: usize, before: Option<usize>, book: &Book) -> Option<usize> {
        book.known_from?;
        let stage = models::only(self.reference).stage_of(&Profile::of(book, self.reference, self.months[at].end));
        self.counts[at][stage] += 1;
        if let Some(before) = before {
            *self.moved.entry((at, before, stage)).or_default() += 1;
        }
        Some(stage)
    }

    fn by_id(&self, month: usize) -> StagesById {
        let stages = models::only(self.reference).stages.iter();
        stages.zip(&self.counts[month]).map(|(stage, count)| (stage.id.clone(), *count)).collect()
    }

    fn flows(&self) -> Vec<MonthFlow> {
        let id = |stage: usize| models::only(self.reference).stages[stage].id.clone();
        let flow = |(&(month, from, to), &members): (&(usize, usize, usize), &u64)| MonthFlow {
            month: self.months[month].first,
            from: id(from),
            to: id(to),
            members,
        };
        self.moved.iter().map(flow).collect()
    }
}

impl Fold for Monthly<'_> {
    fn take(&mut self, _: MemberId, history: &History) {
        let mut book = Book::new(self.reference);
        let mut facts = history.facts().iter().peekable();
        let mut before = None;
        for at in 0..self.months.len() {
            while let Some(fact) = facts.next_if(|fact| fact.occurred_at <= self.ends[at]) {
                book.apply(self.reference, fact);
            }
            before = self.note(at, before, &book);
        }
    }

    fn reads(&self) -> Option<Reads> {
        let until = *self.ends.last()?;
        models::only(self.reference).is_about_purchases().then_some(Reads { until, names: false })
    }

    fn take_flat(&mut self, flat: &Flat<'_>) -> bool {
        if self.ends.first().is_some_and(|end| flat.settled > *end) {
            return false;
        }
        let (mut book, mut before) = (std::mem::take(&mut self.book), None);
        for at in 0..self.months.len() {
            book.fill(self.reference, flat, self.ends[at]);
            before = self.note(at, before, &book);
        }
        self.book = book;
        true
    }

    fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
        for (key, members) in other.moved {
            *self.moved.entry(key).or_default() += members;
        }
    }
}
