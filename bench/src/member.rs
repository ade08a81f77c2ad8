//! What a fact costs for a member with ten facts in the past against one with half a million.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_app::engine::{Command, Engine};
use perennial_app::head::Sync;
use perennial_kernel::{Body, Incoming, Instant, Scores};
use perennial_store::{SqliteKeys, SqliteOptions, SqliteStore, Synchronous};
use perennial_synth::random::Random;

use crate::stats::{Spread, percentile};
use crate::{Arguments, base, brand};

/// Indices of the two members.
const YOUNG: u64 = 1;
const OLD: u64 = 2;
const YOUNG_FACTS: u64 = 10;
const DAYS: u64 = 3650;
const DAY_MS: i64 = 86_400_000;

pub fn run(arguments: &Arguments) {
    let facts = if arguments.quick { 20_000 } else { 500_000 };
    std::fs::create_dir_all(base::cellar()).expect("a folder");
    let folder = tempfile::tempdir_in(base::cellar()).expect("a folder");
    let clock = Arc::new(ManualClock::at(brand::loaded_at()));
    let house = brand::init(folder.path(), &clock, &brand::hasty());
    let mut random = Random::stream(3, 3);
    for (index, count) in [(YOUNG, YOUNG_FACTS), (OLD, facts)] {
        for chunk in (0..count).collect::<Vec<_>>().chunks(1000) {
            let past = chunk.iter().map(|n| brand::record(past_fact(&mut random, index, *n, count))).collect();
            house.queue().process(past).expect("a batch");
        }
    }
    house.close();
    drop(house);
    println!(
        "one order after another, each its own batch; a past of {YOUNG_FACTS} facts against {facts} (one in ten an order, over ten years)"
    );
    for synchronous in [Synchronous::Full, Synchronous::Off] {
        let mut engine = open(folder.path(), &clock, synchronous);
        measure(arguments, &mut engine, &mut random, synchronous);
    }
}

fn open(folder: &std::path::Path, clock: &Arc<ManualClock>, synchronous: Synchronous) -> Engine {
    let options = SqliteOptions { synchronous, ..SqliteOptions::default() };
    let journal = SqliteStore::open_with(folder.join("journal.db"), options.clone()).expect("a journal");
    let keys = SqliteKeys::open_with(folder.join("keys.db"), &options).expect("a key store");
    let sync = if synchronous == Synchronous::Full { Sync::Full } else { Sync::Never };
    brand::engine_with(folder, Box::new(journal), Box::new(keys), clock, sync)
}

fn measure(arguments: &Arguments, engine: &mut Engine, random: &mut Random, synchronous: Synchronous) {
    let each = if arguments.quick { 50 } else { 300 };
    let name = if synchronous == Synchronous::Full { "full" } else { "off" };
    let (mut ratios, mut medians) = (Vec::new(), Vec::new());
    let (mut young, mut old) = (Vec::new(), Vec::new());
    for round in 0..arguments.rounds() {
        let mut times = [Vec::new(), Vec::new()];
        for n in 0..each {
            for (index, times) in [YOUNG, OLD].into_iter().zip(&mut times) {
                let number = (round * each + n) as u64 * 2 + index;
                let order = brand::record(brand::order(random, name, number, index, brand::loaded_at()));
                times.push(timed(engine, order) * 1e6);
            }
        }
        let [few, many] = times;
        ratios.push(percentile(&many, 0.99) / percentile(&few, 0.99));
        medians.push(percentile(&many, 0.5) / percentile(&few, 0.5));
        young.extend(few);
        old.extend(many);
    }
    let told = |times: &[f64]| format!("p50 {:.0} µs, p99 {:.0} µs", percentile(times, 0.5), percentile(times, 0.99));
    println!("synchronous={name}: few facts {}; many {}", told(&young), told(&old));
    println!("synchronous={name}: many / few, p99 {}, p50 {}", Spread::of(&ratios), Spread::of(&medians));
}

fn timed(engine: &mut Engine, command: Command) -> f64 {
    let began = Stopwatch::now();
    engine.process(vec![command]).expect("a batch");
    began.elapsed().as_secs_f64()
}

/// The `n`-th of `count` facts of ten years, the oldest first.
fn past_fact(random: &mut Random, index: u64, n: u64, count: u64) -> Incoming {
    let day = (n * DAYS / count) as i64;
    let at = Instant(brand::loaded_at().0 - (DAYS as i64 + 1 - day) * DAY_MS);
    let order = brand::order(random, "past", n * 4 + index, index, at);
    if n.is_multiple_of(10) {
        return order;
    }
    let body = Body::Behaved { name: "page_viewed".to_owned(), channel: Some("wechat".to_owned()), scores: Scores::NONE };
    Incoming { object: format!("view:{n}"), version: String::new(), body, ..order }
}
