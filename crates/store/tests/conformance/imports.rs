//! Imports that a server carries out.

use perennial_app::port::desk::ImportRow;
use perennial_app::port::imports::JobRow;
use perennial_kernel::{ImportId, Instant};

use crate::support::Stores;

fn row() -> ImportRow {
    ImportRow {
        id: ImportId(0),
        source: "pos".to_owned(),
        file: "订单.csv".to_owned(),
        digest: vec![1; 32],
        preset: "generic".to_owned(),
        shift_days: 0,
        state: "staged".to_owned(),
        started_at: Instant(5),
        ended_at: None,
        records: 0,
        new: 0,
        updated: 0,
        unchanged: 0,
        skipped: 0,
        bad: 0,
    }
}

fn job(import: ImportId) -> JobRow {
    JobRow {
        import,
        node: "n1".to_owned(),
        file: "a1".to_owned(),
        bytes: 77,
        key: vec![9; 60],
        by: "li".to_owned(),
        touched_at: Instant(5),
        asked: "{}".to_owned(),
        wanted: String::new(),
        progress: String::new(),
        trouble: String::new(),
    }
}

pub fn a_job_is_kept_changed_and_dropped_with_what_it_told(stores: &impl Stores) {
    let mut desk = stores.desk();
    let (first, second) = (desk.add_import(&row()).unwrap(), desk.add_import(&row()).unwrap());
    assert_eq!(desk.import(second).unwrap(), Some(ImportRow { id: second, ..row() }));
    assert_eq!(desk.import(ImportId(1 << 40)).unwrap(), None);
    desk.add_import_job(&job(second)).unwrap();
    desk.add_import_job(&job(first)).unwrap();
    assert!(desk.add_import_job(&job(first)).is_err());
    assert_eq!(stores.desk().import_jobs().unwrap(), [job(first), job(second)]);
    desk.set_asked(first, "{\"a\":1}", Instant(6)).unwrap();
    desk.set_progress(first, "50").unwrap();
    desk.set_trouble(first, "no").unwrap();
    let changed =
        JobRow { asked: "{\"a\":1}".to_owned(), touched_at: Instant(6), progress: "50".to_owned(), trouble: "no".to_owned(), ..job(first) };
    assert_eq!(desk.import_job(first).unwrap(), Some(changed));
    desk.set_told(first, "found", b"one").unwrap();
    desk.set_told(first, "found", b"two").unwrap();
    assert_eq!(desk.told(first, "found").unwrap(), Some(b"two".to_vec()));
    assert_eq!((desk.told(first, "tried").unwrap(), desk.told(second, "found").unwrap()), (None, None));
    desk.drop_import_job(first).unwrap();
    assert_eq!((desk.import_job(first).unwrap(), desk.told(first, "found").unwrap()), (None, None));
    assert_eq!(desk.import_jobs().unwrap(), [job(second)]);
}

pub fn what_was_wanted_is_settled_unless_something_else_is_wanted_by_now(stores: &impl Stores) {
    let mut desk = stores.desk();
    let import = desk.add_import(&row()).unwrap();
    assert!(!desk.want(import, "run", Instant(7)).unwrap(), "there is no job");
    desk.add_import_job(&JobRow { trouble: "before".to_owned(), ..job(import) }).unwrap();
    assert!(desk.want(import, "run", Instant(7)).unwrap());
    let wanted = |desk: &mut dyn perennial_app::port::Desk| {
        let held = desk.import_job(import).unwrap().unwrap();
        (held.wanted, held.touched_at, held.trouble)
    };
    assert_eq!(wanted(desk.as_mut()), ("run".to_owned(), Instant(7), String::new()));
    desk.settle(import, "pause").unwrap();
    assert_eq!(wanted(desk.as_mut()).0, "run");
    desk.settle(import, "run").unwrap();
    assert_eq!(wanted(desk.as_mut()).0, "");
}
