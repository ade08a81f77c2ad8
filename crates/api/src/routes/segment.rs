//! Events in, as the client libraries of Segment and RudderStack send them. The body is read whatever its content type says; a 2xx is
//! given after the commit, and what of it was not taken stands among the dead letters.

use std::io::Read;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use perennial_app::door::{Door, DoorResult, Fate, Opened, SourceState, Trouble};
use perennial_app::segment::Call;
use serde_json::Value;

use crate::body::{receive, too_large};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The largest body, unpacked or not.
const BODY_BYTES_MAX: usize = 500 * 1024;

/// Takes a batch of events.
#[utoipa::path(post, path = "/v1/batch", tag = "segment", request_body = wire::SegmentBatch,
    responses((status = 200, body = wire::SegmentTaken)))]
pub async fn batch(State(site): State<Arc<Site>>, request: Request) -> Result<Json<wire::SegmentTaken>, Problem> {
    take(site, request, None).await
}

/// Takes what is known of a person.
#[utoipa::path(post, path = "/v1/identify", tag = "segment", request_body = wire::SegmentEvent,
    responses((status = 200, body = wire::SegmentTaken)))]
pub async fn identify(State(site): State<Arc<Site>>, request: Request) -> Result<Json<wire::SegmentTaken>, Problem> {
    take(site, request, Some(Call::Identify)).await
}

/// Takes something a person did; order events become orders.
#[utoipa::path(post, path = "/v1/track", tag = "segment", request_body = wire::SegmentEvent,
    responses((status = 200, body = wire::SegmentTaken)))]
pub async fn track(State(site): State<Arc<Site>>, request: Request) -> Result<Json<wire::SegmentTaken>, Problem> {
    take(site, request, Some(Call::Track)).await
}

/// Takes the view of a page.
#[utoipa::path(post, path = "/v1/page", tag = "segment", request_body = wire::SegmentEvent,
    responses((status = 200, body = wire::SegmentTaken)))]
pub async fn page(State(site): State<Arc<Site>>, request: Request) -> Result<Json<wire::SegmentTaken>, Problem> {
    take(site, request, Some(Call::Page)).await
}

/// Takes the view of a screen of an app.
#[utoipa::path(post, path = "/v1/screen", tag = "segment", request_body = wire::SegmentEvent,
    responses((status = 200, body = wire::SegmentTaken)))]
pub async fn screen(State(site): State<Arc<Site>>, request: Request) -> Result<Json<wire::SegmentTaken>, Problem> {
    take(site, request, Some(Call::Screen)).await
}

/// Takes the membership of a group.
#[utoipa::path(post, path = "/v1/group", tag = "segment", request_body = wire::SegmentEvent,
    responses((status = 200, body = wire::SegmentTaken)))]
pub async fn group(State(site): State<Arc<Site>>, request: Request) -> Result<Json<wire::SegmentTaken>, Problem> {
    take(site, request, Some(Call::Group)).await
}

/// Takes another name of a person.
#[utoipa::path(post, path = "/v1/alias", tag = "segment", request_body = wire::SegmentEvent,
    responses((status = 200, body = wire::SegmentTaken)))]
pub async fn alias(State(site): State<Arc<Site>>, request: Request) -> Result<Json<wire::SegmentTaken>, Problem> {
    take(site, request, Some(Call::Alias)).await
}

async fn take(site: Arc<Site>, request: Request, call: Option<Call>) -> Result<Json<wire::SegmentTaken>, Problem> {
    let key = write_key(request.headers()).ok_or_else(unknown_key)?;
    let source = site.ask(move |site| site.door.by_write_key(&key)).await?.ok_or_else(unknown_key)?;
    if source.state == SourceState::Off {
        return Err(Problem::new(StatusCode::FORBIDDEN, "source.off", "This source is switched off", "该数据来源已停用"));
    }
    let packed = request.headers().get(header::CONTENT_ENCODING).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"gzip"));
    let received = receive(request.into_body(), BODY_BYTES_MAX).await;
    let bytes = received.and_then(|bytes| unpacked(&bytes, packed)).inspect_err(|problem| turned_away(&site, &source, problem))?;
    let taken = site.ask(move |site| deliver(site, &source, call, &bytes)).await?;
    taken.map(Json)
}

/// Takes it apart, and hands it to the door. What is no body of events at all is kept too, and answered 400.
fn deliver(site: &Site, source: &Opened, call: Option<Call>, bytes: &[u8]) -> DoorResult<Result<wire::SegmentTaken, Problem>> {
    let events = match events(call, bytes) {
        Ok(events) => events,
        Err(trouble) => {
            let problem = Problem::field(StatusCode::BAD_REQUEST, &trouble.pointer, &trouble.code, &trouble.en, &trouble.zh);
            site.door.deliver(&source.name, &[Door::segment_unreadable(bytes, trouble)])?;
            return Ok(Err(problem));
        }
    };
    if let Err(seconds) = site.door.permit(source, events.len()) {
        let (en, zh) =
            (format!("This source sends too much: try again in {seconds} s"), format!("该数据来源发送过快，请在 {seconds} 秒后重试"));
        let problem = Problem { retry_after_s: Some(seconds), ..Problem::new(StatusCode::TOO_MANY_REQUESTS, "source.too_fast", en, zh) };
        turned_away(site, source, &problem);
        return Ok(Err(problem));
    }
    let items = site.door.segment_items(source, events, bytes.len())?;
    let fates = site.door.deliver(&source.name, &items)?;
    let count = |wanted: fn(&Fate) -> bool| fates.iter().filter(|fate| wanted(fate)).count() as u64;
    Ok(Ok(wire::SegmentTaken {
        success: true,
        accepted: count(|fate| matches!(fate, Fate::Recorded | Fate::Acknowledged)),
        repeated: count(|fate| *fate == Fate::Repeated),
        refused: count(|fate| matches!(fate, Fate::Refused(_) | Fate::Conflict(_))),
    }))
}

fn events(call: Option<Call>, bytes: &[u8]) -> Result<Vec<(Option<Call>, Value)>, Trouble> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let en = format!("the body is no JSON at line {line}, column {column}");
        Trouble::new("", "json.malformed", en, format!("请求体在第 {line} 行第 {column} 列不是合法的 JSON"))
    })?;
    if call.is_some() {
        return Ok(vec![(call, value)]);
    }
    let Value::Object(mut body) = value else {
        return Err(Trouble::new("", "field.type", "the body must be an object", "请求体须为对象"));
    };
    match body.remove("batch") {
        Some(Value::Array(events)) => Ok(events.into_iter().map(|event| (Call::of(&event), event)).collect()),
        _ => Err(Trouble::new("/batch", "segment.no_batch", "must be a list of events", "须为事件列表")),
    }
}

/// The write key is the user's name of Basic authentication; the password is empty.
fn write_key(headers: &HeaderMap) -> Option<String> {
    let (scheme, text) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (key, _) = text.split_once(':').unwrap_or((&text, ""));
    (!key.is_empty()).then(|| key.to_owned())
}

fn unknown_key() -> Problem {
    let (en, zh) = ("The write key belongs to no source", "写入密钥不属于任何数据来源");
    Problem::new(StatusCode::UNAUTHORIZED, "source.write_key", en, zh)
}

/// Some libraries pack without saying so; gzip says so itself.
fn unpacked(bytes: &[u8], said: bool) -> Result<Vec<u8>, Problem> {
    if !said && !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes.to_vec());
    }
    let mut plain = Vec::new();
    let limit = BODY_BYTES_MAX as u64 + 1;
    let read = flate2::read::MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut plain);
    if read.is_err() {
        return Err(Problem::field(StatusCode::BAD_REQUEST, "", "body.not_gzip", "the body is no gzip", "请求体不是合法的 gzip"));
    }
    if plain.len() > BODY_BYTES_MAX { Err(too_large(BODY_BYTES_MAX)) } else { Ok(plain) }
}

fn turned_away(site: &Site, source: &Opened, problem: &Problem) {
    site.door.turned_away(&source.name, &problem.code, &problem.en, &problem.zh);
}
