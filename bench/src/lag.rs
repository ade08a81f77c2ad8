//! How far the lake is behind the journal while a thousand facts a second arrive, how fast it is built anew from the journal, and what an
//! order takes on disk.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use perennial_app::clock::ManualClock;
use perennial_app::port::lake::Lake;
use perennial_lake::files::{Depot, Files, Keeper, Limits};
use perennial_store::{SqliteKeys, SqliteStore};

use crate::brand::{self, Shop};
use crate::stats::percentile;
use crate::{Arguments, base};

/// Members whose past is built anew: what their year comes to is said.
const MEMBERS: u64 = 200_000;
const ORDERS_PER_SECOND: usize = 1000;
const BATCHES_PER_SECOND: usize = 10;
const STEP: usize = 20_000;

pub fn run(arguments: &Arguments) {
    let folder = base::copy(&base::base(arguments.members().min(MEMBERS)));
    let lake = folder.path().join("lake");
    std::fs::create_dir_all(&lake).expect("a folder");
    let mut journal = journal(folder.path());
    let files = Arc::new(Files::open(Depot::Folder(lake), Limits::default(), &mut journal).expect("a lake"));
    rebuild(&files, &mut journal);
    follow(arguments, folder.path(), &files);
}

fn journal(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder.join("journal.db")).expect("a journal")
}

/// As `perennial lake rebuild` does it.
fn rebuild(files: &Files, journal: &mut SqliteStore) {
    let began = Stopwatch::now();
    files.begin_anew().expect("a new lake");
    loop {
        let read = files.pull(journal, STEP).expect("facts");
        if read == 0 || files.is_due() {
            files.write().expect("a run");
        }
        if read == 0 {
            break;
        }
        while files.merge_some(&|| true).expect("a merge") {}
    }
    files.merge_all(&|| true).expect("one run");
    files.sweep().expect("a tidy folder");
    let (seconds, status) = (began.elapsed().as_secs_f64(), files.status(journal).expect("a status"));
    let (speed, each) = (status.facts as f64 / seconds, status.bytes as f64 / status.facts as f64);
    println!("rebuilt from the journal: {} facts in {seconds:.1} s, {speed:.0} facts/s; {each:.1} bytes each on disk", status.facts);
}

/// Orders arrive at one pace while the keeper follows; who asks how far behind it is asks every 50 ms.
fn follow(arguments: &Arguments, folder: &Path, files: &Arc<Files>) {
    let seconds = if arguments.quick { 5 } else { 60 };
    let clock = Arc::new(ManualClock::at(brand::loaded_at()));
    let keys = SqliteKeys::open(folder.join("keys.db")).expect("a key store");
    let mut engine = brand::engine(folder, Box::new(journal(folder)), Box::new(keys), &clock);
    let keeper = Keeper::start(files, Box::new(journal(folder)));
    let done = AtomicBool::new(false);
    let (lags, facts, late) = std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let (mut journal, mut lags) = (journal(folder), Vec::new());
            while !done.load(Ordering::Relaxed) {
                lags.push(files.lag(&mut journal).expect("a lag") as f64);
                std::thread::sleep(Duration::from_millis(50));
            }
            lags
        });
        let mut shop = Shop::new("lag", MEMBERS);
        let heads = |engine: &mut perennial_app::engine::Engine| -> u64 {
            engine.journal().heads().expect("heads").iter().map(|head| head.seq.0).sum()
        };
        let (before, began, mut late) = (heads(&mut engine), Stopwatch::now(), 0);
        for turn in 0..seconds * BATCHES_PER_SECOND {
            let due = Duration::from_secs_f64(turn as f64 / BATCHES_PER_SECOND as f64);
            match due.checked_sub(began.elapsed()) {
                Some(early) => std::thread::sleep(early),
                None => late += 1,
            }
            engine.process(shop.orders(ORDERS_PER_SECOND / BATCHES_PER_SECOND, brand::loaded_at())).expect("a batch");
        }
        done.store(true, Ordering::Relaxed);
        let facts = heads(&mut engine) - before;
        (asked.join().expect("lags"), facts, late)
    });
    drop(keeper);
    let turns = seconds * BATCHES_PER_SECOND;
    println!("{facts} facts in {seconds} s, durable, {late} of {turns} batches began late, while the keeper followed");
    let [middle, most, worst] = [0.5, 0.99, 1.0].map(|share| percentile(&lags, share));
    println!("facts the lake had not taken yet: p50 {middle:.0}, p99 {most:.0}, most {worst:.0} (looked at {} times)", lags.len());
}
