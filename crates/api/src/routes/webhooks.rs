//! Pushes of shops. Their signature is the credential; nothing of a body is read before it is checked.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_app::door::{SourceState, TurnedAway};

use crate::body::receive;
use crate::params::Segments;
use crate::problem::Problem;
use crate::site::Site;

/// The largest body: an order of a thousand lines fits.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Takes what a connected shop pushes: Shopify, WooCommerce, Youzan, Douyin, or anything that follows Standard Webhooks. Answered after the
/// commit, in the platform's words; what could not be taken stands among the dead letters and is answered 2xx, too.
#[utoipa::path(post, path = "/webhooks/{source}", tag = "webhooks", params(("source" = String, Path)),
    request_body(content = serde_json::Value, description = "As the platform sends it"),
    responses((status = 200, description = "Taken; the body is what the platform expects")))]
pub async fn webhook(State(site): State<Arc<Site>>, Segments(name): Segments<String>, request: Request) -> Result<Response, Problem> {
    let source = site.ask(move |site| site.door.opened(&name)).await?.ok_or_else(unknown)?;
    if source.state == SourceState::Off {
        return Err(Problem::new(StatusCode::FORBIDDEN, "source.off", "This source is switched off", "该数据源已停用"));
    }
    let headers = texts(request.headers());
    let received = receive(request.into_body(), BODY_BYTES_MAX).await;
    let turned_away = |problem: &Problem| site.door.turned_away(&source.name, &problem.code, &problem.en, &problem.zh);
    let bytes = received.inspect_err(turned_away)?;
    let taken = site.ask(move |site| site.door.webhook(&source, &headers, &bytes)).await?;
    match taken {
        Ok(taken) if taken.answer.is_empty() => Ok(StatusCode::OK.into_response()),
        Ok(taken) => Ok(([(header::CONTENT_TYPE, "application/json")], taken.answer).into_response()),
        Err(TurnedAway::Forged(refusal)) => Err(Problem::refused(StatusCode::UNAUTHORIZED, refusal)),
        Err(TurnedAway::TooMuch(seconds)) => {
            let (en, zh) =
                (format!("This source sends too much: try again in {seconds} s"), format!("该数据源发送过快，请在 {seconds} 秒后重试"));
            Err(Problem { retry_after_s: Some(seconds), ..Problem::new(StatusCode::TOO_MANY_REQUESTS, "source.too_fast", en, zh) })
        }
    }
}

/// Headers that are no text are nobody's signature.
fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))).collect()
}

fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "source.unknown", "There is no such source", "没有这个数据源")
}
