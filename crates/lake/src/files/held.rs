//! What a lake holds at a moment: a manifest, its runs, and what was read of the journal since.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant as Stopwatch;

use perennial_app::port::StoredFact;
use perennial_app::port::journal::Chain;
use perennial_kernel::{Lane, Seq};

use super::depot::Depot;
use super::manifest::{self, Manifest, Mark, RunNote};
use super::rows;
use super::run::Run;

/// Portions of what came since are put together beyond so many.
const PORTIONS_MAX: usize = 12;

/// Each fact of the journal up to `read` is in exactly one run or portion.
pub(super) struct Held {
    pub manifest: Manifest,
    pub runs: Vec<Arc<Run>>,
    pub since: Since,
    /// Another one whenever what came since is read anew: a run being written meanwhile is nobody's.
    pub generation: u64,
}

#[derive(Default)]
pub(super) struct Since {
    pub read: BTreeMap<Lane, (Seq, Chain)>,
    pub portions: Vec<Arc<Vec<StoredFact>>>,
    /// How many of the portions, from the first, are being written.
    pub leaving: usize,
    /// When the oldest that is not being written came.
    pub waiting: Option<Stopwatch>,
}

impl Since {
    pub fn rows(&self) -> usize {
        self.portions.iter().map(|portion| portion.len()).sum()
    }

    /// Many small portions become one, so that a question merges few.
    pub fn gather(&mut self) {
        if self.portions.len() - self.leaving <= PORTIONS_MAX {
            return;
        }
        let mut all: Vec<StoredFact> = Vec::new();
        for portion in self.portions.drain(self.leaving..) {
            match Arc::try_unwrap(portion) {
                Ok(facts) => all.extend(facts),
                Err(shared) => all.extend_from_slice(&shared),
            }
        }
        all.sort_by_key(rows::sort_key);
        self.portions.push(Arc::new(all));
    }
}

impl Held {
    pub fn of(depot: &Depot, manifest: Manifest) -> Self {
        static GENERATIONS: AtomicU64 = AtomicU64::new(0);
        let runs = manifest.runs.iter().map(|note| Run::new(depot, note.clone())).collect();
        let read = manifest.marks.iter().map(|mark| (Lane(mark.lane), (Seq(mark.seq), manifest::unhex(&mark.chain)))).collect();
        let since = Since { read, ..Since::default() };
        Self { manifest, runs, since, generation: GENERATIONS.fetch_add(1, Ordering::Relaxed) }
    }

    /// A manifest that goes on from the one held: runs that are open already stay so.
    pub fn take(&mut self, depot: &Depot, manifest: Manifest) {
        let run = |note: &RunNote| {
            let held = self.runs.iter().find(|run| run.note == *note);
            held.cloned().unwrap_or_else(|| Run::new(depot, note.clone()))
        };
        self.runs = manifest.runs.iter().map(run).collect();
        self.manifest = manifest;
    }

    pub fn marks(&self) -> Vec<Mark> {
        let mark = |(lane, (seq, chain)): (&Lane, &(Seq, Chain))| Mark { lane: lane.0, seq: seq.0, chain: manifest::hex(*chain) };
        self.since.read.iter().map(mark).collect()
    }
}
