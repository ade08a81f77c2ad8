//! How a file is laid out: carrier, encoding, delimiter, header line, column names.

use std::collections::HashMap;
use std::io::Read;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::guess;
use crate::input::Input;
use crate::mapping::Mapping;
use crate::problem::FileError;
use crate::rows::bytes::Bytes;
use crate::rows::sheet::SheetRows;
use crate::rows::text::{Split, TextRows};
use crate::rows::{Row, Rows, encoding};
use crate::value::cell;

/// Title lines above the header are searched this far.
const HEAD_ROWS: usize = 30;
const HEAD_BYTES: u64 = 4096;
const UTF16_BYTES_MAX: u64 = 256 << 20;

#[derive(Clone, Debug)]
pub struct Layout {
    /// `None` for a workbook.
    pub encoding: Option<&'static Encoding>,
    pub delimiter: Option<u8>,
    /// From 1; 0 when there is no header.
    pub header_line: u64,
    pub names: Vec<String>,
    /// Where the first row of data is: position and line.
    first: (u64, u64),
}

impl Layout {
    /// Opens `path` and finds its layout, except for what `mapping` says.
    pub fn find(input: &Input, mapping: &Mapping) -> Result<(Rows, Self), FileError> {
        let mut rows;
        let (mut encoding, mut delimiter) = (None, None);
        if is_workbook(input)? {
            rows = Rows::Sheet(SheetRows::open(input, mapping.sheet.as_deref())?);
        } else {
            let (bytes, used, shown, mark) = text(input, mapping)?;
            let chosen = match mapping.delimiter {
                Some(wanted) => u8::try_from(wanted).map_err(|_| bad_delimiter())?,
                None => best_delimiter(&bytes, used, mark)?,
            };
            rows = Rows::Text(Box::new(TextRows::new(bytes, Split::Delimiter(chosen), used, mark)?));
            (encoding, delimiter) = (Some(shown), Some(chosen));
        }
        let head = read_head(&mut rows)?;
        if head.is_empty() {
            return Err(FileError::new("file.empty", "The file holds no rows.", "文件中没有数据行。"));
        }
        let header = match mapping.header_line {
            Some(0) => None,
            Some(line) => Some(head.iter().position(|row| row.line == line).ok_or_else(no_header)?),
            None => find_header(&head),
        };
        let layout = Self::from_head(&head, header, encoding, delimiter);
        layout.rewind(&mut rows)?;
        Ok((rows, layout))
    }

    /// A text file of columns apart by blanks, whose names are known; `header` says whether the first row is a header.
    pub fn fixed(input: &Input, names: impl Fn(&Row) -> Option<(Vec<String>, bool)>) -> Result<(Rows, Self), FileError> {
        if is_workbook(input)? {
            return Err(not_the_preset());
        }
        let mut rows = Rows::Text(Box::new(TextRows::new(Bytes::open(input)?, Split::Blanks, UTF_8, 0)?));
        let mut row = Row::default();
        if !rows.next(&mut row)? {
            return Err(FileError::new("file.empty", "The file holds no rows.", "文件中没有数据行。"));
        }
        let (names, header) = names(&row).ok_or_else(not_the_preset)?;
        let mut layout = Self { encoding: Some(UTF_8), delimiter: None, header_line: 0, names, first: (row.position, row.line) };
        if header {
            layout.header_line = row.line;
            layout.first = (rows.progress().0, row.line + 1);
        }
        rows.seek(layout.first.0, layout.first.1)?;
        Ok((rows, layout))
    }

    fn from_head(head: &[Row], header: Option<usize>, encoding: Option<&'static Encoding>, delimiter: Option<u8>) -> Self {
        let (header_line, names, first) = if let Some(at) = header {
            let after = head.get(at + 1).map_or((u64::MAX, u64::MAX), |row| (row.position, row.line));
            (head[at].line, header_names(&head[at]), after)
        } else {
            let widest = head.iter().map(Row::len).max().unwrap_or(0);
            (0, (1..=widest).map(|n| n.to_string()).collect(), (head[0].position, head[0].line))
        };
        Self { encoding, delimiter, header_line, names, first }
    }

    /// The next row of data. Sheets do not store empty cells at the end: they are put back.
    pub fn next(&self, rows: &mut Rows, row: &mut Row) -> Result<bool, FileError> {
        if self.first.1 == u64::MAX || !rows.next(row)? {
            return Ok(false);
        }
        if matches!(rows, Rows::Sheet(_)) {
            while row.len() < self.names.len() {
                row.push_kind("", crate::value::Kind::Text);
            }
        }
        Ok(true)
    }

    /// Back to the first row of data.
    pub fn rewind(&self, rows: &mut Rows) -> Result<(), FileError> {
        if self.first.1 == u64::MAX { Ok(()) } else { rows.seek(self.first.0, self.first.1) }
    }
}

pub(crate) fn magic(input: &Input) -> Result<Vec<u8>, FileError> {
    let mut head = Vec::new();
    Bytes::open(input)?.take(8).read_to_end(&mut head)?;
    Ok(head)
}

fn is_workbook(input: &Input) -> Result<bool, FileError> {
    let head = magic(input)?;
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(FileError::new(
            "file.old_excel",
            "This is an old .xls workbook or one with a password; save it as .xlsx without password.",
            "这是旧版 .xls 或带密码的工作簿；请另存为不带密码的 .xlsx。",
        ));
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        return Err(FileError::new("file.compressed", "The file is compressed; unpack it first.", "文件是压缩的，请先解压。"));
    }
    Ok(head.starts_with(b"PK\x03\x04"))
}

/// The bytes to read, the encoding they are read in, the file's own encoding, and where the text begins.
fn text(input: &Input, mapping: &Mapping) -> Result<(Bytes, &'static Encoding, &'static Encoding, u64), FileError> {
    let bytes = Bytes::open(input)?;
    let mut found = encoding::detect(&mut bytes.another()?)?;
    if let Some(name) = &mapping.encoding {
        let wanted = encoding::by_name(name).ok_or_else(|| unknown_encoding(name))?;
        if found.mark == 0 {
            found.encoding = wanted;
        }
    }
    if found.encoding != UTF_16LE && found.encoding != UTF_16BE {
        if is_binary(&bytes)? {
            return Err(not_a_table());
        }
        return Ok((bytes, found.encoding, found.encoding, found.mark));
    }
    // Cells cannot be cut out of UTF-16 byte by byte; such files are small exports of Excel.
    if bytes.total() > UTF16_BYTES_MAX {
        return Err(FileError::new(
            "file.too_large",
            "UTF-16 files are read up to 256 MiB; save as UTF-8.",
            "UTF-16 文件最大 256 MiB，请存为 UTF-8。",
        ));
    }
    let mut raw = Vec::new();
    bytes.another()?.read_to_end(&mut raw)?;
    let (decoded, _) = found.encoding.decode_without_bom_handling(&raw[found.mark as usize..]);
    Ok((Bytes::memory(decoded.into_owned().into_bytes()), UTF_8, found.encoding, 0))
}

/// The separator that gives the most rows of the same width, then the widest.
fn best_delimiter(bytes: &Bytes, encoding: &'static Encoding, mark: u64) -> Result<u8, FileError> {
    let mut best = (0, 0, b',');
    for delimiter in [b',', b'\t', b';', b'|'] {
        let mut rows = Rows::Text(Box::new(TextRows::new(bytes.another()?, Split::Delimiter(delimiter), encoding, mark)?));
        let mut widths: HashMap<usize, usize> = HashMap::new();
        for row in read_head(&mut rows)? {
            *widths.entry(row.len()).or_default() += 1;
        }
        let (width, count) =
            widths.into_iter().filter(|(width, _)| *width > 1).max_by_key(|&(width, count)| (count, width)).unwrap_or((0, 0));
        if (count, width) > (best.0, best.1) {
            best = (count, width, delimiter);
        }
    }
    Ok(best.2)
}

fn read_head(rows: &mut Rows) -> Result<Vec<Row>, FileError> {
    let mut head = Vec::new();
    while head.len() <= HEAD_ROWS {
        let mut row = Row::default();
        if !rows.next(&mut row)? {
            break;
        }
        head.push(row);
    }
    Ok(head)
}

/// The row with most known header words; else the first wide row, if nothing in it looks like a value.
fn find_header(head: &[Row]) -> Option<usize> {
    let known = |row: &Row| row.cells().filter(|cell| guess::by_header(cell).is_some()).count();
    let head = &head[..head.len().min(HEAD_ROWS)];
    let best = (0..head.len()).max_by_key(|&at| (known(&head[at]), std::cmp::Reverse(at)))?;
    if known(&head[best]) >= 2 {
        return Some(best);
    }
    let widest = head.iter().map(filled).max().unwrap_or(0);
    let first = head.iter().position(|row| filled(row) * 2 > widest)?;
    let value = |cell: &str| cell::clean(cell).starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '¥' || c == '￥');
    if head[first].cells().any(value) { None } else { Some(first) }
}

fn filled(row: &Row) -> usize {
    row.cells().filter(|cell| !cell.trim().is_empty()).count()
}

/// Names as the file has them; empty ones are their number, repeated ones get `(2)`.
fn header_names(row: &Row) -> Vec<String> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut names: Vec<String> = Vec::new();
    for (index, raw) in row.cells().enumerate() {
        let mut name = cell::words(cell::clean(raw));
        if name.is_empty() {
            name = (index + 1).to_string();
        }
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        names.push(if *count == 1 { name } else { format!("{name} ({count})") });
    }
    while row.raw(names.len().saturating_sub(1)).trim().is_empty() && names.len() > 1 {
        names.pop();
    }
    names
}

/// A picture, a program and the like have many zero bytes near their beginning; in text a stray one costs its row, not the file.
fn is_binary(bytes: &Bytes) -> Result<bool, FileError> {
    let mut head = Vec::new();
    bytes.another()?.take(HEAD_BYTES).read_to_end(&mut head)?;
    let text: Vec<&[u8]> = head.split(|byte| *byte == 0).collect();
    Ok((text.len() - 1) * 10 > head.len() || head.starts_with(b"%PDF"))
}

fn not_a_table() -> FileError {
    FileError::new(
        "file.not_a_table",
        "This is no table: a CSV or text file, or an Excel workbook (.xlsx), is needed.",
        "这不是表格文件：请提供 CSV、文本文件或 Excel 工作簿（.xlsx）。",
    )
}

fn not_the_preset() -> FileError {
    FileError::new("preset.other_file", "The file does not have this preset's columns.", "文件的列与该预设不符。")
}

fn no_header() -> FileError {
    FileError::new(
        "mapping.no_such_header",
        "The mapping's header line is not among the file's first rows.",
        "映射中的表头行不在文件的前几行中。",
    )
}

fn bad_delimiter() -> FileError {
    FileError::new("mapping.delimiter", "The delimiter must be one ASCII character.", "分隔符必须是一个 ASCII 字符。")
}

fn unknown_encoding(name: &str) -> FileError {
    FileError::new("mapping.encoding", format!("\"{name}\" is no known encoding."), format!("“{name}” 不是已知的编码。"))
}
