//! What stands in a cell before it means anything: cleaning, missing marks, ids that a spreadsheet destroyed.

use std::borrow::Cow;

use crate::problem::{Problem, shorten};

/// What the carrier knows about a cell beyond its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    #[default]
    Text,
    /// A numeric spreadsheet cell.
    Number,
    /// A numeric spreadsheet cell at or above 2^53: a float no longer tells neighbouring integers apart.
    Rounded,
}

/// A cleaned cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell<'a> {
    pub text: &'a str,
    pub kind: Kind,
}

impl<'a> Cell<'a> {
    /// `None` when the cell says "nothing": empty, `-`, `null` and the like.
    pub fn new(raw: &'a str, kind: Kind) -> Option<Self> {
        let text = clean(raw);
        if is_missing(text) { None } else { Some(Self { text, kind }) }
    }

    pub fn text(text: &'a str) -> Self {
        Self { text, kind: Kind::Text }
    }
}

/// Takes off blanks (tabs and full-width spaces too), the apostrophe and the `="…"` that keep spreadsheets from touching ids.
pub fn clean(raw: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}';
    let mut text = raw.trim_matches(blank);
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        text = inner.trim_matches(blank);
    }
    if let Some(rest) = text.strip_prefix('\'') {
        text = rest.trim_matches(blank);
    }
    text
}

fn is_missing(text: &str) -> bool {
    const MARKS: [&str; 10] = ["", "-", "--", "—", "/", "null", "\\n", "n/a", "nan", "none"];
    text.len() <= 4 && MARKS.iter().any(|mark| text.eq_ignore_ascii_case(mark))
}

/// Full-width digits, letters and marks become their ASCII twins; `，` and `。` stay what they are.
pub fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let one = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{2212}' => '-',
        _ => c,
    };
    Cow::Owned(text.chars().map(one).collect())
}

/// An id (of an order, a member, a product). Refuses what Excel has made unreadable, because a wrong id joins strangers.
pub fn id(cell: Cell<'_>) -> Result<String, Problem> {
    let text = cell.text;
    let shown = shorten(text);
    if cell.kind == Kind::Rounded {
        return Err(rounded(&shown));
    }
    if is_exponent(text) {
        return Err(Problem::new(
            "id.excel_exponent",
            format!(
                "\"{shown}\" is an id that Excel turned into a rounded number, and its last digits are lost. Export again with the column as text"
            ),
            format!("“{shown}” 是被 Excel 变成科学计数法的编号，后几位已丢失；请把该列设为文本后重新导出"),
        ));
    }
    if text.len() > 200 {
        return Err(Problem::new("id.too_long", format!("\"{shown}\" is longer than 200 bytes"), format!("“{shown}” 超过 200 字节")));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::new("id.control", format!("\"{shown}\" holds control characters"), format!("“{shown}” 含有控制字符")));
    }
    Ok(text.to_owned())
}

pub(crate) fn rounded(shown: &str) -> Problem {
    Problem::new(
        "id.excel_rounded",
        format!(
            "\"{shown}\" was stored as a number: Excel keeps 15 digits only, so the last ones are lost. Export again with the column as text"
        ),
        format!("“{shown}” 被存成了数字，Excel 只保留 15 位，后几位已丢失；请把该列设为文本后重新导出"),
    )
}

/// `6.91793E+18`: a sign after the E and two digits, as Excel and nobody's id writes it.
pub fn is_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let Some(power) = exponent.strip_prefix('+') else { return false };
    power.len() >= 2
        && power.bytes().all(|b| b.is_ascii_digit())
        && mantissa.starts_with(|c: char| c.is_ascii_digit())
        && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// An id of 16 digits or more whose digits after the 15th are all zero: what Excel leaves of a long number.
pub fn is_zero_tailed(text: &str) -> Option<bool> {
    if text.len() < 16 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(text.bytes().skip(15).all(|b| b == b'0'))
}

/// Free text for a product's name and the like: control characters become blanks, at most 500 bytes.
pub fn words(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if out.len() + c.len_utf8() > 500 {
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_protects_ids_from_spreadsheets_is_taken_off() {
        for raw in ["\t6917926768823643751", "'6917926768823643751", "=\"6917926768823643751\"", " 6917926768823643751\u{3000}"] {
            assert_eq!(clean(raw), "6917926768823643751", "{raw}");
        }
    }

    #[test]
    fn marks_for_nothing_are_nothing() {
        for raw in ["", " ", "-", "null", "NULL", "\t-", "—", "N/A"] {
            assert_eq!(Cell::new(raw, Kind::Text), None, "{raw}");
        }
        assert!(Cell::new("0", Kind::Text).is_some());
    }

    #[test]
    fn ids_that_excel_destroyed_are_refused_with_the_reason() {
        for (text, kind, code) in [
            ("6.91793E+18", Kind::Text, "id.excel_exponent"),
            ("7E+15", Kind::Text, "id.excel_exponent"),
            ("6917926768823643000", Kind::Rounded, "id.excel_rounded"),
        ] {
            assert_eq!(id(Cell { text, kind }).unwrap_err().code, code, "{text}");
        }
        for text in ["1E5", "E+18", "A1.2E+18", "12e7", "69179E18"] {
            assert_eq!(id(Cell::text(text)).as_deref(), Ok(text));
        }
    }
}
