//! SQL for analysts: views, answers, and what was asked before.

use perennial_app::port::analyst::{self, Answered, Column, Value};
use perennial_app::query::sql::{Past, ROWS_MAX};
use serde::Serialize;
use utoipa::ToSchema;

use super::Words;

/// What one may select from.
#[derive(Serialize, ToSchema)]
pub struct SqlViews {
    pub items: Vec<SqlView>,
    /// An answer is cut after so many rows.
    pub rows_max: u64,
}

#[derive(Serialize, ToSchema)]
pub struct SqlView {
    pub name: String,
    /// What one row is.
    pub about: Words,
    pub columns: Vec<SqlViewColumn>,
    /// A statement that shows what the view is good for.
    pub example: String,
}

#[derive(Serialize, ToSchema)]
pub struct SqlViewColumn {
    pub name: String,
    /// As SQL calls it: `DECIMAL(19,2)`, `DATE`.
    #[serde(rename = "type")]
    pub sql_type: String,
    pub about: Words,
    /// Masked, unless it is asked for in clear.
    pub personal: bool,
}

impl From<Vec<analyst::View>> for SqlViews {
    fn from(views: Vec<analyst::View>) -> Self {
        let words = |words: analyst::Words| Words { en: words.en, zh: words.zh };
        let column = |column: analyst::ViewColumn| SqlViewColumn {
            name: column.name,
            sql_type: column.sql_type,
            about: words(column.about),
            personal: column.personal,
        };
        let view = |view: analyst::View| SqlView {
            name: view.name,
            about: words(view.about),
            columns: view.columns.into_iter().map(column).collect(),
            example: view.example,
        };
        Self { items: views.into_iter().map(view).collect(), rows_max: ROWS_MAX }
    }
}

/// A statement to be answered.
#[derive(ToSchema)]
pub struct SqlAsked {
    /// One statement that only reads.
    #[schema(example = "SELECT count(*) AS members FROM members")]
    pub statement: String,
    /// The most rows to be told, 1 to 10,000; 10,000 when absent.
    pub rows: Option<u32>,
    /// Why personal columns are asked for in clear; they are masked when absent. It stands in the audit trail.
    pub reveal: Option<String>,
}

/// A statement to be answered by a file.
#[derive(ToSchema)]
pub struct SqlExported {
    #[schema(example = "SELECT member, m_total FROM profile WHERE f_total >= 2")]
    pub statement: String,
    /// Why personal columns are asked for in clear; they are masked when absent.
    pub reveal: Option<String>,
}

/// The answer to a statement.
#[derive(Serialize, ToSchema)]
pub struct SqlAnswer {
    pub columns: Vec<SqlColumn>,
    /// One list of values for each row, in the order of the columns.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    pub rows: Vec<Vec<serde_json::Value>>,
    /// There were more rows.
    pub truncated: bool,
    pub data_up_to: String,
    pub elapsed_ms: u64,
}

#[derive(Serialize, ToSchema)]
pub struct SqlColumn {
    pub name: String,
    /// `bool`, `int`, `float`, `decimal`, `text`, `date`, `timestamp`, `list`, `other`. Decimals, dates and timestamps are told as text, so
    /// that they are exact; so are whole numbers beyond 2^53.
    #[serde(rename = "type")]
    pub kind: String,
}

impl SqlAnswer {
    pub fn new(columns: &[Column], rows: Vec<Vec<Value>>, answered: Answered) -> Self {
        let column = |column: &Column| SqlColumn { name: column.name.clone(), kind: column.kind.as_str().to_owned() };
        Self {
            columns: columns.iter().map(column).collect(),
            rows: rows.into_iter().map(|row| row.into_iter().map(json).collect()).collect(),
            truncated: answered.truncated,
            data_up_to: answered.data_up_to.to_string(),
            elapsed_ms: answered.elapsed_ms,
        }
    }
}

/// Up to here every reader of JSON holds whole numbers exactly.
const WHOLE_MAX: u64 = 1 << 53;

fn json(value: Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => flag.into(),
        Value::Int(number) if number.unsigned_abs() > WHOLE_MAX => number.to_string().into(),
        Value::Int(number) => number.into(),
        // JSON has no word for what is no number.
        Value::Float(number) if !number.is_finite() => number.to_string().into(),
        Value::Float(number) => number.into(),
        Value::Text(text) => text.into(),
        Value::List(values) => values.into_iter().map(json).collect(),
    }
}

/// A statement somebody asked before, as the audit trail tells it: what may name a person is left out.
#[derive(Serialize, ToSchema)]
pub struct SqlPast {
    pub at: String,
    /// `http`, `wire`, `cli`.
    pub way: String,
    pub statement: String,
}

impl From<Past> for SqlPast {
    fn from(past: Past) -> Self {
        Self { at: past.at.to_string(), way: past.way, statement: past.statement }
    }
}
