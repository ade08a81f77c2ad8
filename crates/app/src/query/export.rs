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
const BYTE_ORDER_MARK: &str = "\u{feff}";

const HEADS: [&str; 12] = [
    "member",
    "name",
    "number",
    "stage",
    "life",
    "recency_days",
    "f_life",
    "f_total",
    "money",
    "currency",
    "first_purchase_on",
    "last_purchase_on",
];

/// Gives the file piece by piece; ends early when `send` answers `false` (the reader has gone). Answers the rows written.
pub fn csv(board: &Board, listing: &Listing, send: &mut dyn FnMut(Vec<u8>) -> bool) -> QueryResult<usize> {
    let currency = board.house().reference().brand.currency;
    let mut piece = format!("{BYTE_ORDER_MARK}{}\r\n", HEADS.join(",")).into_bytes();
    let (mut rows, mut cursor) = (0, None);
    loop {
        let page = board.list(listing, PIECE, cursor.as_deref())?;
        for member in &page.items {
            let cells = cells(member, currency).map(|cell| quoted(&cell));
            writeln!(piece, "{}\r", cells.join(",")).expect("writing to memory does not fail");
        }
        rows += page.items.len();
        if !send(std::mem::take(&mut piece)) || page.next.is_none() {
            return Ok(rows);
        }
        cursor = page.next;
    }
}

/// A whole workbook; answers it with its rows.
pub fn xlsx(board: &Board, listing: &Listing) -> QueryResult<(Vec<u8>, usize)> {
    let currency = board.house().reference().brand.currency;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut failed = put(sheet, 0, &HEADS.map(str::to_owned), &[]).is_err();
    let (mut rows, mut cursor) = (0, None);
    loop {
        let page = board.list(listing, PIECE, cursor.as_deref())?;
        if page.total > XLSX_ROWS_MAX {
            let en = format!("a workbook holds at most {XLSX_ROWS_MAX} members, these are {}: take CSV", page.total);
            return Err(refused(
                "export.too_large",
                en,
                format!("Excel 文件最多 {XLSX_ROWS_MAX} 位会员，当前为 {}，请改用 CSV", page.total),
            ));
        }
        for member in &page.items {
            rows += 1;
            failed |= put(sheet, rows as u32, &cells(member, currency), &numbers(member, currency)).is_err();
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    match book.save_to_buffer() {
        Ok(bytes) if !failed => Ok((bytes, rows)),
        _ => Err(crate::port::PortError::Failed("the workbook cannot be written".to_owned()).into()),
    }
}

fn put(sheet: &mut Worksheet, row: u32, cells: &[String], numbers: &[(u16, f64)]) -> Result<(), rust_xlsxwriter::XlsxError> {
    for (column, cell) in cells.iter().enumerate() {
        let column = column as u16;
        match numbers.iter().find(|(at, _)| *at == column) {
            Some((_, number)) => sheet.write_number(row, column, *number)?,
            None => sheet.write_string(row, column, cell)?,
        };
    }
    Ok(())
}

/// Columns that are numbers in a workbook.
fn numbers(member: &ListedMember, currency: Currency) -> Vec<(u16, f64)> {
    let money = currency.format(member.money).parse().unwrap_or(0.0);
    let mut numbers = vec![(4, f64::from(member.life)), (6, f64::from(member.f_life)), (7, f64::from(member.f_total)), (8, money)];
    numbers.extend(member.recency.map(|days| (5, f64::from(days))));
    numbers
}

fn cells(member: &ListedMember, currency: Currency) -> [String; 12] {
    let day = |day: Option<perennial_kernel::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    [
        member.member.to_string(),
        harmless(member.person.name.as_deref().unwrap_or_default()),
        harmless(member.person.number.as_deref().unwrap_or_default()),
        harmless(&member.stage),
        member.life.to_string(),
        member.recency.map(|days| days.to_string()).unwrap_or_default(),
        member.f_life.to_string(),
        member.f_total.to_string(),
        currency.format(member.money),
        currency.code().to_owned(),
        day(member.first_purchase_on),
        day(member.last_purchase_on),
    ]
}

/// Spreadsheets run what begins like a formula: such text gets an apostrophe in front, which they hide.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) { format!("'{text}") } else { text.to_owned() }
}

fn quoted(cell: &str) -> String {
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
