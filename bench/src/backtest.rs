//! A backtest of everyone over twelve months, beside merely reading and decoding the same facts.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_app::house::House;
use perennial_app::policy::PRIMARY;
use perennial_app::port::ScanRange;
use perennial_app::{query, read};
use perennial_rules::lifecycle::document::SHIPPED;
use perennial_store::SqliteOptions;

use crate::stats::Spread;
use crate::{Arguments, brand, past};

pub fn run(arguments: &Arguments) {
    let folder = past::past(arguments.members());
    let house = open(&folder);
    let yaml = SHIPPED.iter().find(|(id, _)| *id == PRIMARY).expect("the default model").1;
    let last = brand::end();
    let first = last - 360;
    let (mut reads, mut runs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    // The page cache warm.
    let (members, facts) = scan(&house);
    for _ in 0..arguments.rounds() {
        let began = Stopwatch::now();
        scan(&house);
        let reading = began.elapsed().as_secs_f64();
        let began = Stopwatch::now();
        let told = query::backtest::run(&house, PRIMARY, yaml, first, last).expect("a backtest");
        let running = began.elapsed().as_secs_f64();
        assert!(told.table.months.len() >= 12, "twelve months are told");
        reads.push(reading);
        runs.push(running);
        ratios.push(running / reading);
    }
    house.close();
    println!("{members} members, {facts} facts, active model and draft over twelve months, two threads");
    println!("reading and decoding every fact: {} s", Spread::of(&reads));
    println!("the backtest: {} s; {:.0} facts/s", Spread::of(&runs), facts as f64 / Spread::of(&runs).median);
    println!("backtest / reading: {}", Spread::of(&ratios));
}

fn open(folder: &Path) -> House {
    let clock = Arc::new(ManualClock::at(brand::loaded_at()));
    House::open(brand::ports(folder, &clock, &SqliteOptions::default())).expect("a brand")
}

/// Members and facts.
fn scan(house: &House) -> (u64, u64) {
    let parts = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    std::thread::scope(|scope| {
        let part = |range| {
            let (mut members, mut facts) = (0, 0);
            let mut scan = house.scan().expect("a scan");
            let seen = scan.scan(range, &mut |_, stored| {
                members += 1;
                for one in stored {
                    facts += u64::from(std::hint::black_box(read::fact(one)).is_ok());
                }
                true
            });
            seen.expect("a scan");
            (members, facts)
        };
        let threads: Vec<_> = ScanRange::split(parts as u32).into_iter().map(|range| scope.spawn(move || part(range))).collect();
        let counts = threads.into_iter().map(|thread| thread.join().expect("a part"));
        counts.fold((0, 0), |(members, facts), (more_members, more_facts)| (members + more_members, facts + more_facts))
    })
}
