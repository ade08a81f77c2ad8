//! Why this stage: the rule that held, what it saw, the facts behind that, why no earlier rule held, and what would change it (SPEC BT-2).

use perennial_condition::{Hypothetical, Trace, Value, WhatIf};
use perennial_kernel::{Day, Fact, FactId, Instant, Money};

use super::model::Model;
use super::walk::Stand;
use crate::history::History;
use crate::profile::{Profile, profile};
use crate::reference::{Counting, Reference};

/// At most this many facts are tried as evidence, the latest first.
const EVIDENCE_MAX: usize = 200;
/// Facts folded in all while trying evidence: an explanation stays quick for a member with a very long past.
const FOLDS_MAX: usize = 2_000_000;
/// Orders tried when asking what would change a stage.
const COUNT_MAX: i64 = 12;
/// The largest amount tried, in minor units.
const AMOUNT_MAX: i64 = 1 << 33;

#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    pub as_of: Day,
    pub stand: Stand,
    /// By the text one would write in a condition.
    pub values: Vec<(String, Value)>,
    /// Facts without each of which a value above would be another, in fold order.
    pub evidence: Vec<FactId>,
    /// The condition that held, part by part; `None` for the catch-all.
    pub held: Option<Trace>,
    /// Stages tried before it, each with why not.
    pub rejected: Vec<(usize, Trace)>,
    pub would_change: Vec<WouldChange>,
}

/// Each is minimal and was tried: one day, order or unit of money less changes nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WouldChange {
    /// Nothing happens until this day.
    Wait { on: Day, to: usize },
    /// This many more orders today (where days count: one more day with a purchase).
    Purchases { count: i64, to: usize },
    /// One more order today of this amount; an order of less leads to another stage.
    Amount { amount: Money, to: usize },
}

/// `None` when nothing was known of the member by then.
pub fn explain(reference: &Reference, model: &Model, history: &History, as_of: Day) -> Option<Explanation> {
    let until = reference.calendar.end(as_of);
    let now = profile(history, reference, until);
    now.book().known_from?;
    let stage = model.stage_of(&now);
    let rejected =
        model.stages[..stage].iter().enumerate().filter_map(|(at, tried)| tried.when.as_ref().map(|when| (at, when.trace(&now)))).collect();
    Some(Explanation {
        as_of,
        stand: Stand { stage, life: now.purchases.life },
        values: model.values(stage, &now),
        evidence: evidence(reference, model, history, until, stage),
        held: model.stages[stage].when.as_ref().map(|when| when.trace(&now)),
        rejected,
        would_change: would_change(reference, model, &now),
    })
}

/// Leaves out one fact at a time: what changes a shown value is evidence.
fn evidence(reference: &Reference, model: &Model, history: &History, until: Instant, stage: usize) -> Vec<FactId> {
    let facts: Vec<&Fact> = history.facts().iter().take_while(|fact| fact.occurred_at <= until).collect();
    let shown = model.values(stage, &profile(history, reference, until));
    let tries = EVIDENCE_MAX.min(FOLDS_MAX / facts.len().max(1)).max(1);
    let from = facts.len().saturating_sub(tries);
    let without = |left_out: FactId| {
        let mut book = crate::book::Book::new(reference);
        for fact in facts.iter().filter(|fact| fact.id != left_out) {
            book.apply(reference, fact);
        }
        model.values(stage, &Profile::of(&book, reference, reference.calendar.day(until)))
    };
    facts[from..].iter().filter(|fact| without(fact.id) != shown).map(|fact| fact.id).collect()
}

fn would_change(reference: &Reference, model: &Model, now: &Profile) -> Vec<WouldChange> {
    let stage = model.stage_of(now);
    let mut changes = Vec::new();
    if let Some((on, to)) = model.next_change(now) {
        changes.push(WouldChange::Wait { on, to });
    }
    let kind = match reference.brand.counting {
        Counting::Days => "purchase",
        Counting::Orders => "order",
    };
    let after = |count: i64, amount: Money| {
        let what = Hypothetical::Fact { kind: kind.to_owned(), count, amount: Some(amount) };
        now.with(&what).map(|then| model.stage_of(&then))
    };
    let moved = (1..=COUNT_MAX).find_map(|count| after(count, Money::ZERO).filter(|to| *to != stage).map(|to| (count, to)));
    if let Some((count, to)) = moved {
        changes.push(WouldChange::Purchases { count, to });
    }
    changes.extend(
        amount_that_changes(|amount| after(1, Money(amount))).map(|(amount, to)| WouldChange::Amount { amount: Money(amount), to }),
    );
    changes
}

/// The smallest amount, found by doubling and halving, at which one order leads elsewhere than one of a minor unit less.
fn amount_that_changes(stage_after: impl Fn(i64) -> Option<usize>) -> Option<(i64, usize)> {
    let with_nothing = stage_after(0)?;
    let mut high = 1;
    while stage_after(high)? == with_nothing {
        high *= 2;
        if high > AMOUNT_MAX {
            return None;
        }
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if stage_after(middle)? == with_nothing { low = middle } else { high = middle }
    }
    Some((high, stage_after(high)?))
}
