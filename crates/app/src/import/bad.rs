//! Bad rows are kept sealed: they hold what a file said about persons.

use std::io::Write;

use perennial_kernel::ImportId;
use perennial_source::BadRow;

use super::ImportError;
use crate::house::House;
use crate::secret::Secrets;

/// The file's header is kept in front of the rows, which count from 1.
const HEADER: u64 = 0;

/// An import's bad rows, opened.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BadRows {
    pub columns: Vec<String>,
    pub rows: Vec<BadRow>,
}

impl BadRows {
    /// CSV for mending and importing again: line and reason first, then the row as it stood.
    pub fn write(&self, out: impl Write) -> std::io::Result<()> {
        perennial_source::write_bad_rows(out, &self.columns, &self.rows)
    }
}

/// Reads the bad rows of an import.
pub fn bad_rows(house: &House, import: ImportId) -> Result<BadRows, ImportError> {
    let sealed = house.desk().bad_rows(import)?;
    let mut opened = BadRows::default();
    for (record, bytes) in sealed {
        let text = house.secrets().open_blob(&place(import, record), &bytes)?;
        if record == HEADER {
            opened.columns = serde_json::from_slice(&text).unwrap_or_default();
        } else if let Some(row) = read_row(&text) {
            opened.rows.push(row);
        }
    }
    Ok(opened)
}

/// Keeps rows by their record number.
pub(super) fn keep(house: &House, import: ImportId, columns: Option<&[String]>, rows: &[(u64, BadRow)]) -> Result<(), ImportError> {
    let secrets = house.secrets();
    let mut sealed = Vec::with_capacity(rows.len() + 1);
    if let Some(columns) = columns {
        sealed.push((HEADER, seal(secrets, import, HEADER, &serde_json::json!(columns))?));
    }
    for (record, row) in rows {
        let text = serde_json::json!([row.line, row.column, row.code, row.en, row.zh, row.raw]);
        sealed.push((*record, seal(secrets, import, *record, &text)?));
    }
    house.desk().add_bad_rows(import, &sealed)?;
    Ok(())
}

fn seal(secrets: &Secrets, import: ImportId, record: u64, value: &serde_json::Value) -> Result<Vec<u8>, getrandom::Error> {
    secrets.seal_blob(&place(import, record), value.to_string().as_bytes())
}

fn place(import: ImportId, record: u64) -> String {
    format!("import {} row {record}", import.0)
}

fn read_row(text: &[u8]) -> Option<BadRow> {
    let (line, column, code, en, zh, raw): (u64, Option<String>, String, String, String, Vec<String>) =
        serde_json::from_slice(text).ok()?;
    Some(BadRow { line, column, code: known_code(&code), en, zh, raw })
}

/// Codes are static texts in memory: each distinct one is kept once, and there are few.
fn known_code(code: &str) -> &'static str {
    static KNOWN: std::sync::Mutex<std::collections::BTreeSet<&'static str>> = std::sync::Mutex::new(std::collections::BTreeSet::new());
    let mut known = KNOWN.lock().expect("no thread panics while holding this lock");
    if let Some(held) = known.get(code) {
        return held;
    }
    let leaked: &'static str = Box::leak(code.to_owned().into_boxed_str());
    known.insert(leaked);
    leaked
}
