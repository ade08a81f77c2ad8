//! One member's row, and how it is computed from history.

use std::collections::BTreeSet;
use std::sync::Arc;

use perennial_backtest::Reads;
use perennial_kernel::{Body, Calendar, Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use crate::house::House;
use crate::query::models::primary_of;

/// Moves are kept for so many days, today included.
pub const MOVES_DAYS: i32 = 7;
/// Stands for a day that is not there.
pub const NEVER: i32 = i32::MAX;

/// One member as the columns hold them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    pub member: MemberId,
    /// In all, paid less refunds.
    pub money: i64,
    pub f_life: u32,
    pub f_total: u32,
    pub life: u32,
    /// The set of stores the member bought at, by its number in the table.
    pub stores: u32,
    /// Days of the first and the last purchase, or [`NEVER`].
    pub first: i32,
    pub last: i32,
    /// The first day on which some model's stage changes by time alone, or [`NEVER`].
    pub due: i32,
}

impl Row {
    pub fn first(&self) -> Option<Day> {
        (self.first != NEVER).then_some(Day(self.first))
    }

    pub fn last(&self) -> Option<Day> {
        (self.last != NEVER).then_some(Day(self.last))
    }

    pub fn at_stores(self, number: u32) -> Self {
        Self { stores: number, ..self }
    }
}

/// A move between stages of the primary model within the last days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moved {
    pub at: Instant,
    pub from: Option<u8>,
    pub to: u8,
}

/// What is known of one member.
#[derive(Clone, Debug)]
pub struct Found {
    pub row: Row,
    /// By model, in the reference's order.
    pub stages: Vec<u8>,
    pub moves: Vec<Moved>,
    /// Sources of the member's orders.
    pub sources: Vec<String>,
    /// Stores the member's orders name, ascending.
    pub stores: Vec<String>,
}

/// Columns do not tell how a member moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ByFacts;

/// With what rows are computed: the models, today, and since when moves are kept.
#[derive(Clone, Debug)]
pub struct View {
    pub reference: Arc<Reference>,
    /// Index of the primary model.
    pub primary: usize,
    pub today: Day,
    until: Instant,
    /// The end of the day a week ago.
    pub since: Instant,
}

impl View {
    pub fn new(house: &House, models: Vec<Model>) -> Self {
        let active = house.reference();
        let reference = Arc::new(Reference::new(active.brand.clone(), models));
        let primary = primary_of(&active);
        let primary = reference.models().iter().position(|model| model.id == primary).unwrap_or(0);
        Self::at(reference, primary, house.now())
    }

    pub fn at(reference: Arc<Reference>, primary: usize, now: Instant) -> Self {
        let mut view = Self { reference, primary, today: Day(0), until: Instant(0), since: Instant(0) };
        view.turn_to(now);
        view
    }

    pub fn turn_to(&mut self, now: Instant) {
        let calendar: &Calendar = &self.reference.calendar;
        let today = calendar.day(now);
        (self.until, self.since) = (calendar.end(today), calendar.end(today - MOVES_DAYS));
        self.today = today;
    }

    pub fn primary(&self) -> &Model {
        &self.reference.models()[self.primary]
    }

    /// `None` of whom nothing is known by today.
    pub fn evaluate(&self, member: MemberId, history: &History) -> Option<Found> {
        let reference = &*self.reference;
        let mut book = Book::new(reference);
        let facts = history.facts();
        let recent = facts.partition_point(|fact| fact.occurred_at <= self.since);
        for fact in &facts[..recent] {
            book.apply(reference, fact);
        }
        let week_ago = self.today - MOVES_DAYS;
        let primary = self.primary();
        // Without an event and without a change by time within the week nobody moved.
        let quiet = recent == facts.len();
        let due_then = if quiet { primary.next_change(&Profile::of(&book, reference, week_ago)).map(|(day, _)| day) } else { None };
        for fact in facts[recent..].iter().take_while(|fact| fact.occurred_at <= self.until) {
            book.apply(reference, fact);
        }
        book.known_from?;
        let moved = !quiet || due_then.is_some_and(|day| day <= self.today);
        let moves = if moved { self.moves(history) } else { Vec::new() };
        let ahead = facts.iter().find(|fact| fact.occurred_at > self.until).map(|fact| reference.calendar.day(fact.occurred_at));
        let (row, stages) = self.row(member, &book, ahead, due_then.filter(|_| !moved));
        let mut sources: Vec<String> = facts.iter().filter_map(|fact| fact.body.order_key()).map(|key| key.source.clone()).collect();
        sources.dedup();
        Some(Found { row, stages, moves, sources, stores: stores(facts) })
    }

    /// Whether columns answer for everybody of whom nothing was heard lately.
    pub fn is_about_purchases(&self) -> bool {
        self.reference.models().iter().all(Model::is_about_purchases)
    }

    /// What columns may be shown.
    pub fn reads(&self) -> Reads {
        Reads { until: self.until, names: true }
    }

    /// As [`Self::evaluate`], by columns; an error when the member may have moved within the week: facts say when. `book` is filled anew.
    pub fn evaluate_flat(&self, flat: &Flat<'_>, book: &mut Book) -> Result<Option<Found>, ByFacts> {
        if flat.last.is_some_and(|last| last > self.since) {
            return Err(ByFacts);
        }
        let reference = &*self.reference;
        book.fill(reference, flat, self.until);
        if book.known_from.is_none() {
            return Ok(None);
        }
        let due = self.primary().next_change(&Profile::of(book, reference, self.today - MOVES_DAYS)).map(|(day, _)| day);
        if due.is_some_and(|day| day <= self.today) {
            return Err(ByFacts);
        }
        let (row, stages) = self.row(flat.member, book, None, due);
        let named = |places: &[u32]| -> Vec<String> {
            let names: BTreeSet<&str> = places.iter().filter_map(|place| flat.name(*place)).collect();
            names.into_iter().map(str::to_owned).collect()
        };
        Ok(Some(Found { row, stages, moves: Vec::new(), sources: named(flat.shops), stores: named(flat.stores) }))
    }

    /// `ahead` is a day on which something is known to happen, `due` when the primary model's stage changes by time, where that is known.
    fn row(&self, member: MemberId, book: &Book, ahead: Option<Day>, due: Option<Day>) -> (Row, Vec<u8>) {
        let reference = &*self.reference;
        let profile = Profile::of(book, reference, self.today);
        let stages = reference.models().iter().map(|model| model.stage_of(&profile) as u8).collect();
        let by_time = reference.models().iter().enumerate().filter_map(|(at, model)| match due {
            Some(due) if at == self.primary => Some(due),
            _ => model.next_change(&profile).map(|(day, _)| day),
        });
        let due = by_time.chain(ahead).min();
        let bought = profile.purchases;
        let row = Row {
            member,
            money: bought.m_total.0,
            f_life: bought.f_life as u32,
            f_total: bought.f_total as u32,
            life: bought.life,
            stores: 0,
            first: bought.first.map_or(NEVER, |day| day.0),
            last: bought.last.map_or(NEVER, |day| day.0),
            due: due.map_or(NEVER, |day| day.0),
        };
        (row, stages)
    }

    fn moves(&self, history: &History) -> Vec<Moved> {
        let model = self.primary();
        let index = |id: &str| model.stages.iter().position(|stage| stage.id == id).map(|at| at as u8);
        let walked = perennial_backtest::moves(&self.reference, model, history, self.since, self.until);
        let moves = walked.iter().filter_map(|walked| {
            let to = index(&walked.step.to)?;
            Some(Moved { at: walked.step.at, from: walked.step.from.as_deref().and_then(index), to })
        });
        moves.filter(|moved| moved.from != Some(moved.to)).collect()
    }
}

fn stores(facts: &[perennial_kernel::Fact]) -> Vec<String> {
    let named = facts.iter().filter_map(|fact| match &fact.body {
        Body::OrderPlaced(order) | Body::OrderUpdated(order) => order.store.as_ref(),
        _ => None,
    });
    let named: BTreeSet<&String> = named.collect();
    named.into_iter().cloned().collect()
}
