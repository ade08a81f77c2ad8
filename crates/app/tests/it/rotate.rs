//! Key rotation: the old master key opens nothing, everything is read and found as before, and a rotation cut short is finished.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use perennial_app::clock::ManualClock;
use perennial_app::house::{House, Ports};
use perennial_app::port::keys::WrappedKey;
use perennial_app::port::{KeyStore, PortError, PortResult};
use perennial_app::query::reveal::Asked;
use perennial_app::query::{reveal, search};
use perennial_app::rotate::{RotateError, rotate};
use perennial_app::secret::{Ring, Secrets};
use perennial_kernel::{Day, Instant, SubjectId};
use perennial_source::Preset;
use perennial_store::SqliteKeys;

use crate::common::{brand_document, import_into, ports};

const OLD: [u8; 32] = [7; 32];
const NEW: [u8; 32] = [9; 32];

/// Fails once so many sets of keys have been replaced.
struct Failing {
    keys: SqliteKeys,
    left: usize,
}

impl KeyStore for Failing {
    fn load(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<BTreeMap<SubjectId, WrappedKey>> {
        self.keys.load(subjects)
    }

    fn keep(&mut self, keys: Vec<(SubjectId, WrappedKey)>) -> PortResult<BTreeMap<SubjectId, WrappedKey>> {
        self.keys.keep(keys)
    }

    fn after(&mut self, subject: Option<SubjectId>, limit: usize) -> PortResult<Vec<(SubjectId, WrappedKey)>> {
        self.keys.after(subject, limit)
    }

    fn replace(&mut self, keys: &[(SubjectId, WrappedKey)]) -> PortResult<()> {
        self.left = self.left.checked_sub(1).ok_or_else(|| PortError::Failed("cut short".to_owned()))?;
        self.keys.replace(keys)
    }

    fn day_key(&mut self, day: Day) -> PortResult<Option<WrappedKey>> {
        self.keys.day_key(day)
    }

    fn keep_day_key(&mut self, day: Day, key: WrappedKey) -> PortResult<WrappedKey> {
        self.keys.keep_day_key(day, key)
    }

    fn drop_day_keys(&mut self, before: Day) -> PortResult<u64> {
        self.keys.drop_day_keys(before)
    }

    fn day_keys(&mut self) -> PortResult<Vec<(Day, WrappedKey)>> {
        self.keys.day_keys()
    }

    fn replace_day_key(&mut self, day: Day, key: &WrappedKey) -> PortResult<()> {
        self.keys.replace_day_key(day, key)
    }

    fn brand(&mut self, name: &str) -> PortResult<Option<Vec<u8>>> {
        self.keys.brand(name)
    }

    fn set_brand(&mut self, name: &str, value: &[u8]) -> PortResult<()> {
        self.keys.set_brand(name, value)
    }

    fn raise(&mut self, name: &str, value: &[u8]) -> PortResult<()> {
        self.keys.raise(name, value)
    }

    fn destroy(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<()> {
        self.keys.destroy(subjects)
    }
}

struct Brand {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl Brand {
    fn keys(&self) -> SqliteKeys {
        SqliteKeys::open(self.folder.path().join("keys.db")).unwrap()
    }

    fn ports(&self, master: &[u8; 32]) -> Option<Ports> {
        let secrets = Secrets::of(master, &mut self.keys()).unwrap()?;
        Some(Ports { secrets, ..ports(self.folder.path(), &self.clock) })
    }

    /// A brand with a ring of its own and 2,357 members.
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Instant::parse("1998-07-01T12:00:00Z").unwrap()));
        let brand = Self { folder: tempfile::tempdir().unwrap(), clock };
        brand.keys().set_brand(Ring::NAME, &Ring::random().unwrap().wrap(&OLD).unwrap()).unwrap();
        let house = House::init(brand.ports(&OLD).unwrap(), &brand_document("America/New_York", "USD"), "test").unwrap();
        import_into(&house, "cdnow/CDNOW_sample.txt", Preset::Cdnow);
        house.audit("test", "imported", "").unwrap();
        house.close();
        brand
    }

    /// Member `00004`, found by number and read in clear; and the whole audit trail holds.
    fn is_whole(&self, master: &[u8; 32]) {
        let house = House::open(self.ports(master).expect("the ring opens")).unwrap();
        let found = search::members(&house, &BTreeSet::new(), "00004").unwrap();
        assert_eq!(found.len(), 1, "the blind index finds as before");
        let asked = Asked { fields: ["number".to_owned()].into(), reason: "test".to_owned() };
        let told = reveal::reveal(&house, "test", found[0], &asked).unwrap();
        assert_eq!(told.iter().map(|one| one.value.as_str()).collect::<Vec<_>>(), ["00004"]);
        assert_eq!(house.verify_trail().unwrap().broken, None);
        house.close();
    }

    /// How many data keys this master key opens.
    fn opens(&self, master: &[u8; 32]) -> usize {
        let secrets = Secrets::from_master(master);
        let keys = self.keys().after(None, usize::MAX).unwrap();
        keys.iter().filter(|(subject, wrapped)| secrets.unwrap(*subject, wrapped).is_ok()).count()
    }
}

#[test]
fn after_a_rotation_the_old_key_opens_nothing_and_everything_is_read_and_found() {
    let brand = Brand::new();
    brand.is_whole(&OLD);
    let members = brand.opens(&OLD);
    assert!(members > 2000, "{members}");
    let (today, old) = (Day(10_000), Secrets::from_master(&OLD));
    let (day_key, wrapped) = old.new_day_key(today).unwrap();
    let letter = day_key.seal("a letter", b"body").unwrap();
    brand.keys().keep_day_key(today, wrapped).unwrap();
    assert_eq!(rotate(&mut brand.keys(), &OLD, &NEW).unwrap(), members as u64 + 1);
    let wrapped = brand.keys().day_key(today).unwrap().unwrap();
    assert!(old.open_day_key(today, &wrapped).is_err());
    assert_eq!(Secrets::from_master(&NEW).open_day_key(today, &wrapped).unwrap().open("a letter", &letter), Ok(b"body".to_vec()));
    assert_eq!((brand.opens(&OLD), brand.opens(&NEW)), (0, members));
    assert!(brand.ports(&OLD).is_none(), "the ring is closed to it, too");
    brand.is_whole(&NEW);
    assert_eq!(rotate(&mut brand.keys(), &OLD, &NEW).unwrap(), 0, "once more does nothing");
    brand.is_whole(&NEW);
}

#[test]
fn a_rotation_cut_short_anywhere_is_finished_by_running_it_again() {
    for left in 0..3 {
        let brand = Brand::new();
        let mut failing = Failing { keys: brand.keys(), left };
        let members = brand.opens(&OLD);
        assert!(matches!(rotate(&mut failing, &OLD, &NEW), Err(RotateError::Port(_))), "{left}");
        assert_eq!(brand.opens(&NEW), left * 1000, "a set is replaced whole or not at all");
        assert_eq!(rotate(&mut brand.keys(), &OLD, &NEW).unwrap(), (members - left * 1000) as u64);
        assert_eq!((brand.opens(&OLD), brand.opens(&NEW)), (0, members));
        brand.is_whole(&NEW);
    }
}

#[test]
fn a_key_of_neither_stops_the_rotation_before_anything_is_lost() {
    let brand = Brand::new();
    let strange = rotate(&mut brand.keys(), &[1; 32], &NEW);
    assert!(matches!(strange, Err(RotateError::Strange(_))));
    brand.is_whole(&OLD);
}
