//! Why a value, a row or a file is refused: a stable code and a sentence in both languages.

use std::fmt;

/// One reason, without saying where: the caller adds the column or the pointer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    pub code: &'static str,
    pub en: String,
    pub zh: String,
}

impl Problem {
    pub fn new(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { code, en: en.into(), zh: zh.into() }
    }

    /// An answer to a survey that is out of bounds.
    pub fn no_score() -> Self {
        Self::new("survey.score", "must be a whole number from 1 to 5", "须为 1 到 5 的整数")
    }
}

/// A row that was not taken, with everything needed to mend it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadRow {
    /// The line (CSV) or row number (XLSX) in the file, from 1.
    pub line: u64,
    /// The column of the first problem; `None` when the whole row is the problem.
    pub column: Option<String>,
    /// The first problem's code.
    pub code: &'static str,
    /// All problems of the row, each with its column.
    pub en: String,
    pub zh: String,
    /// The row's cells as they stand in the file (undecodable bytes replaced).
    pub raw: Vec<String>,
}

impl BadRow {
    /// The code of a row that stands for an error of the disk: reading ended there, and rows may be missing.
    pub const UNREADABLE: &'static str = "file.unreadable";

    /// Joins the problems of one row; `problems` pairs each with its column's name.
    pub fn from_problems(line: u64, problems: Vec<(Option<String>, Problem)>, raw: Vec<String>) -> Self {
        let column = problems.first().and_then(|(column, _)| column.clone());
        let code = problems.first().map_or("row.bad", |(_, problem)| problem.code);
        let (mut en, mut zh) = (Vec::new(), Vec::new());
        for (column, problem) in problems {
            if let Some(name) = column.as_deref().map(shorten) {
                en.push(format!("{name}: {}", problem.en));
                zh.push(format!("{name}：{}", problem.zh));
            } else {
                en.push(problem.en);
                zh.push(problem.zh);
            }
        }
        Self { line, column, code, en: en.join("; "), zh: zh.join("；"), raw }
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.en)
    }
}

/// A file that cannot be read at all.
#[derive(thiserror::Error, Debug)]
#[error("{en}")]
pub struct FileError {
    pub code: &'static str,
    pub en: String,
    pub zh: String,
    #[source]
    pub cause: Option<std::io::Error>,
}

impl FileError {
    pub fn new(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { code, en: en.into(), zh: zh.into(), cause: None }
    }
}

impl From<std::io::Error> for FileError {
    fn from(cause: std::io::Error) -> Self {
        let code = if cause.kind() == std::io::ErrorKind::NotFound { "file.not_found" } else { BadRow::UNREADABLE };
        Self { code, en: format!("The file cannot be read: {cause}"), zh: format!("文件无法读取：{cause}"), cause: Some(cause) }
    }
}

/// Something about the whole file that the reader did and the person should know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    pub code: &'static str,
    pub en: String,
    pub zh: String,
    /// How many rows it concerns so far.
    pub count: u64,
    /// The first such line.
    pub first_line: u64,
}

/// At most 40 characters on one line, for quoting a value in a sentence.
pub fn shorten(value: &str) -> String {
    let mut text: String = value.chars().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if value.chars().nth(40).is_some() {
        text.push('…');
    }
    text
}
