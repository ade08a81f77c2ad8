//! `sql`: questions in SQL over documented views, on this machine.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use perennial_app::house::House;
use perennial_app::port::analyst::{Analyst, Column, Fault, Piece, SqlProblem, Value, View};
use perennial_app::query::sql::{self, Asked, Csv, NoAnswer, Way, plain};
use perennial_lake::sql::{Limits, Sql};
use serde_json::json;

use super::Scene;
use crate::args::{SqlArguments, SqlLimits};
use crate::failure::{FAILED, Failure, Outcome, REFUSED, of};
use crate::print;
use crate::say::{pick, say};

/// Who asks, in the audit trail: whoever may read the folder.
const WHO: &str = "cli";

pub fn limits(typed: SqlLimits) -> Limits {
    let memory_bytes = usize::try_from(typed.sql_memory_mb << 20).unwrap_or(usize::MAX);
    Limits { time: Duration::from_secs(typed.sql_seconds), memory_bytes, ..Limits::default() }
}

pub fn run(scene: &Scene, arguments: &SqlArguments) -> Outcome {
    let house = scene.place.read()?;
    let answers = Sql::new(Arc::clone(&house), limits(arguments.limits)).map_err(|error| of(&error))?;
    match &arguments.statement {
        None => views(scene, &answers.views()),
        Some(statement) => ask(scene, &house, &answers, arguments, statement)?,
    }
    Ok(())
}

fn ask(scene: &Scene, house: &House, answers: &Sql, arguments: &SqlArguments, statement: &str) -> Outcome {
    let mut text = statement.to_owned();
    if statement == "-" {
        text.clear();
        std::io::stdin().read_to_string(&mut text).map_err(|error| of(&error))?;
    }
    if let Some(reason) = &arguments.reveal {
        sql::check_reason(reason)?;
    }
    let asked = Asked { statement: text, rows_max: arguments.rows, reveal: arguments.reveal.clone() };
    let way = if arguments.csv { Way::File } else { Way::CommandLine };
    let (mut columns, mut rows, mut csv) = (Vec::new(), Vec::new(), Csv::default());
    let mut take = |piece: Piece| {
        if arguments.csv {
            print::text(&String::from_utf8_lossy(&csv.piece(piece)));
            return true;
        }
        match piece {
            Piece::Columns(told) => columns = told,
            Piece::Rows(more) => rows.extend(more),
        }
        true
    };
    let answered = sql::run(house, answers, (WHO, way), &asked, &|| true, &mut take)?;
    let up_to = answered.data_up_to.to_string();
    if scene.json {
        let heads: Vec<_> = columns.iter().map(|column| json!({ "name": column.name, "type": column.kind.as_str() })).collect();
        let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(as_json).collect()).collect();
        print::json(&json!({
            "columns": heads, "rows": rows, "truncated": answered.truncated, "data_up_to": up_to, "elapsed_ms": answered.elapsed_ms,
        }));
        return Ok(());
    }
    if !arguments.csv {
        table(&columns, &rows);
    }
    let (count, ms) = (answered.rows, answered.elapsed_ms);
    say(&format!("{count} rows in {ms} ms, data up to {up_to}"), &format!("{count} 行，用时 {ms} 毫秒，数据截至 {up_to}"));
    if answered.truncated {
        say("there are more rows: ask for more by --rows", "还有更多行：可用 --rows 增加行数");
    }
    Ok(())
}

fn table(columns: &[Column], rows: &[Vec<Value>]) {
    let heads: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let right: Vec<usize> = (0..).zip(columns).filter(|(_, column)| column.kind.is_number()).map(|(at, _)| at).collect();
    // A plan is told in several lines, which a table keeps as one.
    let shown = |value: &Value| plain(value).replace('\n', " ⏎ ");
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    print::table(&heads, &right, &rows);
}

fn as_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) if !number.is_finite() => number.to_string().into(),
        Value::Float(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(values) => values.iter().map(as_json).collect(),
    }
}

fn views(scene: &Scene, views: &[View]) {
    if scene.json {
        let column = |column: &perennial_app::port::analyst::ViewColumn| {
            json!({
                "name": column.name, "type": column.sql_type, "en": column.about.en, "zh": column.about.zh, "personal": column.personal,
            })
        };
        let view = |view: &View| {
            let columns: Vec<_> = view.columns.iter().map(column).collect();
            json!({ "name": view.name, "en": view.about.en, "zh": view.about.zh, "example": view.example, "columns": columns })
        };
        print::json(&views.iter().map(view).collect());
        return;
    }
    let word = |words: &perennial_app::port::analyst::Words| pick(&words.en, &words.zh).to_owned();
    for view in views {
        print::line(&format!("{}: {}", view.name, word(&view.about)));
        let row =
            |column: &perennial_app::port::analyst::ViewColumn| vec![column.name.clone(), column.sql_type.clone(), word(&column.about)];
        print::table(&["  column", "type", "meaning"], &[], &view.columns.iter().map(row).map(indented).collect::<Vec<_>>());
        print::line("");
    }
}

fn indented(mut row: Vec<String>) -> Vec<String> {
    row[0].insert_str(0, "  ");
    row
}

impl From<NoAnswer> for Failure {
    fn from(why: NoAnswer) -> Self {
        match why {
            NoAnswer::Query(error) => error.into(),
            NoAnswer::Sql(SqlProblem { fault, words, position, .. }) => {
                let (en, zh) = position.map_or_else(Default::default, |(line, column)| {
                    (format!("line {line}, column {column}: "), format!("第 {line} 行第 {column} 列："))
                });
                let code = if fault == Fault::Failed { FAILED } else { REFUSED };
                Self { code, en: format!("{en}{}", words.en), zh: format!("{zh}{}", words.zh) }
            }
        }
    }
}
