//! The profile columns hold of everyone what everyone's history comes to, wherever they lie and whatever comes.

use std::sync::Arc;
use std::time::Duration;

use perennial_app::clock::ManualClock;
use perennial_app::engine::Command;
use perennial_app::house::House;
use perennial_app::query::QueryError;
use perennial_app::query::board::{Board, Listing, Room};
use perennial_kernel::{Body, Identity, IdentityKind, Incoming, Instant, Money, Order, OrderKey, Personal, Quantity, Refund};
use perennial_synth::random::Random;

use crate::common::{brand_document, ports};

const DAY_MS: i64 = 86_400_000;
const PEOPLE: u64 = 40;

fn phone(who: u64) -> Identity {
    Identity::parse(IdentityKind::Phone, &format!("199{who:08}")).unwrap()
}

/// An order, a refund of an earlier one, or an order by two numbers, which makes one member of two; some of it told late.
fn deed(random: &mut Random, nth: u64, now: Instant) -> Incoming {
    let who = random.below(PEOPLE);
    let late = 20 * random.below(20);
    let occurred_at = now.plus_ms(-(random.below(1 + late) as i64) * DAY_MS / 2);
    let (object, body) = if nth > 3 && random.chance(0.15) {
        let order = OrderKey { source: "pos".into(), id: format!("o{}", random.below(nth)) };
        let money = Money(1 + random.below(9000) as i64);
        let refund = Refund { key: Some(order), id: format!("r{nth}"), money, whole: random.chance(0.3), lines: Vec::new() };
        (format!("refund:r{nth}"), Body::OrderRefunded(refund))
    } else {
        let order = Order {
            key: OrderKey { source: "pos".into(), id: format!("o{nth}") },
            version: None,
            paid_at: Some(occurred_at),
            money: Money(random.below(30_000) as i64),
            quantity: Quantity::pieces(1),
            channel: None,
            store: Some(format!("S{}", random.below(4))),
            lines: Vec::new(),
        };
        (format!("order:o{nth}"), Body::OrderPlaced(order))
    };
    let mut identities = vec![phone(who)];
    if random.chance(0.03) {
        identities.push(Identity::parse(IdentityKind::Email, &format!("m{}@example.com", who / 2)).unwrap());
    }
    Incoming { source: "pos".into(), object, version: String::new(), identities, personal: Personal::default(), occurred_at, body }
}

fn once_read(board: &Board) {
    loop {
        match board.overview() {
            Err(QueryError::Building { .. }) => std::thread::sleep(Duration::from_millis(5)),
            other => break drop(other.unwrap()),
        }
    }
}

fn lives(seed: u64, room: Room) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(Instant::parse("2026-01-05T04:00:00Z").unwrap()));
    let house = Arc::new(House::init(ports(folder.path(), &clock), &brand_document("Asia/Shanghai", "CNY"), "test").unwrap());
    let board = Board::start(Arc::clone(&house), room.clone());
    once_read(&board);
    let mut random = Random::stream(7, seed);
    let mut nth = 0;
    for step in 0..12 {
        let commands = (0..=random.below(30)).map(|_| {
            nth += 1;
            Command::Record { incoming: Box::new(deed(&mut random, nth, house.now())), import: None }
        });
        house.queue().process(commands.collect()).unwrap();
        // Asked in between, so that news is taken in piece by piece and days turn under what is held.
        let listed = board.list(&Listing::default(), 100, None).unwrap();
        let audited = board.audit().unwrap();
        assert_eq!((audited.differing, audited.members), (0, listed.total as u64), "seed {seed}, step {step}");
        clock.set(house.now().plus_ms((1 + random.below(70)) as i64 * DAY_MS));
        house.queue().call(perennial_app::engine::Engine::sweep).unwrap();
    }
    let stages = board.overview().unwrap().stages;
    assert_eq!(stages.stages.values().sum::<u64>(), stages.members);
    let lies = board.lies().unwrap();
    assert!(lies.members > 10 && (lies.file_bytes > 0) == (room.memory_bytes == 0), "{lies:?}");
}

#[test]
fn columns_hold_what_history_comes_to_in_memory_and_in_their_file() {
    for seed in 0..3 {
        lives(seed, Room::default());
        lives(seed, Room { memory_bytes: 0, folder: None });
    }
}
