//! Who an event is about, and what its traits tell of them.

use std::collections::BTreeMap;

use perennial_kernel::{Attribute, Day, Identity, IdentityKind, Personal, Relation};
use serde_json::{Map, Value};

use super::{Call, Event, order, text};
use crate::door::check::Check;
use crate::problem::Problem;
use crate::value::cell::{Cell, Kind};
use crate::value::person::{self, Person as Found};

/// Traits longer than this are left out: they are no facts about a person.
const TRAIT_BYTES_MAX: usize = 2000;

pub struct Person {
    /// Strongest first.
    pub identities: Vec<Identity>,
    pub personal: Personal,
    /// What does not identify: city, year of birth, gender.
    pub attributes: BTreeMap<String, Attribute>,
}

impl Person {
    /// An account makes somebody registered.
    pub fn relation(&self, event: &Event<'_>) -> Option<Relation> {
        let known = self.identities.iter().any(|identity| &identity.kind == event.reading.user_id_kind);
        known.then_some(Relation::Registered)
    }
}

/// Identities of the event; traits are read where they say who somebody is: of an identify, and of an order.
pub fn person(event: &Event<'_>, check: &mut Check<'_>) -> Person {
    let mut found = Person { identities: Vec::new(), personal: Personal::default(), attributes: BTreeMap::new() };
    let named = |name: &str| text(event.fields, name);
    found.identities.extend(identity(check, "/userId", event.reading.user_id_kind, named("userId")));
    let is_order = event.call == Call::Track && named("event").is_some_and(|name| order::Deed::of(name.trim()).is_some());
    if event.call == Call::Identify || is_order {
        for traits in traits(event) {
            found.take(traits, event.call == Call::Identify);
        }
    }
    if event.call == Call::Alias {
        found.identities.extend(identity(check, "/previousId", &IdentityKind::Anonymous, named("previousId")));
    }
    found.identities.extend(identity(check, "/anonymousId", &IdentityKind::Anonymous, named("anonymousId")));
    found
}

/// Segment puts traits beside the ids, RudderStack into the context; what stands nearer goes first.
fn traits<'a>(event: &'a Event<'_>) -> impl Iterator<Item = &'a Map<String, Value>> {
    let own = event.fields.get("traits");
    let inner = event.fields.get("context").and_then(|context| context.get("traits"));
    [own, inner].into_iter().flatten().filter_map(Value::as_object)
}

/// `None` for nothing (`""`, `"null"`); what was meant to name somebody and cannot is a problem.
fn identity(check: &mut Check<'_>, pointer: &str, kind: &IdentityKind, value: Option<String>) -> Option<Identity> {
    let value = value?;
    let cell = Cell::new(&value, Kind::Text)?;
    match person::identity(kind, cell) {
        Ok(Found::Known(identity)) => Some(identity),
        Ok(Found::Masked | Found::Enciphered | Found::Unusable) => {
            check.add(pointer, Problem::new("identity.unusable", "is no such identity", "不是有效的身份"));
            None
        }
        Err(problem) => {
            check.add(pointer, problem);
            None
        }
    }
}

impl Person {
    /// `all`: everything is kept, not only what names the person.
    fn take(&mut self, traits: &Map<String, Value>, all: bool) {
        for (name, kind) in [("phone", IdentityKind::Phone), ("email", IdentityKind::Email)] {
            let Some(value) = text(traits, name) else { continue };
            let found = Cell::new(&value, Kind::Text).and_then(|cell| person::identity(&kind, cell).ok());
            match found {
                Some(Found::Known(identity)) if !self.identities.contains(&identity) => self.identities.push(identity),
                // A masked or enciphered phone names nobody and never joins people; it may be shown.
                Some(Found::Masked | Found::Enciphered | Found::Unusable) if all => self.keep(name, value),
                _ => {}
            }
        }
        if let Some(name) = full_name(traits) {
            self.keep("name", name);
        }
        if !all {
            return;
        }
        self.take_attributes(traits);
        const READ: [&str; 12] = [
            "phone",
            "email",
            "name",
            "firstName",
            "lastName",
            "first_name",
            "last_name",
            "city",
            "gender",
            "birthday",
            "birth_year",
            "id",
        ];
        for (name, value) in traits.iter().filter(|(name, value)| !READ.contains(&name.as_str()) && !value.is_null()) {
            let told = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let field = if name == "address" { name.clone() } else { format!("trait.{name}") };
            self.keep(&field, told);
        }
    }

    fn take_attributes(&mut self, traits: &Map<String, Value>) {
        let address = traits.get("address").and_then(Value::as_object);
        let city = text(traits, "city").or_else(|| address.and_then(|address| text(address, "city")));
        for (name, value) in [("city", city), ("gender", text(traits, "gender"))] {
            let value = value
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty() && value.len() <= 100 && !value.chars().any(char::is_control));
            if let Some(value) = value {
                self.attributes.entry(name.to_owned()).or_insert(Attribute::Text(value));
            }
        }
        let year = text(traits, "birth_year").and_then(|year| year.parse().ok());
        let born = text(traits, "birthday").and_then(|day| Day::parse(day.get(..10)?)).map(|day| day.ymd().0);
        if let Some(year) = year.or(born).filter(|year: &i32| (1880..=2100).contains(year)) {
            self.attributes.entry("birth_year".to_owned()).or_insert(Attribute::Number(f64::from(year)));
        }
    }

    fn keep(&mut self, field: &str, value: String) {
        if !value.trim().is_empty() && value.len() <= TRAIT_BYTES_MAX && self.personal.get(field).is_none() {
            self.personal.0.push((field.to_owned(), value));
        }
    }
}

fn full_name(traits: &Map<String, Value>) -> Option<String> {
    if let Some(name) = text(traits, "name") {
        return Some(name);
    }
    let part = |names: [&str; 2]| names.into_iter().find_map(|name| text(traits, name));
    let parts: Vec<String> = [part(["firstName", "first_name"]), part(["lastName", "last_name"])].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
