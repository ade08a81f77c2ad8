//! API keys.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::{Caller, Scope};
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::Segments;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The keys, without their secrets.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "keys", responses((status = 200, body = Vec<wire::ApiKey>)))]
pub async fn api_keys(State(site): State<Arc<Site>>) -> Result<Json<Vec<wire::ApiKey>>, Problem> {
    let keys = site.ask(|site| site.access.keys()).await?;
    Ok(Json(keys.into_iter().map(Into::into).collect()))
}

/// Makes a key; its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "keys", request_body = wire::NewApiKey,
    responses((status = 201, body = wire::ApiKeyMade)))]
pub async fn create_api_key(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::ApiKeyMade>), Problem> {
    let (name, scopes, source) = wanted(&body)?;
    let made = site.ask(move |site| site.access.create_key_for(&caller.name(), &name, &scopes, source.as_deref())).await?;
    let wire::ApiKey { id, name, scopes, source, created_at } = made.key.into();
    Ok((StatusCode::CREATED, Json(wire::ApiKeyMade { id, name, scopes, source, created_at, secret: made.secret })))
}

fn wanted(body: &Value) -> Result<(String, Vec<Scope>, Option<String>), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let name = fields.required_text("name");
    let source = fields.text("source");
    let all = Scope::ALL.map(Scope::as_str).join(", ");
    let mut scopes = Vec::new();
    let given = fields.texts("scopes");
    for (pointer, text) in &given {
        match Scope::parse(text) {
            Some(scope) => scopes.push(scope),
            None => problems.add(pointer, "key.scope", &format!("must be one of {all}"), &format!("须为其中之一：{all}")),
        }
    }
    if given.is_empty() {
        problems.extend([wire::FieldError::new("/scopes", "field.missing", "must be given", "必填")]);
    }
    fields.close();
    problems.finish()?;
    Ok((name, scopes, source))
}

/// Deletes a key: from the next request on it opens nothing.
#[utoipa::path(delete, path = "/api/v1/api-keys/{id}", tag = "keys", params(("id" = String, Path)),
    responses((status = 204, description = "Deleted")))]
pub async fn delete_api_key(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
) -> Result<StatusCode, Problem> {
    if site.ask(move |site| site.access.delete_key(&caller.name(), &id)).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(StatusCode::NOT_FOUND, "key.unknown", "There is no such key", "没有这个密钥"))
}
