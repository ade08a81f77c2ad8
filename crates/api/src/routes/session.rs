//! Health, and signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use perennial_app::access::Caller;
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::guard::{COOKIE, session_token};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Whether the server is well.
#[utoipa::path(get, path = "/api/v1/health", tag = "session", responses((status = 200, body = wire::Health)))]
pub async fn health(State(site): State<Arc<Site>>) -> Json<wire::Health> {
    let (version, store) = (env!("CARGO_PKG_VERSION").to_owned(), site.options.store.clone());
    Json(wire::Health { status: "ok".to_owned(), version, store })
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = wire::Session)))]
pub async fn who(Extension(caller): Extension<Caller>) -> Json<wire::Session> {
    Json(match caller {
        Caller::User { name, role } => wire::Session { name, role },
        Caller::Key { name, .. } => wire::Session { name, role: "key".to_owned() },
    })
}

/// Signs in: a session cookie for twelve hours. Ten failures in five minutes close the door for a while.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = wire::SignIn,
    responses((status = 204, description = "Signed in; the cookie is set")))]
pub async fn sign_in(State(site): State<Arc<Site>>, headers: HeaderMap, Body(body): Body) -> Result<Response, Problem> {
    let (name, password) = name_and_password(&body)?;
    let token = site.ask(move |site| site.access.sign_in(&name, &password)).await?;
    Ok(with_cookie(&token, 12 * 60 * 60, &headers))
}

fn name_and_password(body: &Value) -> Result<(String, String), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (name, password) = (fields.required_text("name"), fields.required_text("password"));
    fields.close();
    problems.finish()?;
    Ok((name, password))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204, description = "Signed out")))]
pub async fn sign_out(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = session_token(&headers) {
        site.ask(move |site| site.access.sign_out(&token)).await?;
    }
    Ok(with_cookie("", 0, &headers))
}

/// Behind a proxy that speaks HTTPS the cookie never travels in clear.
pub fn with_cookie(token: &str, seconds: u32, headers: &HeaderMap) -> Response {
    let https = headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes().eq_ignore_ascii_case(b"https"));
    let secure = if https { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}");
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
