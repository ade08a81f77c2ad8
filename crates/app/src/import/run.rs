//! One run of an import: a thread reads ahead, the engine's thread writes, and this one counts and marks how far it has come.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Instant as Stopwatch;

use perennial_kernel::Instant;
use perennial_source::{BadRow, Record};

use super::feed::{Chunk, pump};
use super::job::{context, write_mark};
use super::sort::{Became, Overlap, became, known_orders};
use super::{Counts, DONE, FAILED, Feed, FileFeed, ImportError, Job, Progress, bad};
use crate::engine::{Answer, Command};
use crate::house::House;
use crate::port::desk::ImportRow;

/// Chunks read ahead of the engine.
const AHEAD: usize = 2;

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    pub row: ImportRow,
    /// Told to stop before the end; the next run goes on from there.
    pub stopped: bool,
    pub resumed: bool,
}

/// Imports a job's file. Looks at `stop` after each batch.
pub fn run(house: &House, job: Job, stop: &AtomicBool, progress: &mut dyn FnMut(&Progress)) -> Result<Outcome, ImportError> {
    let request = job.request.clone().expect("jobs of files come from `start`");
    let feed = FileFeed::open(&request, &request.preset, context(house, &request.source, job.row.shift_days));
    match feed {
        Ok(mut feed) => load(house, job, &mut feed, stop, progress),
        Err(error) => {
            end(house, job.row, FAILED)?;
            Err(error.into())
        }
    }
}

/// Imports whatever a feed gives.
pub fn load(
    house: &House,
    job: Job,
    feed: &mut dyn Feed,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Outcome, ImportError> {
    let columns = feed.columns();
    let (resumed, skip) = (job.resumed, job.mark.records);
    let mut run = Run::new(house, job, columns);
    let worked: Result<(), ImportError> = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(AHEAD);
        scope.spawn(move || pump(feed, skip, &sender));
        for chunk in receiver {
            run.take(chunk)?;
            progress(&run.progress());
            if run.unreadable || stop.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(())
    });
    let stopped = stop.load(Ordering::Relaxed) && run.done < run.total;
    let failed = worked.is_err() || run.unreadable || stopped;
    let row = end(house, run.job.row, if failed { FAILED } else { DONE });
    worked?;
    Ok(Outcome { row: row?, stopped, resumed })
}

struct Run<'a> {
    house: &'a House,
    job: Job,
    columns: Vec<String>,
    overlap: Option<Overlap>,
    counts: Counts,
    started: Stopwatch,
    records_before: u64,
    done: u64,
    done_before: Option<u64>,
    total: u64,
    /// The disk gave out: what lies behind was not read.
    unreadable: bool,
}

impl<'a> Run<'a> {
    fn new(house: &'a House, job: Job, columns: Vec<String>) -> Self {
        let overlap = job.resumed.then(|| Overlap::new(Instant(job.mark.recorded_at), house.now()));
        Self {
            overlap,
            counts: job.mark.counts(),
            records_before: job.mark.records,
            house,
            job,
            columns,
            started: Stopwatch::now(),
            done: 0,
            done_before: None,
            total: 1,
            unreadable: false,
        }
    }

    /// Writes one chunk; durable and counted when it returns.
    fn take(&mut self, chunk: Chunk) -> Result<(), ImportError> {
        let import = self.job.row.id;
        let good: Vec<&Record> = chunk.items.iter().flatten().collect();
        let known = known_orders(self.house, &good)?;
        let command =
            |incoming: &perennial_kernel::Incoming| Command::Record { incoming: Box::new(incoming.clone()), import: Some(import) };
        let commands = good.iter().flat_map(|record| record.incoming.iter().map(command)).collect();
        let answers = self.house.queue().process(commands)?;
        for answer in &answers {
            if let Answer::Recorded(receipt) = answer {
                self.job.mark.recorded_at = self.job.mark.recorded_at.max(receipt.fact.recorded_at.0);
            }
        }
        let (mut answers, mut known) = (answers.as_slice(), known.into_iter());
        let mut bad_rows: Vec<(u64, BadRow)> = Vec::new();
        for item in chunk.items {
            self.job.mark.records += 1;
            let became = match item {
                Ok(record) => {
                    let (own, rest) = answers.split_at(record.incoming.len());
                    answers = rest;
                    became(&record, own, known.next().unwrap_or(false), self.overlap.as_mut())
                }
                Err(row) => Became::Bad(row),
            };
            self.counts.add(&became);
            if let Became::Bad(row) = became {
                self.unreadable |= row.code == BadRow::UNREADABLE;
                bad_rows.push((self.job.mark.records, row));
            }
        }
        (self.done, self.total) = (chunk.done, chunk.total.max(1));
        self.done_before.get_or_insert(chunk.done);
        self.save(&bad_rows)
    }

    /// The rows first, then the mark, then what people see: a kill in between is made up for by the next run.
    fn save(&mut self, bad_rows: &[(u64, BadRow)]) -> Result<(), ImportError> {
        let row = &mut self.job.row;
        if !bad_rows.is_empty() {
            bad::keep(self.house, row.id, Some(&self.columns), bad_rows)?;
        }
        self.job.mark.set_counts(self.counts);
        write_mark(self.house, row.id, &self.job.mark)?;
        row.records = self.job.mark.records;
        (row.new, row.updated, row.unchanged) = (self.counts.new, self.counts.updated, self.counts.unchanged);
        (row.skipped, row.bad) = (self.counts.skipped, self.counts.bad);
        self.house.desk().update_import(row)?;
        Ok(())
    }

    fn progress(&self) -> Progress {
        let seconds = self.started.elapsed().as_secs_f64().max(1e-6);
        let moved = self.done.saturating_sub(if self.job.resumed { self.done_before.unwrap_or(0) } else { 0 });
        let left = self.total.saturating_sub(self.done);
        Progress {
            import: Some(self.job.row.id),
            records: self.job.mark.records,
            counts: self.counts,
            records_per_second: (self.job.mark.records - self.records_before) as f64 / seconds,
            percent: 100.0 * self.done as f64 / self.total as f64,
            seconds_left: (moved > 0).then(|| seconds * left as f64 / moved as f64),
        }
    }
}

fn end(house: &House, row: ImportRow, state: &str) -> Result<ImportRow, ImportError> {
    let row = ImportRow { state: state.to_owned(), ended_at: Some(house.now()), ..row };
    house.desk().update_import(&row)?;
    Ok(row)
}
