//! The members list as a file.

use std::io;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use perennial_app::access::Caller;
use perennial_app::query::board::Listing;
use perennial_app::query::export::{self, Column};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::members::listing;
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;

/// Pieces written ahead of a slow reader.
pub(super) const PIECES_AHEAD: usize = 4;
pub const CSV: &str = "text/csv; charset=utf-8";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

/// The members list as CSV (streamed) or as a workbook (up to 100,000 members). Personal values are masked as on screen, and nothing
/// that begins like a formula leaves as one. Every export is in the audit trail.
#[utoipa::path(get, path = "/api/v1/members/export", tag = "members",
    params(("format" = String, Query, description = "csv or xlsx"), ("stage" = Option<String>, Query), ("model" = Option<String>, Query),
        ("q" = Option<String>, Query), ("condition" = Option<String>, Query), ("list" = Option<String>, Query), ("sort" = Option<String>, Query), ("order" = Option<String>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn members_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let listing = listing(&site, &caller, &mut query);
    let format = query.one_of("format", &[("csv", Format::Csv), ("xlsx", Format::Xlsx)]).unwrap_or(Format::Csv);
    query.finish()?;
    let today = site.house.calendar().day(site.house.now());
    let who = caller.name();
    match format {
        Format::Xlsx => {
            let bytes = site.ask(move |site| {
                let (bytes, rows) = export::xlsx(&site.board, &listing, &Column::ALL, &|| true, &mut |_, _| true)?;
                site.house.audit(&who, "members_exported", &told(&listing, "xlsx", rows))?;
                Ok::<_, perennial_app::query::QueryError>(bytes)
            });
            Ok(file(XLSX, &format!("members-{today}.xlsx"), Body::from(bytes.await?)))
        }
        Format::Csv => {
            // Asked once before the first byte, so that a refusal is still a problem and not a broken file.
            let asked = listing.clone();
            site.ask(move |site| site.board.list(&asked, 1, None).map(drop)).await?;
            let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(PIECES_AHEAD);
            let writer = Arc::clone(&site);
            tokio::task::spawn_blocking(move || {
                let mut send = |piece: Vec<u8>, _, _| sender.blocking_send(Ok(piece.into())).is_ok();
                let written = export::csv(&writer.board, &listing, &Column::ALL, &|| true, &mut send);
                match written {
                    Ok(rows) => {
                        if let Err(error) = writer.house.audit(&who, "members_exported", &told(&listing, "csv", rows)) {
                            tracing::error!(%error, "an export could not be noted in the audit trail");
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "an export broke off");
                        let _ = sender.blocking_send(Err(io::Error::other("the export broke off")));
                    }
                }
            });
            Ok(file(CSV, &format!("members-{today}.csv"), Body::from_stream(ReceiverStream::new(receiver))))
        }
    }
}

pub fn file(kind: &'static str, name: &str, body: Body) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body).into_response()
}

/// As the audit trail tells an export: what was searched for names somebody and is not told.
fn told(listing: &Listing, format: &str, rows: usize) -> String {
    let part = |name: &str, value: Option<&str>| value.map(|value| format!(", {name} {value}")).unwrap_or_default();
    let stores = listing.stores.as_ref().map(|stores| stores.join(" "));
    let parts =
        [part("stage", listing.stage.as_deref()), part("model", listing.model.as_deref()), part("stores", stores.as_deref())].concat();
    let search = if listing.search.is_some() { ", by search" } else { "" };
    format!("{format}, {rows} {}{parts}{search}", if rows == 1 { "row" } else { "rows" })
}
