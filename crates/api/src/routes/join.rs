//! The join form, and joining by it: for the brand's own pages, mini-programs and tills.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::join::{self, AskedConsent, AskedField, Gate, JoinForm, JoinInput, Joined};
use perennial_app::policy;
use perennial_kernel::{Identity, IdentityKind};
use perennial_rules::fields::Input;
use perennial_rules::lifecycle::document::Label;
use serde_json::Value;

use super::consents::instant;
use super::profile::{by, input, label};
use crate::body::{Body, escaped};
use crate::fields::{Fields, Problems};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// What those who join are asked. The codes that open are told to people only.
#[utoipa::path(get, path = "/api/v1/join-form", tag = "profile", responses((status = 200, body = wire::JoinForm)))]
pub async fn join_form(State(site): State<Arc<Site>>, Extension(caller): Extension<Caller>) -> Result<Json<wire::JoinForm>, Problem> {
    site.ask(move |site| Ok::<_, Problem>(Json(in_force(site, &caller)?))).await
}

fn in_force(site: &Site, caller: &Caller) -> Result<wire::JoinForm, Problem> {
    let held = site.house.in_force(policy::JOIN_FORM)?;
    let form = match &held {
        Some(row) => JoinForm::parse(&row.body).map_err(|_| Problem::failure(&"the join form in force cannot be read"))?,
        None => JoinForm {
            title: Label { en: String::new(), zh: String::new() },
            gate: Gate { kind: "free".to_owned(), amount: None, codes: Vec::new() },
            fields: Vec::new(),
            consents: Vec::new(),
        },
    };
    let people = matches!(caller, Caller::User { .. });
    Ok(wire::JoinForm::new(held.map(|row| row.version), &form, &site.house.reference().brand, people))
}

/// Sets the form anew: a version, in force at once.
#[utoipa::path(put, path = "/api/v1/join-form", tag = "profile", request_body = wire::PutJoinForm,
    responses((status = 200, body = wire::JoinForm)))]
pub async fn put_join_form(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Json<wire::JoinForm>, Problem> {
    let (form, reason) = form(&body)?;
    site.ask(move |site| {
        let version = site.house.put(policy::JOIN_FORM, &form.to_yaml(), &caller.name(), &reason)?;
        site.house.audit(&caller.name(), "join_form_changed", &version.to_string())?;
        Ok::<_, Problem>(Json(in_force(site, &caller)?))
    })
    .await
}

fn form(body: &Value) -> Result<(JoinForm, String), Problem> {
    let problems = Problems::default();
    let root = Fields::root(body, &problems)?;
    let reason = root.text("reason").unwrap_or_default();
    let title = label(&root, "title");
    let mut gate = Gate { kind: String::new(), amount: None, codes: Vec::new() };
    if let Some(given) = root.object("gate") {
        let codes = given.texts("codes").into_iter().map(|(_, code)| code).collect();
        gate = Gate { kind: given.required_text("kind"), amount: given.text("amount"), codes };
        given.close();
    }
    let (mut fields, mut consents) = (Vec::new(), Vec::new());
    for field in root.objects("fields") {
        fields.push(AskedField {
            id: field.required_text("id"),
            required: field.flag("required"),
            later: field.flag("later"),
            purpose: label(&field, "purpose"),
            min: field.text("min"),
            max: field.text("max"),
        });
        field.close();
    }
    for one in root.objects("consents") {
        consents.push(AskedConsent {
            purpose: one.required_text("purpose"),
            channel: one.required_text("channel"),
            required: one.flag("required"),
        });
        one.close();
    }
    root.close();
    problems.finish()?;
    Ok((JoinForm { title, gate, fields, consents }, reason))
}

/// Takes somebody in by the form in force: member, identities and consents are recorded together, or nothing is.
#[utoipa::path(post, path = "/api/v1/joins", tag = "profile", request_body = wire::Join,
    responses((status = 201, body = wire::Joined), (status = 200, description = "The same had come before", body = wire::Joined)))]
pub async fn join(State(site): State<Arc<Site>>, Extension(caller): Extension<Caller>, Body(body): Body) -> Result<Response, Problem> {
    let given = given(&site, &body)?;
    let joined = site.ask(move |site| join::join(&site.house, &given, &by(&caller))).await?;
    let answer = |status, fact: perennial_kernel::FactId, member: Option<perennial_kernel::MemberId>, repeated| {
        let member = member.map(|member| member.to_string());
        (status, Json(wire::Joined { member, fact: fact.to_string(), repeated })).into_response()
    };
    match joined {
        Joined::Recorded(fact, member) => Ok(answer(StatusCode::CREATED, fact, member, false)),
        Joined::Repeated(fact, member) => Ok(answer(StatusCode::OK, fact, member, true)),
        Joined::Conflict(fact) => {
            let (en, zh) =
                (format!("Other content was recorded under this join_id, as {fact}"), format!("该 join_id 下已有不同内容（{fact}）"));
            Err(Problem::new(StatusCode::CONFLICT, "join.conflict", en, zh))
        }
        Joined::Refused(refusal) => Err(Problem::refused(StatusCode::UNPROCESSABLE_ENTITY, refusal)),
        Joined::Problems(found) => Err(Problem::fields(StatusCode::UNPROCESSABLE_ENTITY, found.iter().map(wire::FieldError::of).collect())),
    }
}

fn given(site: &Site, body: &Value) -> Result<JoinInput, Problem> {
    let problems = Problems::default();
    let root = Fields::root(body, &problems)?;
    let join_id = root.required_text("join_id");
    if join_id.len() > 200 || join_id.chars().any(char::is_control) {
        problems.add("/join_id", "id.unusable", "has at most 200 bytes and no control characters", "不超过 200 字节，且不含控制字符");
    }
    let mut fields = Vec::new();
    if root.object("fields").is_some() {
        for (id, value) in body["fields"].as_object().into_iter().flatten() {
            match input(value) {
                Ok(input) => fields.push((id.clone(), input)),
                Err(()) => problems.add(&format!("/fields/{}", escaped(id)), "field.type", "is no value of a field", "不是字段值"),
            }
        }
    }
    let identities = identities_of(&root, "identities", &problems);
    let mut invited_by = identities_of(&root, "invited_by", &problems);
    let mut consents = Vec::new();
    for one in root.objects("consents") {
        consents.push((one.required_text("purpose"), one.required_text("channel")));
        one.close();
    }
    let joined_at = instant(site, &root, "joined_at", &problems);
    let given = JoinInput {
        join_id,
        joined_at: Some(joined_at),
        fields,
        identities,
        consents,
        code: root.text("code"),
        invited_by: invited_by.pop(),
        fee_paid: root.text("fee_paid").map(Input::Text),
    };
    root.close();
    problems.finish()?;
    Ok(given)
}

/// Identities by kind out of an object.
fn identities_of(root: &Fields<'_>, name: &'static str, problems: &Problems) -> Vec<Identity> {
    let Some(object) = root.object(name) else { return Vec::new() };
    let mut found = Vec::new();
    for (kind, value) in object.other_texts() {
        match IdentityKind::parse(&kind).and_then(|kind| Identity::parse(kind, &value)) {
            Some(identity) => found.push(identity),
            None => problems.add(&object.at(&kind), "identity.unusable", "is no such identity", "不是有效的身份"),
        }
    }
    found
}
