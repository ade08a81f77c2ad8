//! A brand on SQLite as the benches open one, and the orders they send it.

use std::path::Path;
use std::sync::Arc;

use perennial_app::clock::ManualClock;
use perennial_app::engine::{Command, Engine};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::house::{House, Ports};
use perennial_app::policy::{BrandDocument, CountingText, PRIMARY};
use perennial_app::port::{Journal, KeyStore};
use perennial_app::secret::Secrets;
use perennial_kernel::{
    Body, Calendar, Currency, Day, Identity, IdentityKind, Incoming, Instant, Line, Money, Order, OrderKey, Personal, Quantity,
};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Reference;
use perennial_store::{SqliteDesk, SqliteKeys, SqliteOptions, SqliteStore, Synchronous};
use perennial_synth::contact;
use perennial_synth::random::Random;

/// The last day of the base.
pub fn end() -> Day {
    Day::parse("2026-11-20").expect("a day")
}

pub fn calendar() -> Calendar {
    Calendar::for_zone("Asia/Shanghai").expect("a zone")
}

pub fn currency() -> Currency {
    Currency::parse("CNY").expect("a currency")
}

/// The instant at which the base was loaded.
pub fn loaded_at() -> Instant {
    calendar().at(end().next(), 9, 0, 0)
}

fn document() -> BrandDocument {
    BrandDocument {
        name: "Bench".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        currency: "CNY".to_owned(),
        life_gap_days: 180,
        counting: CountingText::Days,
    }
}

/// The brand's settings and the default model: what `init` puts in force.
pub fn reference() -> Arc<Reference> {
    let brand = document().compile().expect("settings");
    let model = Model::shipped(PRIMARY, 1, brand.currency).expect("a shipped model");
    Arc::new(Reference::new(brand, vec![model]))
}

pub fn secrets() -> Secrets {
    Secrets::from_master(&[7; 32])
}

/// Where nothing is synced and much is cached: for making what is measured later.
pub fn hasty() -> SqliteOptions {
    SqliteOptions { synchronous: Synchronous::Off, cache_mib: 2048, checkpoint_pages: 65_536, ..SqliteOptions::default() }
}

pub fn ports(folder: &Path, clock: &Arc<ManualClock>, options: &SqliteOptions) -> Ports {
    let journal = folder.join("journal.db");
    let keys = folder.join("keys.db");
    let sync = if options.synchronous == Synchronous::Full { Sync::Full } else { Sync::Never };
    let key_options = SqliteOptions { cache_mib: 16, ..options.clone() };
    Ports {
        writers: vec![(
            Box::new(SqliteStore::open_with(&journal, options.clone()).expect("a journal")),
            Box::new(SqliteKeys::open_with(&keys, &key_options).expect("a key store")),
            HeadFile::open(&folder.join("head"), sync).expect("a head file"),
        )],
        reader: Box::new(SqliteStore::open(&journal).expect("a journal")),
        keys: Box::new(SqliteKeys::open(&keys).expect("a key store")),
        desk: Box::new(SqliteDesk::open(&journal).expect("a desk")),
        clock: Arc::<ManualClock>::clone(clock),
        secrets: secrets(),
    }
}

/// A new brand in an empty folder.
pub fn init(folder: &Path, clock: &Arc<ManualClock>, options: &SqliteOptions) -> House {
    House::init(ports(folder, clock, options), &document(), "bench").expect("a brand")
}

/// An engine of one's own on a brand's files, its head file synced as in earnest.
pub fn engine(folder: &Path, journal: Box<dyn Journal>, keys: Box<dyn KeyStore>, clock: &Arc<ManualClock>) -> Engine {
    engine_with(folder, journal, keys, clock, Sync::Full)
}

/// As [`engine`]; `sync` is the head file's.
pub fn engine_with(folder: &Path, journal: Box<dyn Journal>, keys: Box<dyn KeyStore>, clock: &Arc<ManualClock>, sync: Sync) -> Engine {
    let head = HeadFile::open(&folder.join("head"), sync).expect("a head file");
    Engine::new(journal, keys, head, Arc::<ManualClock>::clone(clock), secrets(), reference())
}

pub fn record(incoming: Incoming) -> Command {
    Command::Record { incoming: Box::new(incoming), import: None }
}

/// Orders of a shop: nine of ten by members of the base (those who never registered are seen here first), one of ten by somebody new.
pub struct Shop {
    random: Random,
    members: u64,
    sent: u64,
    prefix: &'static str,
}

impl Shop {
    pub fn new(prefix: &'static str, members: u64) -> Self {
        Self { random: Random::stream(11, members), members, sent: 0, prefix }
    }

    pub fn order(&mut self, at: Instant) -> Incoming {
        self.sent += 1;
        if self.random.below(10) > 0 {
            let index = self.random.below(self.members);
            return order(&mut self.random, self.prefix, self.sent, index, at);
        }
        let index = self.members + self.sent;
        let mut incoming = order(&mut self.random, self.prefix, self.sent, index, at);
        incoming.identities.extend(Identity::parse(IdentityKind::Phone, &contact::phone(index)));
        incoming.personal = Personal(vec![("name".to_owned(), format!("顾客{index}")), ("phone".to_owned(), contact::phone(index))]);
        incoming
    }

    pub fn orders(&mut self, count: usize, at: Instant) -> Vec<Command> {
        (0..count).map(|_| record(self.order(at))).collect()
    }
}

/// The `number`-th order of a shop, by the member of this index.
pub fn order(random: &mut Random, shop: &str, number: u64, index: u64, at: Instant) -> Incoming {
    let id = format!("{shop}-{number:09}");
    let line = |at: u64, paid: i64| Line {
        sku: format!("SKU-{:05}", (number * 7 + at * 13) % 5_000),
        name: Some("羊毛混纺圆领毛衣".to_owned()),
        category: Some("女装/毛衣".to_owned()),
        quantity: Quantity::pieces(1),
        list: Some(Money(paid + 3_000)),
        paid: Money(paid),
        discount: Some(Money(3_000)),
    };
    let lines: Vec<Line> = (0..=random.below(2)).map(|at| line(at, 9_900 + random.below(50_000) as i64)).collect();
    Incoming {
        source: "shop".to_owned(),
        object: format!("order:{id}"),
        version: "1".to_owned(),
        identities: vec![Identity::parse(IdentityKind::Number, &contact::number(index)).expect("a number")],
        personal: Personal::default(),
        occurred_at: at,
        body: Body::OrderPlaced(Order {
            key: OrderKey { source: "shop".to_owned(), id },
            version: Some(1),
            paid_at: Some(at),
            money: lines.iter().map(|line| line.paid).sum(),
            quantity: Quantity::pieces(lines.len() as i64),
            channel: Some("wechat".to_owned()),
            store: None,
            lines,
        }),
    }
}
