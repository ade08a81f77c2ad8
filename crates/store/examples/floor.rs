//! How far the store is from the floor: one loop over prepared statements that writes the same rows, in the same transactions.
//!
//! `cargo run --release -p perennial-store --example floor [batches] [rows in a batch]`. Prints; asserts nothing.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::time::Instant as Clock;

use perennial_app::port::journal::{Ask, Chain, CommandKey, ContentHash, OrderRef, OrderRow, Owner, Seen, StoredEffect, TimerRow};
use perennial_app::port::{Append, Journal, LaneHead, StoredFact, Token};
use perennial_kernel::{FactId, Instant, Lane, Origin, Position, Seq, SubjectId};
use perennial_store::{PostgresOptions, PostgresStore, SqliteStore};
use rusqlite::Connection;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse().expect("a number"));
    let (batches, rows) = (arguments.next().unwrap_or(100), arguments.next().unwrap_or(1000));
    let folder = tempfile::tempdir_in(".").expect("a folder");
    // First with cold caches, then again.
    for round in 0..2 {
        let floor = floor(&folder.path().join(format!("floor-{round}.db")), batches, rows);
        say("SQLite, bare loop", batches * rows, floor);
        let mut store = SqliteStore::open(folder.path().join(format!("store-{round}.db"))).expect("a store");
        let append_only = run(&mut store, Lane(0), batches, rows, false);
        say("SQLite, append", batches * rows, append_only);
        let mut store = SqliteStore::open(folder.path().join(format!("whole-{round}.db"))).expect("a store");
        let whole = run(&mut store, Lane(0), batches, rows, true);
        say("SQLite, resolve + claim + load + append", batches * rows, whole);
        let began = Clock::now();
        let mut facts = 0;
        let mut scan = store.scan().expect("a scan");
        scan.scan(perennial_app::port::ScanRange::ALL, &mut |_, of_one| {
            facts += of_one.len() as u64;
            true
        })
        .expect("a scan");
        say("SQLite, scan of everyone", facts, began.elapsed().as_secs_f64());
    }
    let Some(cluster) = perennial_testkit::postgres::Cluster::start_with(&["shared_buffers=512MB", "max_wal_size=4GB"]) else { return };
    let url = cluster.database();
    let mut store = PostgresStore::connect_with(&url, &PostgresOptions::default()).expect("a store");
    let whole = run(&mut store, Lane(0), batches, rows, true);
    say("PostgreSQL, one writer", batches * rows, whole);
    let began = Clock::now();
    std::thread::scope(|scope| {
        for lane in 1..=4 {
            let url = &url;
            scope.spawn(move || run(&mut PostgresStore::connect(url).expect("a store"), Lane(lane), batches, rows, true));
        }
    });
    say("PostgreSQL, four writers", batches * rows * 4, began.elapsed().as_secs_f64());
}

fn say(what: &str, rows: u64, seconds: f64) {
    let _ = writeln!(std::io::stdout(), "{what:42} {:9.0} facts/s", rows as f64 / seconds);
}

/// What one order brings: a fact, an effect, a key, a token, a state, an order, a timer. Half of the members come again.
struct Rows {
    claims: Vec<(Token, Owner)>,
    ask: Ask,
    set: Append,
}

fn rows_of(head: LaneHead, rows: u64) -> Rows {
    let lane = head.lane;
    let mut made = Rows { claims: Vec::new(), ask: Ask::default(), set: Append::default() };
    for n in 1..=rows {
        let seq = head.seq.0 + n;
        let position = Position::new(lane, Seq(seq));
        let member = SubjectId::nth(lane, seq.div_ceil(2));
        let mut id = [0; 16];
        id[..8].copy_from_slice(&SubjectId::nth(Lane(lane.0 + 100), seq).0.to_be_bytes());
        let mut token = [0; 16];
        token[..8].copy_from_slice(&member.0.to_be_bytes());
        let fact = FactId { recorded_at: Instant(1_700_000_000_000), position };
        made.claims.push((Token(token), Owner { subject: member, lane }));
        made.ask.keys.insert(CommandKey(id));
        made.ask.members.insert(member);
        made.ask.orders.insert(OrderRef(id));
        made.set.facts.push(StoredFact {
            position,
            recorded_at: fact.recorded_at,
            kind: "order.placed".to_owned(),
            version: 1,
            subject: member,
            occurred_at: Instant(1_600_000_000_000 + seq as i64),
            origin: Origin::Live,
            import: None,
            source: "shop".to_owned(),
            object: format!("2026112200{seq}"),
            object_version: "1".to_owned(),
            payload: vec![b'x'; 200],
            sealed: Vec::new(),
            chain: Chain([7; 32]),
        });
        made.set.effects.push(StoredEffect {
            position,
            ordinal: 0,
            member,
            kind: "stage_changed".to_owned(),
            at: Instant(0),
            payload: vec![1; 60],
        });
        made.set.seen.push((CommandKey(id), Seen { content: ContentHash(id), fact }));
        made.set.states.push((member, vec![2; 300]));
        made.set.orders.push((OrderRef(id), OrderRow { holder: member, lane, body: vec![3; 60] }));
        made.set.timers.push(TimerRow { member, lane, policy: "lifecycle/rf".to_owned(), due: Some(Instant(seq as i64)) });
    }
    made.set.heads.push(LaneHead { seq: Seq(head.seq.0 + rows), subjects: head.subjects + rows, chain: Chain([7; 32]), ..head });
    made
}

/// Seconds spent in the store.
fn run(store: &mut dyn Journal, lane: Lane, batches: u64, rows: u64, whole: bool) -> f64 {
    let mut head = LaneHead { lane, seq: Seq(0), subjects: 0, chain: Chain::ROOT };
    let mut seconds = 0.0;
    for _ in 0..batches {
        let made = rows_of(head, rows);
        head = made.set.heads[0];
        let tokens: BTreeSet<Token> = made.claims.iter().map(|(token, _)| *token).collect();
        let began = Clock::now();
        let mut tx = store.begin(&BTreeSet::from([lane])).expect("a batch");
        if whole {
            tx.resolve(&tokens).expect("owners");
            tx.load(&made.ask).expect("what is known");
        }
        tx.claim(&made.claims, &[]).expect("claims");
        tx.append(&made.set).expect("an append");
        tx.commit().expect("a commit");
        seconds += began.elapsed().as_secs_f64();
    }
    seconds
}

/// The same rows into the same tables, without sorting, checking or asking.
fn floor(path: &Path, batches: u64, rows: u64) -> f64 {
    drop(SqliteStore::open(path).expect("a schema"));
    let connection = Connection::open(path).expect("a file");
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8192")
        .expect("settings");
    let prepare = |sql| connection.prepare(sql).expect("a statement");
    let mut fact = prepare("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    let mut effect = prepare("INSERT INTO effects VALUES (?, ?, ?, ?, ?, ?)");
    let mut claim = prepare("INSERT INTO identities VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    let mut seen = prepare("INSERT INTO seen VALUES (?, ?, ?, ?)");
    let mut state = prepare("INSERT INTO states VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body");
    let mut order = prepare("INSERT INTO orders VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body");
    let mut timer = prepare("INSERT INTO timers VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET due = excluded.due");
    let mut lane = prepare("UPDATE lanes SET seq = ?");
    let mut head = LaneHead { lane: Lane(0), seq: Seq(0), subjects: 0, chain: Chain::ROOT };
    let mut seconds = 0.0;
    for _ in 0..batches {
        let Rows { claims, set, .. } = rows_of(head, rows);
        head = set.heads[0];
        let began = Clock::now();
        connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
        for (at, row) in set.facts.iter().enumerate() {
            let values = (
                row.position.0,
                row.recorded_at.0,
                &row.kind,
                row.version,
                row.subject.0,
                row.occurred_at.0,
                row.origin.as_str(),
                row.import.map(|import| import.0),
                &row.source,
                &row.object,
                &row.object_version,
                &row.payload,
                &row.sealed,
                &row.chain.0,
            );
            fact.execute(values).expect("a fact");
            let row = &set.effects[at];
            effect.execute((row.position.0, row.ordinal, row.member.0, &row.kind, row.at.0, &row.payload)).expect("an effect");
            let (token, owner) = &claims[at];
            claim.execute((&token.0, owner.subject.0, owner.lane.0)).expect("a claim");
            let (key, row) = &set.seen[at];
            seen.execute((&key.0, &row.content.0, row.fact.recorded_at.0, row.fact.position.0)).expect("a key");
            let (member, body) = &set.states[at];
            state.execute((member.0, body)).expect("a state");
            let (key, row) = &set.orders[at];
            order.execute((&key.0, row.holder.0, row.lane.0, &row.body)).expect("an order");
            let row = &set.timers[at];
            timer.execute((row.member.0, &row.policy, row.lane.0, row.due.map(|due| due.0))).expect("a timer");
        }
        lane.execute([head.seq.0 as i64]).expect("a head");
        connection.execute_batch("COMMIT").expect("committed");
        seconds += began.elapsed().as_secs_f64();
    }
    seconds
}
