//! The audit on a brand that has lived: imported history, weeks of silence swept late, live and late orders, refunds, an undone import.

use crate::common::Brand;
use perennial_app::audit;
use perennial_app::engine::{Answer, Command};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::query::value::{self, Unit};
use perennial_kernel::{Body, Identity, IdentityKind, Incoming, Instant, Line, Money, Order, OrderKey, Personal, Quantity, Refund};
use perennial_source::Preset;
use perennial_store::SqliteStore;
use perennial_value::Kind;

fn order(id: &str, member: &str, at: &str, minor: i64) -> Command {
    let paid_at = Instant::parse(at).unwrap();
    let key = OrderKey { source: "till".into(), id: id.into() };
    let line = Line { sku: "S".into(), quantity: Quantity::pieces(1), paid: Money(minor), ..Line::default() };
    let order = Order {
        key,
        version: None,
        paid_at: Some(paid_at),
        money: Money(minor),
        quantity: Quantity::pieces(1),
        channel: Some("shop".into()),
        store: None,
        lines: vec![line],
    };
    record(&format!("order:{id}"), member, paid_at, Body::OrderPlaced(order))
}

fn refund(id: &str, order: &str, at: &str, minor: i64) -> Command {
    let key = OrderKey { source: "till".into(), id: order.into() };
    let body = Body::OrderRefunded(Refund { key: Some(key), id: id.into(), money: Money(minor), whole: false, lines: Vec::new() });
    record(&format!("refund:{id}"), "", Instant::parse(at).unwrap(), body)
}

fn record(object: &str, member: &str, occurred_at: Instant, body: Body) -> Command {
    let incoming = Incoming {
        source: "till".into(),
        object: object.into(),
        version: String::new(),
        identities: Identity::parse(IdentityKind::Number, member).into_iter().collect(),
        personal: Personal(vec![("name".into(), "李雷".into())]),
        occurred_at,
        body,
    };
    Command::Record { incoming: Box::new(incoming), import: None }
}

fn sweep(brand: &Brand) {
    while brand.house.queue().call(|engine| engine.sweep().unwrap().more) {}
}

fn sound(brand: &Brand) -> audit::Report {
    let documents = brand.house.desk().documents().unwrap();
    let head = HeadFile::open(&brand.folder.path().join("head"), Sync::Full).unwrap();
    let mut journal = SqliteStore::open(brand.folder.path().join("journal.db")).unwrap();
    audit::examine(&mut journal, &documents, &head, brand.house.secrets()).unwrap()
}

#[test]
fn what_was_recorded_follows_from_the_facts_byte_by_byte() {
    let brand = Brand::new("America/New_York", "USD", "1998-07-01T10:00:00Z");
    brand.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
    let process = |commands: Vec<Command>| brand.house.queue().process(commands).unwrap();
    // The till goes live in July; its first order makes it known.
    process(vec![order("T0", "90001", "1998-07-01T10:00:00Z", 500)]);
    for (now, commands) in [
        ("1998-07-20T10:00:00Z", vec![order("T1", "00004", "1998-07-20T09:00:00Z", 1500), order("T2", "90002", "1998-07-19T09:00:00Z", 0)]),
        // Silence for two months, then everything at once: due decisions, orders in time, late orders, a refund before its order.
        (
            "1998-09-15T10:00:00Z",
            vec![
                refund("R9", "T9", "1998-09-14T09:00:00Z", 900),
                order("T3", "90001", "1998-09-15T09:00:00Z", 700),
                order("T4", "90001", "1998-07-10T09:00:00Z", 700),
                order("T5", "00004", "1998-08-01T09:00:00Z", 700),
                order("T9", "90003", "1998-09-13T09:00:00Z", 900),
                order("T4", "90001", "1998-07-10T09:00:00Z", 700),
            ],
        ),
        ("1999-03-01T10:00:00Z", vec![refund("R3", "T3", "1999-02-01T09:00:00Z", 700), order("T6", "90002", "1998-12-24T09:00:00Z", 100)]),
    ] {
        brand.clock.set(Instant::parse(now).unwrap());
        if now.starts_with("1998-07") {
            sweep(&brand);
        }
        for answer in process(commands) {
            assert!(matches!(answer, Answer::Recorded(_) | Answer::Repeated(_)), "{answer:?}");
        }
        sweep(&brand);
    }
    let report = sound(&brand);
    assert!(report.is_sound(), "{report:#?}");
    assert!(report.replayed.effects > 2000, "time and events decided: {}", report.replayed.effects);
    // Everything that fell due is written: nothing is left behind the clock.
    assert!(brand.house.reader().timers().unwrap().iter().all(|timer| timer.due.is_none_or(|due| due > brand.house.now())));
}

/// Who is fading, by what the value model says.
const FADING: &str = "
id: fading
name: { en: Fading, zh: 流失预警 }
groups: [{ id: g, name: { en: G, zh: 组 } }]
stages:
  - { id: lost, group: g, name: { en: Lost, zh: 流失 }, when: 'p_alive < 0.2' }
  - { id: fading, group: g, name: { en: Fading, zh: 流失风险 }, when: 'p_alive < 0.5 OR expected_purchases_90 < 0.1' }
  - { id: rhythm, group: g, name: { en: In rhythm, zh: 正常 }, when: 'f_total >= 1' }
  - { id: none, group: g, name: { en: None, zh: 无消费 } }
";

#[test]
fn a_policy_that_reads_p_alive_replays_exactly_across_two_refits() {
    let brand = Brand::new("America/New_York", "USD", "1998-07-01T10:00:00Z");
    brand.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
    let (house, on) = (&brand.house, |day: &str| perennial_kernel::Day::parse(day).unwrap());
    let refit = |kind: Kind, until: &str| {
        let version = value::refit(house, kind, on(until), Unit::Week, "test", "").unwrap();
        house.activate_as("value", version, "test", "").unwrap();
        house.redecide("value", version, &mut |_| true).unwrap();
    };
    let set = |now: &str| brand.clock.set(Instant::parse(now).unwrap());
    refit(Kind::MbgNbd, "1997-12-31");
    let version = house.add_version("lifecycle/fading", FADING, "test", "").unwrap();
    house.activate_as("lifecycle/fading", version, "test", "").unwrap();
    house.redecide("lifecycle/fading", version, &mut |_| true).unwrap();
    house
        .queue()
        .process(vec![order("T0", "90001", "1998-07-01T10:00:00Z", 500), order("T1", "00004", "1998-07-01T09:00:00Z", 1500)])
        .unwrap();
    set("1998-07-20T10:00:00Z");
    sweep(&brand);
    refit(Kind::MbgNbd, "1998-07-15");
    // Late, into the time of the fit before: what that one decided stands.
    house
        .queue()
        .process(vec![order("T2", "00004", "1998-07-10T09:00:00Z", 700), order("T3", "90001", "1998-07-20T09:00:00Z", 700)])
        .unwrap();
    set("1998-09-01T10:00:00Z");
    refit(Kind::ParetoNbd, "1998-08-31");
    house
        .queue()
        .process(vec![order("T4", "00019", "1998-09-01T09:00:00Z", 700), order("T5", "90001", "1998-08-02T09:00:00Z", 700)])
        .unwrap();
    set("1998-11-01T10:00:00Z");
    sweep(&brand);

    let report = sound(&brand);
    assert!(report.is_sound(), "{report:#?}");
    let database = rusqlite::Connection::open(brand.folder.path().join("journal.db")).unwrap();
    let decided = |by: i64| -> i64 {
        let like = format!("%\"model\":\"fading\"%\"value\":{by},%");
        let sql = "SELECT count(*) FROM effects WHERE CAST(payload AS TEXT) LIKE ?1";
        database.query_row(sql, [like], |row| row.get(0)).unwrap()
    };
    assert!((1..=3).all(|version| decided(version) > 20), "each fit decided: {:?}", [1, 2, 3].map(decided));
    // The other model reads none of it, and its decisions do not name it.
    let named: i64 = database
        .query_row("SELECT count(*) FROM effects WHERE CAST(payload AS TEXT) LIKE '%\"model\":\"rf\"%\"value\"%'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(named, 0);
}

#[test]
fn a_recorded_decision_that_was_altered_is_found() {
    let brand = Brand::new("Asia/Shanghai", "CNY", "2026-01-10T10:00:00Z");
    brand.house.queue().process(vec![order("A", "1", "2026-01-10T10:00:00Z", 100)]).unwrap();
    assert!(sound(&brand).is_sound());
    let database = rusqlite::Connection::open(brand.folder.path().join("journal.db")).unwrap();
    assert_eq!(
        database
            .execute("UPDATE effects SET payload = CAST(replace(CAST(payload AS TEXT), 'new.first', 'new.other') AS BLOB) WHERE CAST(payload AS TEXT) LIKE '%new.first%'", [])
            .unwrap(),
        1
    );
    let report = sound(&brand);
    assert_eq!(report.chain.len(), 1, "{report:#?}");
}

#[test]
fn a_lost_snapshot_is_rebuilt_to_equal_bytes() {
    let brand = Brand::new("America/New_York", "USD", "1998-07-01T10:00:00Z");
    brand.import("cdnow/CDNOW_sample.txt", Preset::Cdnow);
    brand.clock.set(Instant::parse("1998-08-01T10:00:00Z").unwrap());
    sweep(&brand);
    let database = rusqlite::Connection::open(brand.folder.path().join("journal.db")).unwrap();
    let states = || -> Vec<(i64, Vec<u8>)> {
        let mut rows = database.prepare("SELECT member, body FROM states ORDER BY member").unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    let before = states();
    assert_eq!(before.len(), 2357);
    database.execute("UPDATE states SET body = x'00' WHERE member % 3 = 0", []).unwrap();
    assert!(!sound(&brand).is_sound());
    let documents = brand.house.desk().documents().unwrap();
    let mut journal = SqliteStore::open(brand.folder.path().join("journal.db")).unwrap();
    assert_eq!(audit::rebuild(&mut journal, &documents).unwrap(), 2357);
    assert_eq!(states(), before);
    assert!(sound(&brand).is_sound());
}
