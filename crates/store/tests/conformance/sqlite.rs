//! What only SQLite promises: a constant number of statements, and a file that knows itself.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

use perennial_app::port::{Desk, Journal, KeyStore, PortError};
use perennial_kernel::{Lane, Seq};
use perennial_store::{SqliteDesk, SqliteKeys, SqliteStore};
use tempfile::TempDir;

use crate::support::{Stores, full_batch, held, owner, token, write};

pub struct InFolder(TempDir);

impl InFolder {
    fn file(&self) -> PathBuf {
        self.0.path().join("journal.db")
    }
}

impl Stores for InFolder {
    fn journal(&self) -> Box<dyn Journal> {
        Box::new(SqliteStore::open(self.file()).unwrap())
    }

    fn desk(&self) -> Box<dyn Desk> {
        Box::new(SqliteDesk::open(self.file()).unwrap())
    }

    fn keys(&self) -> Box<dyn KeyStore> {
        Box::new(SqliteKeys::open(self.0.path().join("keys.db")).unwrap())
    }
}

fn stores() -> Option<InFolder> {
    Some(InFolder(TempDir::new().unwrap()))
}

crate::conforms!(crate::sqlite::stores);

#[test]
fn a_thousand_rows_take_the_statements_of_one() {
    let stores = stores().unwrap();
    let mut journal = SqliteStore::open(stores.file()).unwrap();
    full_batch(&mut journal, 1);
    let of_one = journal.distinct_statements();
    full_batch(&mut journal, 1000);
    full_batch(&mut journal, 10);
    assert_eq!(journal.distinct_statements(), of_one);
    assert!(of_one < 40, "{of_one} statements");
}

#[test]
fn a_damaged_page_is_found() {
    let stores = stores().unwrap();
    let mut journal = stores.journal();
    for _ in 0..20 {
        write(journal.as_mut(), &[Lane(0)], |batch| {
            for n in 0..100 {
                batch.fact(Lane(0), n, n);
            }
        });
    }
    drop(journal);
    let length = fs::metadata(stores.file()).unwrap().len();
    assert!(length > 40 * 4096, "the log was carried into the file when the last handle closed");
    let mut file = fs::OpenOptions::new().write(true).open(stores.file()).unwrap();
    file.seek(SeekFrom::Start(length / 2 / 4096 * 4096)).unwrap();
    file.write_all(&[0xa5; 4096]).unwrap();
    drop(file);
    assert_ne!(stores.journal().integrity().unwrap(), Vec::<String>::new());
}

#[test]
fn what_was_committed_is_in_a_copy_taken_at_any_moment_between_commits() {
    let stores = stores().unwrap();
    let mut journal = stores.journal();
    for count in 1..=5_u64 {
        write(journal.as_mut(), &[Lane(0)], |batch| {
            batch.fact(Lane(0), 1, 1);
        });
        // What a crash of the process leaves: the file and its log, without the shared index.
        let copy = stores.0.path().join(format!("copy-{count}.db"));
        fs::copy(stores.file(), &copy).unwrap();
        fs::copy(stores.file().with_extension("db-wal"), copy.with_extension("db-wal")).unwrap();
        let mut copy = SqliteStore::open(copy).unwrap();
        assert_eq!(copy.heads().unwrap()[0].seq, Seq(count));
        assert!(copy.integrity().unwrap().is_empty());
    }
}

#[test]
fn another_programs_file_and_a_newer_one_are_refused() {
    let stores = stores().unwrap();
    drop(stores.keys());
    let refused = |path: PathBuf| matches!(SqliteStore::open(path), Err(PortError::Damaged(_)));
    assert!(refused(stores.0.path().join("keys.db")), "the key store is no journal");
    let text = stores.0.path().join("text.db");
    fs::write(&text, "not a database, but long enough to be taken for one".repeat(100)).unwrap();
    assert!(refused(text));
    drop(stores.journal());
    // user_version is the big-endian number at byte 60 of the file.
    let mut file = fs::OpenOptions::new().write(true).open(stores.file()).unwrap();
    file.seek(SeekFrom::Start(60)).unwrap();
    file.write_all(&99_u32.to_be_bytes()).unwrap();
    drop(file);
    assert!(refused(stores.file()), "a newer program's file");
}

#[test]
fn readers_neither_wait_for_a_batch_nor_see_it_unfinished() {
    let stores = stores().unwrap();
    let (mut writer, mut reader) = (stores.journal(), stores.journal());
    let mut tx = writer.begin(&held(&[Lane(0)])).unwrap();
    tx.claim(&[(token(1), owner(1, Lane(0)))], &[]).unwrap();
    assert_eq!(reader.owner(token(1)).unwrap(), None, "a reader is not kept waiting, and sees nothing unfinished");
    tx.commit().unwrap();
    assert_eq!(reader.owner(token(1)).unwrap(), Some(owner(1, Lane(0))));
}
