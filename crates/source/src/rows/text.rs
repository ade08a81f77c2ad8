//! Delimited text as rows, read in pieces: memory does not grow with the file, and one damaged row costs one row.

use std::io::Read;

use csv_core::{ReadRecordResult, ReaderBuilder};
use encoding_rs::{Encoding, UTF_8};

use super::Row;
use super::bytes::Bytes;
use crate::problem::{FileError, Problem, shorten};

/// A row longer than this is refused as a whole; what follows its first line is read on.
pub const ROW_BYTES_MAX: usize = 1 << 20;
const COLUMNS_MAX: usize = 2_000;
const BUFFER_BYTES: usize = 1 << 16;
/// A cursor that fetches single rows here and there reads no more than it needs.
const FETCH_BYTES: usize = 1 << 11;

/// How a line is cut into cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Split {
    /// CSV by this byte, with double quotes.
    Delimiter(u8),
    /// Columns apart by any run of blanks; no quotes.
    Blanks,
}

/// A cursor over the rows.
#[derive(Debug)]
pub struct TextRows {
    bytes: Bytes,
    split: Split,
    encoding: &'static Encoding,
    core: csv_core::Reader,
    buffer: Vec<u8>,
    /// The unread part of `buffer`.
    from: usize,
    until: usize,
    /// Position in the file of `buffer[from]`, and its line.
    position: u64,
    line: u64,
    out: Vec<u8>,
    ends: Vec<usize>,
}

impl TextRows {
    /// Begins at `position` (behind a byte order mark), which is on line 1.
    pub fn new(bytes: Bytes, split: Split, encoding: &'static Encoding, position: u64) -> Result<Self, FileError> {
        let delimiter = if let Split::Delimiter(byte) = split { byte } else { b',' };
        let mut rows = Self {
            bytes,
            split,
            encoding,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            buffer: vec![0; BUFFER_BYTES],
            from: 0,
            until: 0,
            position: 0,
            line: 1,
            out: vec![0; 4096],
            ends: vec![0; 64],
        };
        rows.seek(position, 1)?;
        Ok(rows)
    }

    /// A second cursor, for fetching single rows.
    pub fn another(&self) -> Result<Self, FileError> {
        let mut rows = Self::new(self.bytes.another()?, self.split, self.encoding, 0)?;
        rows.buffer = vec![0; FETCH_BYTES];
        Ok(rows)
    }

    pub fn seek(&mut self, position: u64, line: u64) -> Result<(), FileError> {
        self.bytes.seek(position)?;
        (self.from, self.until) = (0, 0);
        self.position = position;
        self.line = line;
        Ok(())
    }

    pub fn progress(&self) -> (u64, u64) {
        (self.position, self.bytes.total())
    }

    pub fn next(&mut self, row: &mut Row) -> Result<bool, FileError> {
        row.clear();
        if !self.skip_line_ends()? {
            return Ok(false);
        }
        row.position = self.position;
        row.line = self.line;
        match self.split {
            Split::Delimiter(_) => self.delimited(row)?,
            Split::Blanks => self.blanks(row)?,
        }
        Ok(true)
    }

    fn delimited(&mut self, row: &mut Row) -> Result<(), FileError> {
        self.core.reset();
        let (mut written, mut cells) = (0, 0);
        loop {
            self.fill()?;
            let input = &self.buffer[self.from..self.until];
            let at_end = input.is_empty();
            let (result, taken, wrote, ended) = self.core.read_record(input, &mut self.out[written..], &mut self.ends[cells..]);
            written += wrote;
            cells += ended;
            self.consume(taken);
            match result {
                ReadRecordResult::InputEmpty if at_end => break,
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.out.len() < ROW_BYTES_MAX => self.out.resize(self.out.len() * 4, 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() < COLUMNS_MAX => self.ends.resize(self.ends.len() * 4, 0),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => return self.too_long(row),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        let (out, ends) = (std::mem::take(&mut self.out), std::mem::take(&mut self.ends));
        self.decode(row, &out[..written], &ends[..cells]);
        (self.out, self.ends) = (out, ends);
        Ok(())
    }

    fn blanks(&mut self, row: &mut Row) -> Result<(), FileError> {
        let mut line = Vec::new();
        loop {
            self.fill()?;
            let input = &self.buffer[self.from..self.until];
            let end = memchr::memchr(b'\n', input);
            let taken = end.map_or(input.len(), |at| at + 1);
            line.extend_from_slice(&input[..taken]);
            self.consume(taken);
            if line.len() > ROW_BYTES_MAX {
                return self.too_long(row);
            }
            if end.is_some() || taken == 0 {
                break;
            }
        }
        let (mut out, mut ends) = (Vec::with_capacity(line.len()), Vec::new());
        for word in line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
            out.extend_from_slice(word);
            ends.push(out.len());
        }
        self.decode(row, &out, &ends);
        Ok(())
    }

    /// Cells become text one by one, so that bytes of one cell never swallow the next.
    fn decode(&self, row: &mut Row, bytes: &[u8], ends: &[usize]) {
        if (bytes.is_ascii() || self.encoding == UTF_8)
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            row.fill(text, ends);
            row.flaw = text.find('\0').map(|at| nul(ends.iter().position(|&end| at < end)));
            return;
        }
        let mut start = 0;
        for (column, &end) in ends.iter().enumerate() {
            let cell = &bytes[start..end];
            start = end;
            if let Some(text) = self.encoding.decode_without_bom_handling_and_without_replacement(cell) {
                row.push(&text);
                if row.flaw.is_none() && text.contains('\0') {
                    row.flaw = Some(nul(Some(column)));
                }
            } else {
                let (text, _) = self.encoding.decode_without_bom_handling(cell);
                row.push(&text);
                row.flaw.get_or_insert_with(|| undecodable(column, &text, self.encoding));
            }
        }
    }

    /// The row is refused; reading goes on behind its first line, because a quote that is never closed would swallow the rest.
    fn too_long(&mut self, row: &mut Row) -> Result<(), FileError> {
        self.seek(row.position, row.line)?;
        let mut shown = Vec::new();
        loop {
            self.fill()?;
            let input = &self.buffer[self.from..self.until];
            let end = memchr::memchr(b'\n', input);
            let taken = end.map_or(input.len(), |at| at + 1);
            if shown.len() < 200 {
                shown.extend_from_slice(&input[..taken.min(200)]);
            }
            self.consume(taken);
            if end.is_some() || taken == 0 {
                break;
            }
        }
        row.clear();
        row.push(&shorten(&self.encoding.decode_without_bom_handling(&shown).0));
        row.flaw = Some((
            None,
            Problem::new(
                "row.too_long",
                "the row is longer than 1 MiB or has more than 2,000 columns; is a quote not closed?",
                "该行超过 1 MiB 或 2000 列；是否有引号没有闭合？",
            ),
        ));
        Ok(())
    }

    fn skip_line_ends(&mut self) -> Result<bool, FileError> {
        loop {
            self.fill()?;
            match self.buffer[self.from..self.until].first() {
                None => return Ok(false),
                Some(b'\n' | b'\r') => self.consume(1),
                Some(_) => return Ok(true),
            }
        }
    }

    fn consume(&mut self, count: usize) {
        let taken = &self.buffer[self.from..self.from + count];
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.position += count as u64;
        self.from += count;
    }

    fn fill(&mut self) -> Result<(), FileError> {
        if self.from == self.until {
            (self.from, self.until) = (0, self.bytes.read(&mut self.buffer)?);
        }
        Ok(())
    }
}

fn nul(column: Option<usize>) -> (Option<usize>, Problem) {
    (column, Problem::new("text.nul", "holds a NUL byte", "含有 NUL 字节"))
}

fn undecodable(column: usize, text: &str, encoding: &'static Encoding) -> (Option<usize>, Problem) {
    let (shown, name) = (shorten(text), encoding.name());
    let en = format!("\"{shown}\" holds bytes that are not {name}");
    (Some(column), Problem::new("text.encoding", en, format!("“{shown}” 含有不属于 {name} 的字节")))
}
