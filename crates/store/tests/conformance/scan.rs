//! Reading everyone.

use perennial_app::port::{HistoryScan, ScanRange};
use perennial_kernel::{Lane, SubjectId};

use crate::support::{Stores, last_lane, write};

const SUBJECTS: [i64; 8] = [7, i64::MAX, -1, i64::MIN, 1, -9_000_000_000, 0, 3];

/// Each subject with facts at 30, 10, 20 and 10 again, spread over two batches and lanes, NOBODY among them.
fn filled(stores: &impl Stores) -> Box<dyn HistoryScan> {
    let mut journal = stores.journal();
    let lane = last_lane(journal.as_ref());
    for (lane, times) in [(lane, [30, 10]), (Lane(0), [20, 10])] {
        write(journal.as_mut(), &[lane], |batch| {
            for occurred_at in times {
                for subject in SUBJECTS {
                    batch.fact(lane, subject, occurred_at);
                }
            }
        });
    }
    stores.scan()
}

fn visit(scan: &mut dyn HistoryScan, range: ScanRange) -> Vec<i64> {
    let mut subjects = Vec::new();
    scan.scan(range, &mut |subject, facts| {
        assert_eq!(facts.iter().map(|fact| fact.occurred_at.0).collect::<Vec<_>>(), [10, 10, 20, 30]);
        assert!(facts[0].position < facts[1].position);
        assert!(facts.iter().all(|fact| fact.subject == subject));
        subjects.push(subject.0);
        true
    })
    .unwrap();
    subjects
}

fn everyone() -> Vec<i64> {
    let mut all: Vec<i64> = SUBJECTS.into_iter().filter(|subject| *subject != 0).collect();
    all.sort_unstable();
    all
}

pub fn everyone_is_visited_once_in_order_and_nobody_is_left_out(stores: &impl Stores) {
    let mut scan = filled(stores);
    assert_eq!(visit(scan.as_mut(), ScanRange::ALL), everyone());
    let range = |after, until| ScanRange { after: Some(SubjectId(after)), until: Some(SubjectId(until)) };
    assert_eq!(visit(scan.as_mut(), range(-1, 3)), [1, 3], "after is left out, until is not");
    assert_eq!(visit(scan.as_mut(), range(i64::MAX, i64::MAX)), [0_i64; 0]);
    assert_eq!(visit(scan.as_mut(), range(3, -1)), [0_i64; 0]);
}

pub fn parts_cover_everyone_exactly_once(stores: &impl Stores) {
    let mut scan = filled(stores);
    for parts in [1, 2, 3, 7, 64, 1000] {
        let visited: Vec<i64> = ScanRange::split(parts).into_iter().flat_map(|range| visit(scan.as_mut(), range)).collect();
        assert_eq!(visited, everyone(), "{parts} parts");
    }
}

pub fn a_scan_that_was_stopped_goes_on_where_it_was(stores: &impl Stores) {
    let mut scan = filled(stores);
    let (mut visited, mut after) = (Vec::new(), None);
    loop {
        let mut last = None;
        scan.scan(ScanRange { after, until: None }, &mut |subject, _| {
            assert_eq!(last, None, "a visitor that said stop is not called again");
            last = Some(subject);
            false
        })
        .unwrap();
        match last {
            Some(subject) => visited.push(subject.0),
            None => break,
        }
        after = last;
    }
    assert_eq!(visited, everyone());
}

pub fn a_subject_of_many_facts_is_visited_once(stores: &impl Stores) {
    let mut journal = stores.journal();
    write(journal.as_mut(), &[Lane(0)], |batch| {
        for at in 0..10_000 {
            batch.fact(Lane(0), if at % 100 == 0 { at } else { 5 }, -at);
        }
    });
    let mut counts = Vec::new();
    let mut scan = stores.scan();
    scan.scan(ScanRange::ALL, &mut |subject, facts| {
        assert!(facts.is_sorted_by_key(|fact| (fact.occurred_at, fact.position)));
        counts.push((subject.0, facts.len()));
        true
    })
    .unwrap();
    assert_eq!(counts[0], (5, 9900));
    assert!(counts[1..].iter().copied().eq((1..100).map(|n| (n * 100, 1))));
}
