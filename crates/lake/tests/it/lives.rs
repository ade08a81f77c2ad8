//! A journal with a lake beside it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use perennial_app::port::journal::Chain;
use perennial_app::port::lake::Lake;
use perennial_app::port::{Desk, HistoryScan, Journal, KeyStore, ScanRange, StoredFact};
use perennial_kernel::{Lane, SubjectId};
use perennial_lake::files::{Depot, Files, Limits};
use perennial_store::{SqliteDesk, SqliteKeys, SqliteStore};
use tempfile::TempDir;

use crate::support::{Stores, write};

/// Small enough that a few thousand facts become runs, row groups and merges.
pub const LIMITS: Limits =
    Limits { run_rows: 64, run_after: Duration::from_hours(1), width: 3, lag_max: u64::MAX, retired_kept: Duration::ZERO };

/// How what is asked of is kept when it is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    /// In memory, read from the journal.
    Since,
    /// In runs, one for each time the store was opened to be read.
    Runs,
    /// In one run that was merged of many.
    Merged,
    /// In all of these.
    Mixed,
}

pub struct Beside {
    folder: TempDir,
    kept: Kept,
}

impl Beside {
    pub fn new(kept: Kept) -> Self {
        Self { folder: TempDir::new().unwrap(), kept }
    }

    pub fn journal_file(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    pub fn lake_folder(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    pub fn depot(&self) -> Depot {
        Depot::at(self.lake_folder().to_str().unwrap(), &self.folder.path().join("scratch")).unwrap()
    }

    pub fn files(&self, limits: Limits) -> Files {
        Files::open(self.depot(), limits, self.journal().as_mut()).unwrap()
    }

    /// Reads the journal into the lake, in steps that end in runs, merges or memory as `kept` says.
    pub fn follow(&self, files: &Files) {
        let mut journal = self.journal();
        let step = if self.kept == Kept::Since { usize::MAX } else { 40 };
        let mut steps = 0;
        while files.pull(journal.as_mut(), step).unwrap() > 0 {
            steps += 1;
            if matches!(self.kept, Kept::Runs | Kept::Merged) || (self.kept == Kept::Mixed && steps % 3 != 0) {
                files.write().unwrap();
            }
            if self.kept == Kept::Mixed && steps % 5 == 0 {
                while files.merge_some(&|| true).unwrap() {}
            }
        }
        if self.kept == Kept::Merged {
            files.merge_all(&|| true).unwrap();
        }
    }
}

impl Stores for Beside {
    fn journal(&self) -> Box<dyn Journal> {
        Box::new(SqliteStore::open(self.journal_file()).unwrap())
    }

    fn desk(&self) -> Box<dyn Desk> {
        Box::new(SqliteDesk::open(self.journal_file()).unwrap())
    }

    fn keys(&self) -> Box<dyn KeyStore> {
        Box::new(SqliteKeys::open(self.folder.path().join("keys.db")).unwrap())
    }

    fn scan(&self) -> Box<dyn HistoryScan> {
        let files = self.files(LIMITS);
        self.follow(&files);
        files.scans(self.journal().as_mut(), 1).unwrap().unwrap().remove(0)
    }
}

/// What a reader tells of everyone, without what the lake leaves to the store.
pub fn told(scan: &mut dyn HistoryScan, parts: u32) -> Vec<(SubjectId, Vec<StoredFact>)> {
    let bare = |fact: &StoredFact| StoredFact { sealed: Vec::new(), chain: Chain::ROOT, ..fact.clone() };
    let mut told = Vec::new();
    for range in ScanRange::split(parts) {
        scan.scan(range, &mut |subject, facts| {
            told.push((subject, facts.iter().map(bare).collect()));
            true
        })
        .unwrap();
    }
    told
}

/// Each fact once, and what the store tells of everyone.
pub fn assert_equal_to_the_store(beside: &Beside, scan: &mut dyn HistoryScan) {
    let wanted = told(beside.journal().scan().unwrap().as_mut(), 1);
    for parts in [1, 3] {
        assert_eq!(told(scan, parts), wanted, "{parts} parts");
    }
}

/// Facts of many subjects, `batches` batches of `size`, drawn from a seed.
pub fn fill(journal: &mut dyn Journal, seed: u64, batches: u64, size: u64) {
    let mut state = seed;
    let mut draw = |below: u64| {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    };
    for _ in 0..batches {
        write(journal, &[Lane(0)], |batch| {
            for _ in 0..size {
                // Some have many facts, NOBODY among them; subjects lie on both sides of zero.
                let subject = (draw(40).pow(2) as i64 - 200).wrapping_mul(0x1234_5678_9abc_def1);
                batch.fact(Lane(0), subject, draw(1_000_000) as i64);
            }
        });
    }
}

pub fn names(beside: &Beside) -> BTreeSet<String> {
    beside.depot().list().unwrap().into_iter().map(|(name, _)| name).collect()
}
