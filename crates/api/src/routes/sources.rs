//! Sources: connected, changed, rotated, deleted.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::door::{Changed, DoorError, NewSource, OVERLAP_HOURS};
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::Segments;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Every source, connected or only heard of, with what it delivered in the last 30 days.
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources", responses((status = 200, body = Vec<wire::Source>)))]
pub async fn sources(State(site): State<Arc<Site>>) -> Result<Json<Vec<wire::Source>>, Problem> {
    let now = site.house.now();
    let sources = site.ask(|site| site.door.sources()).await?;
    Ok(Json(sources.into_iter().map(|told| wire::Source::new(told, now)).collect()))
}

/// One source.
#[utoipa::path(get, path = "/api/v1/sources/{source}", tag = "sources", params(("source" = String, Path)),
    responses((status = 200, body = wire::Source)))]
pub async fn source(State(site): State<Arc<Site>>, Segments(name): Segments<String>) -> Result<Json<wire::Source>, Problem> {
    Ok(Json(told(&site, name).await?))
}

async fn told(site: &Arc<Site>, name: String) -> Result<wire::Source, Problem> {
    let now = site.house.now();
    let sources = site.ask(|site| site.door.sources()).await?;
    let told = sources.into_iter().find(|told| told.name == name);
    told.map(|told| wire::Source::new(told, now))
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "source.unknown", "There is no such source", "没有这个数据来源"))
}

/// Connects a source; its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/sources", tag = "sources", request_body = wire::NewSource,
    responses((status = 201, body = wire::SourceSecret)))]
pub async fn create_source(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::SourceSecret>), Problem> {
    let new = wanted(&body)?;
    let made = site.ask(move |site| site.door.create_source(&caller.name(), &new)).await?;
    Ok((StatusCode::CREATED, Json(wire::SourceSecret::new(made))))
}

fn wanted(body: &Value) -> Result<NewSource, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let new = NewSource {
        name: fields.required_text("name"),
        kind: fields.required_text("kind"),
        label: fields.required_text("label"),
        secret: fields.text("secret"),
        settings: settings(&fields).unwrap_or_default(),
    };
    fields.close();
    problems.finish()?;
    Ok(new)
}

fn settings(fields: &Fields<'_>) -> Option<BTreeMap<String, String>> {
    fields.object("settings").map(|held| held.other_texts().into_iter().collect())
}

/// Changes label, state or settings; what is left out stays.
#[utoipa::path(patch, path = "/api/v1/sources/{source}", tag = "sources", params(("source" = String, Path)),
    request_body = wire::ChangeSource, responses((status = 200, body = wire::Source)))]
pub async fn change_source(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(name): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::Source>, Problem> {
    let changed = change(&body)?;
    let of = name.clone();
    site.ask(move |site| site.door.change_source(&caller.name(), &of, &changed)).await?;
    Ok(Json(told(&site, name).await?))
}

fn change(body: &Value) -> Result<Changed, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let changed = Changed { label: fields.text("label"), state: fields.text("state"), settings: settings(&fields) };
    fields.close();
    problems.finish()?;
    Ok(changed)
}

/// Gives a source a new secret; the old one is taken for `overlap_hours` more.
#[utoipa::path(post, path = "/api/v1/sources/{source}/rotate", tag = "sources", params(("source" = String, Path)),
    request_body = wire::RotateSource, responses((status = 200, body = wire::SourceSecret)))]
pub async fn rotate_source(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(name): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::SourceSecret>, Problem> {
    let (secret, hours) = rotation(&body)?;
    let made = site.ask(move |site| site.door.rotate_source(&caller.name(), &name, secret.as_deref(), hours)).await?;
    Ok(Json(wire::SourceSecret::new(made)))
}

fn rotation(body: &Value) -> Result<(Option<String>, u32), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let secret = fields.text("secret");
    let hours = fields.number("overlap_hours").map(|text| (fields.at("overlap_hours"), text.parse()));
    let hours = match hours {
        None => OVERLAP_HOURS,
        Some((_, Ok(hours))) => hours,
        Some((pointer, Err(_))) => {
            problems.add(&pointer, "source.overlap", "must be a whole number from 0 to 720", "须为 0 到 720 的整数");
            OVERLAP_HOURS
        }
    };
    fields.close();
    problems.finish()?;
    Ok((secret, hours))
}

/// Deletes a source: what it brought stays, and it brings nothing more.
#[utoipa::path(delete, path = "/api/v1/sources/{source}", tag = "sources", params(("source" = String, Path)),
    responses((status = 204, description = "Deleted")))]
pub async fn delete_source(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(name): Segments<String>,
) -> Result<StatusCode, Problem> {
    site.ask(move |site| -> Result<(), DoorError> { site.door.delete_source(&caller.name(), &name) }).await?;
    Ok(StatusCode::NO_CONTENT)
}
