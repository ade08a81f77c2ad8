//! Finding members: by something that names exactly one, by an exact name, by the last digits of a phone. Names and phones are sealed; what
//! is compared are keyed hashes, so parts of them find nothing.

use std::collections::BTreeSet;

use perennial_kernel::{Identity, IdentityKind, MemberId, OrderKey};

use super::QueryResult;
use crate::house::House;
use crate::secret::order_ref;
use crate::term::Term;

/// What a search box may be given.
pub const SEARCHABLE: [&str; 7] =
    ["member id", "order id", "full phone", "full email", "member number", "exact name", "last four digits of a phone"];
/// Members told for one term: of a frequent name, or of four digits, there may be many.
const FOUND_MAX: usize = 500;

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
    for term in [Term::last_digits(text), Term::name(text)].into_iter().flatten() {
        for member in reader.found(house.secrets().search_token(&term), FOUND_MAX)? {
            add(member);
        }
    }
    Ok(found)
}

/// The order of this id, where its source is told or it is alone among the sources.
pub fn orders(house: &House, sources: &BTreeSet<String>, text: &str) -> QueryResult<Vec<(OrderKey, MemberId)>> {
    let text = text.trim();
    let named = text.split_once('/').map(|(source, id)| OrderKey { source: source.to_owned(), id: id.to_owned() });
    let anywhere = sources.iter().map(|source| OrderKey { source: source.clone(), id: text.to_owned() });
    let mut reader = house.reader();
    let mut found = Vec::new();
    for key in anywhere.chain(named) {
        if let Some(row) = reader.order(order_ref(&key))? {
            found.push((key, row.member));
        }
    }
    Ok(found)
}
