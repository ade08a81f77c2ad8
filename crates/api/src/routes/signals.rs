//! What behaviours say: which names mean what, and the weights of what is reckoned from them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::house::HouseError;
use perennial_app::jobs;
use perennial_app::policy::SIGNALS;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::signal::SHIPPED;
use serde_json::{Value, json};

use super::policies::redecide;
use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire::{self, FieldError};

/// What behaviours say, as in force, and as a document to change.
#[utoipa::path(get, path = "/api/v1/signals", tag = "value", responses((status = 200, body = wire::SignalSettings)))]
pub async fn signals(State(site): State<Arc<Site>>) -> Result<Json<wire::SignalSettings>, Problem> {
    site.ask(|site| Ok::<_, Problem>(Json(settings(site, None)?))).await
}

fn settings(site: &Site, job: Option<String>) -> Result<wire::SignalSettings, HouseError> {
    let held = site.house.in_force(SIGNALS)?;
    let yaml = held.map_or_else(|| SHIPPED.to_owned(), |row| row.body);
    Ok(wire::SignalSettings::new(&site.house.reference(), yaml, job))
}

/// Says anew what behaviours say: a version of the document, in force at once. Where stages are decided by goodwill or closeness, everybody is
/// then decided anew in the background.
#[utoipa::path(put, path = "/api/v1/signals", tag = "value", request_body = wire::PutSignals,
    responses((status = 200, body = wire::SignalSettings)))]
pub async fn put_signals(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Json<wire::SignalSettings>, Problem> {
    let (yaml, reason) = document(&body)?;
    let who = caller.name();
    site.ask(move |site| {
        let version = site.house.put(SIGNALS, &yaml, &who, &reason).map_err(told)?;
        site.house.audit(&who, "signals_changed", &version.to_string())?;
        let mut job = None;
        if site.house.reference().models().iter().any(Model::reads_signals) {
            let request = json!({ "model": SIGNALS, "version": version, "reason": reason });
            let begun =
                jobs::start(&site.house, "policy_activate", &who, &request, move |house, work| redecide(house, work, SIGNALS, version))?;
            job = Some(format!("j_{begun}"));
        }
        Ok::<_, Problem>(Json(settings(site, job)?))
    })
    .await
}

fn document(body: &Value) -> Result<(String, String), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (yaml, reason) = (fields.required_text("yaml"), fields.text("reason").unwrap_or_default());
    fields.close();
    problems.finish()?;
    Ok((yaml, reason))
}

/// What is wrong with the document is told with its place in it.
fn told(error: HouseError) -> Problem {
    match error {
        HouseError::Policies(wrong) => {
            let error =
                |one: &perennial_app::policy::PolicyProblem| FieldError::new(&format!("/yaml{}", one.pointer), one.code, &one.en, &one.zh);
            Problem::fields(StatusCode::UNPROCESSABLE_ENTITY, wrong.iter().map(error).collect())
        }
        other => other.into(),
    }
}
