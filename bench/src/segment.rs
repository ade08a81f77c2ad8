//! Events sent in batches by 64 clients at once to the real program, beside the engine alone taking the same events: what the door costs.

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use perennial_app::clock::ManualClock;
use perennial_app::engine::{Command, Engine};
use perennial_app::segment::{self, Call, Reading};
use perennial_kernel::{Day, IdentityKind, Instant};
use perennial_source::Context;
use perennial_store::{SqliteKeys, SqliteStore};
use serde_json::{Value, json};

use crate::served::{self, CLIENTS, Client, Server};
use crate::stats::{Spread, percentile};
use crate::{Arguments, base, brand};

const BATCH: usize = 50;
const USERS: usize = 20_000;

pub fn run(arguments: &Arguments) {
    let each = if arguments.quick { 5 } else { 40 };
    let server = Server::start(&served::program(arguments));
    let headers = format!("authorization: Basic {}\r\n", base64(&format!("{}:", server.write_key())));
    std::fs::create_dir_all(base::cellar()).expect("a folder");
    let folder = tempfile::tempdir_in(base::cellar()).expect("a folder");
    let mut engine = engine(folder.path());
    let (mut rates, mut alone, mut shares, mut lates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..=arguments.rounds() {
        let began = Stopwatch::now();
        let times = send(&server, &headers, round, each);
        let rate = (times.len() * BATCH) as f64 / began.elapsed().as_secs_f64();
        let engine_rate = by_the_engine(&mut engine, round, times.len());
        // The first round only warms.
        if round > 0 {
            rates.push(rate);
            alone.push(engine_rate);
            shares.push(rate / engine_rate);
            lates.push(percentile(&times, 0.99));
        }
    }
    println!("{CLIENTS} clients at once on kept connections, each {each} batches of {BATCH} events one after another, durable, SQLite");
    println!("events/s {}", Spread::of(&rates));
    println!("p99 of a batch {} ms", Spread::of(&lates));
    println!("the engine alone, the same events 1000 at a time: events/s {}", Spread::of(&alone));
    println!("of the engine's {}", Spread::of(&shares));
    println!("memory afterwards {:.0} MB", server.resident_mb());
}

fn event(round: usize, number: usize, n: usize) -> Value {
    json!({
        "type": "track", "event": "Product Viewed", "messageId": format!("{round}-{number}-{n}"),
        "userId": format!("M{:05}", (number * 7919 + n * 31 + round) % USERS), "timestamp": "2026-11-20T10:00:00.000+08:00",
        "properties": { "sku": "SKU-1", "name": "羊毛混纺圆领毛衣", "category": "女装/毛衣", "price": 199.0 },
    })
}

/// Milliseconds of each batch.
fn send(server: &Server, headers: &str, round: usize, each: usize) -> Vec<f64> {
    std::thread::scope(|scope| {
        let client = |number: usize| {
            let mut client = Client::connect(server.address).expect("a connection");
            let mut times = Vec::with_capacity(each);
            for at in 0..each {
                let events: Vec<Value> = (0..BATCH).map(|n| event(round, number, at * BATCH + n)).collect();
                let body = json!({ "batch": events });
                let began = Stopwatch::now();
                let answer = client.ask("POST", "/v1/batch", headers, Some(&body)).expect("an answer");
                times.push(began.elapsed().as_secs_f64() * 1e3);
                assert_eq!((answer.status, &answer.body["accepted"]), (200, &json!(BATCH)), "{}", answer.body);
            }
            times
        };
        let threads: Vec<_> = (0..CLIENTS).map(|number| scope.spawn(move || client(number))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a client")).collect()
    })
}

fn engine(folder: &std::path::Path) -> Engine {
    let clock = Arc::new(ManualClock::at(brand::loaded_at()));
    let journal = SqliteStore::open(folder.join("journal.db")).expect("a journal");
    let keys = SqliteKeys::open(folder.join("keys.db")).expect("a key store");
    brand::engine(folder, Box::new(journal), Box::new(keys), &clock)
}

/// Events a second of as many batches, read beforehand and given to the engine a thousand at a time.
fn by_the_engine(engine: &mut Engine, round: usize, batches: usize) -> f64 {
    let context = Context {
        calendar: brand::calendar(),
        currency: brand::currency(),
        source: "app".to_owned(),
        today: Day::parse("2026-11-22").expect("a day"),
        shift_days: 0,
    };
    let reading = Reading { context: &context, user_id_kind: &IdentityKind::Number, now: Instant(0), message_id: "" };
    let each = batches / CLIENTS * BATCH;
    let command = |(number, n)| {
        let read = segment::read(&event(round, number, n), Call::Track, &reading).expect("an event");
        Command::Record { incoming: Box::new(read.incoming), import: None }
    };
    let places = (0..CLIENTS).flat_map(|number| (0..each).map(move |n| (number, n)));
    let commands: Vec<Command> = places.map(command).collect();
    let chunks: Vec<Vec<Command>> = commands.chunks(1000).map(<[Command]>::to_vec).collect();
    let began = Stopwatch::now();
    for chunk in chunks {
        engine.process(chunk).expect("a batch");
    }
    commands.len() as f64 / began.elapsed().as_secs_f64()
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}
