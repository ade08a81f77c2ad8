//! Finding members: by something that names exactly one, by an exact name, by the last digits of a phone. Names and phones are sealed; what
//! is compared are keyed hashes, so parts of them find nothing.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{Identity, IdentityKind, MemberId, OrderKey};

use super::QueryResult;
use crate::house::House;
use crate::port::PortResult;
use crate::port::journal::Whom;
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
    let identities =
        [IdentityKind::Number, IdentityKind::Phone, IdentityKind::Email].into_iter().filter_map(|kind| Identity::parse(kind, text));
    let named = text.split_once('/').map(|(source, id)| OrderKey { source: source.to_owned(), id: id.to_owned() });
    let anywhere = sources.iter().map(|source| OrderKey { source: source.clone(), id: text.to_owned() });
    let whom = Whom {
        tokens: identities.map(|identity| house.secrets().token(&identity)).collect(),
        orders: anywhere.chain(named).map(|key| order_ref(&key)).collect(),
        subjects: MemberId::parse(text).into_iter().collect(),
    };
    let mut reader = house.reader();
    let families = reader.families(&whom)?;
    let member_of: BTreeMap<MemberId, MemberId> = families.kin.iter().map(|row| (row.subject, row.member)).collect();
    let mut subjects: Vec<MemberId> = whom.subjects.iter().copied().collect();
    subjects.extend(families.claims.iter().filter(|(token, _)| whom.tokens.contains(token)).map(|(_, owner)| owner.subject));
    subjects.extend(families.links.iter().filter(|link| whom.tokens.contains(&link.token)).map(|link| link.subject));
    for order in &whom.orders {
        subjects.extend(reader.order(*order)?.map(|row| row.holder));
    }
    for subject in subjects {
        add(member_of.get(&subject).copied().unwrap_or(subject));
    }
    for term in [Term::last_digits(text), Term::name(text)].into_iter().flatten() {
        let subjects = reader.found(house.secrets().search_token(&term), FOUND_MAX)?;
        let kin: BTreeMap<MemberId, MemberId> = reader.kin(&subjects)?.into_iter().map(|row| (row.subject, row.member)).collect();
        for subject in subjects {
            add(kin.get(&subject).copied().unwrap_or(subject));
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
            let kin = reader.kin(&[row.holder])?;
            found.push((key, kin.iter().find(|other| other.subject == row.holder).map_or(row.holder, |other| other.member)));
        }
    }
    Ok(found)
}

/// The member that a value names: whose own it is, else who was named by it first.
pub fn named_by(house: &House, identity: &Identity) -> PortResult<Option<MemberId>> {
    let token = house.secrets().token(identity);
    let families = house.reader().families(&Whom { tokens: BTreeSet::from([token]), ..Whom::default() })?;
    let owner = families.claims.get(&token).map(|owner| owner.subject).filter(|subject| *subject != MemberId::NOBODY);
    let links = families.links.iter().filter(|link| link.token == token);
    let subject = owner.or_else(|| links.min_by_key(|link| (link.occurred_at, link.fact)).map(|link| link.subject));
    Ok(subject.map(|subject| families.kin.iter().find(|row| row.subject == subject).map_or(subject, |row| row.member)))
}

/// The member a subject belongs to now.
pub fn member_of(house: &House, subject: MemberId) -> PortResult<MemberId> {
    let kin = house.reader().kin(&[subject])?;
    Ok(kin.iter().find(|row| row.subject == subject).map_or(subject, |row| row.member))
}
