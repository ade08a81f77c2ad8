//! Random small brands: what walks along paths agrees with a plain look at each day, and partitions do not matter.

use std::collections::BTreeMap;

use perennial_backtest::{Backtest, Calibration, Daily, Flow, Fold, Month, Pair, Plan, Span, Stages, moves};
use perennial_kernel::{Body, Cancel, Day, Fact, Instant, Money, OrderKey, Refund, Relation, Scores};
use perennial_rules::history::History;
use perennial_rules::lifecycle::walk;
use perennial_rules::reference::Reference;
use proptest::prelude::*;

use crate::everyone::{Everyone, day, fact, member, order, reference};

/// What happens to a member: days after 1999-01-01, hour of the day, and what.
type Happening = (i32, u32, u8, i64);

fn everyone(reference: &Reference, members: &[Vec<Happening>]) -> Everyone {
    let mut row = 0;
    let mut built = Vec::new();
    for (number, happenings) in members.iter().enumerate() {
        let id = member(number as u64 + 1);
        let facts: Vec<Fact> = happenings
            .iter()
            .map(|&(after, hour, what, minor)| {
                row += 1;
                let at = reference.calendar.at(day("1999-01-01") + after, hour, 0, 0);
                fact(row, id, at, body(what, at, minor, number))
            })
            .collect();
        built.push((id, History::new(facts)));
    }
    built
}

fn body(what: u8, at: Instant, minor: i64, number: usize) -> Body {
    // Few order numbers, so that cancellations and refunds find orders.
    let key = OrderKey { source: "test".into(), id: format!("{number}-{}", minor % 4) };
    match what {
        0 => Body::OrderCancelled(Cancel { key, version: None }),
        1 => Body::OrderRefunded(Refund { key: Some(key), id: "r".into(), money: Money(minor), whole: false, lines: vec![] }),
        2 => Body::OrderRefunded(Refund { key: None, id: "r".into(), money: Money(minor), whole: false, lines: vec![] }),
        3 => Body::MemberUpdated { relation: Some(Relation::Registered), attributes: BTreeMap::new() },
        4 => Body::Behaved { name: "view".into(), channel: None, scores: Scores::NONE },
        _ => Body::OrderPlaced(order(&format!("{number}-{minor}"), at, minor)),
    }
}

fn members() -> impl Strategy<Value = Vec<Vec<Happening>>> {
    let happening = (0..1200_i32, 0..24_u32, 0..12_u8, 1..5000_i64);
    // Bursts: several purchases with short gaps make the later stages.
    let burst = (0..900_i32, prop::collection::vec((1..80_i32, 0..24_u32, 0..12_u8, 1..5000_i64), 1..9)).prop_map(|(start, steps)| {
        let mut at = start;
        steps
            .into_iter()
            .map(|(gap, hour, what, minor)| {
                (
                    {
                        at += gap;
                        at
                    },
                    hour,
                    what,
                    minor,
                )
            })
            .collect::<Vec<_>>()
    });
    let history = prop_oneof![prop::collection::vec(happening, 1..6), burst];
    prop::collection::vec(history, 1..7)
}

fn fold<F: Fold>(everyone: &Everyone, cut: &[usize], start: impl Fn() -> F) -> F {
    let mut parts: Vec<F> = (0..3).map(|_| start()).collect();
    for (at, (id, history)) in everyone.iter().enumerate() {
        parts[cut[at % cut.len()]].take(*id, history);
    }
    let mut whole = parts.remove(cut[0]);
    for part in parts {
        whole.merge(part);
    }
    whole
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn walking_agrees_with_a_look_at_each_day(
        members in members(), start in 0..900_i32, length in 1..200_i32, cut in prop::collection::vec(0..3_usize, 1..6), rf: bool,
    ) {
        let reference = reference();
        let model = reference.model(if rf { "rf" } else { "four-period" }).unwrap();
        let everyone = everyone(&reference, &members);
        let from = day("1999-01-01") + start;
        let to = from + length;
        let table = fold(&everyone, &[0], || Daily::new(&reference, model, from, to, 5)).finish();
        prop_assert_eq!(&fold(&everyone, &cut, || Daily::new(&reference, model, from, to, 5)).finish(), &table);
        let look = |on: Day| fold(&everyone, &cut, || Stages::new(&reference, model, on)).finish();
        prop_assert_eq!(&look(from - 1), &table.opening);
        prop_assert_eq!(&look(to), &table.closing);
        for row in &table.days {
            prop_assert_eq!(&look(row.day).stages, &row.members, "{}", row.day);
        }
        let flow = fold(&everyone, &cut, || Flow::new(&reference, model, from - 1, to)).finish();
        let arrived: u64 = flow.arrived.iter().map(|arrival| arrival.members).sum();
        let linked: u64 = flow.links.iter().map(|link| link.members).sum();
        prop_assert_eq!((arrived + linked, linked), (table.closing.members, table.opening.members));
    }

    #[test]
    fn the_quick_walk_makes_the_moves_of_the_path(members in members(), start in 0..900_i32, length in 1..400_i32) {
        let reference = reference();
        let model = reference.model("rf").unwrap();
        let from = day("1999-01-01") + start;
        let to = from + length;
        for one in everyone(&reference, &members) {
            let table = fold(&vec![one.clone()], &[0], || Daily::new(&reference, model, from, to, 1_000_000)).finish();
            let mut quick: Vec<_> = table.recent.into_iter().map(|recent| recent.step).collect();
            quick.reverse();
            let path = moves(&reference, model, &one.1, reference.calendar.end(from - 1), reference.calendar.end(to));
            prop_assert_eq!(quick, path.into_iter().map(|walked: walk::Walked| walked.step).collect::<Vec<_>>());
        }
    }

    #[test]
    fn backtests_agree_with_looks_and_do_not_depend_on_partitions(
        members in members(), start in 0..900_i32, length in 0..8_usize, cut in prop::collection::vec(0..3_usize, 1..6),
    ) {
        let reference = reference();
        let everyone = everyone(&reference, &members);
        let [active, draft] = ["rf", "four-period"].map(|id| reference.model(id).unwrap());
        let from = Month::of(day("1999-01-01") + start);
        let to = (0..length).fold(from, |month, _| month.next());
        let plan = Plan::new(Pair::new(&reference, active, draft), from, to).unwrap();
        let table = fold(&everyone, &[0], || Backtest::new(&plan)).finish();
        prop_assert_eq!(&fold(&everyone, &cut, || Backtest::new(&plan)).finish(), &table);
        for (side, model) in [(&table.active, active), (&table.draft, draft)] {
            for row in &side.months {
                let look = fold(&everyone, &cut, || Stages::new(&reference, model, row.month.last())).finish();
                prop_assert_eq!(&look.stages, &row.members, "{}", row.month);
                let seen = look.stages.iter().filter(|(_, members)| **members > 0).map(|(stage, _)| stage);
                for stage in seen {
                    prop_assert!(!side.unreached.contains(stage));
                }
            }
        }
    }

    #[test]
    fn calibration_does_not_depend_on_partitions(members in members(), cut in prop::collection::vec(0..3_usize, 1..6)) {
        let reference = reference();
        let everyone = everyone(&reference, &members);
        let start = || Calibration::new(&reference, Span::year(1999).unwrap(), Span::year(2000).unwrap());
        prop_assert_eq!(fold(&everyone, &cut, start).finish(), fold(&everyone, &[0], start).finish());
    }
}
