//! Everyone, from the lake's files and what the journal has had since: one merge by subject and time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use perennial_app::port::gather::{ByFamily, bounds};
use perennial_app::port::journal::KinRow;
use perennial_app::port::{HistoryScan, PortError, PortResult, ScanRange, Seen, Shown, StoredFact};
use perennial_backtest::Reads;
use perennial_kernel::SubjectId;

use super::rows::{self, Whole};
use super::run::{Reading, Run};

/// One state of everything: runs, what came since, and who belongs together. Shared by the ranges of a question.
pub struct Snapshot {
    pub runs: Vec<Arc<Run>>,
    /// What is in no run yet, in portions sorted by [`rows::sort_key`].
    pub since: Vec<Arc<Vec<StoredFact>>>,
    pub kin: Vec<KinRow>,
    /// Raised by whoever finds a file that cannot be read.
    pub damaged: Arc<AtomicBool>,
}

pub struct LakeScan(pub Arc<Snapshot>);

impl HistoryScan for LakeScan {
    fn scan(&mut self, range: ScanRange, visit: &mut dyn FnMut(SubjectId, &[StoredFact]) -> bool) -> PortResult<()> {
        let Some((first, last)) = bounds(range) else { return Ok(()) };
        self.noting_damage(self.families(first, last, None, visit))
    }

    fn scan_flat(&mut self, range: ScanRange, reads: Reads, visit: &mut dyn FnMut(Shown<'_>) -> Seen) -> PortResult<()> {
        self.noting_damage(self.show(range, reads, visit))
    }
}

impl LakeScan {
    fn noting_damage<T>(&self, read: PortResult<T>) -> PortResult<T> {
        if let Err(PortError::Damaged(_)) = &read {
            self.0.damaged.store(true, Ordering::Relaxed);
        }
        read
    }

    /// The families whose names lie in `first..=last`; with `only`, ascending, those of them that have one of these subjects' names.
    pub(super) fn families(
        &self,
        first: i64,
        last: i64,
        only: Option<&[i64]>,
        visit: &mut dyn FnMut(SubjectId, &[StoredFact]) -> bool,
    ) -> PortResult<()> {
        let others = self.0.others(first, last)?;
        let mut families = ByFamily::new(visit, self.0.kin.clone());
        self.0.each_subject(first, last, only, &mut |subject, facts| {
            if subject == SubjectId::NOBODY {
                return true;
            }
            if let Some(of) = families.others_of(subject) {
                families.bring(of.iter().filter_map(|other| others.get(other)).flatten().cloned().collect());
            }
            facts.drain(..).all(|fact| families.add(fact))
        })?;
        families.finish();
        Ok(())
    }
}

impl Snapshot {
    /// Calls `visit` once for each subject in `first..=last`, ascending, with its facts by event time and arrival.
    fn each_subject(
        &self,
        first: i64,
        last: i64,
        only: Option<&[i64]>,
        visit: &mut dyn FnMut(SubjectId, &mut Vec<StoredFact>) -> bool,
    ) -> PortResult<()> {
        let mut inputs: Vec<Input<'_>> = Vec::new();
        for run in &self.runs {
            let reading = match only {
                Some(only) => run.read_only(&rows::WHOLE, only),
                None => run.read(&rows::WHOLE, first, last),
            };
            inputs.push(Input::Run(Box::new(Cursor::new(reading, first)?)));
        }
        for portion in &self.since {
            let from = portion.partition_point(|fact| fact.subject.0 < first);
            inputs.push(Input::Since(&portion[from..]));
        }
        let mut facts = Vec::new();
        while let Some(subject) = inputs.iter().filter_map(Input::subject).min().filter(|subject| *subject <= last) {
            let mut sources = 0;
            for input in &mut inputs {
                sources += usize::from(input.subject() == Some(subject));
                input.take(subject, &mut facts)?;
            }
            if sources > 1 {
                facts.sort_by_key(|fact| (fact.occurred_at, fact.position));
            }
            let is_wanted = only.is_none_or(|only| only.binary_search(&subject).is_ok());
            if is_wanted && !visit(SubjectId(subject), &mut facts) {
                break;
            }
            facts.clear();
        }
        Ok(())
    }

    /// The facts of every subject that is told with a family whose name lies in `first..=last`.
    fn others(&self, first: i64, last: i64) -> PortResult<BTreeMap<SubjectId, Vec<StoredFact>>> {
        let told = |row: &&KinRow| row.subject != row.family && (first..=last).contains(&row.family.0);
        let mut wanted: Vec<i64> = self.kin.iter().filter(told).map(|row| row.subject.0).collect();
        wanted.sort_unstable();
        let mut found: BTreeMap<SubjectId, Vec<StoredFact>> = BTreeMap::new();
        let (Some(from), Some(to)) = (wanted.first().copied(), wanted.last().copied()) else { return Ok(found) };
        for run in &self.runs {
            let mut reading = run.read_only(&rows::WHOLE, &wanted);
            while let Some(batch) = reading.next_batch()? {
                let whole = Whole::new(&batch);
                for row in 0..whole.len() {
                    let fact = whole.fact(row)?;
                    found.entry(fact.subject).or_default().push(fact);
                }
            }
        }
        for portion in &self.since {
            let inside = portion.iter().filter(|fact| (from..=to).contains(&fact.subject.0));
            for fact in inside.filter(|fact| wanted.binary_search(&fact.subject.0).is_ok()) {
                found.entry(fact.subject).or_default().push(fact.clone());
            }
        }
        Ok(found)
    }
}

enum Input<'a> {
    Run(Box<Cursor>),
    Since(&'a [StoredFact]),
}

impl Input<'_> {
    fn subject(&self) -> Option<i64> {
        match self {
            Self::Run(cursor) => cursor.subject(),
            Self::Since(facts) => facts.first().map(|fact| fact.subject.0),
        }
    }

    /// All facts of a subject that stands next here.
    fn take(&mut self, subject: i64, into: &mut Vec<StoredFact>) -> PortResult<()> {
        match self {
            Self::Run(cursor) => cursor.take(subject, into),
            Self::Since(facts) => {
                let length = facts.iter().take_while(|fact| fact.subject.0 == subject).count();
                into.extend_from_slice(&facts[..length]);
                *facts = &facts[length..];
                Ok(())
            }
        }
    }
}

/// Where a run is being read.
struct Cursor {
    reading: Reading,
    whole: Option<Whole>,
    row: usize,
}

impl Cursor {
    /// At the first row of a subject from `first` on.
    fn new(reading: Reading, first: i64) -> PortResult<Self> {
        let mut cursor = Self { reading, whole: None, row: 0 };
        cursor.advance()?;
        while let Some(whole) = &cursor.whole {
            cursor.row = whole.subject.values().partition_point(|subject| *subject < first);
            if cursor.row < whole.len() {
                break;
            }
            cursor.advance()?;
        }
        Ok(cursor)
    }

    fn advance(&mut self) -> PortResult<()> {
        self.row = 0;
        self.whole = loop {
            match self.reading.next_batch()? {
                Some(batch) if batch.num_rows() == 0 => {}
                Some(batch) => break Some(Whole::new(&batch)),
                None => break None,
            }
        };
        Ok(())
    }

    fn subject(&self) -> Option<i64> {
        self.whole.as_ref().map(|whole| whole.subject.value(self.row))
    }

    fn take(&mut self, subject: i64, into: &mut Vec<StoredFact>) -> PortResult<()> {
        while self.subject() == Some(subject) {
            let whole = self.whole.as_ref().expect("a subject stands in it");
            into.push(whole.fact(self.row)?);
            self.row += 1;
            if self.row == whole.len() {
                self.advance()?;
            }
        }
        Ok(())
    }
}
