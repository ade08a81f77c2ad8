//! Drafts next to the active model on the CDNOW sample.

use std::collections::BTreeMap;

use perennial_backtest::backtest::{MONTHS_MAX, SAMPLE_MAX, SideTable};
use perennial_backtest::calibrate::{Windows, rf_document};
use perennial_backtest::{Backtest, BacktestTable, BadSpan, Month, Pair, Plan, Preview, Stages};
use perennial_kernel::Day;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Reference;

use crate::everyone::{Everyone, cdnow, day, reference, run};

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn draft(reference: &Reference, windows: Windows) -> Model {
    Model::compile(rf_document(windows), 2, &reference.brand.currency.into()).unwrap()
}

fn backtest(reference: &Reference, everyone: &Everyone, draft: &Model, from: &str, to: &str) -> BacktestTable {
    let pair = Pair::new(reference, reference.model("rf").unwrap(), draft);
    let plan = Plan::new(pair, month(from), month(to)).unwrap();
    let whole = run(everyone, 1, || Backtest::new(&plan)).finish();
    assert_eq!(run(everyone, 3, || Backtest::new(&plan)).finish(), whole);
    whole
}

/// Each month's members are those of the month before, less what flowed out, with what flowed in.
fn reconcile(side: &SideTable) {
    let mut members = side.opening.clone();
    for row in &side.months {
        for flow in side.flows.iter().filter(|flow| flow.month == row.month) {
            if let Some(from) = &flow.from {
                *members.get_mut(from).unwrap() -= flow.members;
            }
        }
        assert!(members.values().all(|left| *left == 0), "everybody flows somewhere in {}", row.month);
        for flow in side.flows.iter().filter(|flow| flow.month == row.month) {
            *members.get_mut(&flow.to).unwrap() += flow.members;
        }
        assert_eq!(members, row.members, "{}", row.month);
    }
}

#[test]
fn the_active_model_against_itself_differs_nowhere() {
    let reference = reference();
    let everyone = cdnow(&reference);
    let table = backtest(&reference, &everyone, reference.model("rf").unwrap(), "1997-01", "1998-06");
    assert_eq!(table.active, table.draft);
    assert_eq!((table.differing.moving, table.differing.moves.len(), table.differing.members), (0, 0, 2357));
    reconcile(&table.active);
    assert_eq!(table.active.opening.values().sum::<u64>(), 0);
    // Imported orders make no prospects, and the sample ends after a year and a half.
    assert_eq!(table.active.unreached, ["prospect.aware", "prospect.follower", "prospect.registered", "ended"]);
    let arrived: u64 = table.active.flows.iter().filter(|flow| flow.from.is_none()).map(|flow| flow.members).sum();
    assert_eq!(arrived, 2357);
}

#[test]
fn months_end_as_a_look_at_their_last_day_says() {
    let reference = reference();
    let everyone = cdnow(&reference);
    let windows = Windows { first: 60, second: 120, active: 60, sleeping: 240, churned: 300, ended: 600 };
    let wide = draft(&reference, windows);
    let table = backtest(&reference, &everyone, &wide, "1997-06", "1998-06");
    reconcile(&table.active);
    reconcile(&table.draft);
    assert_eq!(table.active.months.len(), 13);
    let drafted = reference.only(wide);
    for (side, reference) in [(&table.active, &reference), (&table.draft, &drafted)] {
        let model = reference.model("rf").unwrap();
        let look = |on: Day| run(&everyone, 2, || Stages::new(reference, model, on)).finish().stages;
        assert_eq!(look(day("1997-05-31")), side.opening);
        for row in &side.months {
            assert_eq!(look(row.month.last()), row.members, "{}", row.month);
        }
    }
    // 1997-09-30 and 1998-06-30 in the table of the specification.
    assert_eq!([3, 12].map(|at| table.active.months[at].members["new.first"]), [39, 32]);
}

#[test]
fn a_stage_that_cannot_be_reached_is_named() {
    let reference = reference();
    let everyone = cdnow(&reference);
    let odd = draft(&reference, Windows { first: -1, ..Windows::SHIPPED });
    let table = backtest(&reference, &everyone, &odd, "1997-01", "1998-06");
    assert!(table.draft.unreached.contains(&"new.first".to_owned()));
    assert!(!table.active.unreached.contains(&"new.first".to_owned()));
    // Churning begins at the end of 1997, and then some come back: both have been left.
    assert!(table.active.never_left.is_empty(), "{:?}", table.active.never_left);
}

#[test]
fn revenue_is_what_was_paid_in_the_month_by_where_the_month_found_them() {
    let reference = reference();
    let everyone = cdnow(&reference);
    let model = reference.model("rf").unwrap();
    let table = backtest(&reference, &everyone, model, "1997-03", "1998-02");
    let mut expected: BTreeMap<Month, i64> = BTreeMap::new();
    for (_, history) in &everyone {
        let book = history.book(&reference, reference.calendar.end(day("1998-02-28")));
        for entry in book.purchases.entries().iter().filter(|entry| entry.day >= day("1997-03-01")) {
            *expected.entry(Month::of(entry.day)).or_default() += entry.sum;
        }
    }
    for side in [&table.active, &table.draft] {
        let mut found: BTreeMap<Month, i64> = BTreeMap::new();
        for row in &side.revenue {
            *found.entry(row.month).or_default() += row.money.0;
        }
        assert_eq!(found, expected);
    }
    // Nobody begins March as silent, and newcomers pay in March.
    let march: Vec<_> = table.active.revenue.iter().filter(|row| row.month == month("1997-03")).map(|row| row.stage.as_deref()).collect();
    assert!(march.contains(&None) && march.contains(&Some("new.first")) && !march.contains(&Some("lapsed.sleeping")));
}

#[test]
fn a_preview_counts_who_would_move_and_names_some() {
    let reference = reference();
    let everyone = cdnow(&reference);
    let wide = draft(&reference, Windows { first: 60, ..Windows::SHIPPED });
    let pair = Pair::new(&reference, reference.model("rf").unwrap(), &wide);
    let on = day("1997-03-31");
    let whole = run(&everyone, 1, || Preview::new(&pair, on)).finish();
    assert_eq!(run(&everyone, 5, || Preview::new(&pair, on)).finish(), whole);
    assert_eq!(whole.moves.len(), 1);
    let silent_to_new = &whole.moves[0];
    assert_eq!((silent_to_new.from.as_str(), silent_to_new.to.as_str()), ("at_risk.silent", "new.first"));
    assert_eq!((silent_to_new.members, silent_to_new.sample.len()), (whole.moving, SAMPLE_MAX));
    let drafted = reference.only(wide);
    let after = run(&everyone, 1, || Stages::new(&drafted, drafted.model("rf").unwrap(), on)).finish();
    assert_eq!(after.stages["new.first"], 636 + whole.moving);
    assert_eq!(backtest(&reference, &everyone, drafted.model("rf").unwrap(), "1997-02", "1997-03").differing, whole);
}

#[test]
fn spans_that_make_no_sense_are_refused() {
    let reference = reference();
    let model = reference.model("rf").unwrap();
    let plan = |from: &str, to: &str| Plan::new(Pair::new(&reference, model, model), month(from), month(to)).map(|_| ());
    assert_eq!(plan("1997-02", "1997-01"), Err(BadSpan::Backwards));
    assert_eq!(plan("1997-02", "1997-02"), Ok(()));
    assert_eq!(plan("1990-01", "1999-12"), Ok(()));
    assert_eq!(plan("1990-01", "2000-01"), Err(BadSpan::TooLong));
    assert_eq!(MONTHS_MAX, 120);
}
