//! Who may do what: one table of operations, asked before every handler. What is not in it is forbidden.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
pub use perennial_app::access::Need;
use perennial_app::access::{Caller, Due};

use crate::limit::Limit;
use crate::params;
use crate::problem::Problem;
use crate::site::Site;

/// The session's cookie.
pub const COOKIE: &str = "perennial";
/// A header that a form of another site cannot send: requests by cookie that change something must carry it.
pub const OWN_HEADER: &str = "x-perennial";

/// Also open to this machine itself, where no proxy stands in between.
const METRICS: &str = "/metrics";

/// Every operation, by method and path.
pub const OPERATIONS: &[(&str, &str, Need)] = &[
    ("GET", "/api/v1/health", Need::Nothing),
    ("GET", "/api/v1/health/detail", Need::Health),
    ("GET", METRICS, Need::Health),
    ("GET", "/api/v1/openapi.json", Need::Nothing),
    ("POST", "/api/v1/session", Need::Nothing),
    ("GET", "/api/v1/session", Need::Person),
    ("DELETE", "/api/v1/session", Need::Person),
    ("PUT", "/api/v1/session/password", Need::Person),
    ("POST", "/api/v1/session/second-factor", Need::Person),
    ("DELETE", "/api/v1/session/second-factor", Need::Person),
    ("POST", "/api/v1/session/second-factor/confirm", Need::Person),
    ("POST", "/api/v1/session/second-factor/recovery-codes", Need::Person),
    ("GET", "/api/v1/sessions", Need::Person),
    ("DELETE", "/api/v1/sessions", Need::Person),
    ("DELETE", "/api/v1/sessions/{session}", Need::Person),
    ("GET", "/api/v1/users", Need::Own),
    ("POST", "/api/v1/users", Need::Own),
    ("PATCH", "/api/v1/users/{user}", Need::Own),
    ("POST", "/api/v1/users/{user}/password", Need::Own),
    ("DELETE", "/api/v1/users/{user}/second-factor", Need::Own),
    ("GET", "/api/v1/users/{user}/sessions", Need::Own),
    ("DELETE", "/api/v1/users/{user}/sessions", Need::Own),
    ("GET", "/api/v1/security", Need::Own),
    ("PUT", "/api/v1/security", Need::Own),
    ("GET", "/api/v1/setup", Need::Nothing),
    ("POST", "/api/v1/setup", Need::Nothing),
    ("POST", "/api/v1/setup/sample", Need::Operate),
    ("GET", "/api/v1/brand", Need::Member),
    ("GET", "/api/v1/overview", Need::Read),
    ("GET", "/api/v1/models", Need::Member),
    ("GET", "/api/v1/models/{model}/stages", Need::Read),
    ("GET", "/api/v1/models/{model}/flow", Need::Read),
    ("GET", "/api/v1/models/{model}/daily", Need::Read),
    ("POST", "/api/v1/models/{model}/backtest", Need::Read),
    ("GET", "/api/v1/models/{model}/times", Need::Read),
    ("GET", "/api/v1/survival", Need::Read),
    ("GET", "/api/v1/value/rfm", Need::Read),
    ("GET", "/api/v1/value/rfm/within", Need::Read),
    ("GET", "/api/v1/value/rfm/export", Need::Read),
    ("GET", "/api/v1/value/models", Need::Read),
    ("GET", "/api/v1/value/holdout", Need::Read),
    ("GET", "/api/v1/value/warnings", Need::Read),
    ("GET", "/api/v1/value/warnings/judgement", Need::Read),
    ("GET", "/api/v1/value/warnings/export", Need::Export),
    ("GET", "/api/v1/value/equity", Need::Read),
    ("GET", "/api/v1/value/equity/export", Need::Read),
    ("GET", "/api/v1/value/super-users", Need::Read),
    ("GET", "/api/v1/value/super-users/export", Need::Export),
    ("GET", "/api/v1/value/kinds", Need::Read),
    ("GET", "/api/v1/value/kinds/export", Need::Export),
    ("GET", "/api/v1/value/delivered", Need::Read),
    ("GET", "/api/v1/value/delivered/export", Need::Read),
    ("GET", "/api/v1/value/look-alikes", Need::Read),
    ("GET", "/api/v1/value/look-alikes/export", Need::Export),
    ("GET", "/api/v1/signals", Need::Read),
    ("PUT", "/api/v1/signals", Need::Operate),
    ("GET", "/api/v1/value/versions", Need::Read),
    ("POST", "/api/v1/value/versions", Need::Operate),
    ("GET", "/api/v1/value/versions/{version}/preview", Need::Read),
    ("POST", "/api/v1/value/versions/{version}/activate", Need::Operate),
    ("POST", "/api/v1/value/versions/{version}/withdraw", Need::Operate),
    ("GET", "/api/v1/metrics/repurchase", Need::Read),
    ("GET", "/api/v1/metrics/cohort", Need::Read),
    ("GET", "/api/v1/metrics/funnel", Need::Read),
    ("GET", "/api/v1/metrics/acquisition", Need::Read),
    ("GET", "/api/v1/metrics/pareto", Need::Read),
    ("GET", "/api/v1/metrics/contribution", Need::Read),
    ("GET", "/api/v1/metrics/cross", Need::Read),
    ("GET", "/api/v1/metrics/baskets", Need::Read),
    ("GET", "/api/v1/metrics/products", Need::Read),
    ("GET", "/api/v1/metrics/first-product", Need::Read),
    ("GET", "/api/v1/metrics/due", Need::Read),
    ("GET", "/api/v1/metrics/due/export", Need::Export),
    ("GET", "/api/v1/metrics/demand", Need::Read),
    ("POST", "/api/v1/metrics/simulate", Need::Read),
    // The same numbers as on the screen, of everyone and of nobody in particular: not for whoever is bound to stores.
    ("GET", "/api/v1/metrics/{metric}/export", Need::Read),
    ("GET", "/api/v1/metrics/{metric}/members", Need::Read),
    ("GET", "/api/v1/sql/views", Need::Sql),
    ("POST", "/api/v1/sql", Need::Sql),
    ("POST", "/api/v1/sql/export", Need::Sql),
    ("GET", "/api/v1/sql/history", Need::Sql),
    ("GET", "/api/v1/policies", Need::Operate),
    ("GET", "/api/v1/policies/{model}/versions/{version}", Need::Operate),
    ("GET", "/api/v1/policies/{model}/diff", Need::Operate),
    ("POST", "/api/v1/policies/check", Need::Operate),
    ("POST", "/api/v1/policies/{model}/versions", Need::Operate),
    ("POST", "/api/v1/policies/{model}/versions/{version}/activate", Need::Operate),
    ("POST", "/api/v1/policies/{model}/versions/{version}/withdraw", Need::Operate),
    ("POST", "/api/v1/policies/{model}/trials", Need::Operate),
    ("GET", "/api/v1/policies/{model}/trials/{id}", Need::Operate),
    ("POST", "/api/v1/members/exports", Need::Export),
    ("GET", "/api/v1/jobs", Need::Member),
    ("GET", "/api/v1/jobs/{id}", Need::Member),
    ("POST", "/api/v1/jobs/{id}/cancel", Need::Member),
    ("GET", "/api/v1/jobs/{id}/file", Need::Export),
    ("GET", "/api/v1/views", Need::Member),
    ("POST", "/api/v1/views", Need::Member),
    ("DELETE", "/api/v1/views/{id}", Need::Member),
    ("GET", "/api/v1/lists", Need::Member),
    // Whoever is bound to stores does not see the numbers that lists are made of.
    ("POST", "/api/v1/lists", Need::Read),
    ("DELETE", "/api/v1/lists/{id}", Need::Member),
    ("GET", "/api/v1/dashboards", Need::Read),
    ("POST", "/api/v1/dashboards", Need::Read),
    ("PUT", "/api/v1/dashboards/{id}", Need::Read),
    ("DELETE", "/api/v1/dashboards/{id}", Need::Read),
    ("GET", "/api/v1/search", Need::Read),
    ("GET", "/api/v1/conditions/catalog", Need::Member),
    ("POST", "/api/v1/conditions", Need::Member),
    ("GET", "/api/v1/members", Need::Member),
    ("GET", "/api/v1/members/export", Need::Export),
    ("GET", "/api/v1/members/{member}", Need::Member),
    ("PATCH", "/api/v1/members/{member}", Need::Operate),
    ("GET", "/api/v1/members/{member}/profile", Need::Member),
    ("GET", "/api/v1/members/{member}/timeline", Need::Member),
    ("GET", "/api/v1/members/{member}/explain", Need::Member),
    ("POST", "/api/v1/members/{member}/reveal", Need::Reveal),
    ("GET", "/api/v1/members/{member}/consents", Need::Member),
    ("POST", "/api/v1/members/{member}/consents", Need::Write),
    ("GET", "/api/v1/members/{member}/may-send", Need::Member),
    // Everything unmasked, and what nobody can take back: the owner in person, for the member who asked.
    ("GET", "/api/v1/members/{member}/package", Need::Own),
    ("GET", "/api/v1/members/{member}/erasure", Need::Own),
    ("POST", "/api/v1/members/{member}/erasure", Need::Own),
    ("GET", "/api/v1/members/{member}/merge", Need::Read),
    ("POST", "/api/v1/members/{member}/merge", Need::Operate),
    ("GET", "/api/v1/members/{member}/split", Need::Read),
    ("POST", "/api/v1/members/{member}/split", Need::Operate),
    ("GET", "/api/v1/conflicts", Need::Read),
    ("GET", "/api/v1/conflicts/{member}/{other}", Need::Read),
    ("POST", "/api/v1/conflicts/{member}/{other}", Need::Operate),
    ("GET", "/api/v1/identity-rules", Need::Read),
    ("PUT", "/api/v1/identity-rules", Need::Operate),
    ("GET", "/api/v1/audit", Need::Audit),
    ("GET", "/api/v1/audit/check", Need::Audit),
    ("GET", "/api/v1/audit/export", Need::Audit),
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
    ("GET", "/api/v1/imports", Need::Operate),
    ("POST", "/api/v1/imports", Need::Operate),
    ("GET", "/api/v1/imports/{import}", Need::Operate),
    ("PUT", "/api/v1/imports/{import}/mapping", Need::Operate),
    ("POST", "/api/v1/imports/{import}/dry-run", Need::Operate),
    ("POST", "/api/v1/imports/{import}/start", Need::Operate),
    ("POST", "/api/v1/imports/{import}/pause", Need::Operate),
    ("POST", "/api/v1/imports/{import}/resume", Need::Operate),
    ("POST", "/api/v1/imports/{import}/cancel", Need::Operate),
    ("GET", "/api/v1/imports/{import}/bad-rows", Need::Operate),
    ("GET", "/api/v1/imports/{import}/undo", Need::Operate),
    ("POST", "/api/v1/imports/{import}/undo", Need::Operate),
    ("GET", "/api/v1/consents", Need::Member),
    ("PUT", "/api/v1/consents", Need::Operate),
    ("GET", "/api/v1/join-form", Need::Read),
    ("PUT", "/api/v1/join-form", Need::Operate),
    ("POST", "/api/v1/joins", Need::Write),
    ("GET", "/api/v1/fields", Need::Member),
    ("PUT", "/api/v1/fields", Need::Operate),
    ("GET", "/api/v1/api-keys", Need::Own),
    ("POST", "/api/v1/api-keys", Need::Own),
    ("DELETE", "/api/v1/api-keys/{id}", Need::Own),
];

/// What the table asks for; `None` where an operation was forgotten.
pub fn need(method: &str, path: &str) -> Option<Need> {
    let method = if method == "HEAD" { "GET" } else { method };
    OPERATIONS.iter().find(|(m, p, _)| *m == method && *p == path).map(|(.., need)| *need)
}

/// Lets a request through to its handler, with its caller as an extension, or answers 401, 403 or 429; counts it either way.
pub async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let begun = std::time::Instant::now();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let method = request.method().clone();
    let answer = pass(&site, &path, request, next).await.unwrap_or_else(IntoResponse::into_response);
    site.metrics.note(method.as_str(), &path, answer.status().as_u16(), begun.elapsed());
    answer
}

async fn pass(site: &Arc<Site>, path: &str, mut request: Request, next: Next) -> Result<Response, Problem> {
    let method = request.method().clone();
    let Some(need) = need(method.as_str(), path) else {
        // Another method of a known path: the router answers 405.
        if OPERATIONS.iter().any(|(_, held, _)| *held == path) {
            return Ok(next.run(request).await);
        }
        return Err(forbidden());
    };
    let address = address(site, &request);
    if need == Need::Source || path.starts_with("/webhooks/") {
        // Its door asks who it is, and says when it is too much: all shops of a platform come from a few addresses.
        return Ok(next.run(request).await);
    }
    if need == Need::Nothing {
        slow_down(site, &site.limits.address, address.as_ref())?;
        return Ok(next.run(request).await);
    }
    if path == METRICS && !site.options.behind_proxy && address.as_ref().is_some_and(IpAddr::is_loopback) {
        return Ok(next.run(request).await);
    }
    let credentials = credentials(request.headers());
    let by_cookie = matches!(credentials, Some(Credentials::Session(_)));
    let caller = site.ask(move |site| match credentials {
        Some(Credentials::Key(secret)) => site.access.key(&secret),
        Some(Credentials::Session(token)) => site.access.session(&token),
        None => Ok(None),
    });
    let Some(caller) = caller.await? else {
        slow_down(site, &site.limits.address, address.as_ref())?;
        return Err(Problem::signed_out());
    };
    let limit = if by_cookie { &site.limits.session } else { &site.limits.key };
    limit.take(caller.id(), site.house.now()).map_err(Problem::too_many)?;
    if by_cookie && changes(&method) && !request.headers().contains_key(OWN_HEADER) {
        let (en, zh) =
            ("Requests with a session that change something carry the header X-Perennial: 1", "使用会话的写请求须带 X-Perennial: 1 请求头");
        return Err(Problem::new(StatusCode::FORBIDDEN, "session.cross_site", en, zh));
    }
    if !caller.may(need) {
        return Err(refusal(&caller));
    }
    within(site, &caller, request.uri().path(), path).await?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// Counts a request without credentials, or with wrong ones, by its address; in process there is none.
fn slow_down(site: &Site, limit: &Limit, address: Option<&IpAddr>) -> Result<(), Problem> {
    address.map_or(Ok(()), |address| limit.take(&address.to_string(), site.house.now()).map_err(Problem::too_many))
}

/// Where a request comes from. Behind a proxy it is what the proxy itself added last: what stands before it anybody may have written.
fn address(site: &Site, request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    if !site.options.behind_proxy {
        return peer;
    }
    let told = request.headers().get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    told.and_then(|list| list.rsplit(',').next()).and_then(|last| last.trim().parse().ok()).or(peer)
}

/// A key of one source speaks for that source only, and who is bound to stores meets no other member, whatever the operation: what stands in
/// the address is looked at before any handler sees it.
async fn within(site: &Arc<Site>, caller: &Caller, path: &str, pattern: &str) -> Result<(), Problem> {
    if let Some(source) = segment(path, pattern, "{source}")
        && !caller.may_speak_for(&source)
    {
        return Err(other_source());
    }
    let (Some(member), Some(stores)) = (segment(path, pattern, "{member}"), caller.stores()) else { return Ok(()) };
    let (id, stores) = (params::member(&member)?, stores.to_vec());
    if site.ask(move |site| site.board.bought_at(id, &stores)).await? {
        return Ok(());
    }
    // Not told apart from a member that does not exist.
    Err(perennial_app::query::member::unknown(&member).into())
}

/// What stands in the address where the pattern has this placeholder.
fn segment(path: &str, pattern: &str, placeholder: &str) -> Option<String> {
    let at = pattern.split('/').position(|part| part == placeholder)?;
    path.split('/').nth(at).map(params::decoded)
}

pub fn other_source() -> Problem {
    let (en, zh) = ("This key records for another source", "该密钥只能写入其绑定的数据来源");
    Problem::new(StatusCode::FORBIDDEN, "access.other_source", en, zh)
}

fn refusal(caller: &Caller) -> Problem {
    let Caller::User { due: Some(due), .. } = caller else { return forbidden() };
    let (en, zh) = due.words();
    let code = match due {
        Due::Password => "access.password_due",
        Due::SecondFactor => "access.second_factor_due",
    };
    Problem::new(StatusCode::FORBIDDEN, code, en, zh)
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
