//! What a database's error means to whoever asked: passing, damaged, or neither.

use perennial_app::port::{PortError, PortResult};

/// Turns a database's result into the port's.
pub(crate) trait OrTrouble<T> {
    fn or_trouble(self) -> PortResult<T>;
}

impl<T> OrTrouble<T> for Result<T, rusqlite::Error> {
    fn or_trouble(self) -> PortResult<T> {
        self.map_err(|error| of_sqlite(&error))
    }
}

fn of_sqlite(error: &rusqlite::Error) -> PortError {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase};
    let why = format!("SQLite: {error}");
    match error.sqlite_error_code() {
        Some(DatabaseBusy | DatabaseLocked | DiskFull) => PortError::Transient(why),
        Some(DatabaseCorrupt | NotADatabase) => PortError::Damaged(why),
        // A column of another type than the schema says cannot come from this program.
        None if matches!(error, rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::FromSqlConversionFailure(..)) => {
            PortError::Damaged(why)
        }
        _ => PortError::Failed(why),
    }
}
