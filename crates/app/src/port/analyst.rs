//! Questions in SQL over documented views: what answers them is the lake's; who may ask, and what is written down of it, is decided here.

use perennial_kernel::Instant;

/// A name or a message in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    pub en: String,
    pub zh: String,
}

impl Words {
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

/// A view one may select from, documented.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    pub name: String,
    /// What one row is.
    pub about: Words,
    pub columns: Vec<ViewColumn>,
    /// A query that shows what the view is good for.
    pub example: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ViewColumn {
    pub name: String,
    /// As SQL calls it: `DECIMAL(18,2)`, `DATE`.
    pub sql_type: String,
    pub about: Words,
    /// Masked, unless it is asked for in clear by somebody who may.
    pub personal: bool,
}

/// What kind of values a column of an answer holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnKind {
    Bool,
    Int,
    Float,
    /// Exact digits, as text.
    Decimal,
    Text,
    /// `2026-11-22`.
    Date,
    /// RFC 3339, in UTC.
    Timestamp,
    List,
    /// Anything else, as text.
    Other,
}

impl ColumnKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::Decimal => "decimal",
            Self::Text => "text",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::List => "list",
            Self::Other => "other",
        }
    }

    /// Whether tables show it flush right.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Float | Self::Decimal)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Text, exact digits, days and instants: what it is says the column.
    Text(String),
    List(Vec<Value>),
}

/// One statement, and how it is to be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ask {
    pub statement: String,
    /// Personal columns in clear: only for whoever may, after it was written down.
    pub clear: bool,
    /// The answer is cut after so many rows, and says so.
    pub rows_max: u64,
}

/// A piece of an answer: its columns first, then its rows, some at a time.
#[derive(Clone, PartialEq, Debug)]
pub enum Piece {
    Columns(Vec<Column>),
    Rows(Vec<Vec<Value>>),
}

/// What an answer rests on, once all of it was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answered {
    pub rows: u64,
    /// There were more rows.
    pub truncated: bool,
    pub data_up_to: Instant,
    pub elapsed_ms: u64,
}

/// What became of a statement that was not answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is no statement that can be answered: somebody has to write another one.
    Statement,
    /// It asks for more time or memory than there is.
    TooMuch,
    /// Others ask at the moment.
    Busy,
    /// Nobody waits for the answer any more.
    Gone,
    /// It is our fault; the cause is for the log.
    Failed,
}

/// Why a statement was not answered, in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SqlProblem {
    pub fault: Fault,
    pub code: &'static str,
    pub words: Words,
    /// Line and column in the statement, both from 1.
    pub position: Option<(u64, u64)>,
}

impl SqlProblem {
    pub fn new(fault: Fault, code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { fault, code, words: Words::new(en, zh), position: None }
    }
}

pub trait Analyst: Send + Sync {
    /// The views there are now: custom fields and active models are columns of theirs.
    fn views(&self) -> Vec<View>;

    /// Answers one statement that only reads. `goes_on` is asked now and then whether somebody still waits; `take` is given the answer piece
    /// by piece, and ends it by `false`.
    fn run(&self, ask: &Ask, goes_on: &(dyn Fn() -> bool + Sync), take: &mut dyn FnMut(Piece) -> bool) -> Result<Answered, SqlProblem>;
}
