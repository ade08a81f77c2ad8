//! Event names as they arrive.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;

use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Event names with how often and when they came, of one source or of all.
#[utoipa::path(get, path = "/api/v1/events", tag = "sources", params(("source" = Option<String>, Query)),
    responses((status = 200, body = Vec<wire::EventSeen>)))]
pub async fn events(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<Vec<wire::EventSeen>>, Problem> {
    let source = query.text("source");
    query.finish()?;
    let events = site.ask(move |site| site.door.events(source.as_deref())).await?;
    Ok(Json(events.into_iter().map(wire::EventSeen::from).collect()))
}

/// One event name with a sample as it came; who asks stands in the audit trail.
#[utoipa::path(get, path = "/api/v1/events/{source}/{name}", tag = "sources",
    params(("source" = String, Path), ("name" = String, Path)), responses((status = 200, body = wire::EventSample)))]
pub async fn event(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((source, name)): Segments<(String, String)>,
) -> Result<Json<wire::EventSample>, Problem> {
    let seen = site.ask(move |site| site.door.event_sample(&caller.name(), &source, &name)).await?;
    let seen = seen.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "event.unknown", "No such event came", "没有收到过这个事件"))?;
    let sample = seen.sample.clone();
    Ok(Json(wire::EventSample { event: seen.into(), sample }))
}
