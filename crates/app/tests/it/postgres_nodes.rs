//! Two nodes on one PostgreSQL: the same program side by side, racing for the same people, losing nothing and doubling nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use perennial_app::audit;
use perennial_app::clock::ManualClock;
use perennial_app::engine::{Answer, Command};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::house::{House, Ports};
use perennial_app::port::{Journal, PortError};
use perennial_app::secret::Secrets;
use perennial_kernel::{Body, Identity, IdentityKind, Incoming, Instant, Money, Order, OrderKey, Personal, Quantity};
use perennial_store::{PostgresDesk, PostgresKeys, PostgresStore};

const NOW: &str = "2026-11-22T10:00:00Z";
/// People, connections and orders of each person by each connection.
const PEOPLE: usize = 100;
const CONNECTIONS: usize = 32;

struct Node {
    folder: tempfile::TempDir,
    house: House,
}

pub fn ports(url: &str, folder: &std::path::Path, clock: &Arc<ManualClock>, writers: usize) -> Ports {
    let writer = |number: usize| -> (Box<dyn Journal>, Box<dyn perennial_app::port::KeyStore>, HeadFile) {
        let head = HeadFile::open(&folder.join(format!("head-{number}")), Sync::Full).unwrap();
        (Box::new(PostgresStore::connect(url).unwrap()), Box::new(PostgresKeys::connect(url).unwrap()), head)
    };
    Ports {
        writers: (0..writers).map(writer).collect(),
        reader: Box::new(PostgresStore::connect(url).unwrap()),
        keys: Box::new(PostgresKeys::connect(url).unwrap()),
        desk: Box::new(PostgresDesk::connect(url).unwrap()),
        clock: Arc::<ManualClock>::clone(clock),
        secrets: Secrets::from_master(&[7; 32]),
    }
}

fn nodes(url: &str, writers: usize) -> (Node, Node) {
    let clock = Arc::new(ManualClock::at(Instant::parse(NOW).unwrap()));
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first =
        House::init(ports(url, one.path(), &clock, writers), &crate::common::brand_document("Asia/Shanghai", "CNY"), "test").unwrap();
    let second = House::open(ports(url, two.path(), &clock, writers)).unwrap();
    (Node { folder: one, house: first }, Node { folder: two, house: second })
}

/// Person `person` seen through connection `connection`: sometimes by card number, sometimes by phone, sometimes by both.
fn sight(person: usize, connection: usize) -> Command {
    let number = Identity::parse(IdentityKind::Number, &format!("N{person}")).unwrap();
    let phone = Identity::parse(IdentityKind::Phone, &format!("154{person:08}")).unwrap();
    let identities = match connection % 3 {
        0 => vec![number, phone],
        1 => vec![phone],
        _ => vec![phone, number],
    };
    let id = format!("{person}-{connection}");
    let paid_at = Instant(Instant::parse(NOW).unwrap().0 - 1000);
    let order = Order {
        key: OrderKey { source: "till".into(), id: id.clone() },
        version: None,
        paid_at: Some(paid_at),
        money: Money(100),
        quantity: Quantity::pieces(1),
        channel: None,
        store: None,
        lines: Vec::new(),
    };
    let incoming = Incoming {
        source: "till".into(),
        object: format!("order:{id}"),
        version: String::new(),
        identities,
        personal: Personal::default(),
        occurred_at: paid_at,
        body: Body::OrderPlaced(order),
    };
    Command::Record { incoming: Box::new(incoming), import: None }
}

fn race(writers: usize) {
    let Some(url) = perennial_testkit::postgres::database() else { return };
    let (one, two) = nodes(&url, writers);
    let members: Vec<BTreeSet<_>> = std::thread::scope(|scope| {
        let run = |connection: usize| {
            let house = if connection.is_multiple_of(2) { &one.house } else { &two.house };
            move || {
                // Each connection meets the people in another order.
                let mut members = BTreeSet::new();
                for step in 0..PEOPLE {
                    let person = (step * 37 + connection * 11) % PEOPLE;
                    let answers = house.queue().process(vec![sight(person, connection)]).unwrap();
                    let Answer::Recorded(receipt) = &answers[0] else { panic!("{answers:?}") };
                    members.insert((person, receipt.member.unwrap()));
                }
                members
            }
        };
        let threads: Vec<_> = (0..CONNECTIONS).map(|connection| scope.spawn(run(connection))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    // Every connection was told the same member for the same person.
    let told: BTreeSet<_> = members.into_iter().flatten().collect();
    assert_eq!(told.len(), PEOPLE);
    assert_eq!(told.iter().map(|(_, member)| member).collect::<BTreeSet<_>>().len(), PEOPLE);
    // Sending everything again adds nothing.
    let again: Vec<Command> = (0..PEOPLE).map(|person| sight(person, 5)).collect();
    assert!(two.house.queue().process(again).unwrap().iter().all(|answer| matches!(answer, Answer::Repeated(_))));
    one.house.close();
    two.house.close();
    let mut journal = PostgresStore::connect(&url).unwrap();
    let facts: u64 = journal.heads().unwrap().iter().map(|head| head.seq.0).sum();
    // Orders, two activations in each of 64 lanes, and of each person: the number and the phone as somebody's own, that the phone goes with
    // the number, and that both are one member.
    assert_eq!(facts, (PEOPLE * CONNECTIONS + PEOPLE * 4 + 64 * 2) as u64);
    let documents = two.house.desk().documents().unwrap();
    let head = HeadFile::open(&one.folder.path().join("head-0"), Sync::Full).unwrap();
    let report = audit::examine(&mut journal, &documents, &head, one.house.secrets()).unwrap();
    assert!(report.is_sound(), "{report:#?}");
    drop(two.folder);
}

#[test]
fn thirty_two_connections_over_two_nodes_end_in_exactly_the_same_people() {
    race(1);
}

#[test]
fn four_writers_on_each_node_end_in_exactly_the_same_people() {
    race(4);
}

/// An activation is one transaction over all lanes: no node decides another fact by the documents before it, and all find it in the chain.
#[test]
fn what_one_node_activates_the_other_decides_by() {
    let Some(url) = perennial_testkit::postgres::database() else { return };
    let (one, two) = nodes(&url, 2);
    for house in [&one.house, &two.house] {
        house.queue().sweep_by_itself(false);
    }
    one.house.activate("lifecycle/six-step", 1).unwrap();
    // Nobody told the other node; it learns of it by the fence, before it decides.
    let answers = two.house.queue().process(vec![sight(1, 0)]).unwrap();
    let Answer::Recorded(receipt) = &answers[0] else { panic!("{answers:?}") };
    let member = receipt.member.unwrap();
    let state = perennial_rules::codec::decode_state(&two.house.reader().states(&[member]).unwrap()[&member]).unwrap();
    let models: BTreeSet<String> = state.standings.into_iter().map(|standing| standing.model).collect();
    assert_eq!(models, BTreeSet::from(["rf".to_owned(), "six-step".to_owned()]));
    assert!(two.house.reference().model("six-step").is_some(), "questions are answered by it, too");
    two.house.activate("lifecycle/guest", 1).unwrap();
    one.house.queue().call(perennial_app::engine::Engine::refresh).unwrap();
    assert_eq!(one.house.reference().models().len(), 3, "both lists were kept");
    one.house.close();
    two.house.close();
    let mut journal = PostgresStore::connect(&url).unwrap();
    let documents = two.house.desk().documents().unwrap();
    let head = HeadFile::open(&one.folder.path().join("head-0"), Sync::Full).unwrap();
    let report = audit::examine(&mut journal, &documents, &head, one.house.secrets()).unwrap();
    assert!(report.is_sound(), "{report:#?}");
}

/// What three tills know of the same people: overlapping identities, met from both ends.
fn overlapping(person: usize, part: usize) -> Command {
    let Command::Record { mut incoming, import } = sight(person, part) else { unreachable!("a sight is a record") };
    let one = |kind: IdentityKind, value: &str| Identity::parse(kind, value).unwrap();
    let (number, phone) = (one(IdentityKind::Number, &format!("N{person}")), one(IdentityKind::Phone, &format!("154{person:08}")));
    let (union, email) = (one(IdentityKind::WechatUnion, &format!("u{person}")), one(IdentityKind::Email, &format!("p{person}@brand.cn")));
    incoming.identities = match part % 7 {
        0 => vec![number],
        1 => vec![phone],
        2 => vec![union],
        3 => vec![number, email],
        4 => vec![email, phone],
        5 => vec![phone, union],
        // Somebody else's number goes with this person's address: never joined, always asked.
        _ => vec![one(IdentityKind::Number, &format!("X{person}")), email],
    };
    // Each at an instant of its own: what happened decides, not what came first.
    incoming.occurred_at = Instant(incoming.occurred_at.0 - 1000 * (7 - (part as i64 % 7)));
    Command::Record { incoming, import }
}

/// Merges and conflicts included: whatever the order in which two nodes meet them, the same people come out.
#[test]
fn two_nodes_that_meet_overlapping_identities_from_both_ends_end_in_the_reference_members() {
    let Some(url) = perennial_testkit::postgres::database() else { return };
    let (one, two) = nodes(&url, 2);
    let people = 12;
    std::thread::scope(|scope| {
        let run = |connection: usize| {
            let house = if connection.is_multiple_of(2) { &one.house } else { &two.house };
            move || {
                for step in 0..people * 7 {
                    // Half of them from the end.
                    let at = if connection < 4 { step } else { people * 7 - 1 - step };
                    let (person, part) = ((at * 37 + connection * 11) % people, (at / people + connection) % 7);
                    house.queue().process(vec![overlapping(person, part + 7 * connection)]).unwrap();
                }
            }
        };
        let threads: Vec<_> = (0..8).map(|connection| scope.spawn(run(connection))).collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
    let mut members = BTreeSet::new();
    for person in 0..people {
        let token = |kind, value: String| one.house.secrets().token(&Identity::parse(kind, &value).unwrap());
        let member = |kind, value| {
            let owner = one.house.reader().owner(token(kind, value)).unwrap().expect("somebody's own");
            let kin = one.house.reader().kin(&[owner.subject]).unwrap();
            kin.iter().find(|row| row.subject == owner.subject).map_or(owner.subject, |row| row.member)
        };
        let number = member(IdentityKind::Number, format!("N{person}"));
        assert_eq!(number, member(IdentityKind::Phone, format!("154{person:08}")), "person {person}");
        assert_eq!(number, member(IdentityKind::WechatUnion, format!("u{person}")), "person {person}");
        let other = member(IdentityKind::Number, format!("X{person}"));
        assert_ne!(number, other);
        members.extend([number, other]);
    }
    assert_eq!(members.len(), people * 2);
    // Each is asked about once.
    let conflicts = one.house.reader().conflicts(None, 1000).unwrap();
    assert_eq!(conflicts.len(), people);
    assert!(conflicts.iter().all(|row| row.kind == "number" && members.contains(&row.left) && members.contains(&row.right)));
    // Everybody is counted once, whichever node counts.
    let mut seen = BTreeSet::new();
    let mut scan = two.house.scan().unwrap();
    perennial_app::read::histories(scan.as_mut(), perennial_app::port::ScanRange::ALL, None, &mut |member, _| {
        assert!(seen.insert(member), "{member} is told twice");
    })
    .unwrap();
    assert_eq!(seen, members);
    one.house.close();
    two.house.close();
    let mut journal = PostgresStore::connect(&url).unwrap();
    let documents = two.house.desk().documents().unwrap();
    let head = HeadFile::open(&one.folder.path().join("head-0"), Sync::Full).unwrap();
    let report = audit::examine(&mut journal, &documents, &head, one.house.secrets()).unwrap();
    assert!(report.is_sound(), "{report:#?}");
}

/// A node that slept through its lease finds its work undone, and nothing of it written.
#[test]
fn a_node_that_wakes_after_its_lease_commits_nothing() {
    let Some(url) = perennial_testkit::postgres::database() else { return };
    let (one, two) = nodes(&url, 1);
    let options = perennial_store::PostgresOptions { lease: std::time::Duration::from_millis(300), ..Default::default() };
    let mut sleeper = PostgresStore::connect_with(&url, &options).unwrap();
    let lanes: BTreeSet<_> = sleeper.heads().unwrap().iter().map(|head| head.lane).collect();
    let before = sleeper.heads().unwrap();
    let mut tx = sleeper.begin(&lanes).unwrap();
    let set = perennial_app::port::Append { sources: vec![("ghost".into(), Instant(0))], ..Default::default() };
    tx.append(&set).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(900));
    // Meanwhile the other node writes to the same lanes.
    let answers = two.house.queue().process(vec![sight(1, 0)]).unwrap();
    assert!(matches!(answers[0], Answer::Recorded(_)));
    assert!(matches!(tx.commit(), Err(PortError::Transient(_))));
    let after: u64 = one.house.reader().heads().unwrap().iter().map(|head| head.seq.0).sum();
    assert_eq!(after, before.iter().map(|head| head.seq.0).sum::<u64>() + 3);
}
