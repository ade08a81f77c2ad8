//! Facts per second through the engine with everything on, beside the floor: the same rows written by a bare loop.

use std::sync::{Arc, Mutex};
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_app::engine::Engine;
use perennial_store::{SqliteKeys, SqliteStore};

use crate::brand::{self, Shop};
use crate::floor::Floor;
use crate::recorder::{Log, Recorder, Written};
use crate::stats::Spread;
use crate::{Arguments, base};

/// Batch sizes, and batches in a round.
const SIZES: [(usize, usize); 4] = [(1, 100), (10, 50), (100, 30), (1000, 15)];

/// An engine on a folder that keeps what it writes.
struct Recorded {
    engine: Engine,
    log: Arc<Mutex<Log>>,
}

/// Commands of one round, what they came to, and the engine's seconds.
struct Round {
    seconds: f64,
    facts: u64,
    batches: Vec<Written>,
}

impl Recorded {
    fn open(folder: &std::path::Path) -> Self {
        let clock = Arc::new(ManualClock::at(brand::loaded_at()));
        let log = Arc::new(Mutex::new(Log::default()));
        let journal = SqliteStore::open(folder.join("journal.db")).expect("a journal");
        let keys = SqliteKeys::open(folder.join("keys.db")).expect("a key store");
        let journal = Box::new(Recorder { inner: journal, log: Arc::clone(&log) });
        let keys = Box::new(Recorder { inner: keys, log: Arc::clone(&log) });
        Self { engine: brand::engine(folder, journal, keys, &clock), log }
    }

    /// Live orders in batches of one size. The commands are made before the clock runs.
    fn round(&mut self, shop: &mut Shop, size: usize, batches: usize) -> Round {
        let at = brand::loaded_at();
        let work: Vec<_> = (0..batches).map(|_| shop.orders(size, at)).collect();
        Log::take(&self.log);
        let began = Stopwatch::now();
        for commands in work {
            self.engine.process(commands).expect("a batch");
        }
        let elapsed = began.elapsed();
        let (batches, spent) = Log::take(&self.log);
        let facts = batches.iter().map(|batch| batch.set.facts.len() as u64).sum();
        Round { seconds: elapsed.saturating_sub(spent).as_secs_f64(), facts, batches }
    }
}

pub fn run(arguments: &Arguments) {
    let members = arguments.members();
    let base = base::base(members);
    let (ours, theirs) = (base::copy(&base), base::copy(&base));
    let mut recorded = Recorded::open(ours.path());
    let mut floor = Floor::open(theirs.path());
    let mut shop = Shop::new("live", members);
    // Both caches warm.
    floor.write(recorded.round(&mut shop, 1000, 2).batches);
    let mut seen = vec![(Vec::new(), Vec::new(), Vec::new()); SIZES.len()];
    for _ in 0..arguments.rounds() {
        for ((size, batches), (engines, floors, ratios)) in SIZES.into_iter().zip(&mut seen) {
            let batches = if arguments.quick { batches.div_ceil(5) } else { batches };
            let round = recorded.round(&mut shop, size, batches);
            let seconds = floor.write(round.batches).as_secs_f64();
            engines.push(round.facts as f64 / round.seconds);
            floors.push(round.facts as f64 / seconds);
            ratios.push(seconds / round.seconds);
        }
    }
    let heads = recorded.engine.journal().heads().expect("heads");
    assert_eq!(floor.chain(), heads[0].chain.0, "the floor wrote other rows than the engine");
    drop(recorded);
    assert_eq!(Floor::rows(theirs.path()), Floor::rows(ours.path()), "the floor wrote fewer or more rows than the engine");
    println!("live orders, nine of ten by known members; median of {} interleaved rounds (least to most)", arguments.rounds());
    println!("{:>6}  {:32}  {:32}  engine / floor", "batch", "engine, facts/s", "floor, facts/s");
    for ((size, _), (engines, floors, ratios)) in SIZES.iter().zip(&seen) {
        let (engine, floor) = (Spread::of(engines).to_string(), Spread::of(floors).to_string());
        println!("{size:>6}  {engine:32}  {floor:32}  {}", Spread::of(ratios));
    }
}
