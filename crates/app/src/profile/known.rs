//! Each field's value as of now, and the fact that set it (SPEC ID-3, provenance).

use std::collections::BTreeMap;

use perennial_kernel::{Attribute, Body, FactId, Instant, MemberId};
use perennial_rules::fields::{CustomField, Input};
use perennial_rules::reference::Brand;

use super::base;
use crate::house::House;
use crate::port::StoredFact;
use crate::query::{QueryResult, mask, member, person};

/// One field with what is known. Personal values are masked.
#[derive(Clone, PartialEq, Debug)]
pub struct Known {
    pub field: CustomField,
    /// One of the product's own fields.
    pub base: bool,
    /// `None`: never said, taken back, or erased.
    pub value: Option<Attribute>,
    /// `None` where nothing was ever said.
    pub from: Option<Origin>,
}

/// The fact that set a value, or took it back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    pub fact: FactId,
    pub source: String,
    pub occurred_at: Instant,
}

/// All fields of the member, base ones first, in the order of their document.
pub fn known(house: &House, member: MemberId) -> QueryResult<Vec<Known>> {
    let case = member::open(house, member)?;
    let stored: BTreeMap<FactId, &StoredFact> = case.stored.iter().map(|fact| (fact.id(), fact)).collect();
    let mut clear: BTreeMap<&str, (Attribute, FactId)> = BTreeMap::new();
    // By event time, so that of several values the latest event's stands, as in the book.
    for fact in case.history.facts() {
        if let Body::MemberUpdated { attributes, .. } = &fact.body {
            clear.extend(attributes.iter().map(|(id, value)| (id.as_str(), (value.clone(), fact.id))));
        }
    }
    let mut sealed: BTreeMap<String, (String, FactId)> = BTreeMap::new();
    for (fact, personal) in person::opened(house, &case.stored)? {
        sealed.extend(personal.0.into_iter().map(|(id, value)| (id, (value, fact.id()))));
    }
    let reference = house.reference();
    let one = |field: &CustomField, base: bool| {
        let (value, fact) = if field.personal {
            let held = sealed.get(&field.id);
            (held.and_then(|(text, _)| masked(field, text, &reference.brand)), held.map(|(_, fact)| *fact))
        } else {
            let held = clear.get(field.id.as_str());
            let value = held.map(|(value, _)| value.clone()).filter(|value| *value != Attribute::Cleared);
            (value, held.map(|(_, fact)| *fact))
        };
        let from = fact.and_then(|id| stored.get(&id)).map(|fact| Origin {
            fact: fact.id(),
            source: fact.source.clone(),
            occurred_at: fact.occurred_at,
        });
        Known { field: field.clone(), base, value, from }
    };
    let own = reference.brand.fields.all();
    Ok(base().iter().map(|field| one(field, true)).chain(own.iter().map(|field| one(field, false))).collect())
}

/// What screens may show of a sealed value: that there is one, and its first character.
fn masked(field: &CustomField, text: &str, brand: &Brand) -> Option<Attribute> {
    if text.is_empty() {
        return None;
    }
    // A value that no longer reads as its type (a choice that was dropped) is there all the same.
    let readable = field.value(&Input::Text(text.to_owned()), brand.currency).is_ok();
    Some(Attribute::Text(if readable { mask::name(text) } else { "*".to_owned() }))
}
