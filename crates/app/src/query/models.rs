//! Which lifecycle models there are, and finding one by its id.

use std::sync::Arc;

use perennial_rules::lifecycle::model::Model;
use perennial_rules::reference::Reference;

use super::{QueryResult, not_found};
use crate::house::House;
use crate::policy;

/// The model that screens show first: the shipped default while it is active, else the first active one.
pub fn primary(house: &House) -> String {
    primary_of(&house.reference())
}

pub(crate) fn primary_of(reference: &Reference) -> String {
    let held = reference.model(policy::PRIMARY).or_else(|| reference.models().first());
    held.map_or_else(|| policy::PRIMARY.to_owned(), |model| model.id.clone())
}

/// All stored models, the primary one first, then by id.
pub fn all(house: &House) -> QueryResult<Vec<Model>> {
    let primary = primary(house);
    let mut models = house.models()?;
    models.sort_by_key(|model| (model.id != primary, model.id.clone()));
    Ok(models)
}

/// A reference with the one model asked about.
pub fn reference(house: &House, model: &str) -> QueryResult<Arc<Reference>> {
    let found = house.reference_for(model)?;
    found.ok_or_else(|| not_found("model.unknown", format!("there is no model {model}"), format!("没有名为 {model} 的模型")))
}

/// The model that members are shown by, of a reference that decides.
pub(crate) fn primary_in(reference: &Reference) -> &Model {
    let primary = primary_of(reference);
    reference.models().iter().find(|model| model.id == primary).unwrap_or_else(|| only(reference))
}

/// The only model of such a reference.
pub(crate) fn only(reference: &Reference) -> &Model {
    &reference.models()[0]
}
