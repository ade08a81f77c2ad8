//! Opening a file and reading it record by record. Deterministic: the same file gives the same records in the same order.

use perennial_kernel::{Body, Day, Incoming};

use crate::context::Context;
use crate::input::Input;
use crate::mapping::Mapping;
use crate::preset::journey::JourneyReader;
use crate::preset::{Preset, cdnow};
use crate::problem::{BadRow, FileError, Note};
use crate::rows::bytes::Bytes;
use crate::rows::{Row, Rows};
use crate::table::layout::Layout;
use crate::table::plan::Plan;
use crate::table::{TableReader, guess};

/// Rows looked at for guessing columns and for what a person is shown.
pub(crate) const SAMPLE_ROWS: usize = 1_000;

/// One order of the file, with what followed it.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// The line of its first row, from 1.
    pub line: u64,
    /// The order; then its cancellation or refund where the file tells one.
    pub incoming: Vec<Incoming>,
}

/// Reads a file; a bad row is an item like any other, and reading goes on behind it.
#[derive(Debug)]
pub struct Reader {
    inner: Inner,
    taken: u64,
}

#[derive(Debug)]
enum Inner {
    Table(Box<TableReader>),
    Journey(Box<JourneyReader>),
}

/// Opens a file for reading.
pub fn open(input: impl Into<Input>, preset: &Preset, context: Context) -> Result<Reader, FileError> {
    let input = input.into();
    if *preset == Preset::CompleteJourney {
        return Ok(Reader { inner: Inner::Journey(Box::new(JourneyReader::open(&input, context)?)), taken: 0 });
    }
    let (rows, layout, mapping) = lay_out(&input, preset, &context)?;
    let plan = Plan::new(layout.names.clone(), &mapping)?;
    Ok(Reader { inner: Inner::Table(Box::new(TableReader::new(rows, layout, plan, context)?)), taken: 0 })
}

/// Gives the bytes of a file, part after part.
pub fn each_part(input: &Input, take: &mut dyn FnMut(&[u8])) -> Result<(), FileError> {
    let mut bytes = Bytes::open(input)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut bytes, &mut buffer)? {
            0 => return Ok(()),
            read => take(&buffer[..read]),
        }
    }
}

/// The day of the last order, before any shift; `None` when no row can be read.
pub fn last_day(input: impl Into<Input>, preset: &Preset, context: &Context) -> Result<Option<Day>, FileError> {
    let plain = Context { shift_days: 0, ..context.clone() };
    let calendar = plain.calendar.clone();
    let reader = open(input, preset, plain)?;
    let placed = reader.flatten().flat_map(|record| record.incoming).filter(|incoming| matches!(incoming.body, Body::OrderPlaced(_)));
    Ok(placed.map(|incoming| incoming.occurred_at).max().map(|at| calendar.day(at)))
}

/// Days by which to shift so that `last` falls on `to` or at most six days before: whole weeks, so that weekdays stay.
pub fn weeks_to(last: Day, to: Day) -> i32 {
    (to - last).div_euclid(7) * 7
}

impl Reader {
    /// (bytes read, bytes total); for a workbook cells instead of bytes.
    pub fn progress(&self) -> (u64, u64) {
        match &self.inner {
            Inner::Table(table) => table.progress(),
            Inner::Journey(journey) => journey.progress(),
        }
    }

    /// The file's own columns, as [`crate::write_bad_rows`] wants them; empty for a file that is no table.
    pub fn columns(&self) -> &[String] {
        match &self.inner {
            Inner::Table(table) => table.columns(),
            Inner::Journey(_) => &[],
        }
    }

    /// Rows of data in the file, blank ones not counted.
    pub fn row_count(&self) -> u64 {
        match &self.inner {
            Inner::Table(table) => table.row_count(),
            Inner::Journey(journey) => journey.row_count(),
        }
    }

    /// Items given out so far, skipped ones included: where to resume.
    pub fn position(&self) -> u64 {
        self.taken
    }

    /// Passes over `count` items (records and bad rows alike), as they were given out before.
    pub fn skip_records(&mut self, count: u64) {
        for _ in 0..count {
            if self.next().is_none() {
                break;
            }
        }
    }

    /// What was dropped or assumed up to here.
    pub fn notes(&self) -> Vec<Note> {
        match &self.inner {
            Inner::Table(table) => table.notes().list(),
            Inner::Journey(_) => Vec::new(),
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Record, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = match &mut self.inner {
            Inner::Table(table) => table.next(),
            Inner::Journey(journey) => journey.next(),
        };
        self.taken += u64::from(item.is_some());
        item
    }
}

pub(crate) fn lay_out(input: &Input, preset: &Preset, context: &Context) -> Result<(Rows, Layout, Mapping), FileError> {
    match preset {
        Preset::Cdnow => {
            let (rows, layout) = cdnow::open(input)?;
            Ok((rows, layout, cdnow::mapping()))
        }
        // Not a table: it has a reader of its own.
        Preset::CompleteJourney => Err(FileError::new("preset.no_columns", "This preset has no columns to map.", "该预设没有可映射的列。")),
        Preset::Taobao | Preset::Douyin => preset.report().expect("both are reports").open(input),
        Preset::Generic(given) => {
            let given = given.clone().unwrap_or_default();
            let (mut rows, layout) = Layout::find(input, &given)?;
            if !given.columns.is_empty() {
                return Ok((rows, layout, given));
            }
            // No columns, but perhaps an encoding or a header line: the rest is guessed with these.
            let sample = sample(&mut rows, &layout)?;
            let (guessed, _) = guess::mapping(&layout.names, &sample, context);
            Ok((rows, layout, Mapping { columns: guessed.columns, ..given }))
        }
    }
}

/// The first rows; the cursor is put back.
pub(crate) fn sample(rows: &mut Rows, layout: &Layout) -> Result<Vec<Row>, FileError> {
    let mut sample = Vec::new();
    while sample.len() < SAMPLE_ROWS {
        let mut row = Row::default();
        if !layout.next(rows, &mut row)? {
            break;
        }
        if row.flaw.is_none() {
            sample.push(row);
        }
    }
    layout.rewind(rows)?;
    Ok(sample)
}
