//! What only PostgreSQL promises: many nodes, lanes that change hands, a constant number of round trips.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::thread;
use std::time::Duration;

use perennial_app::port::{Desk, Journal, KeyStore, PortError};
use perennial_kernel::{Lane, Seq};
use perennial_store::{PostgresDesk, PostgresKeys, PostgresOptions, PostgresStore};
use perennial_testkit::postgres::{Cluster, database};
use postgres::{Client, NoTls};

use crate::support::{Batch, Stores, full_batch, held, key, seen, write};

pub struct InDatabase(String);

impl Stores for InDatabase {
    fn journal(&self) -> Box<dyn Journal> {
        Box::new(self.node(&PostgresOptions::default()))
    }

    fn desk(&self) -> Box<dyn Desk> {
        Box::new(PostgresDesk::connect(&self.0).unwrap())
    }

    fn keys(&self) -> Box<dyn KeyStore> {
        Box::new(PostgresKeys::connect(&self.0).unwrap())
    }
}

impl InDatabase {
    fn node(&self, options: &PostgresOptions) -> PostgresStore {
        PostgresStore::connect_with(&self.0, options).unwrap()
    }

    /// The server ends every session of the store, as a restart would.
    fn end_all_sessions(&self) {
        let mut client = Client::connect(&self.0, NoTls).unwrap();
        client.batch_execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'perennial'").unwrap();
    }
}

fn stores() -> Option<InDatabase> {
    database().map(InDatabase)
}

crate::conforms!(crate::postgres::stores);

#[test]
fn a_thousand_rows_take_the_round_trips_of_one() {
    let Some(stores) = stores() else { return };
    let mut journal = stores.node(&PostgresOptions::default());
    // The first batch prepares the statements.
    full_batch(&mut journal, 1);
    let mut round_trips = |size| {
        let before = journal.round_trips();
        full_batch(&mut journal, size);
        journal.round_trips() - before
    };
    let of_one = round_trips(1);
    assert_eq!((round_trips(10), round_trips(1000)), (of_one, of_one));
    assert!(of_one <= 25, "{of_one} round trips");
}

/// Who is whom costs what the tokens alone had cost: one round trip, however many people, and writing nothing of it none.
#[test]
fn everyone_a_batch_names_is_known_with_one_round_trip() {
    let Some(stores) = stores() else { return };
    let mut journal = stores.node(&PostgresOptions::default());
    full_batch(&mut journal, 1000);
    let lanes = std::collections::BTreeSet::from([perennial_kernel::Lane(0)]);
    let whom =
        |count: u8| perennial_app::port::journal::Whom { tokens: (0..count).map(crate::support::token).collect(), ..Default::default() };
    let mut trips = |count| {
        let before = journal.round_trips();
        let mut tx = journal.begin(&lanes).unwrap();
        tx.families(&whom(count)).unwrap();
        tx.commit().unwrap();
        journal.round_trips() - before
    };
    trips(1);
    // Begin, lanes, families, commit.
    assert_eq!((trips(1), trips(200), trips(0)), (4, 4, 3));
}

#[test]
fn a_tailer_misses_nothing_while_one_lane_commits_late() {
    let Some(stores) = stores() else { return };
    let (late, other) = (Lane(3), Lane(5));
    let (mut first, mut second, mut tailer) = (stores.journal(), stores.journal(), stores.journal());
    // The watermark is a vector of (lane, seq).
    let mut watermark = [(late, Seq(0)), (other, Seq(0))];
    let mut read = || {
        let mut new = Vec::new();
        for (lane, after) in &mut watermark {
            for fact in tailer.tail(*lane, *after, 100).unwrap() {
                *after = fact.position.seq();
                new.push((lane.0, after.0));
            }
        }
        new
    };
    let mut tx = first.begin(&held(&[late])).unwrap();
    let mut batch = Batch::on(tx.as_ref());
    batch.fact(late, 1, 1);
    batch.fact(late, 1, 2);
    tx.append(&batch.finish()).unwrap();
    write(second.as_mut(), &[other], |batch| {
        batch.fact(other, 2, 1);
    });
    assert_eq!(read(), [(5, 1)], "the other lane goes on");
    // Nobody can get ahead of the late writer in its own lane.
    thread::scope(|scope| {
        let next = scope.spawn(|| {
            write(second.as_mut(), &[late, other], |batch| {
                batch.fact(late, 3, 1);
                batch.fact(other, 3, 1);
            });
        });
        thread::sleep(Duration::from_millis(200));
        assert_eq!(read(), []);
        assert!(!next.is_finished());
        tx.commit().unwrap();
        next.join().unwrap();
    });
    assert_eq!(read(), [(3, 1), (3, 2), (3, 3), (5, 2)]);
}

#[test]
fn a_node_that_slept_with_a_batch_open_commits_nothing() {
    let Some(stores) = stores() else { return };
    let lane = Lane(9);
    let lease = Duration::from_millis(300);
    let (mut sleeper, mut other) = (stores.node(&PostgresOptions { lease, ..PostgresOptions::default() }), stores.journal());
    let mut tx = sleeper.begin(&held(&[lane])).unwrap();
    let mut batch = Batch::on(tx.as_ref());
    let position = batch.fact(lane, 1, 1);
    batch.set.seen.push((key(1), seen(1, position)));
    tx.append(&batch.finish()).unwrap();
    // Begun while the sleeper holds the lane: had as soon as its lease is over.
    let written = write(other.as_mut(), &[lane], |batch| {
        batch.fact(lane, 2, 2);
        batch.fact(lane, 2, 3);
    });
    let woken = tx.commit();
    assert!(matches!(woken, Err(PortError::Transient(_))), "{woken:?}");
    assert_eq!(other.tail(lane, Seq(0), 9).unwrap(), written.facts);
    // Awake, it goes on where the other left off.
    write(&mut sleeper, &[lane], |batch| assert_eq!(batch.fact(lane, 1, 1).seq(), Seq(3)));
}

#[test]
fn a_lane_that_is_not_to_be_had_in_time_is_a_passing_failure() {
    let Some(stores) = stores() else { return };
    let mut holder = stores.journal();
    let mut waiter = stores.node(&PostgresOptions { lock_timeout: Duration::from_millis(100), ..PostgresOptions::default() });
    let tx = holder.begin(&held(&[Lane(1)])).unwrap();
    let refused = waiter.begin(&held(&[Lane(0), Lane(1)])).map(drop);
    assert!(matches!(refused, Err(PortError::Transient(_))), "{refused:?}");
    // It holds on to nothing: the lane it had got is free.
    write(stores.journal().as_mut(), &[Lane(0)], |batch| assert_eq!(batch.fact(Lane(0), 1, 1).seq(), Seq(1)));
    tx.commit().unwrap();
    write(&mut waiter, &[Lane(0), Lane(1)], |batch| assert_eq!(batch.fact(Lane(1), 1, 1).seq(), Seq(1)));
}

#[test]
fn lost_connections_are_passing_and_are_made_again() {
    let Some(stores) = stores() else { return };
    let (mut journal, mut desk, mut keys) = (stores.journal(), stores.desk(), stores.keys());
    let lane = Lane(0);
    journal.heads().unwrap();
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    stores.end_all_sessions();
    let mut batch = Batch::on(tx.as_ref());
    batch.fact(lane, 1, 1);
    let lost = tx.append(&batch.finish());
    assert!(matches!(lost, Err(PortError::Transient(_))), "{lost:?}");
    drop(tx);
    write(journal.as_mut(), &[lane], |batch| assert_eq!(batch.fact(lane, 1, 1).seq(), Seq(1)));
    // Lost while idle: nobody notices.
    stores.end_all_sessions();
    assert_eq!(journal.heads().unwrap()[0].seq, Seq(1));
    write(journal.as_mut(), &[lane], |batch| assert_eq!(batch.fact(lane, 1, 1).seq(), Seq(2)));
    assert_eq!(desk.documents().unwrap(), []);
    assert!(keys.load(&crate::support::members([1])).unwrap().is_empty());
}

#[test]
fn one_command_taken_by_two_lanes_at_once_is_a_passing_failure_for_the_second() {
    let Some(stores) = stores() else { return };
    let (mut first, mut second) = (stores.journal(), stores.journal());
    let take = |journal: &mut dyn Journal, lane| {
        let mut tx = journal.begin(&held(&[lane])).unwrap();
        let mut batch = Batch::on(tx.as_ref());
        let position = batch.fact(lane, 0, 1);
        batch.set.seen.push((key(1), seen(1, position)));
        tx.append(&batch.finish())?;
        tx.commit()
    };
    take(first.as_mut(), Lane(0)).unwrap();
    let refused = take(second.as_mut(), Lane(1));
    assert!(matches!(refused, Err(PortError::Transient(_))), "{refused:?}");
}

#[test]
fn many_nodes_may_be_the_first() {
    let Some(stores) = stores() else { return };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                assert_eq!(stores.journal().heads().unwrap().len(), 64);
                assert!(stores.keys().load(&[].into()).unwrap().is_empty());
            });
        }
    });
    let mut client = Client::connect(&stores.0, NoTls).unwrap();
    client.batch_execute("INSERT INTO perennial.migration (version) VALUES (99)").unwrap();
    assert!(matches!(PostgresStore::connect(&stores.0), Err(PortError::Damaged(_))), "a newer program's tables");
}

#[test]
fn a_damaged_page_is_found() {
    let Some(cluster) = Cluster::start() else { return };
    let stores = InDatabase(cluster.database());
    let mut journal = stores.journal();
    write(journal.as_mut(), &[Lane(0)], |batch| {
        for n in 0..2000 {
            batch.fact(Lane(0), n, n);
        }
    });
    assert_eq!(journal.integrity().unwrap(), Vec::<String>::new());
    let mut client = Client::connect(&stores.0, NoTls).unwrap();
    let path: String = client.query_one("SELECT pg_relation_filepath('perennial.facts')", &[]).unwrap().get(0);
    drop(client);
    cluster.stop();
    let mut file = fs::OpenOptions::new().write(true).open(cluster.data().join(path)).unwrap();
    file.seek(SeekFrom::Start(3 * 8192 + 4096)).unwrap();
    file.write_all(&[0xa5; 100]).unwrap();
    drop(file);
    cluster.start_again();
    let findings = journal.integrity().unwrap();
    assert!(findings.iter().any(|finding| finding.starts_with("facts:")), "{findings:?}");
}
