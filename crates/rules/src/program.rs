//! All slices together: what a fact makes of a member's state, which effects it has, and when time alone will change a decision.
//!
//! `decide` and `evolve` are the two halves of [`step`]; live, due, replay and what-if call the same code.

use perennial_kernel::{Body, Fact, Instant, Origin};

use crate::book::Book;
use crate::correction;
use crate::effect::{Effect, ModelId, StageDecision};
use crate::history::History;
use crate::lifecycle::model::Model;
use crate::lifecycle::walk::{self, Stand};
use crate::profile::Profile;
use crate::reference::Reference;
use crate::state::{Opened, Past, Standing, State};

/// What a fact came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// `None` when nothing is left of the member: all its facts were retracted.
    pub state: Option<State>,
    pub effects: Vec<Effect>,
}

/// Whether deciding this fact takes the member's whole past: a late fact, a retraction, a snapshot kept for other documents.
pub fn needs_past(reference: &Reference, before: Option<&State>, fact: &Fact) -> bool {
    if matches!(fact.body, Body::ImportRetracted { .. }) {
        return true;
    }
    before.is_some_and(|state| state.series_key != reference.series_key() || (fact.occurred_at < state.clock && !state.is_unrecorded()))
}

/// Decides one fact about one member. `past` must be given where [`needs_past`] says so.
pub fn step(reference: &Reference, mut before: Option<State>, past: Option<&Past>, fact: &Fact) -> Step {
    if fact.body.is_about_identity_alone() {
        return Step { state: before, effects: Vec::new() };
    }
    let book = match &mut before {
        None => Book::new(reference),
        // A model that has not decided on this member yet will ask where the book as it was would have put it.
        Some(state) if reference.models().iter().any(|model| state.standing(&model.id).is_none()) => state.book.clone(),
        // Otherwise nobody reads the book as it was: it goes on, and a fact costs the same however much is in it.
        Some(state) => std::mem::take(&mut state.book),
    };
    let after = absorb(reference, before.as_ref(), book, past, fact);
    let Some(mut after) = after else {
        let effects = past.map(|past| correction::withdraw_all(reference, past)).unwrap_or_default();
        return Step { state: None, effects };
    };
    let stands: Vec<Stand> = reference.models().iter().map(|model| walk::stand(reference, model, &after.book, after.clock)).collect();
    let effects = effects(reference, before.as_ref(), &after, &stands, past, fact);
    settle(reference, before.is_none(), &mut after, &stands);
    Step { state: Some(after), effects }
}

/// Decides a fact from which on the member consists of other subjects: their joint history is restated, and what was recorded otherwise is
/// corrected.
///
/// `base` is the state of the member as it was recorded last, of whatever subjects; `None` for one that never was a member by itself.
/// `past` holds the facts of exactly the subjects the member has now, and the standing decisions recorded about any of them.
pub fn regroup(reference: &Reference, base: Option<State>, past: &Past, fact: &Fact) -> Step {
    let history = History::new(past.facts.clone());
    let book = history.book(reference, Instant::MAX);
    if book.known_from.is_none() {
        return Step { state: None, effects: correction::withdraw_all(reference, past) };
    }
    let mut after = match base {
        Some(base) => base,
        None => opened(reference, &history),
    };
    let occurred = past.facts.iter().filter(|fact| !fact.body.is_about_identity_alone()).map(|fact| fact.occurred_at);
    after.clock = occurred.fold(after.live_from, Instant::max);
    (after.book, after.series_key) = (book, reference.series_key());
    let stands: Vec<Stand> = reference.models().iter().map(|model| walk::stand(reference, model, &after.book, after.clock)).collect();
    let effects = correction::correct(reference, &after, &after, past, fact);
    settle(reference, false, &mut after, &stands);
    Step { state: Some(after), effects }
}

/// The state of a member of whom no state was kept: decisions are recorded since its first fact, by the models now in force.
fn opened(reference: &Reference, history: &History) -> State {
    let first = history.facts().iter().min_by_key(|fact| fact.id).expect("a book that knows the member has a fact");
    let opened_quietly = first.origin == Origin::Backfill;
    let live_from = if opened_quietly { first.recorded_at() } else { first.occurred_at };
    let opening = if opened_quietly { Opened::Quietly } else { Opened::FromNowhere };
    let standing = |model: &Model| Standing {
        model: model.id.clone(),
        version: model.version,
        value: model.value,
        signals: model.signals,
        since: live_from,
        opened: opening.clone(),
        stage: String::new(),
        life: 0,
    };
    let standings = reference.models().iter().map(standing).collect();
    State { book: Book::new(reference), live_from, clock: live_from, opened_quietly, standings, series_key: reference.series_key() }
}

/// The effects of a fact on a state: complete, as values.
pub fn decide(reference: &Reference, before: Option<&State>, past: Option<&Past>, fact: &Fact) -> Vec<Effect> {
    step(reference, before.cloned(), past, fact).effects
}

/// The state after a fact.
pub fn evolve(reference: &Reference, before: Option<State>, past: Option<&Past>, fact: &Fact) -> Option<State> {
    step(reference, before, past, fact).state
}

/// When time alone next changes the member's decision by each active model, from the state's clock on.
///
/// `None` for all while the snapshot keeps the aggregates of other documents: a fact must first be decided by these.
pub fn next_due<'a>(reference: &'a Reference, state: &'a State) -> impl Iterator<Item = (ModelId, Option<Instant>)> + 'a {
    let profile = Profile::of(&state.book, reference, reference.calendar.day(state.clock));
    let kept = state.series_key == reference.series_key();
    reference.models().iter().map(move |model| (model.id.clone(), if kept { due(reference, model, &profile) } else { None }))
}

/// The first decision that falls due at or before `until`: its instant and the model, the first by id where several do.
pub fn due_by(reference: &Reference, state: &State, until: Instant) -> Option<(Instant, ModelId)> {
    // Nothing changes by time within a day.
    if reference.calendar.day(until) <= reference.calendar.day(state.clock) {
        return None;
    }
    next_due(reference, state).filter_map(|(model, due)| due.map(|due| (due, model))).min().filter(|(due, _)| *due <= until)
}

fn due(reference: &Reference, model: &Model, profile: &Profile) -> Option<Instant> {
    model.next_change(profile).map(|(day, _)| walk::takes_effect(&reference.calendar, day))
}

/// Takes the fact into the book and moves the clock; standings stay as they were recorded. `before.book` is not read.
fn absorb(reference: &Reference, before: Option<&State>, mut book: Book, past: Option<&Past>, fact: &Fact) -> Option<State> {
    let retracts = matches!(fact.body, Body::ImportRetracted { .. });
    let refolds = retracts || before.is_some_and(|state| state.series_key != reference.series_key());
    match past {
        Some(past) if refolds => {
            let mut facts = past.facts.clone();
            facts.push(fact.clone());
            book = History::new(facts).book(reference, Instant::MAX);
        }
        _ => book.apply(reference, fact),
    }
    book.known_from?;
    let started = match fact.origin {
        // What happened before the source went live is known from the moment it is recorded.
        Origin::Backfill => fact.recorded_at(),
        Origin::Live | Origin::Timer | Origin::Correction | Origin::Retraction => fact.occurred_at,
    };
    Some(match before {
        None => State {
            book,
            live_from: started,
            clock: started,
            opened_quietly: fact.origin == Origin::Backfill,
            standings: Vec::new(),
            series_key: reference.series_key(),
        },
        Some(state) => State {
            book,
            live_from: state.live_from,
            clock: state.clock.max(fact.occurred_at),
            opened_quietly: state.opened_quietly,
            standings: state.standings.clone(),
            series_key: reference.series_key(),
        },
    })
}

fn effects(
    reference: &Reference,
    before: Option<&State>,
    after: &State,
    stands: &[Stand],
    past: Option<&Past>,
    fact: &Fact,
) -> Vec<Effect> {
    let Some(before) = before else {
        return if after.opened_quietly { Vec::new() } else { changes(reference, None, after, stands, None) };
    };
    let retracts = matches!(fact.body, Body::ImportRetracted { .. });
    if before.is_unrecorded() && fact.occurred_at <= before.clock && !retracts {
        return Vec::new();
    }
    if retracts || fact.occurred_at < before.clock {
        return past.map(|past| correction::correct(reference, before, after, past, fact)).unwrap_or_default();
    }
    changes(reference, Some(before), after, stands, past)
}

/// Changes at the clock against what is recorded.
fn changes(reference: &Reference, before: Option<&State>, after: &State, stands: &[Stand], past: Option<&Past>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (model, &now) in reference.models().iter().zip(stands) {
        let held = before.map(|before| held_by(reference, before, past, model));
        let to = &model.stages[now.stage].id;
        if held.as_ref().is_some_and(|(stage, life)| stage == to && *life == now.life) {
            continue;
        }
        let mut step = walk::step(model, None, now, after.clock);
        step.reactivated = held.as_ref().is_some_and(|(_, life)| *life >= 1 && now.life > *life);
        step.from = held.map(|(stage, _)| stage);
        let profile = Profile::of(&after.book, reference, reference.calendar.day(after.clock));
        let seen = model.seen(now.stage, &profile);
        effects.push(Effect::StageChanged(StageDecision {
            model: model.id.clone(),
            version: model.version,
            value: model.value,
            signals: model.signals,
            step,
            seen,
        }));
    }
    effects
}

/// Where the member stands in a model as recorded; for a model activated since, where it would have put the member, unrecorded.
fn held_by(reference: &Reference, before: &State, past: Option<&Past>, model: &Model) -> (String, u32) {
    if let Some(standing) = before.standing(&model.id) {
        return (standing.stage.clone(), standing.life);
    }
    let stand = match past {
        // The snapshot keeps the aggregates of other documents: what this model reads is folded anew.
        Some(past) if before.series_key != reference.series_key() => {
            walk::stand(reference, model, &History::new(past.facts.clone()).book(reference, Instant::MAX), before.clock)
        }
        _ => walk::stand(reference, model, &before.book, before.clock),
    };
    (model.stages[stand.stage].id.clone(), stand.life)
}

/// Standings follow the evaluation: after a decision, or quietly where none is recorded.
fn settle(reference: &Reference, first: bool, after: &mut State, stands: &[Stand]) {
    let clock = after.clock;
    after.standings.retain(|standing| reference.model(&standing.model).is_some());
    for (model, stand) in reference.models().iter().zip(stands) {
        let (since, opened) = match after.standing(&model.id) {
            Some(held) if held.is_of(model) => (held.since, held.opened.clone()),
            Some(held) => (clock, Opened::From { stage: held.stage.clone(), life: held.life }),
            // At the first fact the clock is where decisions begin.
            None if first && !after.opened_quietly => (clock, Opened::FromNowhere),
            None => (clock, Opened::Quietly),
        };
        after.stand(Standing {
            model: model.id.clone(),
            version: model.version,
            value: model.value,
            signals: model.signals,
            since,
            opened,
            stage: model.stages[stand.stage].id.clone(),
            life: stand.life,
        });
    }
}
