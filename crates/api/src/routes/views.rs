//! Saved views of a room, one's own and those that others share.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::port::PortError;
use perennial_app::port::views::ViewRow;
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

pub const NAME_CHARS_MAX: usize = 80;
pub const QUERY_BYTES_MAX: usize = 8 * 1024;

/// The caller's views and the shared ones, by name.
#[utoipa::path(get, path = "/api/v1/views", tag = "members", params(("room" = String, Query)),
    responses((status = 200, body = Vec<wire::View>)))]
pub async fn views(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Json<Vec<wire::View>>, Problem> {
    let room = query.text("room").unwrap_or_default();
    query.finish()?;
    let who = caller.name();
    let rows = site.ask(move |site| site.house.desk().views(&room)).await?;
    Ok(Json(rows.into_iter().filter(|row| row.shared || row.who == who).map(|row| wire::View::new(row, &who)).collect()))
}

/// Keeps what a room shows under a name, but not what was searched for.
#[utoipa::path(post, path = "/api/v1/views", tag = "members", request_body = wire::NewView,
    responses((status = 201, body = wire::View)))]
pub async fn save_view(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::View>), Problem> {
    let who = caller.name();
    let mut row = read(&body)?;
    row.who.clone_from(&who);
    let kept = site.ask(move |site| {
        row.created_at = site.house.now();
        row.id = site.house.desk().add_view(&row)?;
        Ok::<_, PortError>(row)
    });
    Ok((StatusCode::CREATED, Json(wire::View::new(kept.await?, &who))))
}

fn read(body: &Value) -> Result<ViewRow, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (room, name, query) = (fields.required_text("room"), fields.required_text("name"), fields.text("query").unwrap_or_default());
    let shared = fields.flag("shared");
    if room != "members" && !room.is_empty() {
        problems.add("/room", "view.room", "must be members", "须为 members");
    }
    let name = name.trim().to_owned();
    if name.chars().count() > NAME_CHARS_MAX || (name.is_empty() && body["name"].is_string()) {
        problems.add("/name", "view.name", "has 1 to 80 characters", "须为 1 到 80 个字符");
    }
    if query.len() > QUERY_BYTES_MAX {
        problems.add("/query", "view.query", "is longer than 8 KB", "超过 8 KB");
    }
    fields.close();
    problems.finish()?;
    let query = nameless(&query);
    Ok(ViewRow { id: 0, room, name, query, shared, who: String::new(), created_at: perennial_kernel::Instant(0) })
}

/// What was searched for names somebody, and does not belong to a view: it would outlive the person's erasure.
pub fn nameless(query: &str) -> String {
    query.split('&').filter(|part| *part != "q" && !part.starts_with("q=")).collect::<Vec<_>>().join("&")
}

/// Drops a view of one's own.
#[utoipa::path(delete, path = "/api/v1/views/{id}", tag = "members", params(("id" = String, Path)),
    responses((status = 204, description = "Deleted")))]
pub async fn delete_view(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<StatusCode, Problem> {
    let (number, who) = (wire::view_number(&id), caller.name());
    let dropped = site.ask(move |site| number.map_or(Ok(false), |number| site.house.desk().drop_view(number, &who)));
    if dropped.await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(StatusCode::NOT_FOUND, "view.unknown", "You have no such view", "你没有这个视图"))
}
