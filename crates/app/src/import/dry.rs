//! A dry run: what an import would do, told against the store, with nothing written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Instant as Stopwatch;

use perennial_kernel::{FactId, Instant, Position};
use perennial_source::{BadRow, Record};

use super::bad::BadRows;
use super::feed::{Chunk, pump};
use super::job::{context, shift_days};
use super::sort::{Became, became, versioned_order};
use super::{Counts, Feed, FileFeed, ImportError, Progress, Request};
use crate::engine::{Answer, Receipt};
use crate::house::House;
use crate::port::PortError;
use crate::port::journal::{Ask, CommandKey, ContentHash, Loaded, OrderRef};

/// So many bad rows are kept to be shown or written to a file.
const BAD_ROWS_MAX: usize = 100_000;

/// What an import would do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DryRun {
    pub shift_days: i32,
    pub records: u64,
    pub counts: Counts,
    /// The first ones.
    pub bad: BadRows,
    pub stopped: bool,
}

/// Reads the file against what is recorded.
pub fn dry_run(house: &House, request: &Request, stop: &AtomicBool, progress: &mut dyn FnMut(&Progress)) -> Result<DryRun, ImportError> {
    let shift = shift_days(house, request)?;
    let mut feed = FileFeed::open(request, &request.preset, context(house, &request.source, shift))?;
    let mut trial =
        Trial { house, told: DryRun { shift_days: shift, ..DryRun::default() }, seen: BTreeMap::new(), orders: BTreeSet::new() };
    trial.told.bad.columns = feed.columns();
    let started = Stopwatch::now();
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(2);
        scope.spawn(move || pump(&mut feed, 0, &sender));
        for chunk in receiver {
            let (done, total) = (chunk.done as f64, chunk.total.max(1) as f64);
            trial.take(chunk)?;
            let seconds = started.elapsed().as_secs_f64().max(1e-6);
            progress(&Progress {
                import: None,
                records: trial.told.records,
                counts: trial.told.counts,
                records_per_second: trial.told.records as f64 / seconds,
                percent: 100.0 * done / total,
                seconds_left: (done > 0.0).then(|| seconds * (total - done) / done),
            });
            if stop.load(Ordering::Relaxed) {
                trial.told.stopped = true;
                break;
            }
        }
        Ok(trial.told)
    })
}

struct Trial<'a> {
    house: &'a House,
    told: DryRun,
    /// Commands of this file so far, as if they had been written.
    seen: BTreeMap<CommandKey, ContentHash>,
    orders: BTreeSet<OrderRef>,
}

impl Trial<'_> {
    fn take(&mut self, chunk: Chunk) -> Result<(), ImportError> {
        let good: Vec<&Record> = chunk.items.iter().flatten().collect();
        let loaded = self.load(&good)?;
        for item in chunk.items {
            self.told.records += 1;
            let became = match item {
                Ok(record) => self.try_out(&record, &loaded),
                Err(row) => Became::Bad(row),
            };
            self.told.counts.add(&became);
            if let Became::Bad(row) = became
                && self.told.bad.rows.len() < BAD_ROWS_MAX
            {
                self.told.bad.rows.push(row);
            }
        }
        Ok(())
    }

    /// What is recorded of these: one batch's load, without a lane, and rolled back.
    fn load(&self, records: &[&Record]) -> Result<Loaded, ImportError> {
        let secrets = self.house.secrets();
        let key = |incoming: &perennial_kernel::Incoming| secrets.command_key(&incoming.source, &incoming.object, &incoming.version);
        let ask = Ask {
            keys: records.iter().flat_map(|record| &record.incoming).map(key).collect(),
            orders: records.iter().filter_map(|record| versioned_order(record)).collect(),
            ..Ask::default()
        };
        let loaded: Result<Loaded, PortError> = self.house.queue().call(move |engine| engine.journal().begin(&BTreeSet::new())?.load(&ask));
        Ok(loaded?)
    }

    fn try_out(&mut self, record: &Record, loaded: &Loaded) -> Became {
        let secrets = self.house.secrets();
        let order = versioned_order(record);
        let known = order.is_some_and(|order| loaded.orders.contains_key(&order) || self.orders.contains(&order));
        let mut answers = Vec::with_capacity(record.incoming.len());
        for incoming in &record.incoming {
            let key = secrets.command_key(&incoming.source, &incoming.object, &incoming.version);
            let content = secrets.content(incoming);
            let held = loaded.seen.get(&key).map(|seen| (seen.content, seen.fact));
            let held = held.or_else(|| self.seen.get(&key).map(|content| (*content, NOT_WRITTEN)));
            answers.push(match held {
                Some((same, fact)) if same == content => Answer::Repeated(fact),
                Some((_, fact)) => Answer::Conflict(fact),
                None => {
                    self.seen.insert(key, content);
                    Answer::Recorded(Receipt { fact: NOT_WRITTEN, member: None, effects: Vec::new() })
                }
            });
        }
        self.orders.extend(order);
        became(record, &answers, known, None)
    }
}

/// Stands for a fact that an import would write.
const NOT_WRITTEN: FactId = FactId { recorded_at: Instant(0), position: Position(0) };

impl DryRun {
    /// The first bad rows, for a person.
    pub fn first_bad(&self, count: usize) -> &[BadRow] {
        &self.bad.rows[..count.min(self.bad.rows.len())]
    }
}
