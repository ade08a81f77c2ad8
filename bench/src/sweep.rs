//! The due sweep: a poll when nothing is due, and the cost of each decision that fell due.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_app::engine::Engine;
use perennial_kernel::Instant;
use perennial_store::{SqliteKeys, SqliteStore};

use crate::stats::{Spread, percentile};
use crate::{Arguments, base, brand};

const DAY_MS: i64 = 86_400_000;
const POLLS: usize = 2000;

pub fn run(arguments: &Arguments) {
    let folder = base::copy(&base::base(arguments.members()));
    let clock = Arc::new(ManualClock::at(brand::loaded_at()));
    let journal = SqliteStore::open(folder.path().join("journal.db")).expect("a journal");
    let keys = SqliteKeys::open(folder.path().join("keys.db")).expect("a key store");
    let mut engine = brand::engine(folder.path(), Box::new(journal), Box::new(keys), &clock);
    sweep(&mut engine);
    let timers = engine.journal().timers().expect("timers").len();
    let mut polls = Vec::with_capacity(POLLS);
    for _ in 0..POLLS {
        let began = Stopwatch::now();
        assert_eq!(engine.sweep().expect("a sweep").written, 0, "nothing is due");
        polls.push(began.elapsed().as_secs_f64() * 1e6);
    }
    let (middle, late) = (percentile(&polls, 0.5), percentile(&polls, 0.99));
    println!("a poll with nothing due, {timers} timers set: p50 {middle:.1} µs, p99 {late:.1} µs over {POLLS} polls");
    let (mut costs, mut due) = (Vec::new(), 0);
    for day in 1..=arguments.rounds() {
        clock.set(Instant(brand::loaded_at().0 + day as i64 * DAY_MS));
        let began = Stopwatch::now();
        let written = sweep(&mut engine);
        costs.push(began.elapsed().as_secs_f64() * 1e6 / written.max(1) as f64);
        due += written;
    }
    let days = arguments.rounds();
    println!("{due} decisions fell due on {days} days; by day, each cost {} µs, commits included", Spread::of(&costs));
}

fn sweep(engine: &mut Engine) -> usize {
    let mut written = 0;
    loop {
        let swept = engine.sweep().expect("a sweep");
        written += swept.written;
        if !swept.more {
            return written;
        }
    }
}
