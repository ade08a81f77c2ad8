//! Who is whom: merges, splits, the queue of conflicts, the identity rules.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::house::HouseError;
use perennial_app::policy;
use perennial_app::query::people::{self, Resolution};
use perennial_kernel::MemberId;
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{self, Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

const REASON_CHARS_MAX: usize = 200;

/// Members who may be one, by evidence that the rules do not let decide by itself.
#[utoipa::path(get, path = "/api/v1/conflicts", tag = "members",
    params(("limit" = Option<u32>, Query), ("cursor" = Option<String>, Query)), responses((status = 200, body = wire::ConflictPage)))]
pub async fn conflicts(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::ConflictPage>, Problem> {
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    query.finish()?;
    let (items, next) = site.ask(move |site| people::conflicts(&site.house, limit, cursor.as_deref())).await?;
    Ok(Json(wire::ConflictPage { items: items.into_iter().map(wire::ConflictRow::new).collect(), next }))
}

/// One conflict with the facts behind it, and what a merge would come to.
#[utoipa::path(get, path = "/api/v1/conflicts/{member}/{other}", tag = "members",
    params(("member" = String, Path), ("other" = String, Path)), responses((status = 200, body = wire::ConflictDetail)))]
pub async fn conflict(
    State(site): State<Arc<Site>>,
    Segments((member, other)): Segments<(String, String)>,
) -> Result<Json<wire::ConflictDetail>, Problem> {
    let (left, right) = (params::member(&member)?, params::member(&other)?);
    let asked = site.ask(move |site| people::conflict(&site.house, left, right)).await?;
    Ok(Json(wire::ConflictDetail::new(asked, site.currency())))
}

/// Answers a conflict: one person, two people, or a value that names nobody.
#[utoipa::path(post, path = "/api/v1/conflicts/{member}/{other}", tag = "members", request_body = wire::ConflictAnswer,
    params(("member" = String, Path), ("other" = String, Path)), responses((status = 204, description = "Answered")))]
pub async fn settle_conflict(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((member, other)): Segments<(String, String)>,
    Body(body): Body,
) -> Result<StatusCode, Problem> {
    let (left, right) = (params::member(&member)?, params::member(&other)?);
    let (resolution, why) = answer(&body)?;
    site.ask(move |site| people::settle(&site.house, left, right, resolution, &caller.name(), &why)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn answer(body: &Value) -> Result<(Resolution, String), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (how, why) = (fields.required_text("resolution"), reason(&fields, "why", &problems));
    let known = [("merge", Resolution::Merge), ("keep_apart", Resolution::KeepApart), ("block_value", Resolution::BlockValue)];
    let resolution = known.iter().find(|(word, _)| *word == how).map(|(_, resolution)| *resolution);
    if resolution.is_none() && !how.is_empty() {
        let (en, zh) = ("must be merge, keep_apart or block_value", "须为 merge、keep_apart 或 block_value");
        problems.add("/resolution", "conflict.resolution", en, zh);
    }
    fields.close();
    problems.finish()?;
    // Without a resolution there was a problem.
    Ok((resolution.unwrap_or(Resolution::KeepApart), why))
}

/// A text of a body that must be given, and the reason.
fn with_reason(body: &Value, name: &'static str, why: &'static str) -> Result<(String, String), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let given = (fields.required_text(name), reason(&fields, why, &problems));
    fields.close();
    problems.finish()?;
    Ok(given)
}

/// Why something is done: it is kept with what is done, and in the audit trail.
fn reason(fields: &Fields<'_>, name: &'static str, problems: &Problems) -> String {
    let text = fields.required_text(name);
    let given = text.trim();
    let was_given = fields.has(name);
    if was_given && (given.is_empty() || given.chars().count() > REASON_CHARS_MAX || given.chars().any(char::is_control)) {
        let (en, zh) = ("has 1 to 200 characters on one line", "需为 1 到 200 个字符，且不含换行");
        problems.extend([wire::FieldError::new(&fields.at(name), "field.reason", en, zh)]);
    }
    given.to_owned()
}

fn leaving(body: &Value) -> Result<(Vec<MemberId>, String), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let (named, why) = (fields.texts("subjects"), reason(&fields, "why", &problems));
    let mut leaving = Vec::new();
    for (pointer, text) in &named {
        match MemberId::parse(text) {
            Some(subject) => leaving.push(subject),
            None => problems.add(pointer, "member.no_part", "is no part of this member", "不属于该会员"),
        }
    }
    fields.close();
    problems.finish()?;
    Ok((leaving, why))
}

/// What putting two members together would come to: whose word wins, stage, lives.
#[utoipa::path(get, path = "/api/v1/members/{member}/merge", tag = "members",
    params(("member" = String, Path), ("with" = String, Query)), responses((status = 200, body = wire::PeoplePreview)))]
pub async fn preview_merge(
    State(site): State<Arc<Site>>,
    Segments(member): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::PeoplePreview>, Problem> {
    let with = query.text("with").unwrap_or_default();
    query.finish()?;
    let (left, right) = (params::member(&member)?, params::member(&with)?);
    let preview = site.ask(move |site| people::preview_merge(&site.house, left, right)).await?;
    Ok(Json(wire::PeoplePreview::new(preview, site.currency())))
}

/// Puts two members together, whatever identities say. A split takes it back.
#[utoipa::path(post, path = "/api/v1/members/{member}/merge", tag = "members", request_body = wire::MergeRequest,
    params(("member" = String, Path)), responses((status = 200, body = wire::MemberFormed)))]
pub async fn merge(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(member): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::MemberFormed>, Problem> {
    let (with, why) = with_reason(&body, "with", "why")?;
    let (left, right) = (params::member(&member)?, params::member(&with)?);
    let formed = site.ask(move |site| people::merge(&site.house, left, right, &caller.name(), &why)).await?;
    Ok(Json(wire::MemberFormed { member: formed.to_string() }))
}

/// What a split would come to. `subjects` names the parts that leave, separated by commas.
#[utoipa::path(get, path = "/api/v1/members/{member}/split", tag = "members",
    params(("member" = String, Path), ("subjects" = String, Query)), responses((status = 200, body = wire::PeoplePreview)))]
pub async fn preview_split(
    State(site): State<Arc<Site>>,
    Segments(member): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::PeoplePreview>, Problem> {
    let named = query.text("subjects").unwrap_or_default();
    query.finish()?;
    let member = params::member(&member)?;
    let leaving = named.split(',').filter(|text| !text.is_empty()).map(params::member).collect::<Result<Vec<MemberId>, _>>()?;
    let preview = site.ask(move |site| people::preview_split(&site.house, member, &leaving)).await?;
    Ok(Json(wire::PeoplePreview::new(preview, site.currency())))
}

/// Lets parts of a member go: what they did goes with them, and identities do not join them again.
#[utoipa::path(post, path = "/api/v1/members/{member}/split", tag = "members", request_body = wire::SplitRequest,
    params(("member" = String, Path)), responses((status = 200, body = wire::MemberFormed)))]
pub async fn split(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(member): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::MemberFormed>, Problem> {
    let (leaving, why) = leaving(&body)?;
    let member = params::member(&member)?;
    let formed = site.ask(move |site| people::split(&site.house, member, &leaving, &caller.name(), &why)).await?;
    Ok(Json(wire::MemberFormed { member: formed.to_string() }))
}

/// What joins people, and what never does: the rules in force, and every version so far.
#[utoipa::path(get, path = "/api/v1/identity-rules", tag = "members", responses((status = 200, body = wire::IdentityRules)))]
pub async fn identity_rules(State(site): State<Arc<Site>>) -> Result<Json<wire::IdentityRules>, Problem> {
    let rules = site.ask(rules).await?;
    Ok(Json(rules))
}

/// Puts new rules in force and decides anew who is whom.
#[utoipa::path(put, path = "/api/v1/identity-rules", tag = "members", request_body = wire::NewIdentityRules,
    responses((status = 200, body = wire::IdentityRules)))]
pub async fn change_identity_rules(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Json<wire::IdentityRules>, Problem> {
    let (yaml, reason) = with_reason(&body, "yaml", "reason")?;
    let changed = site.ask(move |site| people::put_rules_in_force(&site.house, &yaml, &caller.name(), &reason).map_err(Told)).await;
    changed?;
    let rules = site.ask(rules).await?;
    Ok(Json(rules))
}

fn rules(site: &Site) -> Result<wire::IdentityRules, HouseError> {
    let reference = site.house.reference();
    let policy = reference.identities();
    let documents = site.house.desk().documents()?;
    let own = documents.iter().filter(|row| row.policy == policy::IDENTITY);
    let yaml = own.clone().find(|row| row.version == policy.version).map(|row| row.body.clone());
    let version = |row: &perennial_app::port::desk::DocumentRow| wire::IdentityRulesVersion {
        version: row.version,
        author: row.author.clone(),
        reason: row.reason.clone(),
        created_at: row.created_at.to_string(),
    };
    let yaml = yaml.unwrap_or_else(|| perennial_app::policy::SHIPPED_IDENTITIES.to_owned());
    Ok(wire::IdentityRules { version: policy.version, yaml, history: own.rev().map(version).collect() })
}

/// What is wrong with a document is told to its author, with its place.
struct Told(HouseError);

impl From<Told> for Problem {
    fn from(Told(error): Told) -> Self {
        match error {
            HouseError::Policy(wrong) => {
                let pointer = format!("/yaml{}", wrong.pointer);
                Self::field(StatusCode::UNPROCESSABLE_ENTITY, &pointer, wrong.code, &wrong.en, &wrong.zh)
            }
            other => other.into(),
        }
    }
}
