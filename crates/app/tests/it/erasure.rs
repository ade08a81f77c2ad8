//! An erased person is nobody, everywhere that was ever written, and the accounts still balance (SPEC ID-6).

use std::path::Path;
use std::sync::Arc;

use perennial_app::engine::{Answer, Command};
use perennial_app::erasure;
use perennial_app::head::{HeadFile, Sync};
use perennial_app::house::House;
use perennial_app::port::desk::ImportRow;
use perennial_app::query::{member, people, search};
use perennial_app::term::Term;
use perennial_app::{audit, consent, package, profile};
use perennial_kernel::{
    Body, Identity, IdentityKind, ImportId, Incoming, Instant, MemberId, Money, Order, OrderKey, Personal, Quantity, Relation,
};
use perennial_rules::fields::Input;
use perennial_store::SqliteStore;
use perennial_testkit::traces::holding;

use crate::common::{Brand, ports};

const NOW: &str = "2026-11-22T10:00:00Z";
const PHONE: &str = "19912345678";
const EMAIL: &str = "lilei.1990@example.cn";
const NAME: &str = "李雷雷雷";
const SECRET: &str = "喜欢在凌晨三点下单";

const FIELDS: &str = "fields: [{ id: habit, type: text, personal: true, label: { en: habit, zh: 习惯 } }]";
const CONSENTS: &str = "
channels: [{ id: sms, name: { en: SMS, zh: 短信 } }]
purposes: [{ id: offers, name: { en: offers, zh: 优惠 }, text: { en: May we?, zh: 同意吗？ }, channels: [sms] }]
";

fn person() -> Vec<Identity> {
    [(IdentityKind::Phone, PHONE), (IdentityKind::Email, EMAIL)].map(|(kind, value)| Identity::parse(kind, value).unwrap()).to_vec()
}

fn order(id: &str, version: i64, identities: Vec<Identity>, minor: i64) -> Command {
    let at = Instant::parse("2026-11-22T09:00:00Z").unwrap();
    let body = Body::OrderPlaced(Order {
        key: OrderKey { source: "till".into(), id: id.into() },
        version: Some(version),
        paid_at: Some(at),
        money: Money(minor),
        quantity: Quantity::pieces(1),
        channel: None,
        store: None,
        lines: Vec::new(),
    });
    let theirs = [("name".into(), NAME.into()), ("phone".into(), PHONE.into())];
    let personal = Personal(if identities == person() { theirs.to_vec() } else { vec![("name".into(), "韩梅梅".into())] });
    record(&format!("order:{id}"), &version.to_string(), identities, personal, at, body)
}

fn record(object: &str, version: &str, identities: Vec<Identity>, personal: Personal, occurred_at: Instant, body: Body) -> Command {
    let (source, object, version) = ("till".into(), object.into(), version.into());
    Command::Record { incoming: Box::new(Incoming { source, object, version, identities, personal, occurred_at, body }), import: None }
}

fn whose(house: &House, command: Command) -> MemberId {
    match &house.queue().process(vec![command]).unwrap()[0] {
        Answer::Recorded(receipt) => receipt.member.unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The person with orders, a name, a sealed field, a consent, a bad row of an import; and two others.
fn live(house: &House) -> MemberId {
    house.put("fields", FIELDS, "test", "").unwrap();
    house.put("consents", CONSENTS, "test", "").unwrap();
    let li = whose(house, order("A1", 1, person(), 12_000));
    for (id, phone) in [("B1", "19900000011"), ("C1", "19900000012")] {
        whose(house, order(id, 1, vec![Identity::parse(IdentityKind::Phone, phone).unwrap()], 500));
    }
    let mut change = profile::Change { relation: Some(Relation::Registered), ..profile::Change::default() };
    let brand = house.reference().brand.clone();
    change.set(&brand, 2026, "habit", Some(&Input::Text(SECRET.into()))).unwrap();
    change.set(&brand, 2026, "city", Some(&Input::Text("杭州".into()))).unwrap();
    let incoming = profile::record(house, li, change, "console").unwrap();
    assert_eq!(whose(house, Command::Record { incoming: Box::new(incoming), import: None }), li);
    let said = consent::Change { purpose: "offers".into(), channel: "sms".into(), given: true, text: None, at: house.now() };
    let incoming = consent::record(house, li, &said, "console").unwrap();
    whose(house, Command::Record { incoming: Box::new(incoming), import: None });
    let mut desk = house.desk();
    let import = ImportRow {
        id: ImportId(0),
        source: "file".into(),
        file: "orders.csv".into(),
        digest: vec![1],
        preset: "generic".into(),
        shift_days: 0,
        state: "done".into(),
        started_at: house.now(),
        ended_at: None,
        records: 2,
        new: 0,
        updated: 0,
        unchanged: 0,
        skipped: 0,
        bad: 2,
    };
    let import = desk.add_import(&import).unwrap();
    let seal = |record: u64, text: &str| {
        let place = format!("import {} row {record}", import.0);
        (record, house.secrets().seal_blob(&place, text.as_bytes()).unwrap())
    };
    let rows =
        [seal(1, r#"[2,null,"amount.unreadable","x","x",["A9","199 1234-5678","abc"]]"#), seal(2, r#"[3,null,"x","x","x",["B9","5"]]"#)];
    desk.add_bad_rows(import, &rows).unwrap();
    li
}

/// Everything the person could be found by.
fn traces() -> Vec<Vec<u8>> {
    perennial_testkit::traces::of(&[PHONE, EMAIL, NAME, SECRET])
}

/// The wrapped key and the tokens of the person: what makes sealed values readable, and findable.
fn handles(house: &House, li: MemberId) -> Vec<Vec<u8>> {
    let keys = house.keys().load(&[li].into()).unwrap();
    let tokens = person().iter().map(|identity| house.secrets().token(identity).0.to_vec()).collect::<Vec<_>>();
    let terms = [Term::name(NAME), Term::last_digits("5678")].into_iter().flatten();
    let search: Vec<Vec<u8>> = terms.map(|term| house.secrets().search_token(&term).0.to_vec()).collect();
    assert_eq!(search.len(), 2);
    keys.into_values().chain(tokens).chain(search).collect()
}

fn sound(house: &House, folder: &Path) {
    let documents = house.desk().documents().unwrap();
    let head = HeadFile::open(&folder.join("head"), Sync::Full).unwrap();
    let mut journal = SqliteStore::open(folder.join("journal.db")).unwrap();
    let report = audit::examine(&mut journal, &documents, &head, house.secrets()).unwrap();
    assert!(report.is_sound(), "{report:#?}");
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// Money and purchases of a member, which an erasure must not change.
fn account(house: &House, id: MemberId) -> (i64, usize) {
    let detail = member::detail(house, id).unwrap();
    let money = detail.lives.iter().map(|life| life.money.0).sum();
    (money, detail.lives.len())
}

#[test]
fn an_erased_member_is_nobody_everywhere_and_accounts_balance() {
    let brand = Brand::new("Asia/Shanghai", "CNY", NOW);
    let (house, folder) = (&brand.house, brand.folder.path());
    let li = live(house);
    let handles = handles(house, li);
    assert!(!holding(folder, &handles).is_empty(), "before the erasure the search finds keys and tokens");
    assert_eq!(finds(house, li), [PHONE, EMAIL, NAME, "5678"]);
    let before = account(house, li);
    let whole = package::json(house, li).unwrap().to_string();
    assert!([PHONE, EMAIL, NAME, SECRET].iter().all(|value| whole.contains(value)), "before, the package says it all: {whole}");
    // A backup from before: every file as it is now.
    let old = tempfile::tempdir().unwrap();
    copy(folder, old.path());

    let losses = erasure::erase(house, li, "owner").unwrap();
    assert_eq!((losses.identities, losses.personal_fields, losses.bad_rows), (2, 2, 1));
    assert_eq!(holding(folder, &traces()), [] as [String; 0]);
    assert_eq!(holding(folder, &handles), [] as [String; 0], "keys and tokens are overwritten, not only unlinked");
    assert_eq!(house.desk().bad_rows(ImportId(1)).unwrap().len(), 1, "the row about somebody else stays");
    nobody(house, li);
    assert_eq!(account(house, li), before, "what was bought was bought");
    sound(house, folder);
    // Doing it again changes nothing.
    let again = erasure::erase(house, li, "owner").unwrap();
    assert_eq!((again.identities, again.personal_fields, again.bad_rows), (0, 0, 0));

    // The same phone is a new person; the old order goes on without one.
    let anew = whose(house, order("A2", 1, person(), 700));
    assert_ne!(anew, li);
    assert_eq!(whose(house, order("A1", 2, person(), 9_000)), li);
    assert_eq!(account(house, li).0, 9_000);
    nobody(house, li);
    sound(house, folder);
    brand.house.close();

    restored(old.path(), folder, li, &handles, &brand);
}

/// The old backup with the list of today: the person is erased again when it is opened.
fn restored(old: &Path, folder: &Path, li: MemberId, handles: &[Vec<u8>], brand: &Brand) {
    assert!(!holding(old, handles).is_empty(), "the backup has the keys");
    std::fs::copy(folder.join("erasures"), old.join("erasures")).unwrap();
    let house = House::open(ports(old, &brand.clock)).unwrap();
    assert_eq!(holding(old, &traces()), [] as [String; 0]);
    assert_eq!(holding(old, handles), [] as [String; 0]);
    nobody(&house, li);
    sound(&house, old);
    assert_ne!(whose(&house, order("A3", 1, person(), 100)), li);
    house.close();
    // Opened once more there is nothing left to do.
    let house = House::open(ports(old, &brand.clock)).unwrap();
    assert_eq!(erasure::reapply(&house).unwrap(), 0);
    house.close();
}

/// Nothing shows, finds or reaches the person any more.
fn nobody(house: &House, li: MemberId) {
    let detail = member::detail(house, li).unwrap();
    assert!(detail.erased);
    assert_eq!((detail.person.name, detail.person.identities.len()), (None, 0));
    assert!(house.keys().load(&[li].into()).unwrap().is_empty());
    let fields = profile::known(house, li).unwrap();
    assert!(fields.iter().filter(|known| known.field.personal).all(|known| known.value.is_none()), "{fields:?}");
    assert!(fields.iter().any(|known| known.field.id == "city" && known.value.is_some()), "what identifies nobody stays");
    assert_eq!(consent::may_send(house, li, "offers", "sms").unwrap(), consent::MaySend::Erased);
    let whole = package::json(house, li).unwrap().to_string();
    assert!([PHONE, EMAIL, NAME, SECRET].iter().all(|value| !whole.contains(value)), "{whole}");
    assert!(profile::record(house, li, profile::Change::default(), "console").is_err());
    assert_eq!(finds(house, li), [] as [&str; 0]);
}

/// What a person types into the search box, of which these find the member.
fn finds(house: &House, li: MemberId) -> Vec<&'static str> {
    let found = |text: &&str| search::members(house, &std::collections::BTreeSet::new(), text).unwrap().contains(&li);
    [PHONE, EMAIL, NAME, "5678"].into_iter().filter(found).collect()
}

#[test]
fn an_erasure_cut_short_is_finished_at_the_next_start() {
    let brand = Brand::new("Asia/Shanghai", "CNY", NOW);
    let folder = brand.folder.path();
    let li = live(&brand.house);
    let handles = handles(&brand.house, li);
    // Only the list was written before the power went.
    brand.house.erasures().add([&li], brand.house.now()).unwrap();
    brand.house.close();
    let house = House::open(ports(folder, &brand.clock)).unwrap();
    nobody(&house, li);
    assert_eq!(holding(folder, &handles), [] as [String; 0]);
    sound(&house, folder);
    house.close();
}

#[test]
fn an_erased_member_is_nobody_in_the_postgres_cluster() {
    let Some(cluster) = perennial_testkit::postgres::Cluster::start() else { return };
    let url = cluster.database();
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(perennial_app::clock::ManualClock::at(Instant::parse(NOW).unwrap()));
    let ports = crate::postgres_nodes::ports(&url, folder.path(), &clock, 2);
    let house = House::init(ports, &crate::common::brand_document("Asia/Shanghai", "CNY"), "test").unwrap();
    let li = live(&house);
    let handles = handles(&house, li);
    assert_eq!((handles.len(), finds(&house, li).len()), (5, 4));
    erasure::erase(&house, li, "owner").unwrap();
    nobody(&house, li);
    assert_ne!(whose(&house, order("A2", 1, person(), 700)), li);
    house.close();
    cluster.stop(); // everything is on the disk now
    assert_eq!(holding(&cluster.data(), &traces()), [] as [String; 0]);
    assert_eq!(holding(folder.path(), &traces()), [] as [String; 0]);
    // The cluster's own log goes on to hold the wrapped key for a while; its tables do not.
    assert_eq!(holding(&cluster.data().join("base"), &handles[..1]), [] as [String; 0]);
}

fn one(kind: IdentityKind, value: &str) -> Identity {
    Identity::parse(kind, value).unwrap()
}

#[test]
fn of_a_merged_member_every_part_is_erased_and_whoever_shared_a_value_lives_on() {
    let brand = Brand::new("Asia/Shanghai", "CNY", NOW);
    let (house, folder) = (&brand.house, brand.folder.path());
    let li = live(house);
    let (number, phone) = (one(IdentityKind::Number, "88001"), one(IdentityKind::Phone, PHONE));
    let part = whose(house, order("N1", 1, vec![number.clone()], 3_000));
    assert_eq!(whose(house, order("N2", 1, vec![number.clone(), phone.clone()], 1_000)), li, "named by both, both are one");
    // Somebody with a phone of their own has the same address: that is asked.
    let mei = vec![one(IdentityKind::Phone, "19900000077"), one(IdentityKind::Email, EMAIL)];
    let other = whose(house, order("M1", 1, mei.clone(), 500));
    assert_eq!(house.reader().conflicts(None, 10).unwrap().len(), 1);
    let before = account(house, li);
    assert_eq!(before.0, 16_000);
    let keys = house.keys().load(&[li, part].into()).unwrap();
    assert_eq!(keys.len(), 2);
    let tokens = [&number, &phone].map(|identity| house.secrets().token(identity).0.to_vec());
    let handles: Vec<Vec<u8>> = keys.into_values().chain(tokens).collect();
    let whole = package::json(house, part).unwrap().to_string();
    assert!(whole.contains("88001") && whole.contains(PHONE), "the package is about every part: {whole}");

    erasure::erase(house, part, "owner").unwrap();
    assert_eq!(holding(folder, &handles), [] as [String; 0]);
    assert!(house.keys().load(&[li, part].into()).unwrap().is_empty());
    assert_eq!(house.erasures().entries().len(), 2);
    nobody(house, li);
    assert_eq!(member::open(house, part).unwrap().member, li, "they stay one, though no value says so");
    assert_eq!(account(house, li), before);
    assert!(house.reader().conflicts(None, 10).unwrap().is_empty(), "nobody is asked about an erased person");
    sound(house, folder);

    // Orders go on without a person; the same values are somebody new; who shared one is who they were.
    assert_eq!(whose(house, order("N2", 2, vec![number, phone], 900)), li);
    nobody(house, li);
    let anew = whose(house, order("A2", 1, person(), 700));
    assert!(anew != li && anew != other);
    assert_eq!(whose(house, order("M2", 1, mei, 500)), other);
    assert!(!member::detail(house, other).unwrap().erased);
    assert_eq!(house.keys().load(&[li, part].into()).unwrap().len(), 0);
    let refused = people::merge(house, anew, li, "owner", "the same person").unwrap_err();
    assert!(format!("{refused:?}").contains("member.erased"), "{refused:?}");
    sound(house, folder);
    house.close();
}

/// In the old backup somebody who was not erased is one with the person: taken apart before the person is erased again.
#[test]
fn an_old_backup_erases_the_person_and_nobody_it_was_merged_with_then() {
    let brand = Brand::new("Asia/Shanghai", "CNY", NOW);
    let (house, folder) = (&brand.house, brand.folder.path());
    let li = live(house);
    let mei = one(IdentityKind::Phone, "19900000088");
    let other = whose(house, order("M1", 1, vec![mei.clone()], 500));
    assert_eq!(people::merge(house, other, li, "owner", "by mistake").unwrap(), li);
    let old = tempfile::tempdir().unwrap();
    copy(folder, old.path());
    people::split(house, li, &[other], "owner", "two people").unwrap();
    let handles = handles(house, li);
    erasure::erase(house, li, "owner").unwrap();
    nobody(house, li);
    assert!(!member::detail(house, other).unwrap().erased);
    house.close();

    std::fs::copy(folder.join("erasures"), old.path().join("erasures")).unwrap();
    let house = House::open(ports(old.path(), &brand.clock)).unwrap();
    assert_eq!(holding(old.path(), &handles), [] as [String; 0]);
    nobody(&house, li);
    let detail = member::detail(&house, other).unwrap();
    assert!(!detail.erased && detail.member == other && detail.person.identities.len() == 1, "{detail:?}");
    assert_eq!(whose(&house, order("M2", 1, vec![mei], 500)), other);
    sound(&house, old.path());
    house.close();
}
