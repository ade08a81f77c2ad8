//! An answer as a CSV file, written piece by piece; nothing in it begins like a formula.

use crate::port::analyst::{Column, ColumnKind, Piece, Value};
use crate::query::export::{BYTE_ORDER_MARK, harmless, quoted};

/// Turns pieces of an answer into pieces of a file.
#[derive(Debug, Default)]
pub struct Csv {
    columns: Vec<Column>,
}

impl Csv {
    pub fn piece(&mut self, piece: Piece) -> Vec<u8> {
        match piece {
            Piece::Columns(columns) => {
                let heads: Vec<String> = columns.iter().map(|column| quoted(&harmless(&column.name))).collect();
                self.columns = columns;
                format!("{BYTE_ORDER_MARK}{}\r\n", heads.join(",")).into_bytes()
            }
            Piece::Rows(rows) => {
                let mut text = String::new();
                for row in &rows {
                    let cells: Vec<String> = self.columns.iter().zip(row).map(|(column, value)| cell(column.kind, value)).collect();
                    text.push_str(&cells.join(","));
                    text.push_str("\r\n");
                }
                text.into_bytes()
            }
        }
    }
}

fn cell(kind: ColumnKind, value: &Value) -> String {
    let text = plain(value);
    match kind {
        // A negative number is no formula.
        ColumnKind::Bool | ColumnKind::Int | ColumnKind::Float | ColumnKind::Decimal | ColumnKind::Date | ColumnKind::Timestamp => text,
        ColumnKind::Text | ColumnKind::List | ColumnKind::Other => quoted(&harmless(&text)),
    }
}

/// As a person reads it; nothing for null.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(values) => values.iter().map(plain).collect::<Vec<_>>().join(";"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_a_formula_is_neutralised_and_negative_numbers_stay() {
        let mut csv = Csv::default();
        let column = |name: &str, kind| Column { name: name.to_owned(), kind };
        let head = csv.piece(Piece::Columns(vec![column("=1+1", ColumnKind::Text), column("net", ColumnKind::Decimal)]));
        assert_eq!(String::from_utf8(head).unwrap(), "\u{feff}'=1+1,net\r\n");
        let row = vec![Value::Text("@SUM(A1),x".to_owned()), Value::Text("-3.50".to_owned())];
        let rows = csv.piece(Piece::Rows(vec![row, vec![Value::Null, Value::Null]]));
        assert_eq!(String::from_utf8(rows).unwrap(), "\"'@SUM(A1),x\",-3.50\r\n,\r\n");
    }
}
