//! What a database's error means to whoever asked: passing, damaged, or neither.

use std::error::Error;

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

impl<T> OrTrouble<T> for Result<T, postgres::Error> {
    fn or_trouble(self) -> PortResult<T> {
        self.map_err(|error| of_postgres(&error))
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

fn of_postgres(error: &postgres::Error) -> PortError {
    let Some(said) = error.as_db_error() else {
        let why = format!("PostgreSQL: {}", with_causes(error));
        let is_lost = error.is_closed() || error.source().is_some_and(<dyn Error>::is::<std::io::Error>) || why.contains("timed out");
        return if is_lost { PortError::Transient(why) } else { PortError::Failed(why) };
    };
    let why = format!("PostgreSQL: {} ({})", said.message(), said.code().code());
    match said.code().code() {
        // Serialisation, deadlock, lock not to be had in time, ended by the lease, cancelled by the statement's time limit.
        "40001" | "40P01" | "55P03" | "25P03" | "57014" => PortError::Transient(why),
        // Two nodes took the same command at once; the second finds the first's answer when it comes again.
        "23505" if said.table() == Some("seen") => PortError::Transient(why),
        "XX001" | "XX002" => PortError::Damaged(why),
        // Connection lost; no room, memory or connections left; the server is shutting down or starting.
        code if ["08", "53", "57"].contains(&&code[..2]) => PortError::Transient(why),
        _ => PortError::Failed(why),
    }
}

/// The driver's errors name only their kind; what happened stands in their causes.
fn with_causes(error: &postgres::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let more = deeper.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = deeper.source();
    }
    words
}
