//! Products, stores, associates and scenes.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::catalogue::{self, ACTIVE, CatalogueError, Kind, RETIRED, Wanted};
use serde_json::Value;

use crate::body::{Body, receive};
use crate::fields::{Fields, Problems};
use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

const ENTRIES_MAX: usize = 1_000;
const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;
const STATES: [(&str, &str); 2] = [(ACTIVE, ACTIVE), (RETIRED, RETIRED)];

/// Entries of a kind (`products`, `stores`, `associates`, `scenes`), ascending by id. `q` stands somewhere in an entry's id or fields.
#[utoipa::path(get, path = "/api/v1/catalogue/{kind}", tag = "catalogue",
    params(("kind" = String, Path), ("q" = Option<String>, Query), ("state" = Option<String>, Query, description = "active, retired"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when absent"), ("page" = Option<u32>, Query, description = "from 1")),
    responses((status = 200, body = wire::CataloguePage)))]
pub async fn entries(
    State(site): State<Arc<Site>>,
    Segments(kind): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::CataloguePage>, Problem> {
    let kind = kind_of(&kind)?;
    let (text, state) = (query.text("q"), query.one_of("state", &STATES));
    let (limit, page) = (query.limit(50, 200), query.page());
    query.finish()?;
    let page = site.ask(move |site| catalogue::page(&site.house, kind, text.as_deref(), state, page - 1, limit)).await?;
    Ok(Json(page.into()))
}

/// One entry with its history.
#[utoipa::path(get, path = "/api/v1/catalogue/{kind}/{id}", tag = "catalogue", params(("kind" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = wire::CatalogueEntryTold)))]
pub async fn entry(
    State(site): State<Arc<Site>>,
    Segments((kind, id)): Segments<(String, String)>,
) -> Result<Json<wire::CatalogueEntryTold>, Problem> {
    let kind = kind_of(&kind)?;
    let told = site.ask(move |site| {
        let entry = catalogue::entry(&site.house, kind, &id)?;
        catalogue::history(&site.house, kind, &id).map(|history| (entry, history))
    });
    let (entry, history) = told.await?;
    Ok(Json(wire::CatalogueEntryTold { entry: entry.into(), history: history.into_iter().map(Into::into).collect() }))
}

/// Puts one entry.
#[utoipa::path(put, path = "/api/v1/catalogue/{kind}/{id}", tag = "catalogue", params(("kind" = String, Path), ("id" = String, Path)),
    request_body = wire::PutCatalogueEntry, responses((status = 200, body = wire::CatalogueEntry)))]
pub async fn put_entry(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((kind, id)): Segments<(String, String)>,
    Body(body): Body,
) -> Result<Json<wire::CatalogueEntry>, Problem> {
    let kind = kind_of(&kind)?;
    let wanted = one_wanted(id, &body)?;
    let (held, _) = site.ask(move |site| catalogue::put(&site.house, kind, &wanted, &caller.name())).await?;
    Ok(Json(held.into()))
}

/// Puts up to 1,000 entries, all or none.
#[utoipa::path(put, path = "/api/v1/catalogue/{kind}", tag = "catalogue", params(("kind" = String, Path)),
    request_body = wire::PutCatalogueEntries, responses((status = 200, body = wire::CatalogueImported)))]
pub async fn put_entries(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(kind): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::CatalogueImported>, Problem> {
    let kind = kind_of(&kind)?;
    let all = all_wanted(&body)?;
    let told = site.ask(move |site| catalogue::put_all(&site.house, kind, &all, &caller.name())).await?;
    Ok(Json(wire::CatalogueImported::new(told, false)))
}

/// Retires an entry: it is no longer in use, and what it was stays known.
#[utoipa::path(delete, path = "/api/v1/catalogue/{kind}/{id}", tag = "catalogue", params(("kind" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = wire::CatalogueEntry)))]
pub async fn retire_entry(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((kind, id)): Segments<(String, String)>,
) -> Result<Json<wire::CatalogueEntry>, Problem> {
    let kind = kind_of(&kind)?;
    let held = site.ask(move |site| catalogue::retire(&site.house, kind, &id, &caller.name())).await?;
    Ok(Json(held.into()))
}

/// Imports a file (CSV or Excel workbook, sent as it is): a row an entry. With `dry_run=true` nothing is written.
#[utoipa::path(post, path = "/api/v1/catalogue/{kind}/import", tag = "catalogue",
    params(("kind" = String, Path), ("dry_run" = Option<bool>, Query)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = wire::CatalogueImported)))]
pub async fn import_entries(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(kind): Segments<String>,
    mut query: Query,
    request: Request,
) -> Result<Json<wire::CatalogueImported>, Problem> {
    let kind = kind_of(&kind)?;
    let dry_run = query.one_of("dry_run", &[("true", true), ("false", false)]).unwrap_or_default();
    query.finish()?;
    let bytes = receive(request.into_body(), FILE_BYTES_MAX).await?;
    let told = site.ask(move |site| catalogue::import_bytes(&site.house, kind, &bytes, dry_run, &caller.name())).await?;
    Ok(Json(wire::CatalogueImported::new(told, dry_run)))
}

fn kind_of(text: &str) -> Result<Kind, Problem> {
    Kind::parse(text).ok_or_else(|| {
        let en = "The catalogue has products, stores, associates and scenes";
        Problem::new(StatusCode::NOT_FOUND, "catalogue.kind", en, "商品目录仅包含商品、门店、导购和场景")
    })
}

fn wanted(fields: &Fields<'_>, problems: &Problems) -> Wanted {
    let state = fields.text("state");
    if state.as_deref().is_some_and(|state| state != ACTIVE && state != RETIRED) {
        problems.add(&fields.at("state"), "catalogue.state", "must be active or retired", "须为 active 或 retired");
    }
    let given = fields.object("fields").map(|held| held.other_texts()).unwrap_or_default();
    Wanted { id: String::new(), retired: state.as_deref() == Some(RETIRED), fields: given, of_version: None }
}

fn one_wanted(id: String, body: &Value) -> Result<Wanted, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let of_version = match fields.number("version").map(|text| text.parse()) {
        None => None,
        Some(Ok(version)) => Some(version),
        Some(Err(_)) => {
            problems.add(&fields.at("version"), "version.unreadable", "must be a whole number", "须为整数");
            None
        }
    };
    let wanted = Wanted { id, of_version, ..wanted(&fields, &problems) };
    fields.close();
    problems.finish()?;
    Ok(wanted)
}

fn all_wanted(body: &Value) -> Result<Vec<Wanted>, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let mut all = Vec::new();
    for one in fields.objects("entries") {
        let id = one.required_text("id");
        all.push(Wanted { id, ..wanted(&one, &problems) });
        one.close();
    }
    if all.is_empty() || all.len() > ENTRIES_MAX {
        problems.add("/entries", "catalogue.entries", "must be a list of 1 to 1,000 entries", "须为 1 到 1000 条的列表");
    }
    fields.close();
    problems.finish()?;
    Ok(all)
}

impl From<CatalogueError> for Problem {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Port(error) => error.into(),
            CatalogueError::File(error) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code, error.en, error.zh),
            CatalogueError::NotFound => Self::new(StatusCode::NOT_FOUND, "catalogue.unknown", "There is no such entry", "没有这条目录"),
            CatalogueError::Conflict(version) => {
                let (en, zh) = (
                    format!("Somebody changed this entry meanwhile: version {version} stands"),
                    format!("该条目已被他人修改，当前为版本 {version}"),
                );
                Self::new(StatusCode::CONFLICT, "catalogue.conflict", en, zh)
            }
            CatalogueError::Refused(problems) => {
                let errors = problems.into_iter().map(|one| wire::FieldError::new(&one.pointer, one.code, &one.en, &one.zh)).collect();
                Self::fields(StatusCode::UNPROCESSABLE_ENTITY, errors)
            }
        }
    }
}
