//! The members list as a file made in the background.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::jobs::{self, JobError, Work};
use perennial_app::query::board::{ListOf, Listing, Sort};
use perennial_app::query::export::{self, Column};
use perennial_app::query::selection::Condition;
use perennial_kernel::MemberId;
use serde_json::{Value, json};

use super::conditions::text_error;
use super::export::Format;
use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// More members than this are told by a filter.
const MEMBERS_MAX: usize = 10_000;

struct Wanted {
    format: Format,
    columns: Vec<Column>,
    listing: Listing,
}

/// Writes the members of a filter, or those named, to a file in the background. Personal values are masked as on screen, nothing that
/// begins like a formula leaves as one, and the audit trail says who exported how many.
#[utoipa::path(post, path = "/api/v1/members/exports", tag = "members", request_body = wire::ExportRequest,
    responses((status = 202, body = wire::JobStarted)))]
pub async fn export_members(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::JobStarted>), Problem> {
    let wanted = wanted(&site, &caller, &body)?;
    let who = caller.name();
    let held = Arc::clone(&site);
    let id = site.ask(move |site| {
        // A stage or model that is not there is said at once and not by a failed job.
        match site.board.list(&wanted.listing, 1, None) {
            Ok(_) | Err(perennial_app::query::QueryError::Selecting { .. }) => {}
            Err(error) => return Err(error),
        }
        let author = who.clone();
        jobs::start(&site.house, "members_export", &who, &nameless(body), move |house, work| {
            let (rows, name) = write(&held, &wanted, work)?;
            house.audit(&author, "members_exported", &format!("{name}, {rows} rows, job {}", work.id))?;
            Ok(json!({ "file": name, "rows": rows }))
        })
    });
    let job = format!("j_{}", id.await?);
    Ok((StatusCode::ACCEPTED, Json(wire::JobStarted { job })))
}

/// The request as it is kept: what was searched for names somebody, and is not.
fn nameless(mut body: Value) -> Value {
    if let Some(search) = body.get_mut("q").filter(|search| !search.is_null()) {
        *search = json!("…");
    }
    body
}

fn write(site: &Site, wanted: &Wanted, work: &Work) -> Result<(usize, String), JobError> {
    let today = site.house.calendar().day(site.house.now());
    let mut file = work.file();
    let goes_on = || work.goes_on();
    let mut see = |rows: usize, total: usize| {
        work.of(total as u64);
        work.done(rows as u64);
        work.goes_on()
    };
    match wanted.format {
        Format::Csv => {
            let mut failed = None;
            let mut send = |piece: Vec<u8>, rows, total| {
                failed = file.write(&piece).err();
                failed.is_none() && see(rows, total)
            };
            let rows = export::csv(&site.board, &wanted.listing, &wanted.columns, &goes_on, &mut send)?;
            failed.map_or(Ok(()), Err)?;
            work.check()?;
            file.end()?;
            Ok((rows, format!("members-{today}.csv")))
        }
        Format::Xlsx => {
            let (bytes, rows) = export::xlsx(&site.board, &wanted.listing, &wanted.columns, &goes_on, &mut see)?;
            work.check()?;
            file.write(&bytes)?;
            file.end()?;
            Ok((rows, format!("members-{today}.xlsx")))
        }
    }
}

fn wanted(site: &Site, caller: &Caller, body: &Value) -> Result<Wanted, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let format = one_of(&fields, &problems, "format", &[("csv", Format::Csv), ("xlsx", Format::Xlsx)]);
    if fields.text("format").is_none() {
        problems.add("/format", "field.missing", "must be given", "必填");
    }
    let mut columns = Vec::new();
    for (pointer, text) in fields.texts("columns") {
        match Column::parse(&text) {
            Some(column) => columns.push(column),
            None => problems.add(&pointer, "export.unknown_column", "is no column of this list", "不是该列表的列"),
        }
    }
    let mut members = Vec::new();
    for (pointer, text) in fields.texts("members") {
        match MemberId::parse(&text) {
            Some(member) => members.push(member),
            None => problems.add(&pointer, "member.unreadable", "is no member id", "不是会员编号"),
        }
    }
    if members.len() > MEMBERS_MAX {
        problems.add("/members", "export.too_many_members", "at most 10,000; use a filter", "最多 10,000 位，请改用筛选条件");
    }
    let sorts = [("recency", Sort::Recency), ("orders", Sort::Orders), ("money", Sort::Money), ("first", Sort::First)];
    let condition = fields.text("condition").filter(|text| !text.is_empty());
    if let Some(Err(found)) = condition.as_ref().map(|text| Condition::read(&site.house, text)) {
        problems.extend(found.iter().map(|one| text_error("/condition", condition.as_deref().unwrap_or_default(), one)));
    }
    let list = fields.text("list").filter(|text| !text.is_empty()).and_then(|text| {
        let id = wire::list_number(&text);
        if id.is_none() {
            problems.add("/list", "list.unreadable", "is no list such as l_3", "不是名单编号，例如 l_3");
        }
        id.map(|id| ListOf { id, who: caller.name() })
    });
    let listing = Listing {
        model: fields.text("model"),
        stage: fields.text("stage"),
        search: fields.text("q"),
        condition,
        members,
        list,
        sort: one_of(&fields, &problems, "sort", &sorts).unwrap_or_default(),
        descending: one_of(&fields, &problems, "order", &[("asc", false), ("desc", true)]).unwrap_or_default(),
        stores: caller.stores().map(<[String]>::to_vec),
    };
    fields.close();
    problems.finish()?;
    let columns = if columns.is_empty() { Column::ALL.to_vec() } else { columns };
    Ok(Wanted { format: format.unwrap_or(Format::Csv), columns, listing })
}

fn one_of<T: Copy>(fields: &Fields<'_>, problems: &Problems, name: &'static str, words: &[(&str, T)]) -> Option<T> {
    let text = fields.text(name)?;
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if found.is_none() {
        let list = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        problems.add(&fields.at(name), "field.unknown_value", &format!("must be one of {list}"), &format!("须为其中之一：{list}"));
    }
    found
}
