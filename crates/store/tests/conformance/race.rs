//! Many handles at once. On SQLite they take turns at the file, on PostgreSQL at the lanes' rows.

use std::sync::Barrier;
use std::thread;

use perennial_kernel::{Instant, Lane, Seq};

use crate::support::{Batch, Stores, held, last_lane, owner, token, write};

pub fn batches_of_many_handles_make_one_dense_lane(stores: &impl Stores) {
    let lane = last_lane(stores.journal().as_ref());
    thread::scope(|scope| {
        for writer in 1..=4 {
            scope.spawn(move || {
                let mut journal = stores.journal();
                for at in 0..10 {
                    write(journal.as_mut(), &[Lane(0), lane], |batch| {
                        batch.fact(lane, writer, at);
                        batch.fact(lane, writer, at);
                        batch.new_subject(lane);
                    });
                }
            });
        }
    });
    let mut journal = stores.journal();
    let seqs: Vec<_> = journal.tail(lane, Seq(0), 1000).unwrap().iter().map(|fact| fact.position.seq().0).collect();
    assert_eq!(seqs, (1..=80).collect::<Vec<_>>());
    assert_eq!(journal.heads().unwrap()[usize::from(lane.0)].subjects, 40);
}

pub fn a_raced_token_has_one_owner_and_the_loser_learns_of_it(stores: &impl Stores) {
    let lane = last_lane(stores.journal().as_ref());
    for round in 0..10 {
        let start = Barrier::new(2);
        let answers: Vec<_> = thread::scope(|scope| {
            let racers = [(Lane(0), 1), (lane, 2)].map(|(lane, subject)| {
                let start = &start;
                scope.spawn(move || {
                    let mut journal = stores.journal();
                    start.wait();
                    let mut tx = journal.begin(&held(&[lane])).unwrap();
                    let held_by = tx.claim(&[(token(round), owner(subject, lane))], &[]).unwrap()[&token(round)];
                    tx.commit().unwrap();
                    held_by
                })
            });
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert_eq!(answers[0], answers[1], "both learn of the same owner");
        assert_eq!(stores.journal().owner(token(round)).unwrap(), Some(answers[0]));
    }
}

pub fn a_raced_new_source_does_not_fail(stores: &impl Stores) {
    let lane = last_lane(stores.journal().as_ref());
    let start = Barrier::new(2);
    thread::scope(|scope| {
        for lane in [Lane(0), lane] {
            let start = &start;
            scope.spawn(move || {
                let mut journal = stores.journal();
                start.wait();
                let mut tx = journal.begin(&held(&[lane])).unwrap();
                let mut batch = Batch::on(tx.as_ref());
                batch.set.sources.extend([("b".to_owned(), Instant(1)), ("a".to_owned(), Instant(2))]);
                tx.append(&batch.finish()).unwrap();
                tx.commit().unwrap();
            });
        }
    });
}
