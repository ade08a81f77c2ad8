//! Bad rows are kept sealed: they hold what a file said about persons.

use std::io::Write;

use perennial_kernel::ImportId;
use perennial_source::{BadRow, neutral};
use rust_xlsxwriter::{Format, Workbook};

use super::ImportError;
use crate::house::House;
use crate::secret::Secrets;

/// A workbook holds so many bad rows; more come as CSV.
pub const XLSX_ROWS_MAX: usize = 50_000;
/// Of Excel.
const COLUMNS_MAX: usize = 16_384;
const CELL_CHARS_MAX: usize = 32_767;
const LEADING: [&str; 4] = ["line", "code", "reason", "原因"];

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

    /// The same as a workbook of texts. `None` beyond [`XLSX_ROWS_MAX`]: it is built in memory.
    pub fn workbook(&self) -> Result<Option<Vec<u8>>, rust_xlsxwriter::XlsxError> {
        if self.rows.len() > XLSX_ROWS_MAX {
            return Ok(None);
        }
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let bold = Format::new().set_bold();
        let heads = LEADING.iter().map(|name| (*name).to_owned()).chain(self.columns.iter().map(|name| neutral(name)));
        for (column, head) in heads.enumerate().take(COLUMNS_MAX) {
            sheet.write_string_with_format(0, column as u16, cut(&head), &bold)?;
        }
        for (at, row) in self.rows.iter().enumerate() {
            let at = at as u32 + 1;
            sheet.write_number(at, 0, row.line as f64)?;
            let words = [row.code.to_owned(), neutral(&row.en), neutral(&row.zh)].into_iter();
            for (column, cell) in words.chain(row.raw.iter().map(|cell| neutral(cell))).enumerate().take(COLUMNS_MAX - 1) {
                sheet.write_string(at, column as u16 + 1, cut(&cell))?;
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        book.save_to_buffer().map(Some)
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

/// What one bad row says, as it was kept; `None` for the header and for what does not open.
pub(crate) fn bad_row_text(house: &House, import: ImportId, record: u64, sealed: &[u8]) -> Option<String> {
    let text = house.secrets().open_blob(&place(import, record), sealed).ok().filter(|_| record != HEADER)?;
    String::from_utf8(text).ok()
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

fn cut(cell: &str) -> String {
    cell.chars().take(CELL_CHARS_MAX).collect()
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
