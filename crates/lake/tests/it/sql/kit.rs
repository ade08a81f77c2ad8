//! A brand with a few members whose every order is known, and whatever answers SQL over it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use perennial_app::clock::ManualClock;
use perennial_app::engine::{Answer, Command};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::house::{House, Ports};
use perennial_app::policy::{BrandDocument, CountingText};
use perennial_app::port::analyst::{Analyst, Answered, Ask, Column, Piece, SqlProblem, Value};
use perennial_app::secret::Secrets;
use perennial_kernel::{Body, Identity, IdentityKind, Incoming, Instant, Line, MemberId, Money, Order, OrderKey, Personal, Quantity};
use perennial_lake::sql::{Limits, Sql};
use perennial_source::{Context, Preset};
use perennial_store::{SqliteDesk, SqliteKeys, SqliteStore};

pub struct Brand {
    pub house: Arc<House>,
    pub sql: Arc<Sql>,
    _folder: tempfile::TempDir,
}

/// A whole answer.
pub type Whole = (Vec<Column>, Vec<Vec<Value>>, Answered);

pub const NOW: &str = "2026-11-22T10:00:00Z";

impl Brand {
    pub fn new(time_zone: &str, currency: &str, now: &str) -> Self {
        Self::limited(time_zone, currency, now, Limits::default())
    }

    pub fn limited(time_zone: &str, currency: &str, now: &str, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(Instant::parse(now).unwrap()));
        let brand = BrandDocument {
            name: "Test".into(),
            time_zone: time_zone.into(),
            currency: currency.into(),
            life_gap_days: 180,
            counting: CountingText::Days,
        };
        let house = Arc::new(House::init(ports(folder.path(), &clock), &brand, "test").unwrap());
        let sql = Arc::new(Sql::new(Arc::clone(&house), limits).unwrap());
        Self { house, sql, _folder: folder }
    }

    pub fn import(&self, file: &str, preset: &Preset) {
        let reference = self.house.reference();
        let context = Context {
            calendar: reference.calendar.clone(),
            currency: reference.brand.currency,
            source: "file".into(),
            today: reference.calendar.day(self.house.now()),
            shift_days: 0,
        };
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data").join(file);
        let incoming = perennial_source::open(&path, preset, context).unwrap().flat_map(|record| record.unwrap().incoming);
        let commands: Vec<Command> = incoming.map(|one| Command::Record { incoming: Box::new(one), import: None }).collect();
        for chunk in commands.chunks(1000) {
            self.house.queue().process(chunk.to_vec()).unwrap();
        }
    }

    /// Records, and says which members it was recorded of.
    pub fn tell(&self, incoming: Vec<Incoming>) -> Vec<MemberId> {
        let commands = incoming.into_iter().map(|one| Command::Record { incoming: Box::new(one), import: None }).collect();
        let member = |answer: &Answer| match answer {
            Answer::Recorded(receipt) => receipt.member.unwrap(),
            other => panic!("{other:?}"),
        };
        self.house.queue().process(commands).unwrap().iter().map(member).collect()
    }

    pub fn run(&self, ask: &Ask) -> Result<Whole, SqlProblem> {
        let (mut columns, mut rows) = (Vec::new(), Vec::new());
        let answered = self.sql.run(ask, &|| true, &mut |piece| {
            match piece {
                Piece::Columns(told) => columns = told,
                Piece::Rows(more) => rows.extend(more),
            }
            true
        })?;
        Ok((columns, rows, answered))
    }

    /// The rows of an answer, cells set apart by a bar.
    #[track_caller]
    pub fn rows(&self, statement: &str) -> Vec<String> {
        self.rows_of(&ask(statement))
    }

    #[track_caller]
    pub fn rows_of(&self, ask: &Ask) -> Vec<String> {
        let (_, rows, _) = self.run(ask).unwrap_or_else(|problem| panic!("{}: {problem:?}", ask.statement));
        rows.iter().map(|row| row.iter().map(shown).collect::<Vec<_>>().join("|")).collect()
    }

    /// The code of the problem there is with a statement.
    #[track_caller]
    pub fn refused(&self, statement: &str) -> SqlProblem {
        let problem = self.run(&ask(statement)).expect_err(statement);
        assert!(!problem.words.en.is_empty() && !problem.words.zh.is_ascii(), "{statement}: {problem:?}");
        problem
    }
}

pub fn ask(statement: &str) -> Ask {
    Ask { statement: statement.to_owned(), clear: false, rows_max: 10_000 }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "∅".to_owned(),
        Value::List(values) => format!("[{}]", values.iter().map(shown).collect::<Vec<_>>().join(",")),
        other => perennial_app::query::sql::plain(other),
    }
}

fn ports(folder: &Path, clock: &Arc<ManualClock>) -> Ports {
    let (journal, keys) = (folder.join("journal.db"), folder.join("keys.db"));
    Ports {
        writers: vec![(
            Box::new(SqliteStore::open(&journal).unwrap()),
            Box::new(SqliteKeys::open(&keys).unwrap()),
            HeadFile::open(&folder.join("head"), Sync::Full).unwrap(),
        )],
        reader: Box::new(SqliteStore::open(&journal).unwrap()),
        keys: Box::new(SqliteKeys::open(&keys).unwrap()),
        desk: Box::new(SqliteDesk::open(&journal).unwrap()),
        clock: Arc::<ManualClock>::clone(clock),
        secrets: Secrets::from_master(&[7; 32]),
    }
}

pub fn known(kind: IdentityKind, value: &str) -> Identity {
    Identity::parse(kind, value).unwrap()
}

pub fn told(who: &[Identity], object: &str, at: &str, body: Body) -> Incoming {
    Incoming {
        source: "pos".into(),
        object: object.into(),
        version: String::new(),
        identities: who.to_vec(),
        personal: Personal::default(),
        occurred_at: Instant::parse(at).unwrap(),
        body,
    }
}

/// An order of one line, paid at once.
pub fn order(id: &str, at: &str, minor: i64, version: i64) -> Order {
    let line = Line {
        sku: format!("SKU-{id}"),
        name: Some("Scarf".into()),
        category: Some("accessories".into()),
        quantity: Quantity(1500),
        list: Some(Money(minor + 1000)),
        paid: Money(minor),
        discount: Some(Money(1000)),
    };
    Order {
        key: OrderKey { source: "pos".into(), id: id.into() },
        version: Some(version),
        paid_at: Instant::parse(at),
        money: Money(minor),
        quantity: Quantity(1500),
        channel: Some("shop".into()),
        store: Some("S1".into()),
        lines: vec![line],
    }
}

pub fn places(who: &[Identity], id: &str, at: &str, minor: i64) -> Incoming {
    let order = order(id, at, minor, 1);
    Incoming { version: "1".into(), ..told(who, &format!("order:{id}"), at, Body::OrderPlaced(order)) }
}
