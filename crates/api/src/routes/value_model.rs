//! The value model as a document with versions: refits, what each would change, putting one in force.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::engine::Refusal;
use perennial_app::jobs;
use perennial_app::policy::{VALUE, WITHDRAWN};
use perennial_app::query::policies::VersionState;
use perennial_app::query::value::{self, Unit};
use perennial_app::query::{QueryError, QueryResult};
use perennial_kernel::Day;
use perennial_value::Kind;
use serde_json::json;

use super::policies::{reason, redecide};
use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::Segments;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The value model whose fields conditions read, with all its versions.
#[utoipa::path(get, path = "/api/v1/value/versions", tag = "value", responses((status = 200, body = wire::ValueVersions)))]
pub async fn value_versions(State(site): State<Arc<Site>>) -> Result<Json<wire::ValueVersions>, Problem> {
    Ok(Json(site.ask(|site| value::versions(&site.house)).await?.into()))
}

struct Refit {
    kind: Kind,
    until: Option<Day>,
    unit: Unit,
    reason: String,
}

fn asked(body: &serde_json::Value) -> Result<Refit, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (model, until, unit) = (fields.required_text("model"), fields.text("until"), fields.text("unit"));
    let reason = fields.text("reason").unwrap_or_default();
    fields.close();
    let kind = Kind::parse(&model);
    if kind.is_none() && !model.is_empty() {
        let (en, zh) = ("must be bgnbd, mbgnbd, paretonbd or nbd", "须为 bgnbd、mbgnbd、paretonbd 或 nbd");
        problems.add("/model", "value.model", en, zh);
    }
    let day = until.as_deref().map(Day::parse);
    if day == Some(None) {
        problems.add("/until", "field.date", "must be a day such as 2026-01-31", "须为日期，如 2026-01-31");
    }
    let unit = unit.map_or(Some(Unit::default()), |unit| Unit::parse(&unit));
    if unit.is_none() {
        problems.add("/unit", "value.unit", "must be day, week or month", "须为 day、week 或 month");
    }
    problems.finish()?;
    Ok(Refit { kind: kind.unwrap_or(Kind::MbgNbd), until: day.flatten(), unit: unit.unwrap_or_default(), reason: reason.trim().to_owned() })
}

/// Fits a model to everyone who had bought by the end of a day (today when absent), and keeps it as a draft.
#[utoipa::path(post, path = "/api/v1/value/versions", tag = "value", request_body = wire::RefitRequest,
    responses((status = 201, body = wire::ValueVersionSaved)))]
pub async fn refit(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::ValueVersionSaved>), Problem> {
    let (asked, who) = (asked(&body)?, caller.name());
    let version = site.ask_everyone(move |site| {
        let until = asked.until.unwrap_or_else(|| site.house.calendar().day(site.house.now()));
        value::refit(&site.house, asked.kind, until, asked.unit, &who, &asked.reason)
    });
    Ok((StatusCode::CREATED, Json(wire::ValueVersionSaved { version: version.await? })))
}

fn number(text: &str) -> QueryResult<i64> {
    let refusal =
        || Refusal {
            code: "value.unknown_version", en: format!("{text} is no number of a version"), zh: format!("{text} 不是版本号")
        };
    text.parse().map_err(|_| QueryError::NotFound(refusal()))
}

/// What today would be like by a version, beside what it is like by the one in force: everyone together, comparisons that stages and saved
/// lists make, members by stage.
#[utoipa::path(get, path = "/api/v1/value/versions/{version}/preview", tag = "value", params(("version" = i64, Path)),
    responses((status = 200, body = wire::ValuePreview)))]
pub async fn value_preview(
    State(site): State<Arc<Site>>,
    Segments(version): Segments<String>,
) -> Result<Json<wire::ValuePreview>, Problem> {
    let counted = site.ask_everyone(move |site| value::preview(&site.house, number(&version)?)).await?;
    let currency = site.house.reference().brand.currency;
    Ok(Json(wire::ValuePreview::new(counted.table, currency, counted.data_up_to)))
}

/// Puts a version in force: from the next fact on every node decides by it. Where stages read it, everybody is then decided anew in the
/// background; of a version that is in force already, that goes on where it was cut short.
#[utoipa::path(post, path = "/api/v1/value/versions/{version}/activate", tag = "value", params(("version" = i64, Path)),
    request_body = wire::ActivationRequest, responses((status = 202, body = wire::JobStarted)))]
pub async fn activate_value(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(version): Segments<String>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::JobStarted>), Problem> {
    let (reason, who) = (reason(&body)?, caller.name());
    let id = site.ask(move |site| {
        let version = number(&version)?;
        let is_active = value::activatable(&site.house, version)?.version.state == VersionState::Active;
        let request = json!({ "model": VALUE, "version": version, "reason": reason });
        let author = who.clone();
        jobs::start(&site.house, "policy_activate", &who, &request, move |house, work| {
            if !is_active {
                house.activate_as(VALUE, version, &author, &reason)?;
                house.audit(&author, "policy_activated", &format!("{VALUE} {version}: {reason}"))?;
            }
            redecide(house, work, VALUE, version)
        })
    });
    let job = format!("j_{}", id.await?);
    Ok((StatusCode::ACCEPTED, Json(wire::JobStarted { job })))
}

/// Takes a draft out of use.
#[utoipa::path(post, path = "/api/v1/value/versions/{version}/withdraw", tag = "value", params(("version" = i64, Path)),
    request_body = wire::ActivationRequest, responses((status = 204, description = "Withdrawn")))]
pub async fn withdraw_value(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(version): Segments<String>,
    Body(body): Body,
) -> Result<StatusCode, Problem> {
    let (reason, who) = (reason(&body)?, caller.name());
    site.ask(move |site| {
        let version = number(&version)?;
        if value::version(&site.house, version)?.version.state != VersionState::Draft {
            let (en, zh) = ("only a draft can be withdrawn", "只有草案可以撤下");
            return Err(QueryError::Refused(Refusal { code: "policy.not_a_draft", en: en.to_owned(), zh: zh.to_owned() }));
        }
        site.house.note_policy(VALUE, version, WITHDRAWN, &who, &reason)?;
        site.house.audit(&who, "policy_withdrawn", &format!("{VALUE} {version}: {reason}"))?;
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
