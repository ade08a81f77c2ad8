//! Counting everyone by the profile columns: all stages, and a condition of six clauses, beside adding up as many bytes and nothing else.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_app::query::board::{Block, Lies, NEVER, ProfileColumns, Room, Row};
use perennial_app::query::selection::Condition;
use perennial_kernel::SubjectId;
use perennial_store::SqliteOptions;
use perennial_synth::random::Random;

use crate::stats::Spread;
use crate::{Arguments, brand};

/// Bytes of a member that the condition reads: four numbers of four bytes, one of eight, and a day read twice is read once.
const READ: usize = 5 * 4 + 8;
const CONDITION: &str =
    "f_total >= 2 AND recency BETWEEN 30 AND 180 AND m_total > 500 AND f_life < 9 AND life = 1 AND days_since_first_purchase > 90";
const THREADS: usize = 2;

pub fn run(arguments: &Arguments) {
    let members = arguments.members() * 10;
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Arc::new(ManualClock::at(brand::loaded_at()));
    let house = brand::init(folder.path(), &clock, &SqliteOptions::default());
    let condition = Condition::read(&house, CONDITION).expect("a condition");
    assert!(condition.by_columns(), "the columns answer it");
    for (name, room) in
        [("in memory", Room { memory_bytes: usize::MAX, folder: None }), ("in the file", Room { memory_bytes: 0, folder: None })]
    {
        let columns = made(members, room);
        let Lies { memory_bytes, file_bytes, .. } = columns.lies();
        println!("{members} members {name}: {memory_bytes} bytes in memory, {file_bytes} in the file");
        let (stage_bytes, read_bytes) = (plain(members as usize), plain(members as usize * READ));
        let (mut stages, mut selected, mut ratios) = (Vec::new(), Vec::new(), (Vec::new(), Vec::new()));
        for _ in 0..arguments.rounds() {
            let (floor, _) = seconds(|| sum(&stage_bytes));
            let (time, counts) = seconds(|| count_stages(&columns));
            assert_eq!(counts.iter().sum::<u64>(), members);
            stages.push(time * 1000.0);
            ratios.0.push(time / floor);
            let (floor, _) = seconds(|| sum(&read_bytes));
            let (time, found) = seconds(|| count(&columns, &condition));
            assert!(found > 0 && (found as u64) < members, "{found}");
            selected.push(time * 1000.0);
            ratios.1.push(time / floor);
        }
        println!("all stages: {} ms, {} of a plain scan of the same bytes", Spread::of(&stages), Spread::of(&ratios.0));
        println!("six clauses: {} ms, {} of a plain scan of the same bytes", Spread::of(&selected), Spread::of(&ratios.1));
    }
}

fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let began = Stopwatch::now();
    let done = work();
    (began.elapsed().as_secs_f64(), done)
}

fn made(members: u64, room: Room) -> ProfileColumns {
    let mut random = Random::stream(6, 0);
    let today = brand::end().0;
    let rows = (0..members as i64).map(|member| {
        let bought = random.chance(0.9);
        let f_total = if bought { 1 + (random.below(40) / 4) as u32 } else { 0 };
        let last = today - random.below(700) as i32;
        let row = Row {
            member: SubjectId(member),
            money: i64::from(f_total) * random.below(40_000) as i64,
            f_life: f_total.min(9),
            f_total,
            life: 1 + u32::from(random.chance(0.1)),
            stores: random.below(200) as u32,
            first: if bought { last - random.below(300) as i32 } else { NEVER },
            last: if bought { last } else { NEVER },
            due: today + random.below(90) as i32,
        };
        (row, STAGES[random.below(STAGES.len() as u64) as usize])
    });
    ProfileColumns::new(room, 1, rows).expect("columns")
}

const STAGES: [&[u8]; 6] = [&[0], &[1], &[2], &[3], &[4], &[5]];

fn count_stages(columns: &ProfileColumns) -> [u64; 256] {
    let take = |found: &mut [u64; 256], block: &Block| block.count_stages(0, found);
    columns.fold(|| [0; 256], take, |all, more| all.iter_mut().zip(more).for_each(|(all, more)| *all += more)).expect("columns")
}

fn count(columns: &ProfileColumns, condition: &Condition) -> usize {
    let take = |found: &mut usize, block: &Block| *found += condition.count(block, brand::end());
    columns.fold(|| 0, take, |all, more| *all += more).expect("columns")
}

fn plain(bytes: usize) -> Vec<u64> {
    (0..bytes as u64 / 8).collect()
}

/// As many threads as the columns take.
fn sum(numbers: &[u64]) -> u64 {
    std::thread::scope(|scope| {
        let parts: Vec<_> = numbers
            .chunks(numbers.len().div_ceil(THREADS))
            .map(|part| scope.spawn(move || part.iter().fold(0, |sum: u64, one| sum.wrapping_add(*one))))
            .collect();
        black_box(parts.into_iter().map(|part| part.join().expect("a sum")).fold(0, u64::wrapping_add))
    })
}
