//! The lake of one brand: what is in files, what the journal has had since, and how the one becomes the other.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant as Stopwatch, SystemTime};

use perennial_app::port::journal::Chain;
use perennial_app::port::lake::{Lake, LakeStatus};
use perennial_app::port::{HistoryScan, Journal, PortError, PortResult, StoredFact};
use perennial_kernel::{Instant, Seq};

use super::depot::Depot;
use super::held::Held;
use super::manifest::{self, Manifest, RunNote};
use super::merge::merge;
use super::rows;
use super::run::{Run, write_facts, write_sorted};
use super::scan::{LakeScan, Snapshot};

/// Facts read of a lane at once.
const PAGE: usize = 4096;
/// When what came is written, and what is merged.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// So many facts make a run,
    pub run_rows: usize,
    /// or so long a wait, if there are fewer.
    pub run_after: Duration,
    /// So many runs of about one size become one.
    pub width: usize,
    /// Further behind the journal than this, questions are answered by the store.
    pub lag_max: u64,
    /// A file that is no longer part of anything is kept so long for whoever may still read it.
    pub retired_kept: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { run_rows: 200_000, run_after: Duration::from_secs(20), width: 4, lag_max: 250_000, retired_kept: Duration::from_mins(10) }
    }
}

pub struct Files {
    depot: Depot,
    limits: Limits,
    held: Mutex<Held>,
    /// Names of runs are made of these: of two writers, on whatever machines, no two runs are called alike.
    writer: u64,
    next: AtomicU64,
    /// A file could not be read: everything is to be built anew.
    damaged: Arc<AtomicBool>,
    /// What lies there was not looked at yet, or could not be.
    away: AtomicBool,
}

impl Files {
    /// Opens what lies there, if it is of this journal; else begins anew.
    pub fn open(depot: Depot, limits: Limits, journal: &mut dyn Journal) -> PortResult<Self> {
        let lake = Self::unopened(depot, limits);
        lake.reach(journal)?;
        Ok(lake)
    }

    /// One of which nothing is known until [`Self::reach`]: the store answers until then.
    pub fn unopened(depot: Depot, limits: Limits) -> Self {
        Self {
            held: Mutex::new(Held::of(&depot, Manifest::empty())),
            depot,
            limits,
            // Seeded by the system anew for each.
            writer: RandomState::new().build_hasher().finish(),
            next: AtomicU64::new(0),
            damaged: Arc::new(AtomicBool::new(false)),
            away: AtomicBool::new(true),
        }
    }

    /// Looks at what lies there; errors leave the lake away, to be tried again.
    pub fn reach(&self, journal: &mut dyn Journal) -> PortResult<()> {
        let stands = Manifest::load(&self.depot)?;
        let is_ours = stands.is_of(journal)?;
        *self.held() = Held::of(&self.depot, stands);
        if !is_ours {
            tracing::warn!("the lake is not of this journal as it stands (was a backup restored?) and is built anew");
            self.begin_anew()?;
        }
        self.away.store(false, Ordering::Relaxed);
        Ok(())
    }

    pub fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().expect("no thread panics while holding this lock")
    }

    /// Everything there is retired; the journal is read from its first fact.
    pub fn begin_anew(&self) -> PortResult<()> {
        let mut held = self.held();
        let files = held.manifest.runs.iter().flat_map(|run| &run.files).map(|file| (file.name.clone(), now()));
        let retired = held.manifest.retired.iter().cloned().chain(files).collect();
        let empty = Manifest { number: held.manifest.number, retired, ..Manifest::empty() };
        self.publish(&mut held, empty)?;
        *held = Held::of(&self.depot, held.manifest.clone());
        self.damaged.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Makes a manifest the one that stands; `false` when somebody else was first, and theirs is held now.
    fn publish(&self, held: &mut Held, manifest: Manifest) -> PortResult<bool> {
        if let Some(stands) = manifest.publish(&self.depot)? {
            held.take(&self.depot, stands);
            return Ok(true);
        }
        *held = Held::of(&self.depot, Manifest::load(&self.depot)?);
        Ok(false)
    }

    /// Another process of this brand may have written meanwhile.
    pub fn look(&self) -> PortResult<()> {
        let stands = Manifest::load(&self.depot)?;
        let mut held = self.held();
        if stands.number > held.manifest.number {
            *held = Held::of(&self.depot, stands);
        }
        Ok(())
    }

    /// How many facts of the journal have not been read.
    pub fn lag(&self, journal: &mut dyn Journal) -> PortResult<u64> {
        let heads = journal.heads()?;
        let held = self.held();
        Ok(heads.iter().map(|head| head.seq.0.saturating_sub(held.since.read.get(&head.lane).map_or(0, |read| read.0.0))).sum())
    }

    /// Reads at most about `limit` facts that are new; answers how many there were.
    pub fn pull(&self, journal: &mut dyn Journal, limit: usize) -> PortResult<usize> {
        let heads = journal.heads()?;
        let mut held = self.held();
        let mut facts = Vec::new();
        for head in heads {
            while facts.len() < limit {
                let after = held.since.read.get(&head.lane).map_or(Seq(0), |read| read.0);
                if head.seq <= after {
                    break;
                }
                let page = journal.tail(head.lane, after, PAGE.min(limit - facts.len()))?;
                let Some(last) = page.last() else { break };
                held.since.read.insert(head.lane, (last.position.seq(), last.chain));
                facts.extend(page.into_iter().map(|fact| StoredFact { sealed: Vec::new(), chain: Chain::ROOT, ..fact }));
            }
        }
        let read = facts.len();
        if read > 0 {
            facts.sort_by_key(rows::sort_key);
            held.since.portions.push(Arc::new(facts));
            held.since.waiting.get_or_insert_with(Stopwatch::now);
            held.since.gather();
        }
        Ok(read)
    }

    /// Whether enough has come, or waited long enough, to be written.
    pub fn is_due(&self) -> bool {
        let held = self.held();
        held.since.rows() >= self.limits.run_rows || held.since.waiting.is_some_and(|since| since.elapsed() >= self.limits.run_after)
    }

    /// Writes what came since as a run; `false` when there was nothing, or somebody else wrote meanwhile.
    pub fn write(&self) -> PortResult<bool> {
        let (portions, marks, generation) = {
            let mut held = self.held();
            held.since.leaving = held.since.portions.len();
            held.since.waiting = None;
            (held.since.portions.clone(), held.marks(), held.generation)
        };
        if portions.is_empty() {
            return Ok(false);
        }
        let mut facts: Vec<&StoredFact> = portions.iter().flat_map(|portion| portion.iter()).collect();
        facts.sort_by_key(|fact| rows::sort_key(fact));
        let written = write_facts(&self.depot, self.stem(), &facts);
        let mut held = self.held();
        let note = match written {
            Ok(note) => note,
            Err(error) => {
                held.since.leaving = 0;
                held.since.waiting = Some(Stopwatch::now());
                return Err(error);
            }
        };
        if held.generation != generation {
            return self.throw_away(&note);
        }
        let mut manifest = held.manifest.clone();
        manifest.marks = marks;
        manifest.runs.push(note.clone());
        if !self.publish(&mut held, manifest)? {
            return self.throw_away(&note);
        }
        let leaving = std::mem::take(&mut held.since.leaving);
        held.since.portions.drain(..leaving);
        Ok(true)
    }

    /// Writes facts sorted by subject, event time and arrival as one run beside those there are. They come from no journal, so no mark is
    /// moved: how measurements fill a lake that no journal could be filled for in time.
    pub fn fill(&self, facts: impl Iterator<Item = StoredFact>) -> PortResult<()> {
        let note = write_sorted(&self.depot, self.stem(), facts)?;
        let mut held = self.held();
        let mut manifest = held.manifest.clone();
        manifest.runs.push(note);
        self.publish(&mut held, manifest).map(drop)
    }

    /// Merges runs of about one size, if there are enough of them: `true` when it did.
    pub fn merge_some(&self, goes_on: &dyn Fn() -> bool) -> PortResult<bool> {
        let runs = {
            let held = self.held();
            let mut tiers: BTreeMap<u32, Vec<Arc<Run>>> = BTreeMap::new();
            for run in &held.runs {
                let size = (run.note.rows() / self.limits.run_rows.max(1) as u64).max(1);
                tiers.entry(size.ilog(self.limits.width.max(2) as u64)).or_default().push(Arc::clone(run));
            }
            tiers.into_values().find(|runs| runs.len() >= self.limits.width)
        };
        match runs {
            Some(runs) => self.merge_these(&runs, goes_on),
            None => Ok(false),
        }
    }

    /// All runs become one.
    pub fn merge_all(&self, goes_on: &dyn Fn() -> bool) -> PortResult<bool> {
        let runs = self.held().runs.clone();
        if runs.len() < 2 { Ok(false) } else { self.merge_these(&runs, goes_on) }
    }

    fn merge_these(&self, runs: &[Arc<Run>], goes_on: &dyn Fn() -> bool) -> PortResult<bool> {
        let Some(note) = self.noting_damage(merge(&self.depot, self.stem(), runs, goes_on))? else { return Ok(false) };
        let mut held = self.held();
        let gone: Vec<&RunNote> = runs.iter().map(|run| &run.note).collect();
        if !gone.iter().all(|note| held.manifest.runs.contains(note)) {
            // Begun anew, or written by another, while we merged.
            return self.throw_away(&note);
        }
        let mut manifest = held.manifest.clone();
        manifest.runs.retain(|run| !gone.contains(&run));
        manifest.runs.push(note.clone());
        manifest.retired.extend(gone.iter().flat_map(|run| &run.files).map(|file| (file.name.clone(), now())));
        if self.publish(&mut held, manifest)? { Ok(true) } else { self.throw_away(&note) }
    }

    /// Removes a run that no manifest came to name: somebody else was first.
    fn throw_away(&self, note: &RunNote) -> PortResult<bool> {
        for file in &note.files {
            self.depot.remove(&file.name)?;
        }
        Ok(false)
    }

    fn noting_damage<T>(&self, result: PortResult<T>) -> PortResult<T> {
        if let Err(PortError::Damaged(_)) = &result {
            self.damaged.store(true, Ordering::Relaxed);
        }
        result
    }

    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Removes what was retired long enough ago.
    pub fn tidy(&self) -> PortResult<()> {
        let mut held = self.held();
        let until = now() - self.limits.retired_kept.as_millis() as i64;
        let (gone, kept): (Vec<_>, Vec<_>) = held.manifest.retired.iter().cloned().partition(|(_, since)| *since <= until);
        if gone.is_empty() {
            return Ok(());
        }
        // First away, then forgotten: a removal that is cut short is done again.
        for (name, _) in &gone {
            self.depot.remove(name)?;
        }
        let manifest = Manifest { retired: kept, ..held.manifest.clone() };
        self.publish(&mut held, manifest).map(drop)
    }

    /// Removes what a writer that died left behind. For the only writer of a folder, before it begins.
    pub fn sweep(&self) -> PortResult<()> {
        let held = self.held();
        let named = held.manifest.runs.iter().flat_map(|run| &run.files).map(|file| file.name.as_str());
        let known: Vec<&str> = named.chain(held.manifest.retired.iter().map(|(name, _)| name.as_str())).collect();
        for (name, _) in self.depot.list()? {
            let is_run = name.starts_with("run-") && !known.contains(&name.as_str());
            if is_run || (manifest::is_ours(&name) && manifest::is_unfinished(&name)) {
                self.depot.remove(&name)?;
            }
        }
        Ok(())
    }

    fn stem(&self) -> String {
        let number = self.held().manifest.number;
        format!("run-{number:012}-{:016x}-{}", self.writer, self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// One state of everything that was accepted: files, and what came since; `None` too far behind the journal.
    pub fn snapshot(&self, journal: &mut dyn Journal) -> PortResult<Option<Arc<Snapshot>>> {
        if self.is_away() || self.is_damaged() || self.lag(journal)? > self.limits.lag_max {
            return Ok(None);
        }
        self.pull(journal, usize::MAX)?;
        // After the facts: whoever was joined by a fact that was read is found joined.
        let (runs, since) = {
            let held = self.held();
            (held.runs.clone(), held.since.portions.clone())
        };
        let kin = journal.all_kin()?;
        Ok(Some(Arc::new(Snapshot { runs, since, kin, damaged: Arc::clone(&self.damaged) })))
    }
}

impl Lake for Files {
    fn scans(&self, journal: &mut dyn Journal, parts: usize) -> PortResult<Option<Vec<Box<dyn HistoryScan>>>> {
        let Some(snapshot) = self.snapshot(journal)? else { return Ok(None) };
        let scan = |_| Box::new(LakeScan(Arc::clone(&snapshot))) as Box<dyn HistoryScan>;
        Ok(Some((0..parts).map(scan).collect()))
    }

    fn status(&self, journal: &mut dyn Journal) -> PortResult<LakeStatus> {
        let lag = self.lag(journal)?;
        let held = self.held();
        let files = held.manifest.runs.iter().flat_map(|run| &run.files);
        Ok(LakeStatus {
            facts: held.manifest.rows(),
            bytes: files.clone().map(|file| file.bytes).sum(),
            files: files.count() as u64,
            runs: held.manifest.runs.len() as u64,
            waiting: held.since.rows() as u64,
            lag,
            number: held.manifest.number,
            is_damaged: self.is_damaged(),
            is_away: self.is_away(),
        })
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Instant(since.as_millis() as i64).0
}
