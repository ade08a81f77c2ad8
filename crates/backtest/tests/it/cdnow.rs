//! The CDNOW 1/10 sample, against the stage table of the specification.

use std::collections::BTreeMap;

use perennial_backtest::{Daily, Flow, Stages, StagesById, lives};

use crate::everyone::{cdnow, day, reference, run};

const SHOWN: [&str; 7] =
    ["new.first", "new.second", "regular.loyal", "regular.active", "at_risk.silent", "lapsed.sleeping", "lapsed.churned"];

fn shown(stages: &StagesById) -> [u64; 7] {
    SHOWN.map(|stage| stages[stage])
}

#[test]
fn the_sample_falls_into_the_published_stages_on_any_number_of_threads() {
    let reference = reference();
    let model = reference.model("rf").unwrap();
    let everyone = cdnow(&reference);
    let table = [
        ("1997-03-31", [636, 346, 32, 121, 1222, 0, 0], 0),
        ("1997-09-30", [39, 11, 180, 188, 301, 1638, 0], 76),
        ("1998-06-30", [32, 16, 186, 70, 210, 290, 1553], 476),
    ];
    for (as_of, expected, second_lives) in table {
        for threads in [1, 2, 7] {
            let stages = run(&everyone, threads, || Stages::new(&reference, model, day(as_of))).finish();
            assert_eq!(shown(&stages.stages), expected, "{as_of}");
            assert_eq!((stages.members, stages.buyers, stages.members_with_more_than_one_life), (2357, 2357, second_lives), "{as_of}");
        }
    }
}

#[test]
fn flows_lead_from_the_stages_of_one_day_to_those_of_the_other() {
    let reference = reference();
    let model = reference.model("rf").unwrap();
    let everyone = cdnow(&reference);
    let (from, to) = (day("1997-02-15"), day("1998-01-31"));
    let start = || (Flow::new(&reference, model, from, to), (Stages::new(&reference, model, from), Stages::new(&reference, model, to)));
    let (flow, (before, after)) = run(&everyone, 2, start);
    let (flow, before, after) = (flow.finish(), before.finish(), after.finish());
    let mut out: BTreeMap<String, u64> = model.stages.iter().map(|stage| (stage.id.clone(), 0)).collect();
    let mut into = out.clone();
    for link in &flow.links {
        *out.get_mut(&link.from).unwrap() += link.members;
        *into.get_mut(&link.to).unwrap() += link.members;
    }
    for arrival in &flow.arrived {
        *into.get_mut(&arrival.to).unwrap() += arrival.members;
    }
    assert_eq!(out, before.stages);
    assert_eq!(into, after.stages);
    assert_eq!(flow.arrived.iter().map(|arrival| arrival.members).sum::<u64>(), after.members - before.members);
}

#[test]
fn each_day_is_the_day_before_and_its_comings_and_goings() {
    let reference = reference();
    let model = reference.model("rf").unwrap();
    let everyone = cdnow(&reference);
    let (from, to) = (day("1997-02-01"), day("1998-02-28"));
    let table = run(&everyone, 2, || Daily::new(&reference, model, from, to, 20)).finish();
    assert_eq!(table.days.len(), 393);
    let mut before = table.opening.stages.clone();
    for row in &table.days {
        let mut expected = before.clone();
        for (stage, members) in &mut expected {
            *members = *members + row.entered[stage] - row.left[stage];
        }
        assert_eq!(row.members, expected, "{}", row.day);
        let moved: u64 = row.movements.iter().map(|movement| movement.members).sum();
        assert_eq!(moved, row.entered.values().sum::<u64>(), "{}", row.day);
        before = expected;
    }
    assert_eq!(before, table.closing.stages);
    for at in [0, 58, 200, 392] {
        let row = &table.days[at];
        let look = run(&everyone, 1, || Stages::new(&reference, model, row.day)).finish();
        assert_eq!(look.stages, row.members, "{}", row.day);
    }
    assert_eq!(table.recent.len(), 20);
    assert!(table.recent.windows(2).all(|pair| pair[0].step.at >= pair[1].step.at));
}

#[test]
fn lives_add_up_to_the_profile() {
    let reference = reference();
    let as_of = day("1998-06-30");
    let mut more_than_one = 0;
    for (_, history) in &cdnow(&reference) {
        let lives = lives(&reference, history, as_of);
        let book = history.book(&reference, reference.calendar.end(as_of));
        let purchases = perennial_rules::profile::Profile::of(&book, &reference, as_of).purchases;
        let current = lives.last().unwrap();
        assert_eq!((current.number, current.purchases, current.money), (purchases.life, purchases.f_life, purchases.m_life));
        assert_eq!(Some(current.from), purchases.life_start);
        assert_eq!(lives.iter().map(|life| life.purchases).sum::<i64>(), purchases.f_total);
        assert!(lives.windows(2).all(|pair| pair[1].from - pair[0].to.unwrap() >= 180));
        more_than_one += usize::from(lives.len() > 1);
    }
    assert_eq!(more_than_one, 476);
}
