//! Health, and signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use perennial_app::access::{AccessError, Caller, Need, Requirement, SignIn};
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::guard::{COOKIE, session_token};
use crate::problem::Problem;
use crate::site::Site;
use crate::{Options, wire};

/// Whether the server is well.
#[utoipa::path(get, path = "/api/v1/health", tag = "session", responses((status = 200, body = wire::Health)))]
pub async fn health(State(site): State<Arc<Site>>) -> Json<wire::Health> {
    let (version, store) = (env!("CARGO_PKG_VERSION").to_owned(), site.options.store.clone());
    Json(wire::Health { status: "ok".to_owned(), version, store })
}

/// Who is signed in, and what they may.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = wire::Session)))]
pub async fn who(State(site): State<Arc<Site>>, Extension(caller): Extension<Caller>) -> Result<Json<wire::Session>, Problem> {
    let may = Need::ALL.into_iter().filter(|need| !matches!(need, Need::Nothing | Need::Person) && caller.may(*need));
    let may = may.map(|need| need.as_str().to_owned()).collect();
    let stores = caller.stores().map(<[String]>::to_vec);
    let Caller::User { name, role, due, .. } = caller else { return Err(Problem::signed_out()) };
    let user = name.clone();
    let Requirement { enabled, required, recovery_codes } = site.ask(move |site| site.access.requirement(&user, role)).await?;
    let second_factor = wire::SecondFactor { enabled, required, recovery_codes };
    let due = due.map(|due| due.as_str().to_owned());
    Ok(Json(wire::Session { name, role: role.as_str().to_owned(), stores, may, due, second_factor }))
}

/// Signs in: a session cookie for twelve hours, always a new one. An account with a second factor is asked for its code
/// (`session.code_needed`). Ten failures in five minutes close the door for a while.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = wire::SignIn,
    responses((status = 204, description = "Signed in; the cookie is set")))]
pub async fn sign_in(State(site): State<Arc<Site>>, headers: HeaderMap, Body(body): Body) -> Result<Response, Problem> {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = given(&body, agent)?;
    let before = session_token(&headers);
    let token = site.ask(move |site| {
        let token = site.access.enter(&given)?;
        // The session this browser had is over, whosever it was.
        before.map_or(Ok(()), |before| site.access.sign_out(&before))?;
        Ok::<_, AccessError>(token)
    });
    Ok(with_cookie(&site.options, &token.await?, 12 * 60 * 60, &headers))
}

fn given(body: &Value, agent: &str) -> Result<SignIn, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (name, password) = (fields.required_text("name"), fields.required_text("password"));
    let code = fields.text("code").filter(|code| !code.trim().is_empty());
    fields.close();
    problems.finish()?;
    Ok(SignIn { name, password, code, agent: agent.to_owned() })
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204, description = "Signed out")))]
pub async fn sign_out(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = session_token(&headers) {
        site.ask(move |site| site.access.sign_out(&token)).await?;
    }
    Ok(with_cookie(&site.options, "", 0, &headers))
}

/// Behind a proxy that speaks HTTPS the cookie never travels in clear.
pub fn with_cookie(options: &Options, token: &str, seconds: u32, headers: &HeaderMap) -> Response {
    let https =
        options.behind_proxy || headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes().eq_ignore_ascii_case(b"https"));
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}");
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
