//! Finding a member by something that names exactly one: names are sealed and have no searchable form.

use std::collections::BTreeSet;

use perennial_kernel::{Identity, IdentityKind, MemberId, OrderKey};

use super::QueryResult;
use crate::house::House;
use crate::secret::order_ref;

/// What a search box may be given.
pub const SEARCHABLE: [&str; 5] = ["member id", "order id", "full phone", "full email", "member number"];

/// Members whom this text names, each once. An order id may stand alone or after its source: `pos/A17`.
pub fn members(house: &House, sources: &BTreeSet<String>, text: &str) -> QueryResult<Vec<MemberId>> {
    let text = text.trim();
    let mut found = Vec::new();
    let mut add = |member: MemberId| {
        if member != MemberId::NOBODY && !found.contains(&member) {
            found.push(member);
        }
    };
    if let Some(member) = MemberId::parse(text) {
        add(member);
    }
    let mut reader = house.reader();
    for kind in [IdentityKind::Number, IdentityKind::Phone, IdentityKind::Email] {
        if let Some(identity) = Identity::parse(kind, text)
            && let Some(owner) = reader.owner(house.secrets().token(&identity))?
        {
            add(owner.subject);
        }
    }
    let named = text.split_once('/').map(|(source, id)| OrderKey { source: source.to_owned(), id: id.to_owned() });
    let anywhere = sources.iter().map(|source| OrderKey { source: source.clone(), id: text.to_owned() });
    for key in anywhere.chain(named) {
        if let Some(row) = reader.order(order_ref(&key))? {
            add(row.member);
        }
    }
    Ok(found)
}
