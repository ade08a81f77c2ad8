//! What went wrong with a statement, in words of both languages, with the place where that is known.

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use perennial_app::port::analyst::{Fault, SqlProblem};

use super::view::View;

/// Names told beside one that is unknown.
const NAMES_MAX: usize = 40;

pub fn of(error: DataFusionError) -> SqlProblem {
    let position = position(&error);
    let problem = match error.find_root() {
        DataFusionError::SQL(why, _) => {
            let why = plain(&why.to_string());
            told("sql.syntax", format!("the statement cannot be read: {why}"), format!("语法错误：{why}"))
        }
        DataFusionError::SchemaError(why, _) => of_name(why),
        DataFusionError::Plan(why) => of_plan(&plain(why)),
        DataFusionError::NotImplemented(why) => {
            let why = plain(why);
            told("sql.unsupported", format!("this is not supported: {why}"), format!("不支持该用法：{why}"))
        }
        DataFusionError::ResourcesExhausted(_) => memory(),
        DataFusionError::Execution(why) | DataFusionError::Configuration(why) => wrong(&plain(why)),
        DataFusionError::ArrowError(why, _) => wrong(&plain(&why.to_string())),
        DataFusionError::External(_)
        | DataFusionError::Internal(_)
        | DataFusionError::IoError(_)
        | DataFusionError::ExecutionJoin(_)
        | DataFusionError::Substrait(_) => failure(&error),
        // Roots of errors are none of these.
        _ => wrong(&plain(&error.strip_backtrace())),
    };
    SqlProblem { position: problem.position.or(position), ..problem }
}

fn told(code: &'static str, en: String, zh: String) -> SqlProblem {
    SqlProblem::new(Fault::Statement, code, en, zh)
}

fn wrong(why: &str) -> SqlProblem {
    told("sql.wrong", format!("the statement cannot be answered: {why}"), format!("无法执行该语句：{why}"))
}

pub fn failure(cause: &dyn std::fmt::Display) -> SqlProblem {
    tracing::error!(%cause, "a statement failed");
    SqlProblem::new(Fault::Failed, "sql.failed", "the server could not answer; its log says why", "服务器出错，原因已记录在日志中")
}

pub fn memory() -> SqlProblem {
    let en = "the statement needs more memory than statements may use: select fewer columns, group by fewer values, or narrow the days";
    let zh = "该查询所需内存超过限额：请减少选择的列、减少分组，或缩小日期范围";
    SqlProblem::new(Fault::TooMuch, "sql.memory", en, zh)
}

fn of_name(why: &SchemaError) -> SqlProblem {
    match why {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let name = field.flat_name();
            let mut names: Vec<String> = valid_fields.iter().map(|field| field.name.clone()).take(NAMES_MAX).collect();
            names.dedup();
            let names = names.join(", ");
            let problem = told(
                "sql.unknown_column",
                format!("there is no column {name}; there are: {names}"),
                format!("没有名为 {name} 的列，可用的列：{names}"),
            );
            let at = field.spans.first().map(|span| (span.start.line, span.start.column));
            SqlProblem { position: at, ..problem }
        }
        SchemaError::AmbiguousReference { field } => {
            let name = field.flat_name();
            let en = format!("several tables have a column {name}: say which, such as members.{name}");
            told("sql.ambiguous", en, format!("多张表都有 {name} 列，请注明表名，例如 members.{name}"))
        }
        SchemaError::DuplicateQualifiedField { name, .. } | SchemaError::DuplicateUnqualifiedField { name } => told(
            "sql.twice",
            format!("the column {name} appears twice: name one of them AS something"),
            format!("列 {name} 重复，请用 AS 另外命名"),
        ),
    }
}

fn of_plan(why: &str) -> SqlProblem {
    if let Some(name) = between(why, "table '", "' not found") {
        let name = name.rsplit('.').next().unwrap_or(name);
        let views = View::ALL.map(View::as_str).join(", ");
        let en = format!("there is no view {name}; there are: {views}");
        return told("sql.unknown_table", en, format!("没有名为 {name} 的视图，可用的视图：{views}"));
    }
    if let Some(name) = between(why, "Invalid function '", "'") {
        return told("sql.unknown_function", format!("there is no function {name}"), format!("没有名为 {name} 的函数"));
    }
    wrong(why)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(name, _)| name)
}

/// The first line, without the planner's own labels.
fn plain(why: &str) -> String {
    let line = why.lines().next().unwrap_or_default();
    let line = ["sql parser error: ", "ParserError(\"", "TokenizerError(\""]
        .iter()
        .fold(line, |line, label| line.strip_prefix(label).unwrap_or(line));
    line.trim_end_matches("\")").to_owned()
}

fn position(error: &DataFusionError) -> Option<(u64, u64)> {
    if let Some(span) = error.diagnostic().and_then(|diagnostic| diagnostic.span) {
        return Some((span.start.line, span.start.column));
    }
    let text = error.to_string();
    let (_, rest) = text.split_once("at Line: ")?;
    let (line, rest) = rest.split_once(", Column: ")?;
    let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((line.parse().ok()?, column.parse().ok()?))
}
