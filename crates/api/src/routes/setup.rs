//! The first run: whether a brand lives here already. On a server without one, [`crate::entrance`] answers these addresses.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::access::Caller;
use perennial_app::import::sample;
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Whether a brand is still to be set up.
#[utoipa::path(get, path = "/api/v1/setup", tag = "setup", responses((status = 200, body = wire::SetupState)))]
pub async fn setup_state() -> Json<wire::SetupState> {
    Json(wire::SetupState { needed: false })
}

/// Sets the brand up, with the one-time code that the server printed at its start; the owner is signed in. Refused where a brand lives already.
#[utoipa::path(post, path = "/api/v1/setup", tag = "setup", request_body = wire::NewBrand,
    responses((status = 204, description = "Made; the owner's session cookie is set")))]
pub async fn set_up() -> Problem {
    Problem::new(StatusCode::CONFLICT, "setup.done", "A brand lives here already", "这里已经有品牌了")
}

/// Stages the sample brand's orders (CDNOW, carried in the program), moved up to today, and begins their import.
#[utoipa::path(post, path = "/api/v1/setup/sample", tag = "setup", responses((status = 202, body = wire::ImportDetail)))]
pub async fn load_sample(
    State(site): State<Arc<Site>>,
    axum::Extension(caller): axum::Extension<Caller>,
) -> Result<(StatusCode, Json<wire::ImportDetail>), Problem> {
    let detail = site.ask(move |site| sample::begin(&site.imports, &caller.name())).await?;
    Ok((StatusCode::ACCEPTED, Json(detail.into())))
}

/// What a new brand is made of.
pub struct Wanted {
    pub code: String,
    pub name: String,
    pub time_zone: String,
    pub currency: String,
    pub password: String,
}

pub fn wanted(body: &Value) -> Result<Wanted, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let text = |name| fields.required_text(name);
    let wanted = Wanted {
        code: text("code"),
        name: text("name"),
        time_zone: text("time_zone"),
        currency: text("currency"),
        password: text("password"),
    };
    fields.close();
    problems.finish()?;
    Ok(wanted)
}

/// Reads the body of a set-up.
pub async fn read(request: axum::extract::Request) -> Result<Wanted, Problem> {
    let Body(body) = <Body as axum::extract::FromRequest<()>>::from_request(request, &()).await?;
    wanted(&body)
}
