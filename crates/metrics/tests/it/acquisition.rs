//! How people become buyers: a small brand by hand, where every number can be checked by eye; and any partition comes to the same.

use std::collections::BTreeMap;

use perennial_kernel::{Body, Relation, Scores};
use perennial_metrics::acquisition::{Acquired, AcquiredBy, AcquiredRow, AcquiredTable, Cell, Step};
use perennial_metrics::{Period, Seen};
use perennial_rules::history::History;
use perennial_rules::reference::Reference;
use proptest::prelude::*;

use crate::everyone::{Everyone, day, fact, member, order, reference, run};

/// One line a member: `SOURCE: DAY what`, apart by `; `. What: a relation; `buys`, or `buys@CHANNEL`; else a behaviour `NAME@CHANNEL`.
fn brand(reference: &Reference, lines: &[&str]) -> Everyone {
    let mut row = 0;
    let mut everyone = Vec::new();
    for (number, text) in (1..).zip(lines) {
        let (source, deeds) = text.split_once(": ").unwrap();
        let mut facts = Vec::new();
        for (at, deed) in deeds.split("; ").enumerate() {
            row += 1;
            let (on, what) = deed.split_once(' ').unwrap();
            let occurred_at = reference.calendar.at(day(on), 12, 0, 0);
            let (name, channel) = what.split_once('@').map_or((what, None), |(name, channel)| (name, Some(channel.to_owned())));
            let body = match (Relation::parse(name), name) {
                (Some(relation), _) => Body::MemberUpdated { relation: Some(relation), attributes: BTreeMap::new() },
                (None, "buys") => {
                    let mut placed = order(&format!("{number}-{at}"), occurred_at, 100);
                    placed.channel = channel;
                    Body::OrderPlaced(placed)
                }
                (None, name) => Body::Behaved { name: name.to_owned(), channel, scores: Scores::NONE },
            };
            facts.push(fact(row, member(number), occurred_at, body));
        }
        everyone.push((member(number), History::new(facts).first_told_by(Some(source))));
    }
    everyone
}

const BRAND: [&str; 8] = [
    // Every step one after the other: 2, 7 and 10 days apart.
    "wechat: 2025-03-01 aware; 2025-03-03 follower; 2025-03-10 registered; 2025-03-20 buys@mini",
    // A follower and no more; following once more changes nothing.
    "wechat: 2025-03-01 follower; 2025-03-09 follower",
    // Bought first and registered a week later: registering follows on being known, not on the purchase after it in the list of steps.
    "pos: 2025-03-05 buys@store; 2025-03-12 registered",
    // Registered on the 31st day: followed for 30, that has not happened.
    "app: 2025-03-06 view@web; 2025-04-06 registered",
    // The 30th day is the last of those followed.
    "app: 2025-03-06 view; 2025-03-08 cart@web; 2025-04-05 buys@store",
    // Known before the period, and after it.
    "app: 2025-02-28 view@web; 2025-03-10 registered",
    "app: 2025-04-01 view@web; 2025-04-02 buys@web",
    // Not observed for 30 days on the 10th of April.
    "wechat: 2025-03-20 aware; 2025-03-21 registered",
];

fn march() -> Period {
    Period::new(Some(day("2025-03-01")), Some(day("2025-04-01")))
}

fn table(by: AcquiredBy) -> AcquiredTable {
    let (reference, as_of) = (reference(), day("2025-04-10"));
    let everyone = brand(&reference, &BRAND);
    run(&reference, &everyone, as_of, 3, || Acquired::new(by, march(), 30)).0.finish(as_of)
}

fn counts(row: &AcquiredRow) -> [Vec<u64>; 2] {
    [row.steps.iter().map(|step| step.reached).collect(), row.steps.iter().map(|step| step.took).collect()]
}

#[test]
fn steps_tell_who_came_so_far_and_who_took_this_very_one() {
    let all = table(AcquiredBy::Everyone).all;
    assert_eq!((all.members, all.excluded, all.at_once), (5, 1, 1), "one bought on the day of being known");
    // Nearer than a follower are 1, 3 and 5; two of them never followed.
    assert_eq!(counts(&all), [vec![5, 4, 3, 3], vec![5, 2, 2, 3]]);
    let conversions: Vec<_> = all.steps.iter().map(|step| step.conversion).collect();
    assert_eq!(conversions, [None, Some(0.8), Some(0.75), Some(1.0)]);
    assert_eq!(all.steps[3].of_known, Some(0.6));
    let days = |at: usize| (all.steps[at].days.count, all.steps[at].days.p50, all.steps[at].days.p80);
    // Followers after 2 and 0 days; registered 7 days after following and 7 after being known; bought after 10, 0 and 30 days.
    assert_eq!(
        (days(0), days(1), days(2), days(3)),
        ((0, None, None), (2, Some(0), Some(2)), (2, Some(7), Some(7)), (3, Some(10), Some(30)))
    );
    let known = |at: usize| (all.steps[at].days_known.p50, all.steps[at].days_known.p80);
    assert_eq!((known(2), known(3)), ((Some(7), Some(9)), (Some(19), Some(30))));
    assert!(table(AcquiredBy::Everyone).rows.is_empty());
}

#[test]
fn sources_and_channels_are_those_of_what_was_known_first() {
    let told = |by| -> Vec<_> {
        table(by).rows.iter().map(|row| (row.group.clone(), row.members, row.excluded, counts(row)[0].clone())).collect()
    };
    let row = |group: &str, members, excluded, reached: [u64; 4]| (group.to_owned(), members, excluded, reached.to_vec());
    assert_eq!(
        told(AcquiredBy::Source),
        [row("wechat", 2, 1, [2, 2, 1, 1]), row("app", 2, 0, [2, 1, 1, 1]), row("pos", 1, 0, [1, 1, 1, 1])]
    );
    // The follower names no channel, nor does who was not observed so long; the first cart did, the view before it did not.
    let by_channel = [row("web", 2, 0, [2, 1, 1, 1]), row("", 1, 1, [1, 1, 0, 0]), row("mini", 1, 0, [1; 4]), row("store", 1, 0, [1; 4])];
    assert_eq!(told(AcquiredBy::Channel), by_channel);
}

#[test]
fn the_members_behind_a_step_are_as_many_as_it_says() {
    let (reference, as_of) = (reference(), day("2025-04-10"));
    let everyone = brand(&reference, &BRAND);
    let metric = Acquired::new(AcquiredBy::Source, march(), 30);
    let behind = |group: Option<&str>, cell| -> Vec<usize> {
        let counted = |(id, history): &(_, History)| {
            metric.counts(&Seen::new(*id, history, &reference, as_of, reference.calendar.end(as_of)), group, cell, as_of)
        };
        (1..).zip(&everyone).filter(|(_, one)| counted(one)).map(|(number, _)| number).collect()
    };
    assert_eq!(behind(None, Cell::Reached(Step::Aware)), [1, 2, 3, 4, 5]);
    assert_eq!(behind(None, Cell::Reached(Step::Registered)), [1, 3, 5]);
    assert_eq!((behind(None, Cell::Took(Step::Registered)), behind(Some("pos"), Cell::Took(Step::Registered))), (vec![1, 3], vec![3]));
    assert_eq!((behind(None, Cell::AtOnce), behind(None, Cell::Excluded), behind(Some("app"), Cell::Excluded)), (vec![3], vec![8], vec![]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Random ways: what is told in parts adds up to the whole, and fewer come to each step than to the one before.
    #[test]
    fn groups_add_up_and_steps_only_fall(people in prop::collection::vec(prop::collection::vec((0..300_i32, 0..5_usize, 0..3_usize), 1..8), 1..25), parts in 2..5_usize, horizon in 0..90_i32) {
        let (reference, first) = (reference(), day("2025-01-01"));
        let words = ["aware", "follower", "registered", "buys", "view"];
        let line = |deeds: &Vec<(i32, usize, usize)>| {
            let told: Vec<String> = deeds.iter().map(|(on, what, channel)| {
                let channel = if *what < 3 || *channel == 0 { "" } else { ["@web", "@app"][channel - 1] };
                format!("{} {}{channel}", first + *on, words[*what])
            }).collect();
            format!("{}: {}", ["a", "b"][deeds.len() % 2], told.join("; "))
        };
        let lines: Vec<String> = people.iter().map(line).collect();
        let everyone = brand(&reference, &lines.iter().map(String::as_str).collect::<Vec<_>>());
        let as_of = first + 250;
        for by in AcquiredBy::ALL {
            let start = || Acquired::new(by, Period::new(Some(first + 20), Some(first + 220)), horizon);
            let whole = run(&reference, &everyone, as_of, 1, start).0.finish(as_of);
            prop_assert_eq!(&whole, &run(&reference, &everyone, as_of, parts, start).0.finish(as_of));
            prop_assert!(whole.all.steps.windows(2).all(|pair| pair[1].reached <= pair[0].reached));
            prop_assert!(whole.all.steps.iter().all(|step| step.took <= step.reached && step.days_known.count <= step.took));
            if by != AcquiredBy::Everyone {
                let sum = |of: &dyn Fn(&AcquiredRow) -> u64| whole.rows.iter().map(of).sum::<u64>();
                prop_assert_eq!((sum(&|row| row.members), sum(&|row| row.excluded)), (whole.all.members, whole.all.excluded));
                prop_assert_eq!(sum(&|row| row.steps[3].took), whole.all.steps[3].took);
            }
        }
    }
}
