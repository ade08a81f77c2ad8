//! Who a message is about. Phones that a platform masked or enciphered name nobody: they become no identity, and are not kept either,
//! because the same phone may be enciphered to another text each time, and the same message would then be another one.

use std::collections::BTreeMap;

use perennial_kernel::{Attribute, Body, Identity, IdentityKind, Incoming, Personal, Relation};

use super::read::{At, Paths, Reader};
use crate::value::cell::{self, Cell};
use crate::value::person::{self, Person};

/// Where a platform tells who somebody is.
#[derive(Debug)]
pub struct PersonTable {
    /// Kinds with their paths, the strongest first.
    pub identities: &'static [(&'static str, Paths)],
    /// The kind whose numbers are the shop's own and mean nothing in another: its values are told apart by the source's name.
    pub per_source: &'static str,
    /// Fields whose parts, joined by blanks, are words about the person.
    pub personal: &'static [(&'static str, Paths)],
}

/// Where a platform tells about a customer by itself, without an order.
#[derive(Debug)]
pub struct MemberTable {
    pub id: Paths,
    pub modified_at: Paths,
    pub city: Paths,
    pub person: PersonTable,
}

impl Reader<'_> {
    pub fn person(&mut self, at: &At<'_>, table: &PersonTable) -> (Vec<Identity>, Personal) {
        let mut identities = Vec::new();
        for (kind, paths) in table.identities {
            let Some(kind) = IdentityKind::parse(kind) else { continue };
            let found = paths.iter().find_map(|path| identity(at, path, &kind));
            if let Some(mut identity) = found {
                if identity.kind.as_str() == table.per_source {
                    identity.value = format!("{}:{}", self.context.source, identity.value);
                }
                identities.push(identity);
            }
        }
        let mut personal = Personal::default();
        for (field, paths) in table.personal {
            let parts: Vec<String> = paths.iter().filter_map(|path| at.get(path)?.plain(&[""])).collect();
            if !parts.is_empty() && !parts.iter().any(|part| is_hidden(part)) {
                personal.0.push(((*field).to_owned(), cell::words(&parts.join(" "))));
            }
        }
        (identities, personal)
    }

    /// A customer's own message.
    pub fn member(&mut self, at: &At<'_>, table: &MemberTable, relation: Option<Relation>) -> Option<Incoming> {
        let id = self.id(at, table.id);
        let modified_at = self.instant(at, table.modified_at);
        let (identities, personal) = self.person(at, &table.person);
        let city = at.words(table.city).filter(|city| !is_hidden(city));
        let attributes: BTreeMap<_, _> = city.map(|city| ("city".to_owned(), Attribute::Text(city))).into_iter().collect();
        let (id, modified_at) = (id?, modified_at?);
        Some(Incoming {
            source: self.context.source.clone(),
            object: format!("member:{id}"),
            version: modified_at.0.to_string(),
            identities,
            personal,
            occurred_at: modified_at,
            body: Body::MemberUpdated { relation, attributes },
        })
    }
}

fn identity(at: &At<'_>, path: &str, kind: &IdentityKind) -> Option<Identity> {
    let text = at.get(path)?.plain(&[""])?;
    // Numbers of nobody: guests are customer 0.
    if text == "0" {
        return None;
    }
    match person::identity(kind, Cell::text(&text)) {
        Ok(Person::Known(identity)) => Some(identity),
        Ok(Person::Masked | Person::Enciphered | Person::Unusable) | Err(_) => None,
    }
}

fn is_hidden(text: &str) -> bool {
    person::is_enciphered(text) || text.contains("**") || text.contains('＊')
}
