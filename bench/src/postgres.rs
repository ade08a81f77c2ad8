//! Facts per second on a PostgreSQL cluster of our own, with one writer and with four, beside the store's array inserts alone.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_app::engine::{Command, Queue};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::port::{Journal, KeyStore};
use perennial_kernel::Lane;
use perennial_store::{PostgresKeys, PostgresStore};
use perennial_testkit::postgres::Cluster;

use crate::brand::{self, Shop};
use crate::recorder::{Log, Recorder, Written};
use crate::stats::Spread;
use crate::{Arguments, base};

const WRITERS: [usize; 2] = [1, 4];
/// Commands queued for each writer and not yet answered: two batches.
const UNDER_WAY_MAX: usize = 2000;

/// Engines on one database, and a database that gets the same rows.
struct Side {
    queue: Queue,
    logs: Vec<Arc<Mutex<Log>>>,
    floors: Vec<(PostgresStore, PostgresKeys, HeadFile)>,
    shop: Shop,
    _folder: tempfile::TempDir,
}

pub fn run(arguments: &Arguments) {
    let Some(cluster) = Cluster::start_with(&["shared_buffers=512MB", "max_wal_size=4GB"]) else { return };
    let (members, orders) = if arguments.quick { (5_000, 4_000) } else { (100_000, 30_000) };
    let mut sides = WRITERS.map(|writers| Side::open(&cluster, writers, members));
    for side in &mut sides {
        side.round(members as usize / 2);
    }
    let mut seen = WRITERS.map(|_| (Vec::new(), Vec::new(), Vec::new()));
    for _ in 0..arguments.rounds() {
        for (side, (engines, floors, ratios)) in sides.iter_mut().zip(&mut seen) {
            let (facts, engine, floor) = side.round(orders);
            engines.push(facts / engine);
            floors.push(facts / floor);
            ratios.push(floor / engine);
        }
    }
    println!(
        "live orders by {members} members, each queued alone, batches of up to 1000; synchronous_commit=on; median of {} interleaved rounds",
        arguments.rounds()
    );
    println!("{:>7}  {:32}  {:32}  engine / floor", "writers", "engine, facts/s", "array inserts alone, facts/s");
    for (writers, (engines, floors, ratios)) in WRITERS.iter().zip(&seen) {
        let (engine, floor) = (Spread::of(engines).to_string(), Spread::of(floors).to_string());
        println!("{writers:>7}  {engine:32}  {floor:32}  {}", Spread::of(ratios));
    }
    for side in &sides {
        side.queue.stop();
    }
}

impl Side {
    fn open(cluster: &Cluster, writers: usize, members: u64) -> Self {
        std::fs::create_dir_all(base::cellar()).expect("a folder");
        let folder = tempfile::tempdir_in(base::cellar()).expect("a folder");
        let clock = Arc::new(ManualClock::at(brand::loaded_at()));
        let (ours, theirs) = (cluster.database(), cluster.database());
        let (mut engines, mut logs, mut floors) = (Vec::new(), Vec::new(), Vec::new());
        for writer in 0..writers {
            let log = Arc::new(Mutex::new(Log::default()));
            let (journal, keys, _) = adapters(&ours, &folder.path().join("unused"));
            let journal = Box::new(Recorder { inner: journal, log: Arc::clone(&log) });
            let keys = Box::new(Recorder { inner: keys, log: Arc::clone(&log) });
            let of_writer = folder.path().join(format!("writer-{writer}"));
            std::fs::create_dir(&of_writer).expect("a folder");
            engines.push(brand::engine(&of_writer, journal, keys, &clock));
            floors.push(adapters(&theirs, &folder.path().join(format!("floor-{writer}"))));
            logs.push(log);
        }
        Self { queue: Queue::start(engines), logs, floors, shop: Shop::new("live", members), _folder: folder }
    }

    /// Facts, the engines' seconds, the floor's seconds.
    fn round(&mut self, orders: usize) -> (f64, f64, f64) {
        let commands = self.shop.orders(orders, brand::loaded_at());
        for log in &self.logs {
            Log::take(log);
        }
        let began = Stopwatch::now();
        feed(&self.queue, commands, UNDER_WAY_MAX * self.logs.len());
        let engine = began.elapsed();
        let taken: Vec<_> = self.logs.iter().map(|log| Log::take(log)).collect();
        let spent = taken.iter().map(|(_, spent)| *spent).max().unwrap_or_default();
        let facts: usize = taken.iter().flat_map(|(batches, _)| batches).map(|batch| batch.set.facts.len()).sum();
        let began = Stopwatch::now();
        std::thread::scope(|scope| {
            for (floor, (batches, _)) in self.floors.iter_mut().zip(taken) {
                scope.spawn(move || write(floor, batches));
            }
        });
        (facts as f64, engine.saturating_sub(spent).as_secs_f64(), began.elapsed().as_secs_f64())
    }
}

fn adapters(url: &str, head: &Path) -> (PostgresStore, PostgresKeys, HeadFile) {
    let journal = PostgresStore::connect(url).expect("a journal");
    (journal, PostgresKeys::connect(url).expect("a key store"), HeadFile::open(head, Sync::Full).expect("a head file"))
}

/// Queues one command at a time, as callers over HTTP do, and waits for all answers.
fn feed(queue: &Queue, commands: Vec<Command>, under_way_max: usize) {
    let open = Arc::new((Mutex::new(0_usize), Condvar::new()));
    let wait_below = |limit: usize| {
        let (count, changed) = &*open;
        drop(changed.wait_while(count.lock().expect("a count"), |count| *count >= limit).expect("a count"));
    };
    for command in commands {
        wait_below(under_way_max);
        *open.0.lock().expect("a count") += 1;
        let answered = Arc::clone(&open);
        let reply = Box::new(move |answers: Result<Vec<_>, _>| {
            assert!(answers.is_ok(), "a batch failed");
            *answered.0.lock().expect("a count") -= 1;
            answered.1.notify_all();
        });
        queue.submit(vec![command], reply).expect("the queue has room");
    }
    wait_below(1);
}

/// The recorded sets again, in their transactions: claims, rows, commit, head.
fn write((journal, keys, head): &mut (PostgresStore, PostgresKeys, HeadFile), batches: Vec<Written>) {
    for batch in batches {
        let lanes = batch.set.heads.iter().map(|head| head.lane).collect::<std::collections::BTreeSet<Lane>>();
        let mut tx = journal.begin(&lanes).expect("a batch");
        if !batch.claims.is_empty() {
            tx.claim(&batch.claims, &[]).expect("claims");
        }
        if !batch.keys.is_empty() {
            keys.keep(batch.keys).expect("keys");
        }
        tx.append(&batch.set).expect("an append");
        tx.commit().expect("a commit");
        head.write(&batch.set.heads).expect("a head");
    }
}
