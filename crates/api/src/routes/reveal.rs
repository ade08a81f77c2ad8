//! Personal values in clear.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::reveal::{self, Asked};
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{self, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Shows a member's name, phone or other identities in clear, for a reason. Who looked, at whom, at which fields and why stands in the audit
/// trail before the answer is given; looks are limited.
#[utoipa::path(post, path = "/api/v1/members/{member}/reveal", tag = "members", params(("member" = String, Path)),
    request_body = wire::RevealAsked, responses((status = 200, body = wire::Revealed)))]
pub async fn reveal(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(member): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::Revealed>, Problem> {
    let asked = asked(&body)?;
    let id = params::member(&member)?;
    site.limits.reveal.take(&caller.name(), site.house.now()).map_err(Problem::too_many)?;
    let values = site.ask(move |site| reveal::reveal(&site.house, &caller.name(), id, &asked)).await?;
    Ok(Json(wire::Revealed { member, values: values.into_iter().map(Into::into).collect() }))
}

fn asked(body: &Value) -> Result<Asked, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let given = fields.texts("fields");
    if given.is_empty() {
        problems.extend([wire::FieldError::new("/fields", "field.missing", "must be given", "必填")]);
    }
    for (pointer, _) in given.iter().filter(|(_, field)| !reveal::is_field(field)) {
        problems.add(pointer, "reveal.field", "is neither name nor a type of identity", "须为 name 或身份类型");
    }
    let reason = fields.required_text("reason");
    fields.close();
    problems.finish()?;
    Ok(Asked { fields: given.into_iter().map(|(_, field)| field).collect::<BTreeSet<_>>(), reason })
}
