//! Lifecycle models as policies: versions, drafts, differences, putting one in force.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::house::House;
use perennial_app::jobs::{self, JobError, Work};
use perennial_app::policy::{LIFECYCLE, REDECIDING, WITHDRAWN};
use perennial_app::query::policies::{self, VersionState};
use perennial_app::query::{QueryError, QueryResult};
use perennial_rules::fields::Vocabulary;
use perennial_rules::lifecycle::document::Document;
use perennial_rules::lifecycle::model::{Model, ModelProblem};
use serde_json::{Value, json};

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire::{self, FieldError};

/// Every lifecycle model with its versions, active ones first.
#[utoipa::path(get, path = "/api/v1/policies", tag = "policies", responses((status = 200, body = Vec<wire::Policy>)))]
pub async fn policies(State(site): State<Arc<Site>>) -> Result<Json<Vec<wire::Policy>>, Problem> {
    let list = site.ask(|site| policies::all(&site.house)).await?;
    Ok(Json(list.into_iter().map(Into::into).collect()))
}

/// One version: the document as text and as tree.
#[utoipa::path(get, path = "/api/v1/policies/{model}/versions/{version}", tag = "policies",
    params(("model" = String, Path), ("version" = i64, Path)), responses((status = 200, body = wire::PolicyVersion)))]
pub async fn policy_version(
    State(site): State<Arc<Site>>,
    Segments((model, version)): Segments<(String, String)>,
) -> Result<Json<wire::PolicyVersion>, Problem> {
    let (version, model) = site.ask(move |site| policies::one(&site.house, &model, number(&version)?)).await?;
    Ok(Json(wire::PolicyVersion::new(&version, &model)))
}

fn number(text: &str) -> QueryResult<i64> {
    let refusal = || perennial_app::engine::Refusal {
        code: "policy.unknown_version",
        en: format!("{text} is no number of a version"),
        zh: format!("{text} 不是版本号"),
    };
    text.parse().map_err(|_| QueryError::NotFound(refusal()))
}

/// Reads a draft and answers what the program understands of it, or everything that is wrong; nothing is kept.
#[utoipa::path(post, path = "/api/v1/policies/check", tag = "policies", request_body = wire::PolicyDraft,
    responses((status = 200, body = wire::CheckedPolicy)))]
pub async fn check_policy(State(site): State<Arc<Site>>, Body(body): Body) -> Result<Json<wire::CheckedPolicy>, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(&body, &problems)?;
    let read = draft(&fields, &problems, &(&site.house.reference().brand).into());
    fields.text("reason");
    fields.close();
    problems.finish()?;
    Ok(Json(match read {
        Some(Ok(model)) => wire::CheckedPolicy::sound(&model),
        Some(Err(errors)) => wire::CheckedPolicy::wrong(errors),
        None => wire::CheckedPolicy::wrong(Vec::new()),
    }))
}

/// The draft of a body, as `document` or `yaml`; its problems point into the document.
pub fn draft(fields: &Fields<'_>, problems: &Problems, vocabulary: &Vocabulary) -> Option<Result<Model, Vec<FieldError>>> {
    let (document, yaml) = (fields.object("document").is_some(), fields.text("yaml"));
    if document == yaml.is_some() {
        problems.add("", "policy.one_form", "give either document or yaml", "document 与 yaml 须且只须给出一个");
        return None;
    }
    let read = match (&yaml, fields.value("document")) {
        (Some(yaml), _) => Document::parse(yaml),
        (None, value) => serde_json::from_value(value.cloned().unwrap_or_default()).map_err(|error| error.to_string()),
    };
    Some(match read {
        Err(why) => {
            let (en, zh) = (format!("the document cannot be read: {why}"), format!("无法读取策略文档：{why}"));
            Err(vec![FieldError::new("", "policy.unreadable", &en, &zh)])
        }
        Ok(document) => Model::compile(document, 0, vocabulary).map_err(|found| found.iter().map(told).collect()),
    })
}

fn told(problem: &ModelProblem) -> FieldError {
    FieldError::new(&problem.pointer, problem.code, &problem.message.en, &problem.message.zh)
}

/// Keeps a draft as the next version of its model; the first version of a new one makes the model known.
#[utoipa::path(post, path = "/api/v1/policies/{model}/versions", tag = "policies", params(("model" = String, Path)),
    request_body = wire::PolicyDraft, responses((status = 201, body = wire::VersionSaved)))]
pub async fn save_version(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(id): Segments<String>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::VersionSaved>), Problem> {
    let (reason, yaml) = wanted(&site, &id, &body)?;
    let (who, name) = (caller.name(), format!("{LIFECYCLE}{id}"));
    let version = site.ask(move |site| {
        let version = site.house.add_version(&name, &yaml, &who, &reason)?;
        site.house.audit(&who, "policy_added", &format!("{name} {version}"))?;
        Ok::<_, QueryError>(version)
    });
    Ok((StatusCode::CREATED, Json(wire::VersionSaved { version: version.await?, id })))
}

/// The reason and the document, once nothing is wrong with it.
fn wanted(site: &Site, id: &str, body: &Value) -> Result<(String, String), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let reason = fields.text("reason").unwrap_or_default();
    let read = draft(&fields, &problems, &(&site.house.reference().brand).into());
    fields.close();
    let model = match read {
        Some(Ok(model)) => Some(model),
        Some(Err(errors)) => {
            problems.extend(errors.into_iter().map(|error| FieldError { pointer: format!("/document{}", error.pointer), ..error }));
            None
        }
        None => None,
    };
    if model.as_ref().is_some_and(|model| model.id != id) {
        problems.add("/document/id", "policy.other_id", "the document names another model", "文档属于另一个模型");
    }
    problems.finish()?;
    let yaml = model.map(|model| model.document.to_yaml()).unwrap_or_default();
    Ok((reason, yaml))
}

/// What turned one version into the other.
#[utoipa::path(get, path = "/api/v1/policies/{model}/diff", tag = "policies",
    params(("model" = String, Path), ("from" = i64, Query), ("to" = i64, Query)),
    responses((status = 200, body = Vec<wire::PolicyChange>)))]
pub async fn policy_diff(
    State(site): State<Arc<Site>>,
    Segments(model): Segments<String>,
    mut query: Query,
) -> Result<Json<Vec<wire::PolicyChange>>, Problem> {
    let (from, to) = (query.text("from").unwrap_or_default(), query.text("to").unwrap_or_default());
    query.finish()?;
    let changes = site.ask(move |site| {
        let ((_, before), (_, after)) =
            (policies::one(&site.house, &model, number(&from)?)?, policies::one(&site.house, &model, number(&to)?)?);
        Ok::<_, QueryError>(policies::diff(&before, &after))
    });
    Ok(Json(changes.await?.into_iter().map(Into::into).collect()))
}

pub(super) fn reason(body: &Value) -> Result<String, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let reason = fields.required_text("reason");
    if reason.trim().is_empty() && body["reason"].is_string() {
        problems.add("/reason", "field.missing", "say why, for those who come after", "请说明原因，供日后查看");
    }
    fields.close();
    problems.finish()?;
    Ok(reason.trim().to_owned())
}

/// Puts a version in force, then decides every member anew by it in the background. Of a version that is in force already, that goes on
/// where it was cut short.
#[utoipa::path(post, path = "/api/v1/policies/{model}/versions/{version}/activate", tag = "policies",
    params(("model" = String, Path), ("version" = i64, Path)), request_body = wire::ActivationRequest,
    responses((status = 202, body = wire::JobStarted)))]
pub async fn activate(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((model, version)): Segments<(String, String)>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::JobStarted>), Problem> {
    let (reason, who) = (reason(&body)?, caller.name());
    let id = site.ask(move |site| {
        let version = number(&version)?;
        let (found, _) = policies::one(&site.house, &model, version)?;
        if found.state == VersionState::Withdrawn {
            let (en, zh) = ("this draft was withdrawn; save it anew", "该草案已撤下，请重新保存为新版本");
            let refusal = perennial_app::engine::Refusal { code: "policy.withdrawn", en: en.to_owned(), zh: zh.to_owned() };
            return Err(QueryError::Refused(refusal));
        }
        let request = json!({ "model": model, "version": version, "reason": reason });
        let (author, name) = (who.clone(), format!("{LIFECYCLE}{model}"));
        let is_active = found.state == VersionState::Active;
        jobs::start(&site.house, "policy_activate", &who, &request, move |house, work| {
            if !is_active {
                house.activate_as(&name, version, &author, &reason)?;
                house.audit(&author, "policy_activated", &format!("{name} {version}: {reason}"))?;
            }
            redecide(house, work, &name, version)
        })
    });
    let job = format!("j_{}", id.await?);
    Ok((StatusCode::ACCEPTED, Json(wire::JobStarted { job })))
}

pub(super) fn redecide(house: &House, work: &Work, policy: &str, version: i64) -> Result<Value, JobError> {
    let pending = serde_json::to_vec(&(policy, version)).map_err(|error| JobError::Failed(error.to_string()))?;
    house.desk().set_setting(REDECIDING, &pending)?;
    work.of(house.reader().heads()?.iter().map(|head| head.subjects).sum());
    let mut members = 0;
    house.redecide(policy, version, &mut |looked_at| {
        members = looked_at;
        work.done(looked_at);
        work.goes_on()
    })?;
    // Cut short it stays noted: activating the version again goes on.
    work.check()?;
    house.desk().set_setting(REDECIDING, b"")?;
    Ok(json!({ "members": members }))
}

/// Takes a draft out of use. The version in force is replaced by activating another, which retires it.
#[utoipa::path(post, path = "/api/v1/policies/{model}/versions/{version}/withdraw", tag = "policies",
    params(("model" = String, Path), ("version" = i64, Path)), request_body = wire::ActivationRequest,
    responses((status = 204, description = "Withdrawn")))]
pub async fn withdraw(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((model, version)): Segments<(String, String)>,
    Body(body): Body,
) -> Result<StatusCode, Problem> {
    let (reason, who) = (reason(&body)?, caller.name());
    site.ask(move |site| {
        let version = number(&version)?;
        let (found, _) = policies::one(&site.house, &model, version)?;
        if found.state != VersionState::Draft {
            let (en, zh) = ("only a draft can be withdrawn", "只有草案可以撤下");
            let refusal = perennial_app::engine::Refusal { code: "policy.not_a_draft", en: en.to_owned(), zh: zh.to_owned() };
            return Err(QueryError::Refused(refusal));
        }
        let name = format!("{LIFECYCLE}{model}");
        site.house.note_policy(&name, version, WITHDRAWN, &who, &reason)?;
        site.house.audit(&who, "policy_withdrawn", &format!("{name} {version}: {reason}"))?;
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
