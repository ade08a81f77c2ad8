//! Questions in SQL: what is written down before one is answered, and what somebody asked before.
//!
//! Every statement leaves a line in the audit trail before it runs. The trail is kept for good and cannot forget anybody, so what may name a
//! person, texts and long numbers, is left out of that line (see [`told`]); history shows what the line shows.

mod csv;
mod told;

use perennial_kernel::Instant;

pub use self::csv::{Csv, plain};
pub use self::told::told;
pub use super::reveal::check_reason;
use super::{QueryResult, refused};
use crate::access::{Caller, Need};
use crate::engine::Refusal;
use crate::house::House;
use crate::port::analyst::{Analyst, Answered, Ask, Fault, Piece, SqlProblem};
use crate::port::trail::AuditFilter;
use crate::port::{PortError, PortResult};

/// Rows an answer holds on a screen.
pub const ROWS_MAX: u64 = 10_000;
/// Rows a file holds.
pub const FILE_ROWS_MAX: u64 = 1_000_000;
/// A statement may be so long.
pub const STATEMENT_BYTES_MAX: usize = 100_000;
/// What the trail keeps of a statement.
const TOLD_CHARS_MAX: usize = 2_000;
/// Texts that name nobody: parts of dates, and what an order may be.
const WORDS: [&str; 12] = ["day", "week", "month", "quarter", "year", "hour", "dow", "counted", "unpaid", "cancelled", "refunded", "empty"];
const HISTORY_MAX: usize = 100;
const ASKED: &str = "sql_asked";
const EXPORTED: &str = "sql_exported";
const REVEALED: &str = "personal_data_revealed";

/// By what way a statement came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Http,
    /// As a file.
    File,
    Wire,
    CommandLine,
}

impl Way {
    fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::File => "csv",
            Self::Wire => "wire",
            Self::CommandLine => "cli",
        }
    }
}

/// A statement as somebody asks it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub statement: String,
    pub rows_max: u64,
    /// Why personal columns are to be told in clear; masked without one.
    pub reveal: Option<String>,
}

/// Why there is no answer: the question may not be put like this, or it was put and has none.
#[derive(Debug)]
pub enum NoAnswer {
    Query(super::QueryError),
    Sql(SqlProblem),
}

impl From<super::QueryError> for NoAnswer {
    fn from(error: super::QueryError) -> Self {
        Self::Query(error)
    }
}

impl From<PortError> for NoAnswer {
    fn from(error: PortError) -> Self {
        Self::Query(error.into())
    }
}

impl From<SqlProblem> for NoAnswer {
    fn from(problem: SqlProblem) -> Self {
        Self::Sql(problem)
    }
}

/// Whether this caller may have personal columns in clear for such a reason.
pub fn may_reveal(caller: &Caller, reason: &str) -> QueryResult<()> {
    if !caller.may(Need::Reveal) {
        let zh = "没有查看个人信息明文的权限";
        return Err(refused("sql.reveal", "these credentials do not permit to see personal values in clear", zh));
    }
    check_reason(reason)
}

/// Writes a statement down before it is answered.
pub fn note(house: &House, who: &str, way: Way, asked: &Asked) -> PortResult<()> {
    let reference = house.reference();
    let stages = || reference.models().iter().flat_map(|model| &model.stages);
    let known = |word: &str| WORDS.contains(&word) || reference.model(word).is_some() || stages().any(|stage| stage.id == word);
    let mut text = told(&asked.statement, &known);
    if let Some((end, _)) = text.char_indices().nth(TOLD_CHARS_MAX) {
        text.truncate(end);
        text.push('…');
    }
    let what = if way == Way::File { EXPORTED } else { ASKED };
    house.audit(who, what, &format!("{}: {text}", way.as_str()))?;
    match &asked.reveal {
        Some(reason) => house.audit(who, REVEALED, &format!("sql: {}", reason.trim())),
        None => Ok(()),
    }
}

/// Answers a statement, after it was written down who asks it and why.
pub fn run(
    house: &House,
    analyst: &dyn Analyst,
    (who, way): (&str, Way),
    asked: &Asked,
    goes_on: &(dyn Fn() -> bool + Sync),
    take: &mut dyn FnMut(Piece) -> bool,
) -> Result<Answered, NoAnswer> {
    if asked.statement.len() > STATEMENT_BYTES_MAX {
        let (en, zh) =
            (format!("a statement has at most {STATEMENT_BYTES_MAX} bytes"), format!("查询语句不能超过 {STATEMENT_BYTES_MAX} 字节"));
        return Err(SqlProblem::new(Fault::Statement, "sql.too_long", en, zh).into());
    }
    note(house, who, way, asked)?;
    let ask = Ask { statement: asked.statement.clone(), clear: asked.reveal.is_some(), rows_max: asked.rows_max };
    Ok(analyst.run(&ask, goes_on, take)?)
}

/// What somebody asked before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Past {
    pub at: Instant,
    pub way: String,
    /// Without what may name a person.
    pub statement: String,
}

/// One's own statements, the newest first, each once.
pub fn history(house: &House, who: &str) -> QueryResult<Vec<Past>> {
    let filter = AuditFilter { who: who.to_owned(), what: ASKED.to_owned(), ..AuditFilter::default() };
    let mut seen: Vec<Past> = Vec::new();
    for row in house.desk().audit_page(&filter, 3 * HISTORY_MAX)? {
        let Some((way, statement)) = row.detail.split_once(": ") else { continue };
        if seen.len() < HISTORY_MAX && !seen.iter().any(|past| past.statement == statement) {
            seen.push(Past { at: row.at, way: way.to_owned(), statement: statement.to_owned() });
        }
    }
    Ok(seen)
}

/// Where nothing answers SQL.
pub fn absent() -> Refusal {
    Refusal { code: "sql.absent", en: "this server answers no SQL".to_owned(), zh: "该服务未启用 SQL 查询".to_owned() }
}
