//! The members list as a file: CSV written piece by piece, or a workbook of bounded size.

use std::io::Write;

use perennial_kernel::Currency;
use rust_xlsxwriter::{Workbook, Worksheet};

use super::board::{Board, ListedMember, Listing};
use super::{QueryResult, refused};

/// Rows read and unsealed at once.
const PIECE: usize = 1000;
/// A workbook is built in memory before it is sent.
pub const XLSX_ROWS_MAX: usize = 100_000;
/// Excel reads UTF-8 only after this mark.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A column of the file, in the order in which they stand when nothing else is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    Member,
    Name,
    Number,
    Stage,
    Life,
    Recency,
    FLife,
    FTotal,
    Money,
    Currency,
    First,
    Last,
}

impl Column {
    pub const ALL: [Self; 12] = [
        Self::Member,
        Self::Name,
        Self::Number,
        Self::Stage,
        Self::Life,
        Self::Recency,
        Self::FLife,
        Self::FTotal,
        Self::Money,
        Self::Currency,
        Self::First,
        Self::Last,
    ];

    /// The head of the column, and the word by which it is asked for.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Name => "name",
            Self::Number => "number",
            Self::Stage => "stage",
            Self::Life => "life",
            Self::Recency => "recency_days",
            Self::FLife => "f_life",
            Self::FTotal => "f_total",
            Self::Money => "money",
            Self::Currency => "currency",
            Self::First => "first_purchase_on",
            Self::Last => "last_purchase_on",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == text)
    }

    fn cell(self, member: &ListedMember, currency: Currency) -> String {
        let day = |day: Option<perennial_kernel::Day>| day.map(|day| day.to_string()).unwrap_or_default();
        match self {
            Self::Member => member.member.to_string(),
            Self::Name => harmless(member.person.name.as_deref().unwrap_or_default()),
            Self::Number => harmless(member.person.number.as_deref().unwrap_or_default()),
            Self::Stage => harmless(&member.stage),
            Self::Life => member.life.to_string(),
            Self::Recency => member.recency.map(|days| days.to_string()).unwrap_or_default(),
            Self::FLife => member.f_life.to_string(),
            Self::FTotal => member.f_total.to_string(),
            Self::Money => currency.format(member.money),
            Self::Currency => currency.code().to_owned(),
            Self::First => day(member.first_purchase_on),
            Self::Last => day(member.last_purchase_on),
        }
    }

    /// What is a number in a workbook.
    fn number(self, member: &ListedMember, currency: Currency) -> Option<f64> {
        match self {
            Self::Life => Some(f64::from(member.life)),
            Self::Recency => member.recency.map(f64::from),
            Self::FLife => Some(f64::from(member.f_life)),
            Self::FTotal => Some(f64::from(member.f_total)),
            Self::Money => Some(currency.format(member.money).parse().unwrap_or(0.0)),
            Self::Member | Self::Name | Self::Number | Self::Stage | Self::Currency | Self::First | Self::Last => None,
        }
    }
}

/// Gives the file piece by piece with the rows so far and in all; ends early when `send` answers `false`. Answers the rows written.
pub fn csv(
    board: &Board,
    listing: &Listing,
    columns: &[Column],
    goes_on: &dyn Fn() -> bool,
    send: &mut dyn FnMut(Vec<u8>, usize, usize) -> bool,
) -> QueryResult<usize> {
    let currency = board.house().reference().brand.currency;
    let heads: Vec<&str> = columns.iter().map(|column| column.as_str()).collect();
    let (mut rows, mut gone) = (0, false);
    let mut piece = format!("{BYTE_ORDER_MARK}{}\r\n", heads.join(",")).into_bytes();
    board.walk(listing, PIECE, goes_on, &mut |members, total| {
        for member in members {
            let cells: Vec<String> = columns.iter().map(|column| quoted(&column.cell(member, currency))).collect();
            writeln!(piece, "{}\r", cells.join(",")).expect("writing to memory does not fail");
        }
        rows += members.len();
        gone = !send(std::mem::take(&mut piece), rows, total);
        !gone
    })?;
    if !gone && !piece.is_empty() {
        send(piece, rows, rows);
    }
    Ok(rows)
}

/// A whole workbook; answers it with its rows. `see` hears the rows so far and in all, and ends it by `false`.
pub fn xlsx(
    board: &Board,
    listing: &Listing,
    columns: &[Column],
    goes_on: &dyn Fn() -> bool,
    see: &mut dyn FnMut(usize, usize) -> bool,
) -> QueryResult<(Vec<u8>, usize)> {
    let currency = board.house().reference().brand.currency;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut failed = false;
    for (at, column) in columns.iter().enumerate() {
        failed |= sheet.write_string(0, at as u16, column.as_str()).is_err();
    }
    let (mut rows, mut all) = (0, 0);
    board.walk(listing, PIECE, goes_on, &mut |members, total| {
        all = total;
        if total > XLSX_ROWS_MAX {
            return false;
        }
        for member in members {
            rows += 1;
            failed |= put(sheet, rows as u32, member, columns, currency).is_err();
        }
        see(rows, total)
    })?;
    if all > XLSX_ROWS_MAX {
        let en = format!("a workbook holds at most {XLSX_ROWS_MAX} members, these are {all}: take CSV");
        return Err(refused("export.too_large", en, format!("Excel 文件最多 {XLSX_ROWS_MAX} 位会员，当前为 {all}，请改用 CSV")));
    }
    match book.save_to_buffer() {
        Ok(bytes) if !failed => Ok((bytes, rows)),
        _ => Err(crate::port::PortError::Failed("the workbook cannot be written".to_owned()).into()),
    }
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    member: &ListedMember,
    columns: &[Column],
    currency: Currency,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    for (at, column) in columns.iter().enumerate() {
        match column.number(member, currency) {
            Some(number) => sheet.write_number(row, at as u16, number)?,
            None => sheet.write_string(row, at as u16, column.cell(member, currency))?,
        };
    }
    Ok(())
}

/// Spreadsheets run what begins like a formula: such text gets an apostrophe in front, which they hide.
pub(super) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) { format!("'{text}") } else { text.to_owned() }
}

pub(super) fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_begins_like_a_formula_leaves_as_one() {
        for text in ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "＝1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!(harmless("李*"), "李*");
        assert_eq!(quoted("a\"b,c"), "\"a\"\"b,c\"");
    }
}
