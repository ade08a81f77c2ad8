//! A member's path through a model, restated from history: every change by event or by time, in the order in which it would have happened.

use perennial_kernel::{Calendar, Day, Fact, Instant};

use super::model::Model;
use crate::book::Book;
use crate::effect::{Move, Seen};
use crate::history::History;
use crate::profile::Profile;
use crate::reference::Reference;
use crate::state::Opened;

/// Where a member stands: index of the stage, number of the life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stand {
    pub stage: usize,
    pub life: u32,
}

/// One move and what its rule saw.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Walked {
    pub step: Move,
    pub seen: Vec<Seen>,
}

/// A path over a stretch of time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Path {
    /// Where the member stood when the stretch began; `None` when not yet known.
    pub opening: Option<(Stand, Vec<Seen>)>,
    /// Moves after the beginning, up to and including the end.
    pub moves: Vec<Walked>,
}

/// Evaluates a model on a book as of the end of the day of `at`.
pub fn stand(reference: &Reference, model: &Model, book: &Book, at: Instant) -> Stand {
    let profile = Profile::of(book, reference, reference.calendar.day(at));
    Stand { stage: model.stage_of(&profile), life: profile.purchases.life }
}

/// Walks from `from` (everything at that instant already folded) to `to`, both included.
pub fn path(reference: &Reference, model: &Model, history: &History, from: Instant, to: Instant) -> Path {
    let facts = history.facts();
    let known = facts.partition_point(|fact| fact.occurred_at <= from);
    let mut walker = Walker::new(reference, model, from);
    for fact in &facts[..known] {
        walker.book.apply(reference, fact);
    }
    walker.open();
    walker.walk(&facts[known..], to);
    walker.path
}

/// The moves a version's decisions come to since they are recorded: what recorded decisions and their corrections must add up to.
pub fn recorded(reference: &Reference, model: &Model, history: &History, since: Instant, opened: &Opened, to: Instant) -> Vec<Walked> {
    let facts = history.facts();
    let known = match opened {
        // The facts of the first instant were decided one by one.
        Opened::FromNowhere => facts.partition_point(|fact| fact.occurred_at < since),
        Opened::Quietly | Opened::From { .. } => facts.partition_point(|fact| fact.occurred_at <= since),
    };
    let mut walker = Walker::new(reference, model, since);
    for fact in &facts[..known] {
        walker.book.apply(reference, fact);
    }
    match opened {
        Opened::FromNowhere => {
            let begins_with_a_fact = facts.get(known).is_some_and(|fact| fact.occurred_at == since);
            if walker.book.known_from.is_some() && !begins_with_a_fact {
                walker.arrive();
            }
        }
        Opened::Quietly => walker.open(),
        Opened::From { stage, life } => walker.open_from(stage, *life),
    }
    walker.walk(&facts[known..], to);
    walker.path.moves
}

struct Walker<'a> {
    reference: &'a Reference,
    model: &'a Model,
    book: Book,
    clock: Instant,
    stand: Option<Stand>,
    path: Path,
}

impl<'a> Walker<'a> {
    fn new(reference: &'a Reference, model: &'a Model, clock: Instant) -> Self {
        Self { reference, model, book: Book::new(reference), clock, stand: None, path: Path::default() }
    }

    fn open(&mut self) {
        if self.book.known_from.is_some() {
            let here = stand(self.reference, self.model, &self.book, self.clock);
            self.stand = Some(here);
            self.path.opening = Some((here, self.seen(here)));
        }
    }

    /// Opens where an earlier version had put the member: this version may see it elsewhere.
    fn open_from(&mut self, stage: &str, life: u32) {
        self.open();
        let Some((here, seen)) = self.path.opening.clone() else { return };
        if self.model.stages[here.stage].id == stage && here.life == life {
            return;
        }
        let reactivated = life >= 1 && here.life > life;
        let step = Move { from: Some(stage.to_owned()), reactivated, ..step(self.model, None, here, self.clock) };
        self.path.moves.push(Walked { step, seen });
    }

    fn walk(&mut self, facts: &[Fact], to: Instant) {
        for fact in facts.iter().take_while(|fact| fact.occurred_at <= to) {
            self.advance(fact.occurred_at);
            self.take(fact);
        }
        self.advance(to);
    }

    /// Moves that time alone brings up to and including `to`. At one instant, time moves before events do.
    fn advance(&mut self, to: Instant) {
        while self.stand.is_some() {
            let day = self.reference.calendar.day(self.clock);
            let profile = Profile::of(&self.book, self.reference, day);
            let Some((due_day, _)) = self.model.next_change(&profile) else { return };
            let due = takes_effect(&self.reference.calendar, due_day);
            if due > to {
                return;
            }
            self.clock = due;
            self.arrive();
        }
    }

    fn take(&mut self, fact: &Fact) {
        self.book.apply(self.reference, fact);
        self.clock = fact.occurred_at;
        if self.book.known_from.is_some() {
            self.arrive();
        }
    }

    /// Evaluates where the member now stands and notes a move if that is elsewhere.
    fn arrive(&mut self) {
        let here = stand(self.reference, self.model, &self.book, self.clock);
        if self.stand == Some(here) {
            return;
        }
        let step = step(self.model, self.stand, here, self.clock);
        let seen = self.seen(here);
        self.path.moves.push(Walked { step, seen });
        self.stand = Some(here);
    }

    fn seen(&self, stand: Stand) -> Vec<Seen> {
        let profile = Profile::of(&self.book, self.reference, self.reference.calendar.day(self.clock));
        self.model.seen(stand.stage, &profile)
    }
}

/// When a change due on a day takes effect: at the day's start, or the next day's where the zone skipped the day (Samoa, 2011-12-30).
/// It is always later than any instant of the days before, so that time moves on.
pub fn takes_effect(calendar: &Calendar, day: Day) -> Instant {
    let start = calendar.start(day);
    if calendar.day(start) < day { calendar.start(day.next()) } else { start }
}

/// The move from one stand to another at an instant.
pub fn step(model: &Model, from: Option<Stand>, to: Stand, at: Instant) -> Move {
    Move {
        at,
        from: from.map(|stand| model.stages[stand.stage].id.clone()),
        to: model.stages[to.stage].id.clone(),
        life: to.life,
        reactivated: from.is_some_and(|stand| stand.life >= 1 && to.life > stand.life),
    }
}
