//! Custom fields of the brand, and the fields of one member.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::policy;
use perennial_app::profile::{self, Change};
use perennial_rules::fields::{ChoiceText, FieldText, FieldsDocument, Input};
use perennial_rules::lifecycle::document::Label;
use serde_json::Value;

use crate::body::{Body, escaped};
use crate::fields::{Fields, Problems};
use crate::params::{self, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The brand's own profile fields.
#[utoipa::path(get, path = "/api/v1/fields", tag = "profile", responses((status = 200, body = wire::FieldDefinitions)))]
pub async fn fields(State(site): State<Arc<Site>>) -> Result<Json<wire::FieldDefinitions>, Problem> {
    site.ask(|site| Ok::<_, Problem>(Json(defined(site)?))).await
}

fn defined(site: &Site) -> Result<wire::FieldDefinitions, Problem> {
    let held = site.house.in_force(policy::FIELDS)?;
    Ok(wire::FieldDefinitions::new(held.map(|row| row.version), &site.house.reference().brand.fields))
}

/// Defines the brand's own fields anew: a version of their document, in force at once. A field keeps its type and whether it is personal,
/// and one that an active policy names cannot be left out.
#[utoipa::path(put, path = "/api/v1/fields", tag = "profile", request_body = wire::PutFields,
    responses((status = 200, body = wire::FieldDefinitions)))]
pub async fn put_fields(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Result<Json<wire::FieldDefinitions>, Problem> {
    let (document, reason) = document(&body)?;
    site.ask(move |site| {
        let version = site.house.put(policy::FIELDS, &document.to_yaml(), &caller.name(), &reason)?;
        site.house.audit(&caller.name(), "fields_changed", &version.to_string())?;
        Ok::<_, Problem>(Json(defined(site)?))
    })
    .await
}

fn document(body: &Value) -> Result<(FieldsDocument, String), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let reason = fields.text("reason").unwrap_or_default();
    let mut texts = Vec::new();
    for field in fields.objects("fields") {
        texts.push(field_text(&field));
    }
    let document = FieldsDocument { fields: texts };
    fields.close();
    problems.finish()?;
    Ok((document, reason))
}

fn field_text(field: &Fields<'_>) -> FieldText {
    let mut choices = Vec::new();
    for choice in field.objects("choices") {
        choices.push(ChoiceText { id: choice.required_text("id"), label: label(&choice, "label") });
        choice.close();
    }
    let text = FieldText {
        id: field.required_text("id"),
        ty: field.required_text("type"),
        label: label(field, "label"),
        personal: field.flag("personal"),
        choices,
    };
    field.close();
    text
}

/// A text in both languages; what is missing is told by the document's own check.
pub fn label(fields: &Fields<'_>, name: &'static str) -> Label {
    let Some(words) = fields.object(name) else { return Label { en: String::new(), zh: String::new() } };
    let label = Label { en: words.text("en").unwrap_or_default(), zh: words.text("zh").unwrap_or_default() };
    words.close();
    label
}

/// All fields of a member: what is known, and which fact said so.
#[utoipa::path(get, path = "/api/v1/members/{member}/profile", tag = "profile", params(("member" = String, Path)),
    responses((status = 200, body = Vec<wire::KnownField>)))]
pub async fn member_profile(
    State(site): State<Arc<Site>>,
    Segments(member): Segments<String>,
) -> Result<Json<Vec<wire::KnownField>>, Problem> {
    let member = params::member(&member)?;
    let known = site.ask(move |site| profile::known(&site.house, member)).await?;
    let currency = site.currency();
    Ok(Json(known.into_iter().map(|one| wire::KnownField::new(one, currency)).collect()))
}

/// Sets fields of a member by hand. Recorded as a fact like any other, with the caller as its source.
#[utoipa::path(patch, path = "/api/v1/members/{member}", tag = "profile", params(("member" = String, Path)),
    request_body = wire::PatchMember, responses((status = 201, body = wire::Recorded), (status = 200, body = wire::Recorded)))]
pub async fn patch_member(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(member): Segments<String>,
    Body(body): Body,
) -> Result<Response, Problem> {
    let member = params::member(&member)?;
    let change = change(&site, &body)?;
    let incoming = site.ask(move |site| profile::record(&site.house, member, change, &by(&caller))).await?;
    super::orders::record(&site, incoming).await.map(|(answer, _)| answer)
}

fn change(site: &Site, body: &Value) -> Result<Change, Problem> {
    let problems = Problems::default();
    let root = Fields::root(body, &problems)?;
    let mut change = Change::default();
    if root.object("fields").is_some() {
        set_all(site, &body["fields"], "/fields", &mut change, &problems);
    } else if body["fields"].is_null() {
        problems.add("/fields", "field.missing", "must be given", "必填");
    }
    root.close();
    problems.finish()?;
    if change.is_empty() {
        return Err(Problem::field(StatusCode::UNPROCESSABLE_ENTITY, "/fields", "field.missing", "names no field", "未给出任何字段"));
    }
    Ok(change)
}

/// Takes an object of fields into the change; every problem points at its field.
pub fn set_all(site: &Site, given: &Value, pointer: &str, change: &mut Change, problems: &Problems) {
    let reference = site.house.reference();
    let (year, ..) = reference.calendar.day(site.house.now()).ymd();
    for (id, value) in given.as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{}", escaped(id));
        let Ok(input) = input(value) else {
            problems.add(&pointer, "field.type", "is no value of a field", "不是字段值");
            continue;
        };
        if let Err(refused) = change.set(&reference.brand, year, id, input.as_ref()) {
            problems.add(&pointer, refused.code, &refused.message.en, &refused.message.zh);
        }
    }
}

/// `None` for null.
pub fn input(value: &Value) -> Result<Option<Input>, ()> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Bool(flag) => Input::Flag(*flag),
        Value::Number(number) => Input::Number(number.to_string()),
        Value::String(text) => Input::Text(text.clone()),
        Value::Array(list) => Input::List(list.iter().map(|one| one.as_str().map(str::to_owned).ok_or(())).collect::<Result<_, _>>()?),
        Value::Object(object) => Input::Minor(object.get("minor").and_then(Value::as_i64).ok_or(())?),
    }))
}

/// The source of facts that somebody brings by hand.
pub fn by(caller: &Caller) -> String {
    match caller {
        Caller::User { .. } => "console".to_owned(),
        Caller::Key { source: Some(source), .. } => source.clone(),
        Caller::Key { name, .. } => name.clone(),
    }
}
