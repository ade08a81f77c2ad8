//! Whether all is well, in detail and for Prometheus.

use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use perennial_app::query::health;

use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Queues, what is late, sources, disk, the last backup, the journal and its heads.
#[utoipa::path(get, path = "/api/v1/health/detail", tag = "health", responses((status = 200, body = wire::HealthDetail)))]
pub async fn health_detail(State(site): State<Arc<Site>>) -> Result<Json<wire::HealthDetail>, Problem> {
    let detail = |site: &Site| {
        let state = health::health(&site.board)?;
        let disk = site.options.data.as_deref().and_then(disk);
        let journal_bytes = site.options.data.as_deref().and_then(journal_bytes);
        Ok::<_, perennial_app::query::QueryError>(wire::HealthDetail::new(state, &site.options, site.started_at, disk, journal_bytes))
    };
    Ok(Json(site.ask(detail).await?))
}

/// Counts and states in Prometheus' text format: to this machine itself, or with the scope `health`.
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, description = "Text format 0.0.4", content_type = "text/plain", body = String)))]
pub async fn metrics(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    let text = site.ask(|site| {
        let state = health::health(&site.board)?;
        Ok::<_, perennial_app::query::QueryError>(site.metrics.text(&state, site.options.data.as_deref().and_then(disk)))
    });
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text.await?).into_response())
}

/// Free bytes for us, and bytes in all, of the disk a folder is on.
fn disk(folder: &Path) -> Option<(u64, u64)> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    Some((stat.f_bavail.saturating_mul(stat.f_frsize), stat.f_blocks.saturating_mul(stat.f_frsize)))
}

/// The journal's file and its write-ahead log; nothing where the journal is on a database server.
fn journal_bytes(folder: &Path) -> Option<u64> {
    let size = |name: &str| std::fs::metadata(folder.join(name)).map(|file| file.len());
    Some(size("journal.db").ok()? + size("journal.db-wal").unwrap_or(0))
}
