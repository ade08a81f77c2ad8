//! Files and what the journal had since are what the store tells, at every moment.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use perennial_app::port::lake::Lake;
use perennial_lake::files::{Depot, Files, Keeper, Limits};

use crate::lives::{Beside, Kept, LIMITS, assert_equal_to_the_store, fill, names};
use crate::support::Stores;

#[test]
fn while_facts_come_and_runs_are_written_and_merged_the_lake_tells_what_the_store_tells() {
    for seed in 0..6 {
        let beside = Beside::new(Kept::Mixed);
        let files = beside.files(LIMITS);
        for round in 0..8 {
            fill(beside.journal().as_mut(), seed * 100 + round, 3, 30);
            // What came after the last look is part of the answer.
            assert_equal_to_the_store(&beside, files.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
            match (seed + round) % 4 {
                0 | 1 => assert!(files.write().unwrap()),
                2 => while files.merge_some(&|| true).unwrap() {},
                _ => beside.follow(&files),
            }
        }
        files.write().unwrap();
        files.merge_all(&|| true).unwrap();
        assert_equal_to_the_store(&beside, files.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
        // Built from nothing it is the same.
        files.begin_anew().unwrap();
        beside.follow(&files);
        assert_equal_to_the_store(&beside, files.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
    }
}

#[test]
fn a_question_under_way_goes_on_with_the_files_it_began_with() {
    let beside = Beside::new(Kept::Runs);
    fill(beside.journal().as_mut(), 1, 5, 40);
    let files = beside.files(Limits { retired_kept: std::time::Duration::from_mins(10), ..LIMITS });
    beside.follow(&files);
    let mut begun = files.scans(beside.journal().as_mut(), 1).unwrap().unwrap().remove(0);
    files.merge_all(&|| true).unwrap();
    files.tidy().unwrap();
    assert_equal_to_the_store(&beside, begun.as_mut());
    // When nobody can be reading them any more, they go.
    let before = names(&beside).len();
    let later = beside.files(LIMITS);
    later.tidy().unwrap();
    assert!(names(&beside).len() < before, "retired files are removed");
    assert_equal_to_the_store(&beside, later.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
}

#[test]
fn a_lake_of_another_journal_is_built_anew() {
    let (beside, other) = (Beside::new(Kept::Runs), Beside::new(Kept::Runs));
    fill(beside.journal().as_mut(), 1, 3, 40);
    fill(other.journal().as_mut(), 2, 2, 40);
    beside.follow(&beside.files(LIMITS));
    // As after a restore: the journal is shorter than what the lake has read, and goes on differently.
    fs::remove_file(beside.journal_file()).unwrap();
    drop((
        fs::remove_file(beside.journal_file().with_extension("db-wal")),
        fs::remove_file(beside.journal_file().with_extension("db-shm")),
    ));
    fs::copy(other.journal_file(), beside.journal_file()).unwrap();
    let files = beside.files(LIMITS);
    assert_eq!(files.status(beside.journal().as_mut()).unwrap().facts, 0);
    beside.follow(&files);
    assert_equal_to_the_store(&beside, files.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
}

#[test]
fn two_writers_of_one_folder_double_nothing() {
    let beside = Beside::new(Kept::Mixed);
    let (one, two) = (beside.files(LIMITS), beside.files(LIMITS));
    for round in 0..6 {
        fill(beside.journal().as_mut(), round, 2, 40);
        for files in [&one, &two] {
            files.pull(beside.journal().as_mut(), usize::MAX).unwrap();
        }
        let written: Vec<bool> = [&one, &two].iter().map(|files| files.write().unwrap()).collect();
        assert_eq!(written, [true, false], "whoever comes second takes over what the first wrote");
        two.merge_some(&|| true).unwrap();
        one.look().unwrap();
        for files in [&one, &two] {
            assert_equal_to_the_store(&beside, files.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_never_served() {
    let beside = Beside::new(Kept::Runs);
    fill(beside.journal().as_mut(), 1, 4, 60);
    let files = beside.files(LIMITS);
    beside.follow(&files);
    let run = names(&beside).into_iter().find(|name| name.ends_with(".parquet")).unwrap();
    let path = beside.lake_folder().join(run);
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() / 2);
    fs::write(&path, &bytes).unwrap();
    let reopened = beside.files(LIMITS);
    let mut scan = reopened.scans(beside.journal().as_mut(), 1).unwrap().unwrap().remove(0);
    let read = scan.scan(perennial_app::port::ScanRange::ALL, &mut |_, _| true);
    assert!(matches!(read, Err(perennial_app::port::PortError::Damaged(_))), "{read:?}");
    assert!(reopened.scans(beside.journal().as_mut(), 1).unwrap().is_none(), "from then on the store answers");
    reopened.begin_anew().unwrap();
    beside.follow(&reopened);
    assert_equal_to_the_store(&beside, reopened.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
}

#[test]
fn a_damaged_manifest_is_a_lake_to_be_built_anew() {
    let beside = Beside::new(Kept::Runs);
    fill(beside.journal().as_mut(), 1, 3, 40);
    let files = beside.files(LIMITS);
    beside.follow(&files);
    let number = files.status(beside.journal().as_mut()).unwrap().number;
    let manifest = names(&beside).into_iter().rfind(|name| name.starts_with("manifest-")).unwrap();
    fs::write(beside.lake_folder().join(manifest), b"{\"format\":2,\"num").unwrap();
    let reopened = beside.files(LIMITS);
    let status = reopened.status(beside.journal().as_mut()).unwrap();
    assert_eq!((status.facts, status.number), (0, number), "numbers go on from the one that cannot be read");
    beside.follow(&reopened);
    assert!(reopened.status(beside.journal().as_mut()).unwrap().facts > 0);
    assert_equal_to_the_store(&beside, reopened.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
}

#[test]
fn until_it_is_reached_the_store_answers() {
    let beside = Beside::new(Kept::Runs);
    fill(beside.journal().as_mut(), 1, 3, 40);
    beside.follow(&beside.files(LIMITS));
    let (folder, elsewhere) = (beside.lake_folder(), beside.lake_folder().with_extension("gone"));
    fs::rename(&folder, &elsewhere).unwrap();
    let files = Files::unopened(Depot::Folder(folder.clone()), LIMITS);
    assert!(files.reach(beside.journal().as_mut()).is_err());
    assert!(files.scans(beside.journal().as_mut(), 1).unwrap().is_none());
    assert!(files.status(beside.journal().as_mut()).unwrap().is_away);
    // Back where it belongs: whoever keeps the lake tries again.
    fs::rename(&elsewhere, &folder).unwrap();
    let files = Arc::new(files);
    let keeper = Keeper::start(&files, beside.journal());
    let there = || !files.status(beside.journal().as_mut()).unwrap().is_away;
    while !there() {
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(keeper);
    assert!(files.status(beside.journal().as_mut()).unwrap().facts > 0);
    assert_equal_to_the_store(&beside, files.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
}

#[test]
fn too_far_behind_the_journal_the_store_answers() {
    let beside = Beside::new(Kept::Since);
    fill(beside.journal().as_mut(), 1, 2, 60);
    let files: Files = beside.files(Limits { lag_max: 100, ..LIMITS });
    assert!(files.scans(beside.journal().as_mut(), 1).unwrap().is_none());
    files.pull(beside.journal().as_mut(), 60).unwrap();
    assert_equal_to_the_store(&beside, files.scans(beside.journal().as_mut(), 1).unwrap().unwrap()[0].as_mut());
}
