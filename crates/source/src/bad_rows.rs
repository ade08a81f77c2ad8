//! Bad rows back as a file: line and reason first, then the row as it stood, to be mended and imported again.

use std::io::{self, Write};

use crate::problem::BadRow;

/// Names of the columns put in front.
const LEADING: [&str; 4] = ["line", "code", "reason", "原因"];

/// Writes CSV in UTF-8 with byte order mark (Excel needs it for Chinese). `header` names the file's own columns; it may be empty.
///
/// No cell begins like a formula: a spreadsheet that opens the file must not run what a stranger typed into a shop.
pub fn write_bad_rows<'a>(out: impl Write, header: &[String], rows: impl IntoIterator<Item = &'a BadRow>) -> io::Result<()> {
    let mut out = out;
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(out);
    let names = LEADING.iter().copied().map(str::to_owned).chain(header.iter().map(|name| neutral(name)));
    writer.write_record(names.collect::<Vec<_>>())?;
    for row in rows {
        let leading = [row.line.to_string(), row.code.to_owned(), neutral(&row.en), neutral(&row.zh)];
        writer.write_record(leading.into_iter().chain(row.raw.iter().map(|cell| neutral(cell))))?;
    }
    writer.flush()
}

/// Puts an apostrophe before what a spreadsheet would take for a formula; the reader takes it off again.
pub fn neutral(cell: &str) -> String {
    let first = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control()).chars().next();
    // A plain negative number is none, but costs nothing either: the apostrophe comes off when it is read.
    if matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')) || cell.starts_with(['\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised_wherever_they_stand() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", " =1", "＝1", "\r=1"] {
            assert!(neutral(cell).starts_with('\''), "{cell:?}");
        }
        for cell in ["", "12", "A-1", "a=b", "'x"] {
            assert_eq!(neutral(cell), cell);
        }
    }

    #[test]
    fn a_bad_row_carries_its_line_and_reason_in_both_languages() {
        let row = BadRow {
            line: 7,
            column: Some("amount".to_owned()),
            code: "money.unreadable",
            en: "amount: \"x\" is no amount".to_owned(),
            zh: "amount：“x” 不是金额".to_owned(),
            raw: vec!["=HYPERLINK(1)".to_owned(), "x".to_owned()],
        };
        let mut out = Vec::new();
        write_bad_rows(&mut out, &["name".to_owned(), "amount".to_owned()], [&row]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "\u{feff}line,code,reason,原因,name,amount\n7,money.unreadable,\"amount: \"\"x\"\" is no amount\",amount：“x” 不是金额,'=HYPERLINK(1),x\n"
        );
    }
}
