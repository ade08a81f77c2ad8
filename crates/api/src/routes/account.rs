//! One's own account: password, second factor, sessions.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::{AccessError, Caller, Role};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::Segments;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Pixels of the QR code's sides.
const QR_SIZE: u32 = 220;

/// Changes one's own password, by the one before. Other sessions of the account end.
#[utoipa::path(put, path = "/api/v1/session/password", tag = "access", request_body = wire::PasswordChange,
    responses((status = 204, description = "Changed")))]
pub async fn change_password(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<StatusCode, Problem> {
    let [current, new] = texts(&body, ["current", "new"])?;
    let changed = move |site: &Site| match site.access.change_password(&caller.name(), caller.id(), &current, &new) {
        Err(AccessError::Wrong) => Err(Problem::field(
            StatusCode::UNPROCESSABLE_ENTITY,
            "/current",
            "session.wrong_password",
            "is not your password",
            "密码不正确",
        )),
        other => other.map_err(Into::into),
    };
    site.ask(changed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins to set up a second factor: the secret, to be taken into an authenticator app. It counts once confirmed.
#[utoipa::path(post, path = "/api/v1/session/second-factor", tag = "access", responses((status = 201, body = wire::Enrolment)))]
pub async fn enrol_second_factor(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
) -> Result<(StatusCode, Json<wire::Enrolment>), Problem> {
    let made = site.ask(move |site| site.access.enrol_factor(&caller.name())).await?;
    let code = QrCode::with_error_correction_level(made.uri.as_bytes(), EcLevel::M).map_err(|error| Problem::failure(&error))?;
    let qr_svg = code.render::<svg::Color<'_>>().min_dimensions(QR_SIZE, QR_SIZE).build();
    Ok((StatusCode::CREATED, Json(wire::Enrolment { secret: made.secret, uri: made.uri, qr_svg })))
}

/// Puts the second factor in force with a first code of it; answers recovery codes, shown once. Other sessions of the account end.
#[utoipa::path(post, path = "/api/v1/session/second-factor/confirm", tag = "access", request_body = wire::CodeProof,
    responses((status = 200, body = wire::RecoveryCodes)))]
pub async fn confirm_second_factor(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Json<wire::RecoveryCodes>, Problem> {
    let [code] = texts(&body, ["code"])?;
    let codes = site.ask(move |site| proven(site.access.confirm_factor(&caller, &code))).await?;
    Ok(Json(wire::RecoveryCodes { codes }))
}

/// New recovery codes in place of all old ones, by the password.
#[utoipa::path(post, path = "/api/v1/session/second-factor/recovery-codes", tag = "access", request_body = wire::PasswordProof,
    responses((status = 200, body = wire::RecoveryCodes)))]
pub async fn renew_recovery_codes(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Json<wire::RecoveryCodes>, Problem> {
    let [password] = texts(&body, ["password"])?;
    let codes = site.ask(move |site| proven(site.access.renew_recovery_codes(&caller.name(), &password))).await?;
    Ok(Json(wire::RecoveryCodes { codes }))
}

/// Removes one's own second factor, by the password; refused where the role must have one.
#[utoipa::path(delete, path = "/api/v1/session/second-factor", tag = "access", request_body = wire::PasswordProof,
    responses((status = 204, description = "Removed")))]
pub async fn remove_second_factor(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<StatusCode, Problem> {
    let [password] = texts(&body, ["password"])?;
    let role = role_of(&caller)?;
    site.ask(move |site| proven(site.access.remove_factor(&caller.name(), role, &password))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own open sessions.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "access", responses((status = 200, body = Vec<wire::OpenSession>)))]
pub async fn sessions(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Vec<wire::OpenSession>>, Problem> {
    let (user, current) = (caller.name(), caller.id().to_owned());
    let open = site.ask(move |site| site.access.sessions(Some(&user))).await?;
    Ok(Json(open.into_iter().map(|session| wire::OpenSession::new(session, &current)).collect()))
}

/// Ends all of one's own sessions but this one.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "access", responses((status = 204, description = "Ended")))]
pub async fn end_sessions(State(site): State<Arc<Site>>, Extension(caller): Extension<Caller>) -> Result<StatusCode, Problem> {
    site.ask(move |site| site.access.end_sessions(&caller.name(), &caller.name(), Some(caller.id()))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one session: one's own; the owner may end anybody's.
#[utoipa::path(delete, path = "/api/v1/sessions/{session}", tag = "access", params(("session" = String, Path)),
    responses((status = 204, description = "Ended")))]
pub async fn end_session(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(session): Segments<String>,
) -> Result<StatusCode, Problem> {
    let name = caller.name();
    let of = if caller.may(perennial_app::access::Need::Own) { None } else { Some(name.clone()) };
    site.ask(move |site| site.access.end_session(&name, &session, of.as_deref())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Inside, a wrong password or code is no reason to be signed out.
fn proven<T>(result: Result<T, AccessError>) -> Result<T, Problem> {
    let at = |pointer, code, en, zh| Problem::field(StatusCode::UNPROCESSABLE_ENTITY, pointer, code, en, zh);
    result.map_err(|error| match error {
        AccessError::Wrong => at("/password", "session.wrong_password", "is not your password", "密码不正确"),
        AccessError::CodeWrong => at("/code", "session.wrong_code", "is wrong, out of time or used up", "验证码不正确、已过期或已使用过"),
        other => other.into(),
    })
}

fn role_of(caller: &Caller) -> Result<Role, Problem> {
    match caller {
        Caller::User { role, .. } => Ok(*role),
        Caller::Key { .. } => Err(Problem::signed_out()),
    }
}

/// A body of texts, all of them required.
fn texts<const N: usize>(body: &Value, names: [&'static str; N]) -> Result<[String; N], Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let texts = names.map(|name| fields.required_text(name));
    fields.close();
    problems.finish()?;
    Ok(texts)
}
