//! Who may do what: one table of operations, asked before every handler. What is not in it is forbidden.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use perennial_app::access::{Caller, OWNER, Scope};

use crate::problem::Problem;
use crate::site::Site;

/// The session's cookie.
pub const COOKIE: &str = "perennial";
/// A header that a form of another site cannot send: requests by cookie that change something must carry it.
pub const OWN_HEADER: &str = "x-perennial";

/// What an operation asks of its caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// Nothing: anybody.
    Nothing,
    /// A source's own credential, a write key or a signature, which its door checks.
    Source,
    /// To ask: signed in, or a key with scope `read`.
    Read,
    /// To record: signed in, or a key with scope `write`.
    Write,
    /// To run the brand: imports, sources, policies, the catalogue. Signed in.
    Operate,
    /// To change who may do what: the owner in person.
    Own,
}

/// Every operation, by method and path.
pub const OPERATIONS: &[(&str, &str, Need)] = &[
    ("GET", "/api/v1/health", Need::Nothing),
    ("GET", "/api/v1/openapi.json", Need::Nothing),
    ("POST", "/api/v1/session", Need::Nothing),
    ("GET", "/api/v1/session", Need::Read),
    ("DELETE", "/api/v1/session", Need::Read),
    ("GET", "/api/v1/brand", Need::Read),
    ("GET", "/api/v1/overview", Need::Read),
    ("GET", "/api/v1/models", Need::Read),
    ("GET", "/api/v1/models/{model}/stages", Need::Read),
    ("GET", "/api/v1/models/{model}/flow", Need::Read),
    ("GET", "/api/v1/models/{model}/daily", Need::Read),
    ("POST", "/api/v1/models/{model}/backtest", Need::Read),
    ("GET", "/api/v1/models/{model}/times", Need::Read),
    ("GET", "/api/v1/survival", Need::Read),
    ("GET", "/api/v1/policies", Need::Operate),
    ("GET", "/api/v1/policies/{model}/versions/{version}", Need::Operate),
    ("GET", "/api/v1/policies/{model}/diff", Need::Operate),
    ("POST", "/api/v1/policies/check", Need::Operate),
    ("POST", "/api/v1/policies/{model}/versions", Need::Operate),
    ("POST", "/api/v1/policies/{model}/versions/{version}/activate", Need::Operate),
    ("POST", "/api/v1/policies/{model}/versions/{version}/withdraw", Need::Operate),
    ("POST", "/api/v1/policies/{model}/trials", Need::Operate),
    ("GET", "/api/v1/policies/{model}/trials/{id}", Need::Operate),
    ("GET", "/api/v1/members", Need::Read),
    ("GET", "/api/v1/members/export", Need::Read),
    ("POST", "/api/v1/members/exports", Need::Operate),
    ("GET", "/api/v1/jobs", Need::Operate),
    ("GET", "/api/v1/jobs/{id}", Need::Operate),
    ("POST", "/api/v1/jobs/{id}/cancel", Need::Operate),
    ("GET", "/api/v1/jobs/{id}/file", Need::Operate),
    ("GET", "/api/v1/views", Need::Operate),
    ("POST", "/api/v1/views", Need::Operate),
    ("DELETE", "/api/v1/views/{id}", Need::Operate),
    ("GET", "/api/v1/search", Need::Read),
    ("GET", "/api/v1/conditions/catalog", Need::Read),
    ("POST", "/api/v1/conditions", Need::Read),
    ("GET", "/api/v1/members/{member}", Need::Read),
    ("GET", "/api/v1/members/{member}/timeline", Need::Read),
    ("GET", "/api/v1/members/{member}/explain", Need::Read),
    ("GET", "/api/v1/members/{member}/merge", Need::Read),
    ("POST", "/api/v1/members/{member}/merge", Need::Operate),
    ("GET", "/api/v1/members/{member}/split", Need::Read),
    ("POST", "/api/v1/members/{member}/split", Need::Operate),
    ("GET", "/api/v1/conflicts", Need::Read),
    ("GET", "/api/v1/conflicts/{member}/{other}", Need::Read),
    ("POST", "/api/v1/conflicts/{member}/{other}", Need::Operate),
    ("GET", "/api/v1/identity-rules", Need::Read),
    ("PUT", "/api/v1/identity-rules", Need::Operate),
    ("POST", "/api/v1/orders", Need::Write),
    ("PUT", "/api/v1/orders/{source}/{order_id}", Need::Write),
    ("POST", "/api/v1/orders/{source}/{order_id}/cancel", Need::Write),
    ("POST", "/api/v1/orders/{source}/{order_id}/refunds", Need::Write),
    ("GET", "/api/v1/sources", Need::Read),
    ("POST", "/api/v1/sources", Need::Operate),
    ("GET", "/api/v1/sources/{source}", Need::Read),
    ("PATCH", "/api/v1/sources/{source}", Need::Operate),
    ("DELETE", "/api/v1/sources/{source}", Need::Operate),
    ("POST", "/api/v1/sources/{source}/rotate", Need::Operate),
    ("GET", "/api/v1/events", Need::Read),
    ("GET", "/api/v1/events/{source}/{name}", Need::Operate),
    ("GET", "/api/v1/dead-letters", Need::Operate),
    ("GET", "/api/v1/dead-letters/{letter}", Need::Operate),
    ("PUT", "/api/v1/dead-letters/{letter}", Need::Operate),
    ("POST", "/api/v1/dead-letters/{letter}/replay", Need::Operate),
    ("POST", "/api/v1/dead-letters/{letter}/discard", Need::Operate),
    ("POST", "/api/v1/dead-letters/replay", Need::Operate),
    ("POST", "/webhooks/{source}", Need::Nothing),
    ("GET", "/api/v1/catalogue/{kind}", Need::Read),
    ("PUT", "/api/v1/catalogue/{kind}", Need::Operate),
    ("GET", "/api/v1/catalogue/{kind}/{id}", Need::Read),
    ("PUT", "/api/v1/catalogue/{kind}/{id}", Need::Operate),
    ("DELETE", "/api/v1/catalogue/{kind}/{id}", Need::Operate),
    ("POST", "/api/v1/catalogue/{kind}/import", Need::Operate),
    ("POST", "/v1/batch", Need::Source),
    ("POST", "/v1/identify", Need::Source),
    ("POST", "/v1/track", Need::Source),
    ("POST", "/v1/page", Need::Source),
    ("POST", "/v1/screen", Need::Source),
    ("POST", "/v1/group", Need::Source),
    ("POST", "/v1/alias", Need::Source),
    ("GET", "/api/v1/api-keys", Need::Own),
    ("POST", "/api/v1/api-keys", Need::Own),
    ("DELETE", "/api/v1/api-keys/{id}", Need::Own),
];

/// What the table asks for; `None` where an operation was forgotten.
pub fn need(method: &str, path: &str) -> Option<Need> {
    let method = if method == "HEAD" { "GET" } else { method };
    OPERATIONS.iter().find(|(m, p, _)| *m == method && *p == path).map(|(.., need)| *need)
}

/// Whether a caller may; roles other than the owner's have no permissions yet.
fn permits(caller: &Caller, need: Need) -> bool {
    match (caller, need) {
        (_, Need::Nothing | Need::Source) => true,
        (Caller::User { role, .. }, Need::Read | Need::Write | Need::Operate | Need::Own) => role == OWNER,
        (Caller::Key { scopes, .. }, Need::Read) => scopes.contains(&Scope::Read),
        (Caller::Key { scopes, .. }, Need::Write) => scopes.contains(&Scope::Write),
        (Caller::Key { .. }, Need::Operate | Need::Own) => false,
    }
}

/// Lets a request through to its handler, with its caller as an extension, or answers 401 or 403.
pub async fn guard(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Result<Response, Problem> {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let method = request.method().clone();
    let Some(need) = need(method.as_str(), &path) else {
        // Another method of a known path: the router answers 405.
        if OPERATIONS.iter().any(|(_, held, _)| *held == path) {
            return Ok(next.run(request).await);
        }
        return Err(forbidden());
    };
    if matches!(need, Need::Nothing | Need::Source) {
        return Ok(next.run(request).await);
    }
    let credentials = credentials(request.headers());
    let by_cookie = matches!(credentials, Some(Credentials::Session(_)));
    let caller = site
        .ask(move |site| match credentials {
            Some(Credentials::Key(secret)) => site.access.key(&secret),
            Some(Credentials::Session(token)) => site.access.session(&token),
            None => Ok(None),
        })
        .await?
        .ok_or_else(Problem::signed_out)?;
    if by_cookie && changes(&method) && !request.headers().contains_key(OWN_HEADER) {
        let (en, zh) =
            ("Requests with a session that change something carry the header X-Perennial: 1", "使用会话的写请求须带 X-Perennial: 1 请求头");
        return Err(Problem::new(StatusCode::FORBIDDEN, "session.cross_site", en, zh));
    }
    if !permits(&caller, need) {
        return Err(forbidden());
    }
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

fn forbidden() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "access.denied", "These credentials do not permit this", "没有执行该操作的权限")
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

enum Credentials {
    Key(String),
    Session(String),
}

/// A bearer key goes before a cookie: a program that names its key means it.
fn credentials(headers: &HeaderMap) -> Option<Credentials> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, secret) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| Credentials::Key(secret.trim().to_owned()));
    }
    session_token(headers).map(Credentials::Session)
}

/// The session's token out of the cookies.
pub fn session_token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    let mut named = cookies.filter_map(|cookie| cookie.trim().split_once('='));
    named.find(|(name, _)| *name == COOKIE).map(|(_, token)| token.to_owned())
}
