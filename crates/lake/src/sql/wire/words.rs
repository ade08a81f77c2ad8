//! Problems as the wire tells them: a state code of PostgreSQL's, the words in English, the same in Chinese as detail, and the place.

use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion_postgres::pgwire::api::{ClientInfo, ErrorHandler};
use datafusion_postgres::pgwire::error::{ErrorInfo, PgWireError};
use perennial_app::port::analyst::{Fault, SqlProblem};

use crate::sql::problem;

/// A problem under this code.
pub fn refused(code: &str, why: &SqlProblem) -> PgWireError {
    let mut info = ErrorInfo::new("ERROR".to_owned(), code.to_owned(), why.words.en.clone());
    info.detail = Some(why.words.zh.clone());
    PgWireError::UserError(Box::new(info))
}

/// Ours; the cause is for the log.
pub fn failed(cause: &dyn std::fmt::Display) -> PgWireError {
    told(&problem::failure(cause))
}

/// A problem under the code PostgreSQL has for it.
pub fn told(why: &SqlProblem) -> PgWireError {
    let code = match (why.code, why.fault) {
        ("sql.syntax", _) => "42601",
        ("sql.unknown_column", _) => "42703",
        ("sql.unknown_table", _) => "42P01",
        ("sql.unknown_function", _) => "42883",
        ("sql.ambiguous", _) => "42702",
        ("sql.twice", _) => "42701",
        ("sql.unsupported", _) => "0A000",
        ("sql.read_only", _) => "25006",
        ("sql.hidden", _) => "42501",
        ("sql.memory", _) => "53200",
        ("sql.too_many_rows", _) => "54000",
        (_, Fault::TooMuch | Fault::Gone) => "57014",
        (_, Fault::Busy) => "53300",
        (_, Fault::Failed) => "58000",
        (_, Fault::Statement) => "22000",
    };
    refused(code, why)
}

/// Whatever went wrong, in our words.
pub fn of(error: PgWireError) -> PgWireError {
    let PgWireError::ApiError(cause) = error else { return error };
    match cause.downcast::<DataFusionError>() {
        Ok(cause) => told(&problem::of(*cause)),
        Err(other) => match other.downcast::<ParserError>() {
            Ok(cause) => told(&problem::of(DataFusionError::SQL(cause, None))),
            Err(other) => PgWireError::ApiError(other),
        },
    }
}

/// Puts every error into our words before it leaves.
pub struct Words;

impl ErrorHandler for Words {
    fn on_error<C: ClientInfo>(&self, _: &C, error: &mut PgWireError) {
        if matches!(error, PgWireError::ApiError(_)) {
            *error = of(std::mem::replace(error, PgWireError::QueryCanceled));
        }
    }
}
