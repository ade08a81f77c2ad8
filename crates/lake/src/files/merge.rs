//! Several runs become one: a merge by subject and time that carries columns over and opens no payload.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{Int8Type, Int64Type};
use perennial_app::port::PortResult;

use super::depot::{Depot, damaged};
use super::manifest::RunNote;
use super::rows::{self, column};
use super::run::{Reading, Run, Writer};

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
        chunk.settle(from, sources > 1);
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
    plain: Vec<bool>,
}

#[derive(Clone, Copy)]
struct Pick {
    batch: usize,
    row: usize,
    key: (i64, i64),
    what: i8,
    order: Option<i64>,
}

impl Chunk {
    /// The rows of one subject are all here, from `from` on.
    fn settle(&mut self, from: usize, is_mixed: bool) {
        let picks = &mut self.picks[from..];
        if is_mixed {
            picks.sort_by_key(|pick| pick.key);
        }
        let is_plain = rows::is_plain(picks.iter().map(|pick| (pick.what, pick.order)));
        self.plain.resize(self.picks.len(), is_plain);
    }

    fn build(&self) -> PortResult<RecordBatch> {
        if self.picks.is_empty() {
            return Ok(RecordBatch::new_empty(rows::schema()));
        }
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let picks: Vec<(usize, usize)> = self.picks.iter().map(|pick| (pick.batch, pick.row)).collect();
        let merged = interleave_record_batch(&batches, &picks).map_err(|error| damaged("a merge", &error))?;
        let mut columns = merged.columns().to_vec();
        columns[column::PLAIN] = Arc::new(BooleanArray::from(self.plain.clone()));
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
            let what = current.batch.column(column::WHAT).as_primitive::<Int8Type>();
            let orders = current.batch.column(column::ORDER).as_primitive::<Int64Type>();
            for row in current.row..current.row + length {
                chunk.picks.push(Pick {
                    batch: current.number,
                    row,
                    key: (occurred[row], positions[row]),
                    what: what.value(row),
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
