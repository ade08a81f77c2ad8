//! The first sheet of a workbook as rows, held in memory. Cells are taken one by one: a stray cell in the last column costs nothing.

use std::io::{Cursor, Read};
use std::sync::Arc;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};

use super::Row;
use super::bytes::Bytes;
use super::unpacked;
use crate::input::Input;
use crate::problem::FileError;
use crate::value::Kind;

/// Above this an integer in a float no longer differs from its neighbours.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
const COLUMNS_MAX: u32 = 2_000;
const FILE_BYTES_MAX: u64 = 512 << 20;
const CELLS_MAX: usize = 60_000_000;
const TEXT_BYTES_MAX: usize = 1 << 30;

/// Cells of all rows, one after another.
#[derive(Debug, Default)]
struct Cells {
    text: String,
    /// (row from 0, column, end in `text`, kind), ascending.
    cells: Vec<(u32, u16, u32, Kind)>,
}

/// A cursor over the rows.
#[derive(Clone, Debug)]
pub struct SheetRows {
    sheet: Arc<Cells>,
    at: usize,
}

impl SheetRows {
    /// Reads the sheet named `sheet`, or the first.
    pub fn open(input: &Input, sheet: Option<&str>) -> Result<Self, FileError> {
        let mut file = Bytes::open(input)?;
        if file.total() > FILE_BYTES_MAX {
            return Err(too_large());
        }
        let mut packed = Vec::with_capacity(file.total() as usize);
        file.read_to_end(&mut packed)?;
        if !unpacked::is_bearable(&packed) {
            return Err(too_large());
        }
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(packed)).map_err(|error| damaged(&error))?;
        let names = book.sheet_names();
        let name = match sheet {
            Some(name) => names.iter().find(|known| *known == name),
            None => names.first(),
        };
        let Some(name) = name.cloned() else {
            return Err(FileError::new("file.no_sheet", "The workbook has no such sheet.", "工作簿中没有该工作表。"));
        };
        let mut cells = Cells::default();
        let mut reader = book.worksheet_cells_reader(&name).map_err(|error| damaged(&error))?;
        while let Some(cell) = reader.next_cell().map_err(|error| damaged(&error))? {
            let (row, column) = cell.get_position();
            if column < COLUMNS_MAX {
                cells.take(row, column as u16, cell.get_value());
            }
            if cells.cells.len() > CELLS_MAX || cells.text.len() > TEXT_BYTES_MAX {
                return Err(too_large());
            }
        }
        if !cells.cells.is_sorted_by_key(|&(row, column, _, _)| (row, column)) {
            return Err(FileError::new("file.damaged", "The workbook's cells are out of order.", "工作簿的单元格顺序混乱。"));
        }
        Ok(Self { sheet: Arc::new(cells), at: 0 })
    }

    pub fn seek(&mut self, position: u64) {
        self.at = position as usize;
    }

    pub fn progress(&self) -> (u64, u64) {
        (self.at as u64, self.sheet.cells.len() as u64)
    }

    pub fn next(&mut self, row: &mut Row) -> bool {
        row.clear();
        let cells = &self.sheet.cells;
        let Some(&(number, ..)) = cells.get(self.at) else { return false };
        row.position = self.at as u64;
        row.line = u64::from(number) + 1;
        while let Some(&(this, column, end, kind)) = cells.get(self.at) {
            if this != number {
                break;
            }
            while row.len() < usize::from(column) {
                row.push_kind("", Kind::Text);
            }
            let start = if self.at == 0 { 0 } else { cells[self.at - 1].2 };
            row.push_kind(&self.sheet.text[start as usize..end as usize], kind);
            self.at += 1;
        }
        true
    }
}

impl Cells {
    fn take(&mut self, row: u32, column: u16, value: &DataRef<'_>) {
        use std::fmt::Write as _;
        let mut kind = Kind::Text;
        let written = match value {
            DataRef::Empty => return,
            DataRef::SharedString(text) => write!(self.text, "{text}"),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => write!(self.text, "{text}"),
            DataRef::Bool(value) => write!(self.text, "{value}"),
            DataRef::Error(error) => write!(self.text, "{error}"),
            DataRef::Int(number) => {
                kind = if number.unsigned_abs() as f64 >= EXACT_MAX { Kind::Rounded } else { Kind::Number };
                write!(self.text, "{number}")
            }
            DataRef::Float(number) => {
                kind = if number.abs() >= EXACT_MAX { Kind::Rounded } else { Kind::Number };
                write!(self.text, "{number}")
            }
            DataRef::DateTime(at) => write!(self.text, "{}", spelled(at)),
        };
        debug_assert!(written.is_ok(), "writing to a String cannot fail");
        self.cells.push((row, column, self.text.len() as u32, kind));
    }
}

fn spelled(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    if at.as_f64() < 1.0 {
        return format!("{}", at.as_f64());
    }
    if (hour, minute, second, milli) == (0, 0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{milli:03}")
}

fn damaged(error: &calamine::XlsxError) -> FileError {
    FileError::new("file.damaged", format!("The workbook cannot be read: {error}"), format!("工作簿无法读取：{error}"))
}

fn too_large() -> FileError {
    FileError::new(
        "file.too_large",
        "The workbook is too large; save the sheet as CSV (UTF-8) instead.",
        "工作簿过大；请改存为 CSV（UTF-8）后再导入。",
    )
}
