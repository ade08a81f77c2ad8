//! One run: writing it, and reading it on from any subject.

use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowFilter,
};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnPath;
use perennial_app::port::{PortResult, StoredFact};

use super::depot::{Depot, Source, damaged, failed};
use super::manifest::{FileNote, RunNote};
use super::rows;

/// Rows of a row group: what a reader skips or reads.
const GROUP_ROWS: usize = 1 << 17;
/// A file takes about so many rows; the next one begins at another subject.
const FILE_ROWS: u64 = 8 << 20;
/// Rows decoded at a time.
pub const BATCH_ROWS: usize = 8192;

struct Opened {
    source: Source,
    plain: ArrowReaderMetadata,
    /// With names as dictionaries.
    named: ArrowReaderMetadata,
}

/// A run that can be read; what it consists of is opened when it is first wanted.
pub struct Run {
    pub note: RunNote,
    depot: Depot,
    opened: Vec<OnceLock<Opened>>,
}

impl Run {
    pub fn new(depot: &Depot, note: RunNote) -> Arc<Self> {
        let opened = note.files.iter().map(|_| OnceLock::new()).collect();
        Arc::new(Self { note, depot: depot.clone(), opened })
    }

    fn opened(&self, at: usize) -> PortResult<&Opened> {
        if let Some(opened) = self.opened[at].get() {
            return Ok(opened);
        }
        let note = &self.note.files[at];
        let source = self.depot.open(&note.name, note.bytes)?;
        let load = || {
            let plain = ArrowReaderMetadata::load(&source, ArrowReaderOptions::new())?;
            let named = ArrowReaderOptions::new().with_schema(rows::schema_with_dictionaries());
            let named = ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), named)?;
            Ok::<_, ParquetError>((plain, named))
        };
        let (plain, named) = load().map_err(|error| damaged(&note.name, &error))?;
        Ok(self.opened[at].get_or_init(|| Opened { source, plain, named }))
    }

    /// Reads these columns of the rows of subjects in `first..=last`, ascending; some of other subjects may come with them.
    pub fn read(self: &Arc<Self>, columns: &[usize], first: i64, last: i64) -> Reading {
        let files = (0..self.note.files.len()).filter(|at| {
            let note = &self.note.files[*at];
            note.first <= last && note.last >= first
        });
        Reading {
            run: Arc::clone(self),
            files: files.collect(),
            columns: columns.to_vec(),
            range: (first, last),
            only: None,
            is_named: false,
            reader: None,
        }
    }

    /// As [`Self::read`]; channels, stores and shops as dictionaries.
    pub fn read_named(self: &Arc<Self>, columns: &[usize], first: i64, last: i64) -> Reading {
        Reading { is_named: true, ..self.read(columns, first, last) }
    }

    /// As [`Self::read`], the rows of these subjects alone; `subjects` ascends.
    pub fn read_only(self: &Arc<Self>, columns: &[usize], subjects: &[i64]) -> Reading {
        let (first, last) = (subjects.first().copied().unwrap_or(0), subjects.last().copied().unwrap_or(-1));
        Reading { only: Some(subjects.into()), ..self.read(columns, first, last) }
    }
}

/// The batches of a run, one after the other.
pub struct Reading {
    run: Arc<Run>,
    files: VecDeque<usize>,
    columns: Vec<usize>,
    range: (i64, i64),
    only: Option<Arc<[i64]>>,
    is_named: bool,
    reader: Option<ParquetRecordBatchReader>,
}

impl Reading {
    pub fn next_batch(&mut self) -> PortResult<Option<RecordBatch>> {
        loop {
            if let Some(reader) = &mut self.reader {
                match reader.next() {
                    Some(batch) => return batch.map(Some).map_err(|error| damaged("a run", &error)),
                    None => self.reader = None,
                }
            }
            let Some(file) = self.files.pop_front() else { return Ok(None) };
            self.reader = Some(self.open(file)?);
        }
    }

    fn open(&self, file: usize) -> PortResult<ParquetRecordBatchReader> {
        let Opened { source, plain, named } = self.run.opened(file)?;
        let metadata = if self.is_named { named } else { plain };
        let groups = metadata.metadata().row_groups();
        let wanted = (0..groups.len()).filter(|at| match groups[*at].column(rows::column::SUBJECT).statistics() {
            Some(Statistics::Int64(of)) => {
                of.min_opt().is_none_or(|min| *min <= self.range.1) && of.max_opt().is_none_or(|max| *max >= self.range.0)
            }
            _ => true,
        });
        let wanted: Vec<usize> = wanted.collect();
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(source.clone(), metadata.clone());
        let mask = ProjectionMask::roots(builder.parquet_schema(), self.columns.iter().copied());
        let subject = ProjectionMask::roots(builder.parquet_schema(), [rows::column::SUBJECT]);
        let mut builder = builder.with_row_groups(wanted).with_projection(mask).with_batch_size(BATCH_ROWS);
        if let Some(only) = self.only.clone() {
            let one_of = move |batch: RecordBatch| {
                let subjects = batch.column(0).as_primitive::<Int64Type>().values();
                Ok(subjects.iter().map(|subject| Some(only.binary_search(subject).is_ok())).collect::<BooleanArray>())
            };
            builder = builder.with_row_filter(RowFilter::new(vec![Box::new(ArrowPredicateFn::new(subject, one_of))]));
        }
        let built = builder.build();
        built.map_err(|error| damaged(&self.run.note.files[file].name, &error))
    }
}

/// Writes a run, file after file. Dropped before [`Self::finish`], it leaves files nobody names, which are tidied away.
pub struct Writer<'a> {
    depot: &'a Depot,
    /// What the files of this run begin with.
    stem: String,
    open: Option<Open>,
    files: Vec<FileNote>,
}

struct Open {
    name: String,
    path: PathBuf,
    file: File,
    writer: ArrowWriter<File>,
    rows: u64,
    first: i64,
    last: i64,
}

impl<'a> Writer<'a> {
    pub fn new(depot: &'a Depot, stem: String) -> Self {
        Self { depot, stem, open: None, files: Vec::new() }
    }

    /// Takes rows that follow those before and begin with another subject.
    pub fn write(&mut self, batch: &RecordBatch) -> PortResult<()> {
        let subjects = batch.column(rows::column::SUBJECT).as_primitive::<Int64Type>().values();
        let (Some(first), Some(last)) = (subjects.first().copied(), subjects.last().copied()) else { return Ok(()) };
        if self.open.as_ref().is_some_and(|open| open.rows >= FILE_ROWS) {
            self.close()?;
        }
        if self.open.is_none() {
            let name = format!("{}-{}.parquet", self.stem, self.files.len());
            let (file, path) = self.depot.begin(&name)?;
            let handle = file.try_clone().map_err(|error| failed(&name, &error))?;
            let writer = ArrowWriter::try_new(handle, rows::schema(), Some(properties())).map_err(|error| failed(&name, &error))?;
            self.open = Some(Open { name, path, file, writer, rows: 0, first, last });
        }
        let open = self.open.as_mut().expect("just opened");
        open.writer.write(batch).map_err(|error| failed(&open.name, &error))?;
        open.rows += batch.num_rows() as u64;
        open.last = last;
        Ok(())
    }

    fn close(&mut self) -> PortResult<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        open.writer.close().map_err(|error| failed(&open.name, &error))?;
        let bytes = self.depot.keep(&open.name, open.file, &open.path)?;
        self.files.push(FileNote { name: open.name, rows: open.rows, bytes, first: open.first, last: open.last });
        Ok(())
    }

    pub fn finish(mut self) -> PortResult<RunNote> {
        self.close()?;
        Ok(RunNote { files: std::mem::take(&mut self.files) })
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            // What is left behind is found by its ending at the next start.
            drop(std::fs::remove_file(open.path));
        }
    }
}

/// Times, money and positions grow slowly or jump about: deltas pack both; what repeats stands in dictionaries.
fn properties() -> WriterProperties {
    let mut built = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).expect("1 is a level")))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled(ColumnPath::from("subject"), EnabledStatistics::Chunk)
        .set_column_statistics_enabled(ColumnPath::from("occurred_at"), EnabledStatistics::Chunk);
    for name in ["occurred_at", "position", "recorded_at", "paid_at"] {
        let column = ColumnPath::from(name);
        built = built.set_column_dictionary_enabled(column.clone(), false).set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
    }
    for name in ["object", "payload", "order"] {
        built = built.set_column_dictionary_enabled(ColumnPath::from(name), false);
    }
    built.build()
}

/// Writes sorted facts as one run.
pub fn write_facts(depot: &Depot, stem: String, facts: &[&StoredFact]) -> PortResult<RunNote> {
    let mut writer = Writer::new(depot, stem);
    let mut rest = facts;
    while !rest.is_empty() {
        let mut end = rest.len().min(GROUP_ROWS);
        while end < rest.len() && rest[end].subject == rest[end - 1].subject {
            end += 1;
        }
        writer.write(&rows::batch(&rest[..end])?)?;
        rest = &rest[end..];
    }
    writer.finish()
}

/// As [`write_facts`], of facts that come one after the other.
pub fn write_sorted(depot: &Depot, stem: String, facts: impl Iterator<Item = StoredFact>) -> PortResult<RunNote> {
    let mut writer = Writer::new(depot, stem);
    let mut waiting: Vec<StoredFact> = Vec::new();
    for fact in facts {
        if waiting.len() >= GROUP_ROWS && waiting.last().is_some_and(|last| last.subject != fact.subject) {
            writer.write(&rows::batch(&waiting.iter().collect::<Vec<_>>())?)?;
            waiting.clear();
        }
        waiting.push(fact);
    }
    writer.write(&rows::batch(&waiting.iter().collect::<Vec<_>>())?)?;
    writer.finish()
}
