//! Fixed lists: the members behind a number, kept under a name; the members list is filtered by them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::port::lists::ListRow;
use perennial_app::query::{QueryError, lists as kept};
use perennial_kernel::Instant;
use serde_json::Value;

use super::metrics_asked::{number, when};
use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

const NAME_CHARS_MAX: usize = 80;
const QUERY_BYTES_MAX: usize = 8 * 1024;

/// The caller's lists and the shared ones, by name.
#[utoipa::path(get, path = "/api/v1/lists", tag = "members", responses((status = 200, body = Vec<wire::FixedList>)))]
pub async fn lists(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    query: Query,
) -> Result<Json<Vec<wire::FixedList>>, Problem> {
    query.finish()?;
    let who = caller.name();
    let asker = who.clone();
    let rows = site.ask(move |site| kept::lists(&site.house, &asker)).await?;
    Ok(Json(rows.into_iter().map(|row| wire::FixedList::new(row, &who)).collect()))
}

/// Keeps the members behind a number of a metric under a name: at most 100,000. `query` is that of `GET /metrics/{metric}/members`.
#[utoipa::path(post, path = "/api/v1/lists", tag = "members", request_body = wire::NewList,
    responses((status = 201, body = wire::FixedList)))]
pub async fn save_list(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::FixedList>), Problem> {
    let who = caller.name();
    let (metric, query, name, shared) = read(&body)?;
    let mut asked = Query::of(&query);
    let key = asked.key_without(&[]);
    let (number, when) = (number(&metric, &mut asked, site.currency())?, when(&mut asked));
    asked.finish()?;
    let origin = format!("/metrics/{metric}/members?{query}");
    let row = ListRow { id: 0, name, origin, shared, who: who.clone(), created_at: Instant(0), members: 0 };
    let kept = site.ask_everyone(move |site| {
        let found = site.behind.get(&site.house, &format!("{metric}?{key}"), &number, when)?;
        kept::keep(&site.house, row, &found.table)
    });
    Ok((StatusCode::CREATED, Json(wire::FixedList::new(kept.await?, &who))))
}

/// Metric, query, name, and whether others see it.
fn read(body: &Value) -> Result<(String, String, String, bool), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (name, metric) = (fields.required_text("name"), fields.required_text("metric"));
    let (query, shared) = (fields.text("query").unwrap_or_default(), fields.flag("shared"));
    let name = name.trim().to_owned();
    if name.chars().count() > NAME_CHARS_MAX || (name.is_empty() && body["name"].is_string()) {
        problems.add("/name", "list.name", "has 1 to 80 characters", "须为 1 到 80 个字符");
    }
    if query.len() > QUERY_BYTES_MAX {
        problems.add("/query", "list.query", "is longer than 8 KB", "超过 8 KB");
    }
    fields.close();
    problems.finish()?;
    Ok((metric, query, name, shared))
}

/// Drops a list of one's own; its members stay what they are.
#[utoipa::path(delete, path = "/api/v1/lists/{id}", tag = "members", params(("id" = String, Path)),
    responses((status = 204, description = "Deleted")))]
pub async fn delete_list(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<StatusCode, Problem> {
    let (number, who) = (wire::list_number(&id), caller.name());
    let dropped = site.ask(move |site| number.map_or(Ok::<_, QueryError>(false), |number| kept::drop(&site.house, number, &who)));
    if dropped.await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(StatusCode::NOT_FOUND, "list.unknown", "You have no such list", "你没有这个名单"))
}
