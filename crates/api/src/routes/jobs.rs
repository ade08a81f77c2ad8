//! Background jobs: how far they are, cancelling them, their files.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::{Caller, Role};
use perennial_app::jobs;
use perennial_app::port::jobs::{DONE, JobRow};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::export::{CSV, XLSX, file};
use crate::params::Segments;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// So many of the latest jobs are told.
const JOBS_MAX: usize = 50;

/// The caller's latest jobs; the owner sees everybody's.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", responses((status = 200, body = Vec<wire::Job>)))]
pub async fn jobs(State(site): State<Arc<Site>>, Extension(caller): Extension<Caller>) -> Result<Json<Vec<wire::Job>>, Problem> {
    let rows = site.ask(|site| jobs::list(&site.house, JOBS_MAX)).await?;
    Ok(Json(rows.into_iter().filter(|row| may_see(&caller, row)).map(|row| wire::Job::from(row).brief()).collect()))
}

/// One job: its progress, and what came of it.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path)), responses((status = 200, body = wire::Job)))]
pub async fn job(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<Json<wire::Job>, Problem> {
    Ok(Json(found(&site, &caller, &id).await?.into()))
}

/// Stops a running job; one that has ended stays as it is.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancel", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = wire::Job)))]
pub async fn cancel_job(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<Json<wire::Job>, Problem> {
    let number = found(&site, &caller, &id).await?.id;
    let who = caller.name();
    site.ask(move |site| jobs::cancel(&site.house, number, &who)).await?;
    Ok(Json(found(&site, &caller, &id).await?.into()))
}

/// The file of a finished job. Fetching it is noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/jobs/{id}/file", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = String)))]
pub async fn job_file(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<Response, Problem> {
    let row = found(&site, &caller, &id).await?;
    let result: serde_json::Value = serde_json::from_str(&row.result).unwrap_or_default();
    let Some(name) = result["file"].as_str().filter(|_| row.state == DONE).map(str::to_owned) else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "job.no_file", "This job has no file", "该任务没有可下载的文件"));
    };
    let (who, detail) = (caller.name(), format!("{id}, {name}"));
    site.ask(move |site| site.house.audit(&who, "export_downloaded", &detail)).await?;
    let (sender, receiver) = mpsc::channel::<io::Result<bytes::Bytes>>(4);
    let reader = Arc::clone(&site);
    tokio::task::spawn_blocking(move || {
        for piece in 0.. {
            let sent = match jobs::piece(&reader.house, row.id, piece) {
                Ok(Some(bytes)) => sender.blocking_send(Ok(bytes.into())),
                Ok(None) => return,
                Err(error) => {
                    tracing::error!(%error, "a job's file cannot be read");
                    sender.blocking_send(Err(io::Error::other("the file broke off")))
                }
            };
            if sent.is_err() {
                return;
            }
        }
    });
    let kind = if name.rsplit('.').next() == Some("xlsx") { XLSX } else { CSV };
    Ok(file(kind, &name, Body::from_stream(ReceiverStream::new(receiver))))
}

fn may_see(caller: &Caller, row: &JobRow) -> bool {
    matches!(caller, Caller::User { role, .. } if *role == Role::Owner) || caller.name() == row.who
}

/// A job that is somebody else's is not there.
pub async fn found(site: &Arc<Site>, caller: &Caller, id: &str) -> Result<JobRow, Problem> {
    let number = wire::job_number(id);
    let row = site.ask(move |site| number.map_or(Ok(None), |number| jobs::one(&site.house, number))).await?;
    row.filter(|row| may_see(caller, row))
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "job.unknown", "There is no such job", "没有这个任务"))
}
