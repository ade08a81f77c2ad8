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

    fn drop_letter(&mut self, id: i64) -> PortResult<()> {
        self.0.run("DELETE FROM dead_letters WHERE id = $1", &[Value::Int(id)]).map(drop)
    }

    fn drop_sample(&mut self, source: &str, name: &str) -> PortResult<()> {
        let values = [Value::Bytes(&[]), Value::Text(source), Value::Text(name)];
        self.0.run("UPDATE source_events SET sample = $1 WHERE source = $2 AND name = $3", &values).map(drop)
    }
}
