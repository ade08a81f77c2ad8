//! Data on stdout: JSON for programs, tables for people.

use std::io::Write;

use perennial_kernel::{Currency, Money};
use serde_json::{Value, json};

/// One JSON document on one line: what scripts, and people with `jq`, expect.
pub fn json(value: &Value) {
    line(&value.to_string());
}

/// Where the reader has gone (`| head`), the rest is nobody's concern.
pub fn line(text: &str) {
    if writeln!(std::io::stdout(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// As it stands, without a line end of ours.
pub fn text(text: &str) {
    if write!(std::io::stdout(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// Columns apart by two blanks; those named in `right` are flush right. Width is counted in terminal cells.
pub fn table(heads: &[&str], right: &[usize], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = heads.iter().map(|head| cells(head)).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cells(cell));
        }
    }
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    for row in std::iter::once(&heads).chain(rows) {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width.saturating_sub(cells(cell)));
            let parts = if right.contains(&at) { [pad.as_str(), cell] } else { [cell.as_str(), &pad] };
            line.extend(parts);
            line.push_str("  ");
        }
        self::line(line.trim_end());
    }
}

/// Chinese characters take two cells.
fn cells(text: &str) -> usize {
    text.chars().map(|c| if ('\u{1100}'..='\u{ffef}').contains(&c) { 2 } else { 1 }).sum()
}

/// Money as the API tells it.
pub fn money(money: Money, currency: Currency) -> Value {
    json!({ "minor": money.0, "currency": currency.code(), "scale": currency.scale() })
}
