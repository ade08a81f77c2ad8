//! What a person is shown before an import: how the file was understood, and what stands in its columns.

use crate::context::Context;
use crate::input::Input;
use crate::mapping::{Field, Mapping};
use crate::preset::Preset;
use crate::problem::{BadRow, FileError};
use crate::reader::{SAMPLE_ROWS, lay_out, open, sample};
use crate::rows::Row;
use crate::table::guess;

const SAMPLES_MAX: usize = 5;
const BAD_ROWS_MAX: usize = 10;
/// Records read for the first bad rows.
const TRIED_MAX: usize = 1_000;

/// A column as found. Its samples may be personal: show them, never store them.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    pub name: String,
    /// What it is mapped to, and how sure the guess is (0 to 1; 1 when the caller's mapping says so).
    pub field: Option<Field>,
    pub confidence: f64,
    /// The share of sampled rows in which it says something, 0 to 1.
    pub filled: f64,
    /// Up to five different values.
    pub samples: Vec<String>,
}

/// How a file was understood.
#[derive(Clone, PartialEq, Debug)]
pub struct Inspection {
    pub preset: &'static str,
    /// `None` for a workbook.
    pub encoding: Option<&'static str>,
    pub delimiter: Option<char>,
    /// From 1; 0 when there is no header.
    pub header_line: u64,
    pub columns: Vec<Column>,
    /// Ready to be changed by a person, saved, and handed to [`open`].
    pub mapping: Mapping,
    /// Fields that must be mapped before the file can be read.
    pub missing: Vec<Field>,
    /// Rows of data: counted where the file could be read, else estimated.
    pub rows: u64,
    /// The first bad rows; empty while `missing` is not.
    pub first_bad: Vec<BadRow>,
}

/// Looks at a file without importing anything.
pub fn inspect(input: impl Into<Input>, preset: &Preset, context: &Context) -> Result<Inspection, FileError> {
    let input = &input.into();
    if *preset == Preset::CompleteJourney {
        return journey(input, context);
    }
    let (mut rows, layout, mapping) = lay_out(input, preset, context)?;
    let sample = sample(&mut rows, &layout)?;
    let guesses = match preset {
        Preset::Generic(given) if given.as_ref().is_none_or(|given| given.columns.is_empty()) => {
            guess::mapping(&layout.names, &sample, context).1
        }
        _ => vec![None; layout.names.len()],
    };
    let column = |(at, name): (usize, &String)| {
        let mapped = mapping.columns.iter().find(|(_, column)| *column == name).map(|(field, _)| (*field, 1.0));
        let (field, confidence) = guesses[at].or(mapped).map_or((None, 0.0), |(field, sure)| (Some(field), sure));
        Column { name: name.clone(), field, confidence, filled: filled(at, &sample), samples: samples(at, &sample) }
    };
    let columns = layout.names.iter().enumerate().map(column).collect();
    let missing = mapping.missing();
    let (read, total) = (sample.last().map_or(0, |row| row.position), rows.progress().1);
    let mut inspection = Inspection {
        preset: preset.name(),
        encoding: layout.encoding.map(encoding_rs::Encoding::name),
        delimiter: layout.delimiter.map(char::from),
        header_line: layout.header_line,
        columns,
        rows: estimate(sample.len(), read, total),
        first_bad: Vec::new(),
        missing,
        mapping,
    };
    if inspection.missing.is_empty() {
        let preset = if let Preset::Generic(_) = preset { &Preset::Generic(Some(inspection.mapping.clone())) } else { preset };
        (inspection.rows, inspection.first_bad) = try_out(input, preset, context)?;
    }
    Ok(inspection)
}

fn journey(input: &Input, context: &Context) -> Result<Inspection, FileError> {
    let (rows, first_bad) = try_out(input, &Preset::CompleteJourney, context)?;
    Ok(Inspection {
        preset: Preset::CompleteJourney.name(),
        encoding: Some("UTF-8"),
        delimiter: Some(','),
        header_line: 0,
        columns: Vec::new(),
        mapping: Mapping::default(),
        missing: Vec::new(),
        rows,
        first_bad,
    })
}

fn try_out(input: &Input, preset: &Preset, context: &Context) -> Result<(u64, Vec<BadRow>), FileError> {
    let mut reader = open(input, preset, context.clone())?;
    let bad = reader.by_ref().take(TRIED_MAX).filter_map(Result::err).take(BAD_ROWS_MAX).collect();
    Ok((reader.row_count(), bad))
}

fn estimate(sampled: usize, read: u64, total: u64) -> u64 {
    if sampled < SAMPLE_ROWS || read == 0 {
        return sampled as u64;
    }
    (sampled as f64 * total as f64 / read as f64) as u64
}

fn filled(column: usize, sample: &[Row]) -> f64 {
    let count = sample.iter().filter(|row| row.cell(column).is_some()).count();
    if sample.is_empty() { 0.0 } else { count as f64 / sample.len() as f64 }
}

fn samples(column: usize, sample: &[Row]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for cell in sample.iter().filter_map(|row| row.cell(column)) {
        if found.len() == SAMPLES_MAX {
            break;
        }
        let shown = crate::problem::shorten(cell.text);
        if !found.contains(&shown) {
            found.push(shown);
        }
    }
    found
}
