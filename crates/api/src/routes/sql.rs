//! SQL over documented views: what there is, answers on a screen and as a file, and what one asked before.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body as Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::{Caller, Need};
use perennial_app::port::analyst::{Analyst, Fault, Piece, SqlProblem};
use perennial_app::query::QueryError;
use perennial_app::query::sql::{self, Asked, Csv, FILE_ROWS_MAX, NoAnswer, ROWS_MAX, Way};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use super::export::{CSV, PIECES_AHEAD, file};
use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The views one may select from, column by column, in both languages. Custom fields and active models are columns of `profile`.
#[utoipa::path(get, path = "/api/v1/sql/views", tag = "sql", responses((status = 200, body = wire::SqlViews)))]
pub async fn sql_views(State(site): State<Arc<Site>>, query: Query) -> Result<Json<wire::SqlViews>, Problem> {
    query.finish()?;
    let analyst = analyst(&site)?;
    Ok(Json(site.ask(move |_| Ok::<_, QueryError>(analyst.views())).await?.into()))
}

/// Answers one statement that only reads: SELECT, WITH, VALUES, EXPLAIN, SHOW TABLES, SHOW COLUMNS, DESCRIBE. It may take so long, use so much
/// memory and tell so many rows; beyond that it is refused, or cut and says so. Personal columns are masked, unless a reason is given by
/// somebody who may see them. Every statement stands in the audit trail, without what may name a person.
#[utoipa::path(post, path = "/api/v1/sql", tag = "sql", request_body = wire::SqlAsked,
    responses((status = 200, body = wire::SqlAnswer)))]
pub async fn ask_sql(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Json<wire::SqlAnswer>, Problem> {
    let asked = read(&body, true)?;
    let analyst = analyst(&site)?;
    permitted(&caller, &asked)?;
    // Dropped with this future, when whoever asked goes away.
    let waits = Waits::default();
    let still = Arc::clone(&waits.0);
    let (who, statement) = (caller.name(), asked.statement.clone());
    let answer = site.ask(move |site| {
        let (mut columns, mut rows) = (Vec::new(), Vec::new());
        let mut take = |piece| {
            match piece {
                Piece::Columns(told) => columns = told,
                Piece::Rows(more) => rows.extend(more),
            }
            true
        };
        let goes_on = || !still.load(Ordering::Relaxed);
        let answered = sql::run(&site.house, analyst.as_ref(), (&who, Way::Http), &asked, &goes_on, &mut take);
        let answered = answered.map_err(|why| problem(why, &statement))?;
        Ok::<_, Problem>(wire::SqlAnswer::new(&columns, rows, answered))
    });
    answer.await.map(Json)
}

/// As CSV, of up to a million rows. Nothing in it begins like a formula. Needs the permission to export, too.
#[utoipa::path(post, path = "/api/v1/sql/export", tag = "sql", request_body = wire::SqlExported,
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn export_sql(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let asked = read(&body, false)?;
    if !caller.may(Need::Export) {
        let (en, zh) = ("These credentials do not permit to take data out as a file", "没有导出文件的权限");
        return Err(Problem::new(StatusCode::FORBIDDEN, "access.denied", en, zh));
    }
    let analyst = analyst(&site)?;
    permitted(&caller, &asked)?;
    let (sender, receiver) = mpsc::channel::<io::Result<bytes::Bytes>>(PIECES_AHEAD);
    // What is wrong with the statement shows before the first byte: until then the answer can still be a problem.
    let (begun, begins) = oneshot::channel::<Result<(), Problem>>();
    let (who, writer) = (caller.name(), Arc::clone(&site));
    tokio::task::spawn_blocking(move || write_file(&writer, analyst.as_ref(), &who, &asked, (&sender, begun)));
    begins.await.map_err(|error| Problem::failure(&error))??;
    let today = site.house.calendar().day(site.house.now());
    Ok(file(CSV, &format!("sql-{today}.csv"), Bytes::from_stream(ReceiverStream::new(receiver).fuse())))
}

type Begun<'a> = (&'a mpsc::Sender<io::Result<bytes::Bytes>>, oneshot::Sender<Result<(), Problem>>);

fn write_file(site: &Site, analyst: &dyn Analyst, who: &str, asked: &Asked, (sender, begun): Begun<'_>) {
    let (mut csv, mut begun, mut head) = (Csv::default(), Some(begun), Vec::new());
    let mut take = |piece: Piece| {
        let is_head = matches!(piece, Piece::Columns(_));
        let bytes = csv.piece(piece);
        if is_head {
            // Kept until there are rows: a statement may fail before its first one.
            head = bytes;
            return true;
        }
        if let Some(begun) = begun.take() {
            let _ = begun.send(Ok(()));
        }
        sender.blocking_send(Ok([std::mem::take(&mut head), bytes].concat().into())).is_ok()
    };
    let written = sql::run(&site.house, analyst, (who, Way::File), asked, &|| !sender.is_closed(), &mut take);
    match (written, begun) {
        (Ok(_), None) => {}
        (Ok(_), Some(begun)) => {
            let _ = begun.send(Ok(()));
            let _ = sender.blocking_send(Ok(head.into()));
        }
        (Err(why), Some(begun)) => drop(begun.send(Err(problem(why, &asked.statement)))),
        (Err(_), None) => {
            // Too late for a problem: a file that broke off must not look whole.
            let _ = sender.blocking_send(Err(io::Error::other("the export broke off")));
        }
    }
}

/// One's own statements, the newest first, each once. What may name a person is left out of them.
#[utoipa::path(get, path = "/api/v1/sql/history", tag = "sql", responses((status = 200, body = Vec<wire::SqlPast>)))]
pub async fn sql_history(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    query: Query,
) -> Result<Json<Vec<wire::SqlPast>>, Problem> {
    query.finish()?;
    let past = site.ask(move |site| sql::history(&site.house, &caller.name())).await?;
    Ok(Json(past.into_iter().map(wire::SqlPast::from).collect()))
}

/// Becomes true when it is dropped.
#[derive(Default)]
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn analyst(site: &Site) -> Result<Arc<dyn Analyst>, Problem> {
    site.analyst.clone().ok_or_else(|| Problem::refused(StatusCode::SERVICE_UNAVAILABLE, sql::absent()))
}

fn read(body: &Value, on_screen: bool) -> Result<Asked, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (statement, reveal) = (fields.required_text("statement"), fields.text("reveal"));
    let rows_max = if on_screen { rows(&fields, &problems) } else { FILE_ROWS_MAX };
    fields.close();
    problems.finish()?;
    Ok(Asked { statement, rows_max, reveal })
}

fn rows(fields: &Fields<'_>, problems: &Problems) -> u64 {
    let Some(value) = fields.value("rows") else { return ROWS_MAX };
    value.as_u64().filter(|rows| (1..=ROWS_MAX).contains(rows)).unwrap_or_else(|| {
        let (en, zh) = (format!("must be a number from 1 to {ROWS_MAX}"), format!("须为 1 到 {ROWS_MAX} 的整数"));
        problems.add("/rows", "number.out_of_range", &en, &zh);
        ROWS_MAX
    })
}

fn permitted(caller: &Caller, asked: &Asked) -> Result<(), Problem> {
    asked.reveal.as_ref().map_or(Ok(()), |reason| Ok(sql::may_reveal(caller, reason)?))
}

fn problem(why: NoAnswer, statement: &str) -> Problem {
    match why {
        NoAnswer::Query(error) => error.into(),
        NoAnswer::Sql(why) => match why.fault {
            Fault::Statement | Fault::TooMuch => of_statement(why, statement),
            Fault::Busy | Fault::Gone => {
                let SqlProblem { code, words, .. } = why;
                Problem { retry_after_s: Some(1), ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, words.en, words.zh) }
            }
            Fault::Failed => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, why.code, why.words.en, why.words.zh),
        },
    }
}

fn of_statement(why: SqlProblem, statement: &str) -> Problem {
    let SqlProblem { code, words, position, .. } = why;
    let mut error = wire::FieldError::new("/statement", code, &words.en, &words.zh);
    error.offset = position.and_then(|(line, column)| offset(statement, line, column));
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, words.en, words.zh);
    Problem { errors: vec![error], ..problem }
}

/// A place in a text, in UTF-16 units, as browsers count.
fn offset(statement: &str, line: u64, column: u64) -> Option<usize> {
    let (line, column) = (usize::try_from(line.checked_sub(1)?).ok()?, usize::try_from(column.checked_sub(1)?).ok()?);
    let before: usize = statement.split_inclusive('\n').take(line).map(|line| line.encode_utf16().count()).sum();
    let here = statement.split_inclusive('\n').nth(line)?;
    Some(before + here.chars().take(column).map(char::len_utf16).sum::<usize>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_browsers_do() {
        let statement = "SELECT '😀', a\n  FROM nowhere";
        assert_eq!(offset(statement, 1, 1), Some(0));
        assert_eq!(offset(statement, 1, 10), Some(10), "one character, two units");
        assert_eq!(offset(statement, 2, 3), Some(17));
        assert_eq!(offset(statement, 3, 1), None);
        assert_eq!(offset(statement, 0, 0), None);
    }
}
