//! A writer is killed while it writes and merges, again and again: nothing is lost, nothing doubled, and what it left behind is tidied away.

use std::process::{Command, Stdio};
use std::time::Duration;

use perennial_app::port::lake::Lake;
use perennial_lake::files::{Depot, Files, Limits};
use perennial_store::SqliteStore;

use crate::lives::{Beside, Kept, LIMITS, assert_equal_to_the_store, fill, names};
use crate::support::Stores;

const FOLDER: &str = "PERENNIAL_TEST_LAKE_WRITER";

/// Not a test by itself: what the process that is killed does, when another test starts it.
#[test]
fn writer() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = std::path::PathBuf::from(folder);
    let mut journal = SqliteStore::open(folder.join("journal.db")).unwrap();
    let depot = Depot::at(folder.join("lake").to_str().unwrap(), &folder.join("scratch")).unwrap();
    let files = Files::open(depot, Limits { run_rows: 20, width: 2, ..LIMITS }, &mut journal).unwrap();
    files.sweep().unwrap();
    loop {
        while files.pull(&mut journal, 25).unwrap() > 0 {
            files.write().unwrap();
            while files.merge_some(&|| true).unwrap() {}
            files.tidy().unwrap();
        }
        // Everything there is is read: begin anew, so that the next kill finds work.
        files.begin_anew().unwrap();
    }
}

#[test]
fn a_writer_killed_at_any_moment_loses_and_doubles_nothing() {
    let beside = Beside::new(Kept::Mixed);
    fill(beside.journal().as_mut(), 7, 20, 60);
    for round in 0..12_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::writer", "--nocapture"])
            .env(FOLDER, beside.journal_file().parent().unwrap())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(60 + (round * 37) % 230));
        child.kill().unwrap();
        child.wait().unwrap();
        fill(beside.journal().as_mut(), 1000 + round, 1, 30);
        let files = beside.files(LIMITS);
        assert_equal_to_the_store(&beside, files.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
    }
    let files = beside.files(LIMITS);
    files.sweep().unwrap();
    beside.follow(&files);
    files.write().unwrap();
    files.merge_all(&|| true).unwrap();
    files.tidy().unwrap();
    let left = names(&beside);
    assert_eq!(left.iter().filter(|name| name.starts_with("run-")).count(), 1, "one run, and nothing left behind: {left:?}");
    assert!(left.iter().all(|name| !name.contains(".tmp")), "{left:?}");
    assert_equal_to_the_store(&beside, files.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
}
