//! Several runs become one: a merge by subject and time that carries columns over and opens no payload.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::Int64Type;
use perennial_app::port::PortResult;

use super::depot::{Depot, damaged};
use super::manifest::RunNote;
use super::rows::{self, Whole, column};
use super::run::{Reading, Run, Writer};
use super::settle::{Flat, is_involved, settle};

/// Rows written at a time, at least: a subject is never cut.
const CHUNK_ROWS: usize = 16_384;

/// Writes all rows of `runs` as one run; `None` when `goes_on` said no meanwhile, and what was written is nobody's.
pub fn merge(depot: &Depot, stem: String, runs: &[Arc<Run>], goes_on: &dyn Fn() -> bool) -> PortResult<Option<RunNote>> {
    let columns: Vec<usize> = (0..rows::schema().fields().len()).collect();
    let mut chunk = Chunk::default();
    let mut inputs = Vec::new();
    for run in runs {
        let mut input = Input { reading: run.read(&columns, i64::MIN, i64::MAX), batch: None };
        input.advance(&mut chunk)?;
        inputs.push(input);
    }
    let mut writer = Writer::new(depot, stem);
    while let Some(subject) = inputs.iter().filter_map(Input::subject).min() {
        let from = chunk.picks.len();
        let mut sources = 0;
        for input in &mut inputs {
            sources += usize::from(input.subject() == Some(subject));
            input.take(subject, &mut chunk)?;
        }
        chunk.settle(from, sources > 1)?;
        if chunk.picks.len() >= CHUNK_ROWS {
            if !goes_on() {
                return Ok(None);
            }
            writer.write(&chunk.build()?)?;
            chunk = Chunk::default();
            for input in &mut inputs {
                input.register(&mut chunk);
            }
        }
    }
    writer.write(&chunk.build()?)?;
    writer.finish().map(Some)
}

/// Rows chosen so far, of batches in hand.
#[derive(Default)]
struct Chunk {
    batches: Vec<RecordBatch>,
    picks: Vec<Pick>,
    /// Subjects that were settled anew: their first place among the picks, and what their rows come to.
    settled: Vec<(usize, i64, Vec<Flat>)>,
}

#[derive(Clone, Copy)]
struct Pick {
    batch: usize,
    row: usize,
    key: (i64, i64),
    settled: i64,
    order: Option<i64>,
}

impl Chunk {
    /// The rows of one subject are all here, from `from` on.
    fn settle(&mut self, from: usize, is_mixed: bool) -> PortResult<()> {
        if !is_mixed {
            return Ok(());
        }
        let picks = &mut self.picks[from..];
        picks.sort_by_key(|pick| pick.key);
        if !is_involved(picks.iter().map(|pick| (pick.settled, pick.order))) {
            return Ok(());
        }
        let mut facts = Vec::with_capacity(picks.len());
        for pick in picks.iter() {
            let one = self.batches[pick.batch].slice(pick.row, 1).project(&rows::WHOLE).map_err(|error| damaged("a merge", &error))?;
            facts.push(Whole::new(&one).fact(0)?);
        }
        let (since, flat) = settle(&facts.iter().collect::<Vec<_>>());
        self.settled.push((from, since, flat));
        Ok(())
    }

    fn build(&self) -> PortResult<RecordBatch> {
        if self.picks.is_empty() {
            return Ok(RecordBatch::new_empty(rows::schema()));
        }
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let picks: Vec<(usize, usize)> = self.picks.iter().map(|pick| (pick.batch, pick.row)).collect();
        let merged = interleave_record_batch(&batches, &picks).map_err(|error| damaged("a merge", &error))?;
        if self.settled.is_empty() {
            return Ok(merged);
        }
        let mut settled: Vec<i64> = merged.column(column::SETTLED).as_primitive::<Int64Type>().values().to_vec();
        let mut flat: Vec<Flat> = (0..merged.num_rows()).map(|row| rows::flat_of(&merged, row)).collect();
        for (from, since, anew) in &self.settled {
            settled[*from..from + anew.len()].fill(*since);
            flat[*from..from + anew.len()].clone_from_slice(anew);
        }
        let mut columns = merged.columns().to_vec();
        columns.splice(column::WHAT..=column::RELATION, rows::flat_columns(&settled, &flat));
        RecordBatch::try_new(rows::schema(), columns).map_err(|error| damaged("a merge", &error))
    }
}

/// A run being merged, and where it stands.
struct Input {
    reading: Reading,
    batch: Option<Current>,
}

struct Current {
    batch: RecordBatch,
    /// Its number in the chunk.
    number: usize,
    row: usize,
}

impl Current {
    fn ints(&self, column: usize) -> &[i64] {
        self.batch.column(column).as_primitive::<Int64Type>().values()
    }
}

impl Input {
    fn subject(&self) -> Option<i64> {
        let current = self.batch.as_ref()?;
        Some(current.ints(column::SUBJECT)[current.row])
    }

    fn advance(&mut self, chunk: &mut Chunk) -> PortResult<()> {
        self.batch = loop {
            match self.reading.next_batch()? {
                Some(batch) if batch.num_rows() == 0 => {}
                Some(batch) => break Some(Current { batch, number: 0, row: 0 }),
                None => break None,
            }
        };
        self.register(chunk);
        Ok(())
    }

    fn register(&mut self, chunk: &mut Chunk) {
        if let Some(current) = &mut self.batch {
            current.number = chunk.batches.len();
            chunk.batches.push(current.batch.clone());
        }
    }

    /// All rows of a subject that stands next here.
    fn take(&mut self, subject: i64, chunk: &mut Chunk) -> PortResult<()> {
        while self.subject() == Some(subject) {
            let current = self.batch.as_mut().expect("a subject stands in it");
            let subjects = current.batch.column(column::SUBJECT).as_primitive::<Int64Type>().values();
            let length = subjects[current.row..].iter().take_while(|other| **other == subject).count();
            let (occurred, positions) = (current.ints(column::OCCURRED_AT), current.ints(column::POSITION));
            let settled = current.ints(column::SETTLED);
            let orders = current.batch.column(column::ORDER).as_primitive::<Int64Type>();
            for row in current.row..current.row + length {
                chunk.picks.push(Pick {
                    batch: current.number,
                    row,
                    key: (occurred[row], positions[row]),
                    settled: settled[row],
                    order: (!orders.is_null(row)).then(|| orders.value(row)),
                });
            }
            current.row += length;
            if current.row == current.batch.num_rows() {
                self.advance(chunk)?;
            }
        }
        Ok(())
    }
}
