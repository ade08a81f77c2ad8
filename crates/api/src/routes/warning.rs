//! Early warning with its judgement, customer equity with its movement, and both as files.

use std::sync::Arc;

use axum::body::Body as Bytes;
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::QueryResult;
use perennial_app::query::everyone::Counted;
use perennial_app::query::metrics::Sheet;
use perennial_app::query::value::{self, BESIDE, Equity, EquityTerms, Warnings, sheets};
use perennial_kernel::Day;
use perennial_value::Kind;

use super::export::{CSV, Format, XLSX, file};
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The longest silence that still counts as current.
const WITHIN_MAX: i64 = 3_650;
/// Two days are this far apart where only the second is named.
const APART: i32 = 90;

fn kind(query: &mut Query) -> Option<Kind> {
    query.one_of("model", &Kind::ALL.map(|kind| (kind.as_str(), kind)))
}

fn within(query: &mut Query) -> Option<i32> {
    query.whole("within", 1, WITHIN_MAX).map(|days| days as i32)
}

fn warned(site: &Site, kind: Option<Kind>, within: Option<i32>) -> QueryResult<Arc<Counted<Warnings>>> {
    let question = format!("warnings {} {within:?}", kind.map_or("", Kind::as_str));
    site.value.get(&site.house, &question, || value::warnings(&site.house, kind, within))
}

/// Members whose current life goes on and who show signs of slipping away, by expected loss. By the model in force; without one by MBG/NBD
/// fitted to today.
#[utoipa::path(get, path = "/api/v1/value/warnings", tag = "value",
    params(("model" = Option<String>, Query, description = "bgnbd, mbgnbd, paretonbd, nbd; the one in force when absent"),
        ("within" = Option<i64>, Query, description = "Silent for fewer days; the brand's life gap when absent"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when absent"), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = wire::ValueWarnings)))]
pub async fn warnings(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::ValueWarnings>, Problem> {
    let (kind, within) = (kind(&mut query), within(&mut query));
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    query.finish()?;
    let answer = site.ask_everyone(move |site| {
        let found = warned(site, kind, within)?;
        let from = cursor.and_then(|cursor| cursor.strip_prefix('w')?.parse::<usize>().ok()).unwrap_or(0);
        let page: Vec<value::Warning> = found.table.members.iter().skip(from).take(limit).cloned().collect();
        let until = from + page.len();
        let next = (until < found.table.members.len()).then(|| format!("w{until}"));
        let page = value::named(&site.house, page, |one| one.member)?;
        Ok::<_, perennial_app::query::QueryError>(wire::ValueWarnings::new(&found.table, page, next, site.currency(), found.data_up_to))
    });
    Ok(Json(answer.await?))
}

/// How the ranking of the early warning would have done: fitted on what was known by one day, held against who came back until another.
/// Without days: the last third of what is known, at most a year of it, is held out.
#[utoipa::path(get, path = "/api/v1/value/warnings/judgement", tag = "value",
    params(("model" = Option<String>, Query), ("within" = Option<i64>, Query), ("until" = Option<String>, Query),
        ("to" = Option<String>, Query, description = "A day; today when absent")),
    responses((status = 200, body = wire::ValueJudgement)))]
pub async fn judgement(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::ValueJudgement>, Problem> {
    let (kind, within, until, to) = (kind(&mut query), within(&mut query), query.day("until"), query.day("to"));
    query.finish()?;
    let to = to.unwrap_or_else(|| site.house.calendar().day(site.house.now()));
    let answer = move |site: &Site| -> QueryResult<_> {
        let question = format!("judgement {} {within:?} {until:?} {to}", kind.map_or("", Kind::as_str));
        site.value.get(&site.house, &question, || {
            let until = until.map_or_else(|| value::split(&site.house, to), Ok)?;
            value::judgement(&site.house, kind, within, until, to)
        })
    };
    let found = site.ask_everyone(answer).await?;
    Ok(Json(wire::ValueJudgement::new(&found.table, found.data_up_to)))
}

struct Asked {
    kind: Option<Kind>,
    from: Day,
    to: Day,
    terms: EquityTerms,
}

fn asked(site: &Site, query: &mut Query) -> Asked {
    let usual = EquityTerms::default();
    let (kind, from, to) = (kind(query), query.day("from"), query.day("to"));
    let margin = query.percent("margin").unwrap_or(usual.margin);
    let discount = query.percent("discount").unwrap_or(usual.discount);
    let months = query.whole("months", 1, 120).map_or(usual.months, |months| months as u32);
    let (en, zh) = ("must be some of word_of_mouth,information,knowledge,trading", "须取自 word_of_mouth,information,knowledge,trading");
    let with = query.parsed("with", counted_in, "query.unknown_value", en, zh).unwrap_or(usual.with);
    let to = to.unwrap_or_else(|| site.house.calendar().day(site.house.now()));
    Asked { kind, from: from.unwrap_or(to - APART), to, terms: EquityTerms { margin, months, discount, with } }
}

/// Names with commas between them.
fn counted_in(text: &str) -> Option<[bool; 4]> {
    let mut with = [false; 4];
    for name in text.split(',') {
        with[BESIDE.iter().position(|kind| kind.as_str() == name)?] = true;
    }
    Some(with)
}

fn reckoned(site: &Site, asked: &Asked) -> QueryResult<Arc<Counted<Equity>>> {
    let EquityTerms { margin, months, discount, with } = asked.terms;
    let (from, to, kind) = (asked.from, asked.to, asked.kind.map_or("", Kind::as_str));
    let question = format!("equity {kind} {from} {to} {margin} {months} {discount} {with:?}");
    site.value.get(&site.house, &question, || value::equity(&site.house, asked.kind, from, to, asked.terms))
}

/// What all members are worth together on two days, and who made the difference: new, grown, retained, shrunk, lost. What they bring beside
/// their purchases, and prospects, are told apart.
#[utoipa::path(get, path = "/api/v1/value/equity", tag = "value",
    params(("from" = Option<String>, Query, description = "A day; 90 days before the second when absent"),
        ("to" = Option<String>, Query, description = "A day; today when absent"),
        ("model" = Option<String>, Query, description = "bgnbd, mbgnbd, paretonbd, nbd; the one in force when absent"),
        ("margin" = Option<f64>, Query, description = "Of sales, in percent; 100 when absent"),
        ("months" = Option<i64>, Query, description = "How far ahead, 1 to 120; 36 when absent"),
        ("discount" = Option<f64>, Query, description = "In percent a year; 10 when absent"),
        ("with" = Option<String>, Query, description = "What is counted in beside purchases: word_of_mouth,information,knowledge,trading; nothing when absent")),
    responses((status = 200, body = wire::CustomerEquity)))]
pub async fn equity(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::CustomerEquity>, Problem> {
    let asked = asked(&site, &mut query);
    query.finish()?;
    let found = site.ask_everyone(move |site| reckoned(site, &asked)).await?;
    Ok(Json(wire::CustomerEquity::new(&found.table, site.currency(), found.data_up_to)))
}

pub(super) fn format(query: &mut Query) -> Format {
    query.one_of("format", &[("csv", Format::Csv), ("xlsx", Format::Xlsx)]).unwrap_or(Format::Csv)
}

/// A table as a file; noted in the audit trail.
pub(super) fn written(site: &Site, name: &str, sheet: &Sheet, format: Format, who: &str) -> QueryResult<Vec<u8>> {
    let (bytes, told) = match format {
        Format::Csv => (sheet.csv(site.currency()).into_bytes(), "csv"),
        Format::Xlsx => (sheet.xlsx(site.currency())?, "xlsx"),
    };
    site.house.audit(who, "value_exported", &format!("{name} {told}"))?;
    Ok(bytes)
}

pub(super) fn sent(site: &Site, name: &str, format: Format, bytes: Vec<u8>) -> Response {
    let today = site.house.calendar().day(site.house.now());
    let (kind, ending) = if format == Format::Csv { (CSV, "csv") } else { (XLSX, "xlsx") };
    file(kind, &format!("{name}-{today}.{ending}"), Bytes::from(bytes))
}

/// The whole list as CSV or as a workbook: member ids, no names. Noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/value/warnings/export", tag = "value",
    params(("format" = Option<String>, Query, description = "csv (default), xlsx"), ("model" = Option<String>, Query), ("within" = Option<i64>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn warnings_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let (format, kind, within, who) = (format(&mut query), kind(&mut query), within(&mut query), caller.name());
    query.finish()?;
    let bytes =
        site.ask_everyone(move |site| written(site, "warnings", &sheets::warnings(&warned(site, kind, within)?.table), format, &who));
    Ok(sent(&site, "warnings", format, bytes.await?))
}

/// Everyone, and every group, with the five movements, as CSV or as a workbook. Noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/value/equity/export", tag = "value",
    params(("format" = Option<String>, Query, description = "csv (default), xlsx"), ("from" = Option<String>, Query), ("to" = Option<String>, Query),
        ("model" = Option<String>, Query), ("margin" = Option<f64>, Query), ("months" = Option<i64>, Query), ("discount" = Option<f64>, Query),
        ("with" = Option<String>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn equity_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let (format, asked, who) = (format(&mut query), asked(&site, &mut query), caller.name());
    query.finish()?;
    let bytes = site.ask_everyone(move |site| written(site, "equity", &sheets::equity(&reckoned(site, &asked)?.table), format, &who));
    Ok(sent(&site, "equity", format, bytes.await?))
}
