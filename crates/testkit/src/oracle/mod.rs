//! The second evaluator, naive on purpose: the whole history each time, every day tried, from the text of SPEC. It has no timers, no
//! snapshots, no corrections and no sums by day, and nothing of how `rules` folds.

mod look;
mod rf;

use perennial_kernel::{Body, Calendar, Day, ImportId, Instant};
use perennial_rules::effect::Move;

pub use look::ByProfile;
pub use rf::Rf;

/// One thing that was recorded about a member: the oracle's whole input, in order of arrival.
#[derive(Clone, Debug)]
pub struct Told {
    pub recorded_at: Instant,
    pub occurred_at: Instant,
    /// It occurred before its source went live.
    pub backfill: bool,
    pub import: Option<ImportId>,
    pub body: Body,
}

/// Where a member stands: stage and number of the life.
pub type Place = (String, u32);

/// The place on each day, when nothing more happens.
pub type Places<'a> = Box<dyn Fn(Day) -> Place + 'a>;

/// Something that says where a member with these facts stands on a day; the facts are in the order in which they arrived.
pub trait Look {
    fn place<'a>(&'a self, facts: &[(usize, &Told)]) -> Places<'a>;
}

/// From when on decisions about a member are recorded, and what was recorded before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    pub at: Instant,
    pub with: With,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum With {
    /// The member's first fact: a move from nowhere.
    FirstFact,
    /// Backfill, or a model that came later: where the member stood then is reconstructed, not recorded.
    Nothing,
    /// An earlier version of the model, which had put the member there.
    Version(Place),
}

/// What is known of the member after everything told, by arrival: no duplicates (the teller's care), nothing that was taken back.
pub fn standing(told: &[Told]) -> Vec<(usize, &Told)> {
    let taken_back = |index: usize, import: ImportId| {
        told[index + 1..].iter().any(|later| matches!(later.body, Body::ImportRetracted { import: gone } if gone == import))
    };
    let stands = |(index, one): &(usize, &Told)| says_something(&one.body) && !one.import.is_some_and(|import| taken_back(*index, import));
    told.iter().enumerate().filter(stands).collect()
}

fn says_something(body: &Body) -> bool {
    !body.is_about_identity_alone()
        && !matches!(
            body,
            Body::TimerDue { .. }
                | Body::PolicyActivated { .. }
                | Body::PolicyApplied { .. }
                | Body::EpochOpened { .. }
                | Body::ImportRetracted { .. }
        )
}

/// When the decisions that now stand began to be recorded; `None` while nothing is known.
pub fn opening(told: &[Told]) -> Option<Opening> {
    let mut opening = None;
    for count in 1..=told.len() {
        let last = &told[count - 1];
        if standing(&told[..count]).is_empty() {
            opening = None;
        } else if opening.is_none() {
            let at = if last.backfill { last.recorded_at } else { last.occurred_at };
            opening = Some(Opening { at, with: if last.backfill { With::Nothing } else { With::FirstFact } });
        }
    }
    opening
}

/// The moves since decisions are recorded, up to `until`: the answer that recorded decisions and their corrections must come to.
pub fn decisions(told: &[Told], look: &impl Look, calendar: &Calendar, until: Instant) -> Vec<Move> {
    opening(told).map_or_else(Vec::new, |opening| decisions_since(told, look, calendar, &opening, until))
}

/// The same since an opening of one's own.
pub fn decisions_since(told: &[Told], look: &impl Look, calendar: &Calendar, opening: &Opening, until: Instant) -> Vec<Move> {
    path(told, look, calendar, Some(opening), until)
}

/// Where the member stands as of the end of a day, as now known; `None` while unknown.
pub fn place_on(told: &[Told], look: &impl Look, calendar: &Calendar, day: Day) -> Option<Place> {
    let known: Vec<(usize, &Told)> = standing(told).into_iter().filter(|(_, one)| calendar.day(one.occurred_at) <= day).collect();
    if known.is_empty() { None } else { Some(look_at(look, &known)(day)) }
}

/// The whole path, from the first trace of the member.
pub fn restated(told: &[Told], look: &impl Look, calendar: &Calendar, until: Instant) -> Vec<Move> {
    path(told, look, calendar, None, until)
}

/// Every day and every fact one after the other: at the start of each day, then after each fact of that day, where does the member stand?
fn path(told: &[Told], look: &impl Look, calendar: &Calendar, opening: Option<&Opening>, until: Instant) -> Vec<Move> {
    let mut known = standing(told);
    known.sort_by_key(|(index, one)| (one.occurred_at, *index));
    let Some(first) = known.first().map(|(_, one)| one.occurred_at) else { return Vec::new() };
    let from = opening.map_or(first, |opening| opening.at);
    let quiet = opening.is_some_and(|opening| opening.with != With::FirstFact);
    let mut walk = Walk { moves: Vec::new(), here: None, calendar };
    let mut taken = known.iter().take_while(|(_, one)| one.occurred_at < from || (quiet && one.occurred_at <= from)).count();
    let mut place = look_at(look, &known[..taken]);
    let begins_with_a_fact = known.get(taken).is_some_and(|(_, one)| one.occurred_at == from);
    if quiet {
        walk.here = (taken > 0).then(|| place(calendar.day(from)));
        if let Some(Opening { with: With::Version(held), .. }) = opening {
            walk.here = Some(held.clone());
            walk.arrive(from, &place);
        }
    } else if taken > 0 && !begins_with_a_fact {
        walk.arrive(from, &place);
    }
    let mut day = calendar.day(from);
    while calendar.start(day) <= until {
        let start = calendar.start(day);
        if start > from && walk.here.is_some() {
            walk.arrive(start, &place);
        }
        while let Some((_, one)) = known.get(taken).filter(|(_, one)| one.occurred_at <= until && calendar.day(one.occurred_at) == day) {
            taken += 1;
            place = look_at(look, &known[..taken]);
            walk.arrive(one.occurred_at, &place);
        }
        day = day.next();
    }
    walk.moves
}

/// In order of arrival again, as a look wants them.
fn look_at<'a>(look: &'a impl Look, known: &[(usize, &Told)]) -> Places<'a> {
    let mut facts = known.to_vec();
    facts.sort_by_key(|(index, _)| *index);
    look.place(&facts)
}

struct Walk<'a> {
    moves: Vec<Move>,
    here: Option<Place>,
    calendar: &'a Calendar,
}

impl Walk<'_> {
    fn arrive(&mut self, at: Instant, place: &dyn Fn(Day) -> Place) {
        let (to, life) = place(self.calendar.day(at));
        if self.here.as_ref().is_some_and(|(stage, number)| *stage == to && *number == life) {
            return;
        }
        let before = self.here.replace((to.clone(), life));
        let reactivated = before.as_ref().is_some_and(|(_, number)| *number >= 1 && life > *number);
        self.moves.push(Move { at, from: before.map(|(stage, _)| stage), to, life, reactivated });
    }
}
