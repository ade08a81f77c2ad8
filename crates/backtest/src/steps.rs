//! A member's moves over a stretch of days, as [`perennial_rules::lifecycle::walk::path`] has them, without what each rule saw: over everyone
//! that is most of the work.

use perennial_kernel::{Day, Instant, MemberId};
use perennial_rules::book::Book;
use perennial_rules::flat::Flat;
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::lifecycle::walk::Stand;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use crate::cursor::Cursor;
use crate::past::{Columns, Past};

/// Up to so many days without an event, looking at each of them is quicker than asking on which of them time may move the member.
const LOOKS_MAX: i32 = 24;

/// Days from `from` to `to`, both included, and where each begins.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub from: Day,
    pub to: Day,
    starts: Vec<Instant>,
    end: Instant,
}

impl Stretch {
    pub fn new(reference: &Reference, from: Day, to: Day) -> Self {
        let calendar = &reference.calendar;
        let starts = (from.0..=to.0).map(|day| calendar.start(Day(day))).collect();
        Self { from, to, starts, end: calendar.end(to) }
    }

    pub fn days(&self) -> usize {
        self.starts.len()
    }

    /// The last instant of the stretch.
    pub fn end(&self) -> Instant {
        self.end
    }

    pub fn opening(&self) -> (Day, Instant) {
        (self.from - 1, self.starts.first().map_or(self.end, |start| start.plus_ms(-1)))
    }
}

/// One move, by indices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Step {
    pub at: Instant,
    pub day: Day,
    pub from: Option<Stand>,
    pub to: Stand,
}

/// Walks one member: where it stood before the stretch, its moves, and the profile at the end.
pub(crate) struct Steps<'a> {
    reference: &'a Reference,
    model: &'a Model,
    stretch: &'a Stretch,
    past: Past<'a>,
    day: Day,
    stand: Option<Stand>,
    moves: &'a mut Vec<Step>,
}

impl<'a> Steps<'a> {
    pub fn new(reference: &'a Reference, model: &'a Model, history: &'a History, stretch: &'a Stretch, moves: &'a mut Vec<Step>) -> Self {
        let mut cursor = Cursor::new(reference, history);
        cursor.fold_to(stretch.opening().1);
        Self::along(reference, model, Past::Facts(cursor), stretch, moves)
    }

    /// By columns, if they tell every move (`merges`: moves of one instant may be told as one).
    pub fn by_columns(
        reference: &'a Reference,
        model: &'a Model,
        (flat, book, merges): (&'a Flat<'a>, &'a mut Book, bool),
        stretch: &'a Stretch,
        moves: &'a mut Vec<Step>,
    ) -> Option<Self> {
        let columns = Columns::new(reference, flat, book, [stretch.opening().1, stretch.end], merges)?;
        Some(Self::along(reference, model, Past::Columns(columns), stretch, moves))
    }

    fn along(reference: &'a Reference, model: &'a Model, past: Past<'a>, stretch: &'a Stretch, moves: &'a mut Vec<Step>) -> Self {
        moves.clear();
        let mut steps = Self { reference, model, stretch, past, day: stretch.opening().0, stand: None, moves };
        steps.stand = steps.here();
        steps
    }

    /// The profile and stage now: before [`Self::walk`] at the opening, after it at the end.
    pub fn now(&self) -> Option<(Profile<'_>, usize)> {
        self.past.profile(self.day).zip(self.stand.map(|stand| stand.stage))
    }

    pub fn walk(&mut self) {
        while let Some(at) = self.past.next().filter(|at| *at <= self.stretch.end) {
            let day = self.reference.calendar.day(at);
            self.advance(day);
            self.day = day;
            self.past.take();
            self.arrive(at);
        }
        self.advance(self.stretch.to);
        self.day = self.stretch.to;
    }

    /// Moves that time alone brings, up to and including `until`.
    fn advance(&mut self, until: Day) {
        if self.stand.is_none() {
            return;
        }
        if until - self.day > LOOKS_MAX
            && let Some(days) = self.days_of_change(until)
        {
            for day in days {
                self.day = day;
                self.arrive(self.start(day));
            }
            self.day = until;
        }
        while self.day < until {
            self.day = self.day.next();
            self.arrive(self.start(self.day));
        }
    }

    /// Days up to `until` on which time alone may move the member as long as nothing happens; `None` when it may on any.
    fn days_of_change(&self, until: Day) -> Option<Vec<Day>> {
        let profile = self.past.profile(self.day)?;
        let mut days = Vec::new();
        for when in self.model.stages.iter().filter_map(|stage| stage.when.as_ref()) {
            let changes = when.change_days(&profile, self.day);
            if changes.daily {
                return None;
            }
            days.extend(changes.days.into_iter().take_while(|day| *day <= until));
        }
        days.sort_unstable();
        days.dedup();
        Some(days)
    }

    fn start(&self, day: Day) -> Instant {
        self.stretch.starts[(day - self.stretch.from) as usize]
    }

    fn arrive(&mut self, at: Instant) {
        let here = self.here();
        if let (Some(to), true) = (here, here != self.stand) {
            self.moves.push(Step { at, day: self.day, from: self.stand, to });
            self.stand = here;
        }
    }

    fn here(&self) -> Option<Stand> {
        let profile = self.past.profile(self.day)?;
        Some(Stand { stage: self.model.stage_of(&profile), life: profile.purchases.life })
    }
}

/// Orders moves over everyone: by instant, then member, then in the order in which the member made them.
pub(crate) type Rank = (Instant, MemberId, usize);
