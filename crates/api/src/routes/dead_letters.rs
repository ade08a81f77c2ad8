//! Dead letters: seen, mended, replayed one by one or all, discarded.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::door::{Item, Raw, Reread, SEGMENT_ROUTE, Trouble};
use perennial_app::port::letter::LetterFilter;
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::routes::orders;
use crate::site::Site;
use crate::wire;

const STATES: &[(&str, &str)] = &[("open", "open"), ("replayed", "replayed"), ("discarded", "discarded")];

/// What was not taken, the newest first, with why; the bodies one by one.
#[utoipa::path(get, path = "/api/v1/dead-letters", tag = "dead-letters",
    params(("source" = Option<String>, Query), ("code" = Option<String>, Query), ("state" = Option<String>, Query),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when absent"), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = wire::DeadLetterPage)))]
pub async fn dead_letters(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::DeadLetterPage>, Problem> {
    let state = query.one_of("state", STATES).map(str::to_owned);
    let filter = LetterFilter { source: query.text("source"), code: query.text("code"), state };
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    query.finish()?;
    let before = cursor.as_deref().map(letter_id).transpose()?;
    let page = site.ask(move |site| site.door.letters(&filter, before, limit)).await?;
    Ok(Json(wire::DeadLetterPage::new(page, site.door.replaying())))
}

/// One letter with its body; who asks stands in the audit trail.
#[utoipa::path(get, path = "/api/v1/dead-letters/{letter}", tag = "dead-letters", params(("letter" = String, Path)),
    responses((status = 200, body = wire::DeadLetterOpened)))]
pub async fn dead_letter(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<Json<wire::DeadLetterOpened>, Problem> {
    let id = letter_id(&id)?;
    let letter = site.ask(move |site| site.door.letter(&caller.name(), id)).await?;
    Ok(Json(letter.into()))
}

/// Gives an open letter another body.
#[utoipa::path(put, path = "/api/v1/dead-letters/{letter}", tag = "dead-letters", params(("letter" = String, Path)),
    request_body = wire::MendDeadLetter, responses((status = 200, body = wire::DeadLetterOpened)))]
pub async fn mend_dead_letter(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::DeadLetterOpened>, Problem> {
    let id = letter_id(&id)?;
    let body = mended(&body)?;
    let letter = site.ask(move |site| site.door.mend(&caller.name(), id, body.into_bytes())).await?;
    Ok(Json(letter.into()))
}

fn mended(body: &Value) -> Result<String, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let text = fields.required_text("body");
    fields.close();
    problems.finish()?;
    Ok(text)
}

/// Reads an open letter again and records it, or says what is still wrong.
#[utoipa::path(post, path = "/api/v1/dead-letters/{letter}/replay", tag = "dead-letters", params(("letter" = String, Path)),
    responses((status = 200, body = wire::DeadLetterOpened)))]
pub async fn replay_dead_letter(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<Json<wire::DeadLetterOpened>, Problem> {
    let id = letter_id(&id)?;
    let readers = Readers(Arc::clone(&site));
    let replayed = site.ask(move |site| site.door.replay(&caller.name(), id, &readers)).await?;
    Ok(Json(replayed.letter.into()))
}

/// Discards an open letter.
#[utoipa::path(post, path = "/api/v1/dead-letters/{letter}/discard", tag = "dead-letters", params(("letter" = String, Path)),
    responses((status = 200, body = wire::DeadLetterOpened)))]
pub async fn discard_dead_letter(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<Json<wire::DeadLetterOpened>, Problem> {
    let id = letter_id(&id)?;
    let letter = site.ask(move |site| site.door.discard(&caller.name(), id)).await?;
    Ok(Json(letter.into()))
}

/// Replays the open letters of a source and a code, in the background, at most 10,000 in a run.
#[utoipa::path(post, path = "/api/v1/dead-letters/replay", tag = "dead-letters", request_body = wire::ReplayDeadLetters,
    responses((status = 202, body = wire::Replaying)))]
pub async fn replay_dead_letters(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::Replaying>), Problem> {
    let filter = wanted(&body)?;
    let readers = Arc::new(Readers(Arc::clone(&site)));
    let begun = site.ask(move |site| site.door.replay_all(&caller.name(), &filter, readers)).await?;
    Ok((StatusCode::ACCEPTED, Json(begun.into())))
}

fn wanted(body: &Value) -> Result<LetterFilter, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let filter = LetterFilter { source: fields.text("source"), code: fields.text("code"), state: None };
    fields.close();
    problems.finish()?;
    Ok(filter)
}

fn letter_id(text: &str) -> Result<i64, Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "dead_letter.unknown", "There is no such dead letter", "没有这条死信");
    text.parse().map_err(|_| unknown())
}

/// Reads letters again by the routes they came by. A new way in has its line here.
struct Readers(Arc<Site>);

impl Reread for Readers {
    fn reread(&self, source: &str, route: &str, body: &[u8]) -> Item {
        let read = if route.starts_with(SEGMENT_ROUTE) {
            self.0.door.segment_again(source, route, body).map_err(Problem::from)
        } else if route.starts_with(orders::ROUTE) {
            Ok(orders::again(&self.0, source, route, body))
        } else if let Some(item) = self.0.door.webhook_again(source, route, body) {
            Ok(item)
        } else {
            let (en, zh) = ("It came by a way this version does not know", "该死信的来源方式当前版本无法识别");
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "dead_letter.route", en, zh))
        };
        read.unwrap_or_else(|problem| Item::new(route, Raw::Bytes(body.to_vec()), Err(troubles(problem))))
    }
}

/// A problem of HTTP in the door's words.
pub fn troubles(problem: Problem) -> Vec<Trouble> {
    if problem.errors.is_empty() {
        return vec![Trouble::new("", &problem.code, problem.en, problem.zh)];
    }
    problem.errors.into_iter().map(|error| Trouble::new(&error.pointer, &error.code, error.detail, error.detail_zh)).collect()
}
