//! Imports on the wire.

use std::collections::BTreeMap;

use perennial_app::import::jobs::{Asked, Detail, Found, FoundColumn, Listed, ShownRow, Tried};
use perennial_app::import::{Mapping, Status};
use serde::Serialize;
use utoipa::ToSchema;

use super::Words;

/// One import of one file.
#[derive(Serialize, ToSchema)]
pub struct Import {
    pub import: i64,
    /// `staged`, `trying`, `waiting`, `running`, `pausing`, `paused`, `done`, `failed`, `cancelling`, `cancelled`, `undoing`, `undone`.
    pub state: String,
    pub source: String,
    /// The file's name.
    pub file: String,
    /// How files of its kind are read: `generic`, `cdnow` ….
    pub preset: String,
    /// Days by which its dates were moved.
    pub shift_days: i32,
    pub started_at: String,
    pub ended_at: Option<String>,
    /// Records dealt with so far.
    pub records: u64,
    pub new: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: u64,
    pub bad: u64,
    /// Of the work under way, 0 to 100.
    pub percent: Option<f64>,
    pub records_per_second: Option<f64>,
    pub seconds_left: Option<f64>,
    pub trouble: Option<ImportTrouble>,
    /// Bytes of the uploaded file while it is kept.
    pub bytes: Option<u64>,
    pub by: Option<String>,
}

/// Why work on an import ended before its end.
#[derive(Serialize, ToSchema)]
pub struct ImportTrouble {
    pub code: String,
    pub reason: Words,
}

/// Newest first.
#[derive(Serialize, ToSchema)]
pub struct ImportPage {
    pub items: Vec<Import>,
    pub next: Option<String>,
    pub total: usize,
}

/// One import with what was found in its file; the parts are null once the file is gone.
#[derive(Serialize, ToSchema)]
pub struct ImportDetail {
    pub import: Import,
    pub reading: Option<ImportReading>,
    pub found: Option<ImportFound>,
    pub dry_run: Option<ImportDryRun>,
}

/// How a file is to be read.
#[derive(Serialize, ToSchema)]
pub struct ImportReading {
    pub preset: String,
    /// Orders are unique within a source.
    pub source: String,
    /// Dates move by whole weeks, so that the last order falls into the last seven days: for sample data.
    pub shift_to_today: bool,
    pub mapping: ImportMapping,
}

/// Which column says what; used by preset `generic`.
#[derive(Serialize, ToSchema)]
pub struct ImportMapping {
    /// Field to column.
    pub columns: BTreeMap<String, String>,
    /// Kind of a further identity to column.
    pub identities: BTreeMap<String, String>,
    /// Word of the status column to `paid`, `unpaid`, `cancelled`, `refunded`.
    pub statuses: BTreeMap<String, String>,
    pub channel: Option<String>,
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    pub header_line: Option<u64>,
    pub sheet: Option<String>,
}

/// How a file was understood.
#[derive(Serialize, ToSchema)]
pub struct ImportFound {
    /// Null for a workbook.
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    /// From 1; 0 when there is no header.
    pub header_line: u64,
    pub rows: u64,
    pub columns: Vec<ImportColumn>,
    /// Fields that must be mapped before the file can be read.
    pub missing: Vec<String>,
    pub first_bad: Vec<ImportProblem>,
    /// The mapping was saved for an earlier file with the same columns.
    pub remembered: bool,
}

#[derive(Serialize, ToSchema)]
pub struct ImportColumn {
    pub name: String,
    pub field: Option<String>,
    /// The kind of a further identity it is mapped to.
    pub identity: Option<String>,
    /// How sure the guess is, 0 to 1.
    pub confidence: f64,
    /// The share of rows in which it says something, 0 to 1.
    pub filled: f64,
    /// Up to five values, masked where they may name a person.
    pub samples: Vec<String>,
}

/// A refused row: where, and why.
#[derive(Serialize, ToSchema)]
pub struct ImportProblem {
    pub line: u64,
    pub column: Option<String>,
    pub code: String,
    pub reason: Words,
}

/// What an import would do.
#[derive(Serialize, ToSchema)]
pub struct ImportDryRun {
    pub shift_days: i32,
    pub records: u64,
    pub new: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: u64,
    pub bad: u64,
    /// The first of them.
    pub first_bad: Vec<ImportProblem>,
}

/// What undoing would take back.
#[derive(Serialize, ToSchema)]
pub struct ImportUndo {
    pub import: i64,
    pub facts: u64,
    pub orders: u64,
    /// Members whose history becomes another.
    pub members: u64,
    /// Of them: those nobody else has told anything about.
    pub members_gone: u64,
    pub money: super::Money,
}

impl From<Listed> for Import {
    fn from(listed: Listed) -> Self {
        let Listed { row, state, moving, trouble, bytes, by } = listed;
        Self {
            import: row.id.0,
            state,
            source: row.source,
            file: row.file,
            preset: row.preset,
            shift_days: row.shift_days,
            started_at: row.started_at.to_string(),
            ended_at: row.ended_at.map(|at| at.to_string()),
            records: row.records,
            new: row.new,
            updated: row.updated,
            unchanged: row.unchanged,
            skipped: row.skipped,
            bad: row.bad,
            percent: moving.map(|moving| moving.percent),
            records_per_second: moving.map(|moving| moving.records_per_second),
            seconds_left: moving.and_then(|moving| moving.seconds_left),
            trouble: trouble.map(|why| ImportTrouble { code: why.code, reason: Words { en: why.en, zh: why.zh } }),
            bytes,
            by,
        }
    }
}

impl From<Detail> for ImportDetail {
    fn from(detail: Detail) -> Self {
        Self {
            import: detail.listed.into(),
            reading: detail.asked.map(Into::into),
            found: detail.found.map(Into::into),
            dry_run: detail.tried.map(Into::into),
        }
    }
}

impl From<Asked> for ImportReading {
    fn from(asked: Asked) -> Self {
        Self { preset: asked.preset, source: asked.source, shift_to_today: asked.shift_to_today, mapping: asked.mapping.into() }
    }
}

impl From<Mapping> for ImportMapping {
    fn from(mapping: Mapping) -> Self {
        let status = |status| match status {
            Status::Paid => "paid",
            Status::Unpaid => "unpaid",
            Status::Cancelled => "cancelled",
            Status::Refunded => "refunded",
        };
        Self {
            columns: mapping.columns.into_iter().map(|(field, column)| (field.as_str().to_owned(), column)).collect(),
            identities: mapping.identities,
            statuses: mapping.statuses.into_iter().map(|(word, meant)| (word, status(meant).to_owned())).collect(),
            channel: mapping.channel,
            encoding: mapping.encoding,
            delimiter: mapping.delimiter.map(String::from),
            header_line: mapping.header_line,
            sheet: mapping.sheet,
        }
    }
}

impl From<Found> for ImportFound {
    fn from(found: Found) -> Self {
        let column = |column: FoundColumn| {
            let FoundColumn { name, field, identity, confidence, filled, samples } = column;
            ImportColumn { name, field, identity, confidence, filled, samples }
        };
        Self {
            encoding: found.encoding,
            delimiter: found.delimiter.map(String::from),
            header_line: found.header_line,
            rows: found.rows,
            columns: found.columns.into_iter().map(column).collect(),
            missing: found.missing,
            first_bad: found.first_bad.into_iter().map(Into::into).collect(),
            remembered: found.remembered,
        }
    }
}

impl From<ShownRow> for ImportProblem {
    fn from(row: ShownRow) -> Self {
        Self { line: row.line, column: row.column, code: row.code, reason: Words { en: row.en, zh: row.zh } }
    }
}

impl From<Tried> for ImportDryRun {
    fn from(tried: Tried) -> Self {
        let Tried { shift_days, records, new, updated, unchanged, skipped, bad, first_bad } = tried;
        Self { shift_days, records, new, updated, unchanged, skipped, bad, first_bad: first_bad.into_iter().map(Into::into).collect() }
    }
}
