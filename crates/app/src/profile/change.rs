//! A change of a member's fields: checked by type, put into clear and sealed parts, recorded as one `member.updated`.

use std::collections::BTreeMap;

use perennial_condition::Name;
use perennial_kernel::{Attribute, Body, Identity, IdentityKind, Incoming, Instant, MemberId, Personal, Relation};
use perennial_rules::fields::{Input, NotAValue};
use perennial_rules::reference::Brand;

use super::field;
use crate::house::House;
use crate::port::PortResult;
use crate::query::member::Case;
use crate::query::{QueryResult, member, person, refused};

/// Nobody alive was born before.
const BORN_MIN: f64 = 1900.0;

/// What is said about a member, in clear and to be sealed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Change {
    pub personal: Personal,
    pub attributes: BTreeMap<String, Attribute>,
    pub relation: Option<Relation>,
}

impl Change {
    /// Takes in one field; `None` takes back what was known.
    pub fn set(&mut self, brand: &Brand, today_year: i32, id: &str, input: Option<&Input>) -> Result<(), NotAValue> {
        let Some(field) = field(brand, id) else {
            let message = Name::new("is no field of members; fields of your own are defined first", "不是会员字段，自定义字段须先定义");
            return Err(NotAValue { code: "field.unknown", message });
        };
        let value = match input {
            Some(input) => field.value(input, brand.currency)?,
            None => Attribute::Cleared,
        };
        if let ("birth_year", Attribute::Number(year)) = (id, &value)
            && (year.fract() != 0.0 || !(BORN_MIN..=f64::from(today_year)).contains(year))
        {
            let message = Name::new(format!("must be a year from 1900 to {today_year}"), format!("须为 1900 至 {today_year} 之间的年份"));
            return Err(NotAValue { code: "field.year", message });
        }
        if field.personal {
            // An empty sealed value says that what was known is known no more.
            self.personal.0.push((id.to_owned(), field.text_of(&value, brand.currency)));
        } else {
            self.attributes.insert(id.to_owned(), value);
        }
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.personal.is_empty() && self.attributes.is_empty() && self.relation.is_none()
    }

    /// As a command about whoever bears these identities.
    pub fn incoming(self, identities: Vec<Identity>, named: Named, occurred_at: Instant) -> Incoming {
        let body = Body::MemberUpdated { relation: self.relation, attributes: self.attributes };
        let Named { source, object, version } = named;
        Incoming { source, object, version, identities, personal: self.personal, occurred_at, body }
    }
}

/// The idempotency key's parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    pub source: String,
    pub object: String,
    pub version: String,
}

/// A change of one member as a command; refused where nothing is left by which the member can be named.
pub fn record(house: &House, member: MemberId, change: Change, by: &str) -> QueryResult<Incoming> {
    let case = member::open(house, member)?;
    let now = house.now();
    let named = Named { source: by.to_owned(), object: format!("profile:{member}"), version: now.0.to_string() };
    Ok(change.incoming(vec![addressed(house, &case)?], named, now))
}

/// One identity by which a command reaches the member: a value that is its own, the strongest of them. By one that is only linked to it a
/// record would begin somebody new.
pub fn addressed(house: &House, case: &Case) -> QueryResult<Identity> {
    let reference = house.reference();
    let rules = reference.identities();
    let mut known = identities(house, case)?;
    known.sort_by_key(|identity| rules.rank(identity.kind.as_str()));
    for identity in known.into_iter().filter(|identity| rules.is_usable(identity)) {
        let owner = house.reader().owner(house.secrets().token(&identity))?;
        if owner.is_some_and(|owner| case.subjects.contains(&owner.subject)) {
            return Ok(identity);
        }
    }
    let en = "nothing is left by which this member is known: it was erased, or its identities are blocked";
    Err(refused("member.unreachable", en, "该会员已被删除，或其身份均已屏蔽，不再有可用的身份标识"))
}

/// The member's identities, open: for commands and look-ups, never for screens.
pub fn identities(house: &House, case: &Case) -> PortResult<Vec<Identity>> {
    let mut found = Vec::new();
    for (fact, personal) in person::opened(house, &case.stored)? {
        let kind = fact.object.strip_prefix("identity:").and_then(IdentityKind::parse);
        let value = personal.get("value").filter(|_| fact.kind == "identity.attached");
        if let (Some(kind), Some(value)) = (kind, value) {
            found.extend(Identity::parse(kind, value));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}
