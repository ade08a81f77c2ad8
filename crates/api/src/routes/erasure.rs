//! Everything about one member in one file, and the erasure of a member.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::{erasure, package};
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{self, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Everything about a member as a ZIP of JSON and text, unmasked. In the audit trail.
#[utoipa::path(get, path = "/api/v1/members/{member}/package", tag = "profile", params(("member" = String, Path)),
    responses((status = 200, description = "The file", content_type = "application/zip", body = String)))]
pub async fn member_package(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(member): Segments<String>,
) -> Result<Response, Problem> {
    let member = params::member(&member)?;
    let bytes = site.ask(move |site| package::zip(&site.house, member, &caller.name())).await?;
    let mut response = bytes.into_response();
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{member}.zip\"")).map_err(|error| Problem::failure(&error))?;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// What an erasure would take, and what would stay.
#[utoipa::path(get, path = "/api/v1/members/{member}/erasure", tag = "profile", params(("member" = String, Path)),
    responses((status = 200, body = wire::Erasure)))]
pub async fn erasure_preview(State(site): State<Arc<Site>>, Segments(member): Segments<String>) -> Result<Json<wire::Erasure>, Problem> {
    let member = params::member(&member)?;
    let losses = site.ask(move |site| erasure::preview(&site.house, member)).await?;
    Ok(Json(wire::Erasure::new(&losses)))
}

/// Erases a member for good: keys and identities are destroyed, facts stay without a name. The id is repeated as confirmation.
#[utoipa::path(post, path = "/api/v1/members/{member}/erasure", tag = "profile", params(("member" = String, Path)),
    request_body = wire::EraseMember, responses((status = 200, body = wire::Erasure)))]
pub async fn erase_member(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(member): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::Erasure>, Problem> {
    confirmed(&body, &member)?;
    let member = params::member(&member)?;
    let losses = site
        .ask(move |site| {
            // What this server counted in the last second is searched too.
            site.door.settle()?;
            erasure::erase(&site.house, member, &caller.name()).map_err(Problem::from)
        })
        .await?;
    Ok(Json(wire::Erasure::new(&losses)))
}

fn confirmed(body: &Value, member: &str) -> Result<(), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let confirm = fields.required_text("confirm");
    fields.close();
    problems.finish()?;
    if confirm == member {
        return Ok(());
    }
    let (en, zh) = ("must repeat the member's id", "须重复填写会员编号以确认");
    Err(Problem::field(StatusCode::UNPROCESSABLE_ENTITY, "/confirm", "erasure.unconfirmed", en, zh))
}
