//! A file as rows of cells, whatever carries it. Knows nothing of orders.
//!
//! Every row knows its line and its position, so that an order spread over a file can be gathered without holding the file.

pub mod bytes;
pub mod encoding;
pub mod sheet;
pub mod text;
mod unpacked;

use crate::problem::{FileError, Problem};
use crate::value::{Cell, Kind};

/// One row, reused from row to row.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// From 1.
    pub line: u64,
    /// Where the row begins, for [`Rows::seek`].
    pub position: u64,
    text: String,
    ends: Vec<usize>,
    /// Empty when every cell is text.
    kinds: Vec<Kind>,
    /// What is wrong with the row as a whole, and in which column.
    pub flaw: Option<(Option<usize>, Problem)>,
}

impl Row {
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.kinds.clear();
        self.flaw = None;
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    pub fn push_kind(&mut self, text: &str, kind: Kind) {
        self.push(text);
        self.kinds.push(kind);
    }

    /// Takes over cells that lie one after another in `text`.
    fn fill(&mut self, text: &str, ends: &[usize]) {
        self.text.push_str(text);
        self.ends.extend_from_slice(ends);
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell as it stands in the file; empty beyond the last.
    pub fn raw(&self, index: usize) -> &str {
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..end]
    }

    /// The cleaned cell; `None` when it says nothing.
    pub fn cell(&self, index: usize) -> Option<Cell<'_>> {
        Cell::new(self.raw(index), self.kinds.get(index).copied().unwrap_or_default())
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.raw(index))
    }

    pub fn is_blank(&self) -> bool {
        self.flaw.is_none() && self.cells().all(|cell| cell.trim().is_empty())
    }
}

/// The rows of a file from a place on.
#[derive(Debug)]
pub enum Rows {
    Text(Box<text::TextRows>),
    Sheet(sheet::SheetRows),
}

impl Rows {
    /// Reads the next row that is not blank; `false` at the end.
    pub fn next(&mut self, row: &mut Row) -> Result<bool, FileError> {
        loop {
            let more = match self {
                Self::Text(rows) => rows.next(row)?,
                Self::Sheet(rows) => rows.next(row),
            };
            if !more || !row.is_blank() {
                return Ok(more);
            }
        }
    }

    /// Goes to a row by its `position` and `line`.
    pub fn seek(&mut self, position: u64, line: u64) -> Result<(), FileError> {
        match self {
            Self::Text(rows) => rows.seek(position, line),
            Self::Sheet(rows) => {
                rows.seek(position);
                Ok(())
            }
        }
    }

    /// A second cursor over the same file, for fetching single rows.
    pub fn another(&self) -> Result<Self, FileError> {
        Ok(match self {
            Self::Text(rows) => Self::Text(Box::new(rows.another()?)),
            Self::Sheet(rows) => Self::Sheet(rows.clone()),
        })
    }

    /// (read, total): bytes of a text file, rows of a sheet.
    pub fn progress(&self) -> (u64, u64) {
        match self {
            Self::Text(rows) => rows.progress(),
            Self::Sheet(rows) => rows.progress(),
        }
    }
}
