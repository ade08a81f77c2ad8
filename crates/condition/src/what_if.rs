//! What would change the answer: waiting, more facts, or a fact of a certain amount. Each was found by evaluating it, and is minimal.
//!
//! The answer here is whether the member is selected: from false to unknown nobody enters or leaves.

use perennial_kernel::{Day, Money};

use crate::checked::Checked;
use crate::plan::{Step, Test};
use crate::row::{Ahead, Hypothetical, WhatIf};
use crate::value::Value;

/// Something that would change the answer while one unit or one day less would not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Nothing happens until `on`.
    Wait { on: Day },
    /// `count` more facts of the kind, today.
    Facts { kind: String, count: i64 },
    /// One fact of the kind with this amount, today. Not told when a fact without amount, or of amount 0, is enough.
    Amount { kind: String, amount: Money },
}

/// How far to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounds {
    pub wait_days_max: i32,
    pub count_max: i64,
    pub amount_max: Money,
    /// Kinds of facts to try; `None`: every kind of the catalog.
    pub kinds: Option<Vec<String>>,
}

impl Default for Bounds {
    /// Two years, a dozen facts, a hundred thousand major units of two decimals.
    fn default() -> Self {
        Self { wait_days_max: 730, count_max: 12, amount_max: Money(10_000_000), kinds: None }
    }
}

/// Empty when nothing within the bounds would.
pub fn what_would_change<R: WhatIf>(checked: &Checked, row: &R, bounds: &Bounds) -> Vec<Change> {
    let now = checked.selects(row);
    let mut changes: Vec<Change> = wait(checked, row, bounds, now).into_iter().collect();
    let probes = amounts(checked, row, bounds.amount_max);
    for kind in bounds.kinds.as_ref().unwrap_or(&checked.kinds) {
        let fact = |count: i64, amount: Option<Money>| {
            let what = Hypothetical::Fact { kind: kind.clone(), count, amount };
            row.with(&what).is_some_and(|row| checked.selects(&row) != now)
        };
        // One by one, because more of a good thing may be too much: the first count that works is the smallest.
        let count = (1..=bounds.count_max).find(|count| fact(*count, None));
        changes.extend(count.map(|count| Change::Facts { kind: kind.clone(), count }));
        if count != Some(1) {
            let amount = smallest(&probes, |amount| fact(1, Some(amount)));
            changes.extend(amount.map(|amount| Change::Amount { kind: kind.clone(), amount }));
        }
    }
    changes
}

fn wait<R: WhatIf>(checked: &Checked, row: &R, bounds: &Bounds, now: bool) -> Option<Change> {
    let today = row.today();
    let ahead = Ahead::of(row);
    let on = checked.candidates(row, today, today + bounds.wait_days_max).find(|day| checked.eval_on(&ahead, *day).selects() != now)?;
    Some(Change::Wait { on })
}

/// Amounts to try, ascending from zero: a rough scale, and what each amount in the condition lacks to each other. Between two that
/// differ the exact one is found by halving.
fn amounts<R: WhatIf>(checked: &Checked, row: &R, most: Money) -> Vec<Money> {
    let mut met = vec![0];
    let mut atoms = Vec::new();
    checked.test.atoms(&mut atoms);
    let scene = crate::row::Later::now(row, checked.series());
    for step in atoms.into_iter().flat_map(Test::steps) {
        step.each(&mut |step: &Step| {
            if let Value::Money(Money(minor)) = step.value(&scene) {
                met.push(minor);
            }
        });
    }
    met.sort_unstable();
    met.dedup();
    // A condition with hundreds of amounts is tried at the first ones: the pairs grow with the square.
    met.truncate(64);
    let mut probes: Vec<i64> = met.iter().flat_map(|a| met.iter().map(move |b| a.saturating_sub(*b))).collect();
    probes.extend(std::iter::successors(Some(1_i64), |amount| amount.checked_mul(2)));
    probes.push(most.0);
    let mut probes: Vec<Money> = probes.into_iter().flat_map(|p| [p.saturating_sub(1), p, p.saturating_add(1)]).map(Money).collect();
    probes.retain(|probe| (Money::ZERO..=most).contains(probe));
    probes.push(Money::ZERO);
    probes.sort_unstable();
    probes.dedup();
    probes
}

/// The smallest amount that works, as far as the probes show one: what is returned works and one unit less does not.
fn smallest(probes: &[Money], works: impl Fn(Money) -> bool) -> Option<Money> {
    let (first, rest) = probes.split_first()?;
    if works(*first) {
        return None;
    }
    let mut fails = first.0;
    let mut holds = rest
        .iter()
        .find(|probe| {
            let found = works(**probe);
            fails = if found { fails } else { probe.0 };
            found
        })?
        .0;
    while holds - fails > 1 {
        let middle = fails + (holds - fails) / 2;
        if works(Money(middle)) {
            holds = middle;
        } else {
            fails = middle;
        }
    }
    Some(Money(holds))
}
