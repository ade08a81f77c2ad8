//! Conditions: text and tree are read, checked and printed here and nowhere else, so that a builder in a browser is a widget only.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use perennial_condition::{Catalog, Drift, Field, Name, Position, Problem as Wrong, Type};
use perennial_rules::profile;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire::{self, FieldError};

/// The fields and kinds of facts that conditions may name.
#[utoipa::path(get, path = "/api/v1/conditions/catalog", tag = "conditions", responses((status = 200, body = wire::ConditionCatalog)))]
pub async fn catalog(State(site): State<Arc<Site>>) -> Json<wire::ConditionCatalog> {
    Json(wire::ConditionCatalog::new(&profile::catalog(&(&site.house.reference().brand).into())))
}

/// Reads a condition as text or as tree and answers both, with its sentence in both languages; or its problems, each with its place and
/// with names that are near.
#[utoipa::path(post, path = "/api/v1/conditions", tag = "conditions", request_body = wire::ConditionRequest,
    responses((status = 200, body = wire::Condition)))]
pub async fn read_condition(State(site): State<Arc<Site>>, Body(body): Body) -> Result<Json<wire::Condition>, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(&body, &problems)?;
    let (text, tree) = (fields.text("text"), fields.value("tree").cloned());
    let mut catalog = profile::catalog(&(&site.house.reference().brand).into());
    let mut wrong = Vec::new();
    for (at, definition) in fields.objects("definitions").into_iter().enumerate() {
        let (name, is) = (definition.required_text("name"), definition.required_text("is"));
        let label = definition.object("label").map(|label| {
            let words = Name::new(label.required_text("en"), label.required_text("zh"));
            label.close();
            words
        });
        definition.close();
        match define(&mut catalog, &name, &is, label.unwrap_or_default()) {
            Ok(()) => {}
            Err(found) => wrong.extend(found.iter().map(|one| text_error(&format!("/definitions/{at}/is"), &is, one))),
        }
    }
    if text.is_some() == tree.is_some() {
        problems.add("", "condition.one_form", "give either text or tree", "text 与 tree 须且只须给出一个");
    }
    fields.close();
    problems.finish()?;
    if !wrong.is_empty() {
        return Ok(Json(wire::Condition::wrong(wrong)));
    }
    Ok(Json(match (text, tree) {
        (Some(text), _) => understood(perennial_condition::parse(&text, &catalog), &catalog, |one| text_error("/text", &text, one)),
        (None, tree) => understood(perennial_condition::from_json(&tree.unwrap_or_default(), &catalog), &catalog, tree_error),
    }))
}

fn understood(
    read: Result<perennial_condition::Expr, Vec<Wrong>>,
    catalog: &Catalog,
    told: impl Fn(&Wrong) -> FieldError,
) -> wire::Condition {
    match read {
        Ok(expr) => wire::Condition::understood(&expr, catalog),
        Err(problems) => wire::Condition::wrong(problems.iter().map(told).collect()),
    }
}

/// Adds a named value, as a policy's `let` does.
pub fn define(catalog: &mut Catalog, name: &str, is: &str, label: Name) -> Result<(), Vec<Wrong>> {
    let operand = perennial_condition::parse_operand(is, catalog)?;
    let ty = perennial_condition::check_operand(&operand, catalog)?.ty().unwrap_or(Type::Int);
    let definition = Some(operand);
    catalog.fields.push(Field { name: name.to_owned(), ty, drift: Drift::Fixed, label, definition, choices: Vec::new() });
    Ok(())
}

/// A problem of a text, with its place in the units browsers count in.
pub fn text_error(pointer: &str, text: &str, problem: &Wrong) -> FieldError {
    let units = |bytes: usize| text.get(..bytes).unwrap_or(text).encode_utf16().count();
    let error = FieldError::new(pointer, problem.code, &problem.message.en, &problem.message.zh);
    match &problem.at {
        Position::Text { offset, length } => {
            let (from, to) = (units(*offset), units(offset + length));
            FieldError { offset: Some(from), length: Some(to - from), near: problem.near.clone(), ..error }
        }
        Position::Pointer(_) => FieldError { near: problem.near.clone(), ..error },
    }
}

fn tree_error(problem: &Wrong) -> FieldError {
    let pointer = match &problem.at {
        Position::Pointer(pointer) => format!("/tree{pointer}"),
        Position::Text { .. } => "/tree".to_owned(),
    };
    FieldError { near: problem.near.clone(), ..FieldError::new(&pointer, problem.code, &problem.message.en, &problem.message.zh) }
}
