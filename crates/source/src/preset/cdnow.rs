//! CDNOW: `CDNOW_master.txt` (with header) and `CDNOW_sample.txt` (without), columns apart by blanks.
//!
//! A row is an order of one line, paid at the start of its day: the files have no times. The member is the first column of both.

use crate::input::Input;
use crate::mapping::{Field, Mapping};
use crate::problem::FileError;
use crate::rows::{Row, Rows};
use crate::table::layout::Layout;

/// The full file's header, and the names given to the sample's columns.
const MASTER: [&str; 4] = ["customer_id", "date", "number_of_cds", "dollar_value"];
const SAMPLE: [&str; 5] = ["customer_id", "sample_id", "date", "number_of_cds", "dollar_value"];

const COLUMNS: [(Field, &str); 4] =
    [(Field::Number, "customer_id"), (Field::PaidAt, "date"), (Field::Quantity, "number_of_cds"), (Field::LinePaid, "dollar_value")];

pub fn open(input: &Input) -> Result<(Rows, Layout), FileError> {
    Layout::fixed(input, columns)
}

pub fn mapping() -> Mapping {
    Mapping { columns: COLUMNS.iter().map(|(field, name)| (*field, (*name).to_owned())).collect(), ..Mapping::default() }
}

fn columns(first: &Row) -> Option<(Vec<String>, bool)> {
    let header = first.cells().eq(MASTER);
    let digits = first.raw(0).bytes().all(|b| b.is_ascii_digit());
    let names: &[&str] = match first.len() {
        4 if header || digits => &MASTER,
        5 if digits => &SAMPLE,
        _ => return None,
    };
    Some((names.iter().map(|name| (*name).to_owned()).collect(), header))
}
