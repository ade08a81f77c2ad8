//! The OpenAPI document: from the routes, completed with what holds for all of them.

use std::sync::OnceLock;

use serde_json::{Value, json};
use utoipa::OpenApi;

use perennial_app::access::Scope;

use crate::guard::{COOKIE, Need, need};
use crate::{routes, wire};

#[derive(OpenApi)]
#[openapi(
    info(title = "Perennial", description = "Member lifecycle: orders in, stages with reasons out. Conventions: docs/api-design.md."),
    tags(
        (name = "session", description = "Health, signing in and out"),
        (name = "setup", description = "The first run"),
        (name = "everyone", description = "The brand, its models, and what is counted over all members"),
        (name = "members", description = "Members, one by one"),
        (name = "dashboards", description = "Cards of rooms that somebody put together, for themselves or for all"),
        (name = "policies", description = "Lifecycle models as documents with versions: drafts, trials, activation"),
        (name = "jobs", description = "Work in the background: exports, trials of policies, activations"),
        (name = "conditions", description = "The one condition language: text, tree and sentence"),
        (name = "profile", description = "What is known of members beside their orders: fields of the brand's own, consents, joining"),
        (name = "orders", description = "Orders in: idempotent by source and order id, and by version"),
        (name = "webhooks", description = "Pushes of shops; their signature is the credential"),
        (name = "catalogue", description = "Products, stores, associates, scenes"),
        (name = "sources", description = "Connected shops and apps: secrets, deliveries"),
        (name = "segment", description = "Events in, as Segment's client libraries send them"),
        (name = "dead-letters", description = "What was not taken: seen, mended, replayed"),
        (name = "imports", description = "Files in, in the background, and back out"),
        (name = "sql", description = "Questions in SQL over documented views, read-only"),
        (name = "keys", description = "API keys"),
        (name = "audit", description = "Who did what and looked at whom"),
        (name = "health", description = "Whether all is well, in detail"),
        (name = "access", description = "Users, their sessions and second factors: who may do what"),
    ),
    components(schemas(wire::Problem))
)]
struct Doc;

/// The document as JSON.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let (_, api) = utoipa_axum::router::OpenApiRouter::with_openapi(Doc::openapi()).merge(routes::all()).split_for_parts();
        let mut document = serde_json::to_value(api).expect("the document is plain data");
        complete(&mut document);
        document
    })
}

/// Every operation may answer a problem and asks for credentials by the one table; what answers hold is always there, null or not.
fn complete(document: &mut Value) {
    document["components"]["securitySchemes"] = json!({
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Writes also carry the header X-Perennial: 1"},
        "source": {"type": "http", "scheme": "basic", "description": "A source's own secret: a write key as the user's name, or a signature"},
        "key": {"type": "http", "scheme": "bearer", "description": "An API key"},
    });
    let problem = json!({
        "description": "A problem (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            operation["responses"]["default"] = problem.clone();
            let security = match need(&method.to_ascii_uppercase(), path) {
                Some(Need::Nothing) => json!([]),
                // Not every source has the same; its operation says which.
                Some(Need::Source) => json!([{"source": []}]),
                Some(need) if !Scope::ALL.iter().any(|scope| scope.gives(need)) => json!([{"session": []}]),
                Some(_) | None => json!([{"session": []}, {"key": []}]),
            };
            operation["security"] = security;
        }
    }
    let asked: Vec<String> = requests(document);
    for (name, schema) in document["components"]["schemas"].as_object_mut().into_iter().flatten() {
        if !asked.contains(name) && name != "Problem" {
            require_all(schema);
        }
    }
}

/// Answers have all their fields, null where there is nothing to tell; also those put together from several schemas.
fn require_all(schema: &mut Value) {
    if let Some(properties) = schema["properties"].as_object().map(|held| held.keys().cloned().collect::<Vec<_>>()) {
        schema["required"] = properties.into();
    }
    if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
        parts.iter_mut().filter(|part| part.get("properties").is_some()).for_each(require_all);
    }
}

/// Schemas that bodies of requests are made of.
fn requests(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo: Vec<&Value> = document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(_, item)| item.as_object().into_iter().flatten().map(|(_, one)| &one["requestBody"]))
        .collect();
    while let Some(value) = todo.pop() {
        if let Some(name) = value["$ref"].as_str().and_then(|text| text.rsplit('/').next())
            && !found.iter().any(|held| held == name)
        {
            found.push(name.to_owned());
            todo.push(&document["components"]["schemas"][name]);
        }
        match value {
            Value::Object(object) => todo.extend(object.values()),
            Value::Array(list) => todo.extend(list),
            _ => {}
        }
    }
    found
}
