//! Rows that go with an erased person. Both databases overwrite or give up the bytes: SQLite by `secure_delete`, PostgreSQL when the table
//! is vacuumed; they are sealed in any case.

use perennial_app::port::PortResult;
use perennial_app::port::erasure::Forgetting;
use perennial_kernel::ImportId;

use super::{DeskOn, Plain, Value};

impl<S: Plain> Forgetting for DeskOn<S> {
    fn drop_bad_row(&mut self, import: ImportId, record: u64) -> PortResult<()> {
        let record = i64::try_from(record).unwrap_or(i64::MAX);
        self.0.run("DELETE FROM bad_rows WHERE import = $1 AND record = $2", &[Value::Int(import.0), Value::Int(record)]).map(drop)
    }
}
