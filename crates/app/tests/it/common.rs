//! A brand on SQLite in a temporary folder, with a clock set by hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use perennial_app::clock::ManualClock;
use perennial_app::engine::{Answer, Command};
use perennial_app::head::{HeadFile, Sync};
use perennial_app::house::{House, Ports};
use perennial_app::policy::{BrandDocument, CountingText};
use perennial_app::secret::Secrets;
use perennial_kernel::{Currency, Instant};
use perennial_source::{Context, Preset};
use perennial_store::{SqliteDesk, SqliteKeys, SqliteStore};

pub struct Brand {
    pub folder: tempfile::TempDir,
    pub clock: Arc<ManualClock>,
    pub house: House,
}

pub fn ports(folder: &Path, clock: &Arc<ManualClock>) -> Ports {
    let journal = folder.join("journal.db");
    let keys = folder.join("keys.db");
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

pub fn brand_document(time_zone: &str, currency: &str) -> BrandDocument {
    BrandDocument {
        name: "Test".into(),
        time_zone: time_zone.into(),
        currency: currency.into(),
        life_gap_days: 180,
        counting: CountingText::Days,
    }
}

impl Brand {
    pub fn new(time_zone: &str, currency: &str, now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(Instant::parse(now).unwrap()));
        let house = House::init(ports(folder.path(), &clock), &brand_document(time_zone, currency), "test").unwrap();
        Self { folder, clock, house }
    }

    /// Imports a file the plain way: every record a command, in batches.
    pub fn import(&self, file: &str, preset: Preset) -> Vec<Answer> {
        import_into(&self.house, file, preset)
    }
}

pub fn import_into(house: &House, file: &str, preset: Preset) -> Vec<Answer> {
    let reference = house.reference();
    let context = Context {
        calendar: reference.calendar.clone(),
        currency: Currency::parse(reference.brand.currency.code()).unwrap(),
        source: "file".into(),
        today: reference.calendar.day(house.now()),
        shift_days: 0,
    };
    let mut answers = Vec::new();
    let mut commands = Vec::new();
    for record in perennial_source::open(data(file), &preset, context).unwrap() {
        for incoming in record.unwrap().incoming {
            commands.push(Command::Record { incoming: Box::new(incoming), import: None });
        }
        if commands.len() >= 1000 {
            answers.extend(house.queue().process(std::mem::take(&mut commands)).unwrap());
        }
    }
    answers.extend(house.queue().process(commands).unwrap());
    answers
}

pub fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(file)
}
