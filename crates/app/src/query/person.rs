//! Who members are: names and identities, unsealed for the few members of one page, and masked before they leave.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{FactId, Instant, MemberId, Personal, SubjectId};
use perennial_rules::history::History;

use super::{QueryResult, mask};
use crate::house::House;
use crate::port::PortResult;
use crate::port::journal::StoredFact;
use crate::read;
use crate::secret::DataKey;

/// Everything here is masked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Person {
    pub name: Option<String>,
    /// The brand's own number of the member.
    pub number: Option<String>,
    pub identities: Vec<KnownAs>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownAs {
    pub kind: String,
    pub value: String,
    pub since: Instant,
    /// Where it comes from: the source that said so, by which fact, about which subject.
    pub source: String,
    pub fact: FactId,
    pub subject: SubjectId,
}

/// The persons behind these members; erased ones are empty.
pub fn people(house: &House, members: &[MemberId]) -> QueryResult<BTreeMap<MemberId, Person>> {
    let mut reader = house.reader();
    let kin: BTreeMap<SubjectId, MemberId> = reader.kin(members)?.into_iter().map(|row| (row.subject, row.member)).collect();
    let asked = |subject: &SubjectId| members.contains(kin.get(subject).unwrap_or(subject));
    let subjects: BTreeSet<SubjectId> = kin.keys().chain(members).copied().filter(asked).collect();
    let stored = reader.facts_of(&subjects.into_iter().collect::<Vec<_>>())?;
    drop(reader);
    Ok(from_facts(house, &stored, &|subject| kin.get(&subject).copied().unwrap_or(subject))?)
}

/// As [`people`], from facts already read.
pub(crate) fn from_facts(
    house: &House,
    stored: &[StoredFact],
    member_of: &dyn Fn(SubjectId) -> MemberId,
) -> PortResult<BTreeMap<MemberId, Person>> {
    let mut by_member: BTreeMap<MemberId, Vec<&StoredFact>> = BTreeMap::new();
    for fact in stored {
        by_member.entry(member_of(fact.subject)).or_default().push(fact);
    }
    let keys = keys_of(house, stored)?;
    let mut people = BTreeMap::new();
    for (member, facts) in by_member {
        let mut person = Person::default();
        if !keys.is_empty() {
            for fact in standing(&facts)? {
                // What cannot be opened was erased, or is of another master key: nothing to show either way.
                let Some(Ok(personal)) = keys.get(&fact.subject).map(|key| key.open(fact.subject, &fact.sealed)) else { continue };
                if let Some(name) = personal.get("name") {
                    // An empty name was taken back.
                    person.name = Some(mask::name(name)).filter(|name| !name.is_empty());
                }
                if let Some(value) = personal.get("value").filter(|_| fact.kind == "identity.attached") {
                    let kind = fact.object.strip_prefix("identity:").unwrap_or(&fact.object).to_owned();
                    let value = mask::identity(&kind, value);
                    if kind == "number" && person.number.is_none() {
                        person.number = Some(value.clone());
                    }
                    let known = KnownAs {
                        kind,
                        value,
                        since: fact.occurred_at,
                        source: fact.source.clone(),
                        fact: fact.id(),
                        subject: fact.subject,
                    };
                    // Two subjects of one member may each have been given the same value.
                    if !person
                        .identities
                        .iter()
                        .any(|held| held.kind == known.kind && held.value == known.value && held.subject != known.subject)
                    {
                        person.identities.push(known);
                    }
                }
            }
        }
        people.insert(member, person);
    }
    Ok(people)
}

/// How one member is addressed: masked, unless it is asked for in clear.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Contact {
    pub name: Option<String>,
    /// The brand's own number of the member, which is never masked.
    pub number: Option<String>,
    /// The latest one told.
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// Names and the like of many members at once, from what is sealed among these facts (retractions must be among them, other facts need
/// not); members without any are left out. In clear only for whoever may see it so, after that was written down.
pub fn contacts(
    house: &House,
    stored: &[StoredFact],
    member_of: &dyn Fn(SubjectId) -> MemberId,
    clear: bool,
) -> PortResult<BTreeMap<MemberId, Contact>> {
    let shown = |kind: &str, value: &str| if clear { value.to_owned() } else { mask::identity(kind, value) };
    let mut contacts: BTreeMap<MemberId, Contact> = BTreeMap::new();
    for (fact, personal) in opened(house, stored)? {
        let contact = contacts.entry(member_of(fact.subject)).or_default();
        if let Some(name) = personal.get("name") {
            let name = if clear { name.trim().to_owned() } else { mask::name(name) };
            contact.name = Some(name).filter(|name| !name.is_empty());
        }
        let Some(value) = personal.get("value").filter(|_| fact.kind == "identity.attached") else { continue };
        match fact.object.strip_prefix("identity:").unwrap_or(&fact.object) {
            "number" if contact.number.is_none() => contact.number = Some(value.to_owned()),
            "phone" => contact.phone = Some(shown("phone", value)),
            "email" => contact.email = Some(shown("email", value)),
            _ => {}
        }
    }
    Ok(contacts)
}

/// The open keys of the subjects that have anything sealed.
fn keys_of(house: &House, stored: &[StoredFact]) -> PortResult<BTreeMap<SubjectId, DataKey>> {
    let sealed: BTreeSet<SubjectId> = stored.iter().filter(|fact| !fact.sealed.is_empty()).map(|fact| fact.subject).collect();
    let keys = if sealed.is_empty() { BTreeMap::new() } else { house.keys().load(&sealed)? };
    Ok(keys.into_iter().filter_map(|(subject, wrapped)| Some((subject, house.secrets().unwrap(subject, &wrapped).ok()?))).collect())
}

/// The sealed parts that can be opened, by event time; not masked. What was retracted or erased is not among them.
pub(crate) fn opened<'a>(house: &House, stored: &'a [StoredFact]) -> PortResult<Vec<(&'a StoredFact, Personal)>> {
    let keys = keys_of(house, stored)?;
    let all: Vec<&StoredFact> = stored.iter().collect();
    let open = |fact: &'a StoredFact| Some((fact, keys.get(&fact.subject)?.open(fact.subject, &fact.sealed).ok()?));
    Ok(standing(&all)?.into_iter().filter_map(open).collect())
}

/// The facts with a sealed part that no retraction took back, by event time: of several names the latest is told.
fn standing<'a>(facts: &[&'a StoredFact]) -> PortResult<Vec<&'a StoredFact>> {
    let mut sealed: Vec<&StoredFact> = facts.iter().copied().filter(|fact| !fact.sealed.is_empty()).collect();
    if facts.iter().any(|fact| fact.kind == "import.retracted") {
        let all = facts.iter().map(|fact| read::fact(fact)).collect::<PortResult<Vec<_>>>()?;
        let left: BTreeSet<FactId> = History::new(all).facts().iter().map(|fact| fact.id).collect();
        sealed.retain(|fact| left.contains(&fact.id()));
    }
    sealed.sort_by_key(|fact| (fact.occurred_at, fact.position));
    Ok(sealed)
}

/// Visits the facts of one member that stand, with what was sealed in them, by event time. For whoever may see it in clear.
pub(crate) fn each_opened(house: &House, stored: &[StoredFact], visit: &mut dyn FnMut(&StoredFact, &Personal)) -> PortResult<()> {
    let facts: Vec<&StoredFact> = stored.iter().collect();
    let sealed: BTreeSet<SubjectId> = stored.iter().filter(|fact| !fact.sealed.is_empty()).map(|fact| fact.subject).collect();
    let keys = house.keys().load(&sealed)?;
    for fact in standing(&facts)? {
        let key = keys.get(&fact.subject).and_then(|wrapped| house.secrets().unwrap(fact.subject, wrapped).ok());
        // What cannot be opened was erased: there is nothing to show.
        let opened = key.and_then(|key| key.open(fact.subject, &fact.sealed).ok());
        if let Some(personal) = opened {
            visit(fact, &personal);
        }
    }
    Ok(())
}
