//! API keys.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::{Caller, Key, Scope};
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
    Ok(Json(keys.into_iter().map(listed).collect()))
}

/// Makes a key; its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "keys", request_body = wire::NewApiKey,
    responses((status = 201, body = wire::ApiKeyMade)))]
pub async fn create_api_key(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::ApiKeyMade>), Problem> {
    let (name, scopes) = wanted(&body)?;
    let made = site.ask(move |site| site.access.create_key(&caller.name(), &name, &scopes)).await?;
    let key = listed(made.key);
    let made = wire::ApiKeyMade { id: key.id, name: key.name, scopes: key.scopes, created_at: key.created_at, secret: made.secret };
    Ok((StatusCode::CREATED, Json(made)))
}

fn wanted(body: &Value) -> Result<(String, Vec<Scope>), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let name = fields.required_text("name");
    let mut scopes = Vec::new();
    let given = fields.texts("scopes");
    for (pointer, text) in &given {
        match Scope::parse(text) {
            Some(scope) => scopes.push(scope),
            None => problems.add(pointer, "key.scope", "must be read or write", "须为 read 或 write"),
        }
    }
    if given.is_empty() {
        problems.extend([wire::FieldError::new("/scopes", "field.missing", "must be given", "必填")]);
    }
    fields.close();
    problems.finish()?;
    Ok((name, scopes))
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

fn listed(key: Key) -> wire::ApiKey {
    let scopes = key.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    wire::ApiKey { id: key.id, name: key.name, scopes, created_at: key.created_at.to_string() }
}
