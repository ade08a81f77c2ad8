//! The audit trail: who did what and looked at whom, and whether it is as it was written.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use bytes::Bytes;
use perennial_app::access::Caller;
use perennial_app::query::trail::{self, Asked};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::export::{CSV, PIECES_AHEAD, file};
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The audit trail, newest first. Filtered by who, by what, by a member's id, by days of the brand.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit",
    params(("who" = Option<String>, Query), ("what" = Option<String>, Query), ("member" = Option<String>, Query),
        ("from" = Option<String>, Query, description = "A day, included"), ("to" = Option<String>, Query, description = "A day, included"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when absent"), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = wire::AuditPage)))]
pub async fn audit(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::AuditPage>, Problem> {
    let asked = asked(&mut query);
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    query.finish()?;
    let page = site.ask(move |site| trail::page(&site.house, &asked, limit, cursor.as_deref())).await?;
    Ok(Json(page.into()))
}

/// Recomputes the whole trail: whether every line is as it was written, and none is missing.
#[utoipa::path(get, path = "/api/v1/audit/check", tag = "audit", responses((status = 200, body = wire::AuditCheck)))]
pub async fn audit_check(State(site): State<Arc<Site>>) -> Result<Json<wire::AuditCheck>, Problem> {
    let state = site.ask_everyone(|site| site.house.verify_trail()).await?;
    Ok(Json(state.into()))
}

/// What a filter finds, as CSV. The export stands in the trail itself.
#[utoipa::path(get, path = "/api/v1/audit/export", tag = "audit",
    params(("who" = Option<String>, Query), ("what" = Option<String>, Query), ("member" = Option<String>, Query),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn audit_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let asked = asked(&mut query);
    query.finish()?;
    let today = site.house.calendar().day(site.house.now());
    let filter = asked.clone();
    site.ask(move |site| site.house.audit(&caller.name(), "audit_exported", &filter.to_string())).await?;
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(PIECES_AHEAD);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = trail::csv(&site.house, &asked, &mut |piece| sender.blocking_send(Ok(piece.into())).is_ok()) {
            tracing::error!(%error, "an export of the audit trail broke off");
            // A reader that has gone needs no error.
            let _ = sender.blocking_send(Err(io::Error::other("the export broke off")));
        }
    });
    Ok(file(CSV, &format!("audit-{today}.csv"), Body::from_stream(ReceiverStream::new(receiver))))
}

fn asked(query: &mut Query) -> Asked {
    Asked {
        who: query.text("who").unwrap_or_default(),
        what: query.text("what").unwrap_or_default(),
        member: query.text("member").unwrap_or_default(),
        from: query.day("from"),
        to: query.day("to"),
    }
}
