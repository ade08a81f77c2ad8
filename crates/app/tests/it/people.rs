//! Merges and splits through the engine on SQLite: states restored byte by byte, everybody counted once, everything rebuilt from facts.

use std::collections::BTreeMap;

use perennial_app::audit;
use perennial_app::engine::{Answer, Command};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::port::journal::{Append, KinRow};
use perennial_app::port::{Journal, ScanRange};
use perennial_app::query::people::{self, Resolution};
use perennial_app::query::{member, search};
use perennial_app::read;
use perennial_kernel::{
    Attribute, Body, Identity, IdentityKind, Incoming, Instant, MemberId, Money, Order, OrderKey, Personal, Quantity, Relation,
};
use perennial_store::SqliteStore;

use crate::common::Brand;

const NOW: &str = "2026-11-22T10:00:00Z";

fn identities(who: &str) -> Vec<Identity> {
    perennial_testkit::story::identities(who).unwrap()
}

fn days_ago(days: i64) -> Instant {
    Instant(Instant::parse(NOW).unwrap().0 - days * 86_400_000)
}

fn record(who: &str, object: &str, at: Instant, body: Body) -> Command {
    let incoming = Incoming {
        source: "till".into(),
        object: object.into(),
        version: String::new(),
        identities: identities(who),
        personal: Personal(vec![("name".into(), "李雷".into())]),
        occurred_at: at,
        body,
    };
    Command::Record { incoming: Box::new(incoming), import: None }
}

fn buys(who: &str, id: &str, at: Instant) -> Command {
    let order = Order {
        key: OrderKey { source: "till".into(), id: id.into() },
        version: None,
        paid_at: Some(at),
        money: Money(10_000),
        quantity: Quantity::pieces(1),
        channel: None,
        store: None,
        lines: Vec::new(),
    };
    record(who, &format!("order:{id}"), at, Body::OrderPlaced(order))
}

fn learns(who: &str, city: &str, at: Instant) -> Command {
    let attributes = BTreeMap::from([("city".to_owned(), Attribute::Text(city.to_owned()))]);
    record(who, &format!("city:{city}"), at, Body::MemberUpdated { relation: Some(Relation::Registered), attributes })
}

/// Live since long ago: what tills tell now is not the past of a new source.
fn brand() -> Brand {
    let brand = Brand::new("Asia/Shanghai", "CNY", NOW);
    brand.house.queue().call(|engine| {
        let journal = engine.journal();
        let lanes = journal.heads().unwrap().iter().map(|head| head.lane).collect();
        let mut tx = journal.begin(&lanes).unwrap();
        tx.append(&Append { sources: vec![("till".to_owned(), Instant(0))], ..Append::default() }).unwrap();
        tx.commit().unwrap();
    });
    brand
}

fn tell(brand: &Brand, commands: Vec<Command>) -> Vec<MemberId> {
    let answers = brand.house.queue().process(commands).unwrap();
    let member = |answer: &Answer| match answer {
        Answer::Recorded(receipt) => receipt.member.unwrap(),
        other => panic!("{other:?}"),
    };
    answers.iter().map(member).collect()
}

fn states(brand: &Brand, members: &[MemberId]) -> Vec<Vec<u8>> {
    let held = brand.house.reader().states(members).unwrap();
    members.iter().map(|member| held.get(member).cloned().unwrap_or_default()).collect()
}

fn told(brand: &Brand) -> Vec<MemberId> {
    let mut members = Vec::new();
    let mut scan = brand.house.scan().unwrap();
    read::histories(scan.as_mut(), ScanRange::ALL, None, &mut |member, _| members.push(member)).unwrap();
    members
}

#[track_caller]
fn is_sound(brand: &Brand) {
    let mut journal = SqliteStore::open(brand.folder.path().join("journal.db")).unwrap();
    let documents = brand.house.desk().documents().unwrap();
    let head = HeadFile::open(&brand.folder.path().join("head"), Sync::Full).unwrap();
    let report = audit::examine(&mut journal, &documents, &head, brand.house.secrets()).unwrap();
    assert!(report.is_sound(), "{report:#?}");
}

#[test]
fn a_split_with_nothing_in_between_restores_the_states_of_both_byte_by_byte() {
    let brand = brand();
    let ids = tell(
        &brand,
        vec![
            buys("number:N1", "A1", days_ago(50)),
            learns("number:N1", "杭州", days_ago(40)),
            buys("phone:19900000001", "B1", days_ago(20)),
            buys("phone:19900000001", "B2", days_ago(10)),
        ],
    );
    let (ann, bob) = (ids[0], ids[2]);
    let before = states(&brand, &[ann, bob]);
    assert!(before.iter().all(|bytes| !bytes.is_empty()));
    assert_eq!(people::merge(&brand.house, ann, bob, "test", "one person").unwrap(), ann);
    assert_ne!(states(&brand, &[ann]), before[..1]);
    assert_eq!(states(&brand, &[bob]), [Vec::<u8>::new()]);
    assert_eq!(told(&brand), [ann]);
    is_sound(&brand);
    // The old id answers with the member that bob is part of.
    let detail = member::detail(&brand.house, bob).unwrap();
    assert_eq!((detail.member, detail.parts.len(), detail.lives[0].purchases), (ann, 2, 3));
    assert_eq!(people::split(&brand.house, bob, &[bob], "test", "two people after all").unwrap(), bob);
    assert_eq!(states(&brand, &[ann, bob]), before);
    assert_eq!(told(&brand).len(), 2);
    is_sound(&brand);
    // And so again.
    people::merge(&brand.house, ann, bob, "test", "one person").unwrap();
    people::split(&brand.house, ann, &[bob], "test", "two").unwrap();
    assert_eq!(states(&brand, &[ann, bob]), before);
    is_sound(&brand);
}

#[test]
fn a_preview_says_what_the_merge_then_comes_to() {
    let brand = brand();
    let ids = tell(
        &brand,
        vec![
            buys("number:N1", "A1", days_ago(50)),
            learns("number:N1", "杭州", days_ago(40)),
            buys("phone:19900000001", "B1", days_ago(20)),
            learns("phone:19900000001", "上海", days_ago(5)),
        ],
    );
    let (ann, bob) = (ids[0], ids[2]);
    let preview = people::preview_merge(&brand.house, bob, ann).unwrap();
    assert_eq!((preview.after.len(), preview.after[0].member, preview.after[0].orders), (1, ann, 2));
    let city = preview.fields.iter().find(|won| won.field == "city").unwrap();
    assert_eq!((city.from, city.over.len()), (bob, 1), "the latest word wins");
    people::merge(&brand.house, bob, ann, "test", "one person").unwrap();
    let detail = member::detail(&brand.house, ann).unwrap();
    assert_eq!(detail.stages["rf"].stage, preview.after[0].stages["rf"].0);
    let split = people::preview_split(&brand.house, ann, &[bob]).unwrap();
    assert_eq!(split.after.iter().map(|side| (side.member, side.orders)).collect::<Vec<_>>(), [(ann, 1), (bob, 1)]);
    assert!(people::preview_split(&brand.house, ann, &[ann, bob]).is_err(), "somebody has to stay");
}

#[test]
fn a_conflict_is_asked_with_its_evidence_and_answered() {
    let brand = brand();
    let ids = tell(
        &brand,
        vec![
            buys("phone:19900000001,email:li@brand.cn", "A1", days_ago(30)),
            buys("phone:19900000002,email:li@brand.cn", "B1", days_ago(20)),
            buys("phone:19900000003,email:shop@brand.cn", "C1", days_ago(10)),
            buys("phone:19900000004,email:shop@brand.cn", "D1", days_ago(9)),
        ],
    );
    let (asked, next) = people::conflicts(&brand.house, 1, None).unwrap();
    let (rest, end) = people::conflicts(&brand.house, 1, next.as_deref()).unwrap();
    assert_eq!((asked.len(), rest.len(), end), (1, 1, None));
    let full = people::conflict(&brand.house, ids[0], ids[1]).unwrap();
    assert_eq!((full.conflict.kind.as_str(), full.conflict.by.as_str()), ("phone", "email"));
    let kinds: Vec<_> = full.evidence.iter().map(|one| one.identity.clone().unwrap().0).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "phone").count(), 2, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| *kind == "email").count(), 2, "{kinds:?}");
    people::settle(&brand.house, ids[0], ids[1], Resolution::KeepApart, "test", "two people").unwrap();
    assert!(people::conflict(&brand.house, ids[0], ids[1]).is_err());
    // A shared address of the shop itself names nobody: from now on, and in what was told before.
    people::settle(&brand.house, ids[2], ids[3], Resolution::BlockValue, "test", "the shop's own").unwrap();
    assert_eq!(people::conflicts(&brand.house, 10, None).unwrap().0.len(), 0);
    let other = tell(&brand, vec![buys("email:shop@brand.cn,number:N9", "E1", days_ago(1))])[0];
    assert!(!ids.contains(&other));
    assert_eq!(brand.house.reference().identities().version, 1);
    is_sound(&brand);
}

#[test]
fn memberships_and_snapshots_are_rebuilt_to_equal_bytes() {
    let brand = brand();
    let ids = tell(
        &brand,
        vec![
            buys("number:N1", "A1", days_ago(50)),
            buys("phone:19900000001", "B1", days_ago(20)),
            buys("number:N1,phone:19900000001", "A2", days_ago(15)),
            buys("email:li@brand.cn", "C1", days_ago(12)),
            buys("phone:19900000001,email:li@brand.cn", "B2", days_ago(10)),
        ],
    );
    assert_eq!(ids[4], ids[0]);
    people::split(&brand.house, ids[0], &[ids[3]], "test", "not his address").unwrap();
    let mut journal = SqliteStore::open(brand.folder.path().join("journal.db")).unwrap();
    let kin: Vec<KinRow> = journal.all_kin().unwrap();
    let before = (kin.clone(), states(&brand, &ids), journal.parted(&ids).unwrap(), journal.timers().unwrap());
    // Everybody is lost: who is whom, states, timers, what was kept for splits.
    let lanes = journal.heads().unwrap().iter().map(|head| head.lane).collect();
    let mut tx = journal.begin(&lanes).unwrap();
    let alone = kin.iter().map(|row| KinRow { member: row.subject, family: row.subject, ..*row }).collect();
    let lost = Append {
        kin: alone,
        states: ids.iter().map(|member| (*member, vec![9])).collect(),
        parted: ids.iter().map(|member| (*member, vec![9])).collect(),
        ..Append::default()
    };
    tx.append(&lost).unwrap();
    tx.commit().unwrap();
    let documents = brand.house.desk().documents().unwrap();
    audit::rebuild(&mut journal, &documents).unwrap();
    assert_eq!((journal.all_kin().unwrap(), states(&brand, &ids), journal.parted(&ids).unwrap(), journal.timers().unwrap()), before);
    is_sound(&brand);
}

#[test]
fn whoever_is_searched_by_any_value_is_found_as_the_one_member() {
    let brand = brand();
    let ids = tell(
        &brand,
        vec![
            buys("number:N1,email:li@brand.cn", "A1", days_ago(50)),
            buys("phone:19900000001", "B1", days_ago(20)),
            buys("number:N1,phone:19900000001", "A2", days_ago(15)),
        ],
    );
    let sources = std::collections::BTreeSet::from(["till".to_owned()]);
    for text in ["N1", "19900000001", "li@brand.cn", "A1", "B1", "till/A2", &ids[1].to_string(), &ids[0].to_string()] {
        assert_eq!(search::members(&brand.house, &sources, text).unwrap(), [ids[0]], "{text}");
    }
    let known = member::detail(&brand.house, ids[0]).unwrap().person.identities;
    let kinds: Vec<&str> = known.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["number", "email", "phone"]);
    assert!(known.iter().all(|one| one.source == "till"));
    assert!(Identity::parse(IdentityKind::Phone, "19900000001").is_some());
}
