//! Who is whom, for people: what a merge or a split would come to, the queue of conflicts, and the rulings that answer it.

use std::collections::{BTreeMap, BTreeSet};

use perennial_condition::{Name, Value};
use perennial_kernel::{Attribute, Body, Day, Fact, FactId, Instant, MemberId, Money, Ruling, SubjectId};
use perennial_rules::effect::{ModelId, StageId};
use perennial_rules::history::History;
use perennial_rules::lifecycle::walk;
use perennial_rules::member::policy::Rule;
use perennial_rules::member::resolve::Conflict;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use super::member::{Case, open, unknown};
use super::person::{self, Person};
use super::{QueryResult, mask, not_found, refused};
use crate::engine::{Answer, Command, people_of};
use crate::house::{House, HouseError};
use crate::policy;
use crate::port::PortError;
use crate::port::journal::{ConflictRow, StoredFact, Whom};

/// A member as it is, or as it would be.
#[derive(Clone, Debug)]
pub struct Side {
    pub member: MemberId,
    pub person: Person,
    pub subjects: Vec<SubjectId>,
    pub stages: BTreeMap<ModelId, (StageId, u32)>,
    pub orders: i64,
    pub money: Money,
    pub first_purchase_on: Option<Day>,
    pub last_purchase_on: Option<Day>,
    pub facts: usize,
}

/// One field of the joint profile, and whose word it is.
#[derive(Clone, Debug)]
pub struct Won {
    pub field: String,
    pub name: Name,
    pub value: Value,
    pub from: MemberId,
    pub since: Instant,
    /// What the others say.
    pub over: Vec<(MemberId, Value)>,
}

/// What a merge or a split would come to.
#[derive(Clone, Debug)]
pub struct Preview {
    pub before: Vec<Side>,
    pub after: Vec<Side>,
    /// Of a merge: fields in which the latest word wins.
    pub fields: Vec<Won>,
}

/// Two members who may be one.
#[derive(Clone, Debug)]
pub struct Asked {
    pub row: ConflictRow,
    pub left: Person,
    pub right: Person,
}

/// A fact that says why.
#[derive(Clone, Debug)]
pub struct Evidence {
    pub fact: FactId,
    pub member: MemberId,
    pub at: Instant,
    pub source: String,
    pub kind: String,
    /// The identity it names, masked.
    pub identity: Option<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct AskedInFull {
    pub conflict: Conflict,
    pub evidence: Vec<Evidence>,
    pub merged: Preview,
}

/// How a conflict is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolution {
    Merge,
    KeepApart,
    /// The value that names both names nobody: the identity rules block it from now on.
    BlockValue,
}

pub fn preview_merge(house: &House, left: MemberId, right: MemberId) -> QueryResult<Preview> {
    let [left, right] = two(house, left, right)?;
    let survivor = first_of([&left, &right]);
    let stored: Vec<StoredFact> = left.stored.iter().chain(&right.stored).cloned().collect();
    let facts: Vec<Fact> = left.facts.iter().chain(&right.facts).cloned().collect();
    let mut subjects = [left.subjects.clone(), right.subjects.clone()].concat();
    subjects.sort_unstable();
    let before = vec![side_of_case(house, &left)?, side_of_case(house, &right)?];
    let after = vec![side(house, survivor, subjects, &stored, &facts)?];
    Ok(Preview { before, after, fields: fields_won(house, &facts, [&left, &right]) })
}

/// Two members who can be put together. Nobody is put together with somebody erased: it would be erased itself.
fn two(house: &House, left: MemberId, right: MemberId) -> QueryResult<[Case; 2]> {
    let cases = [open(house, left)?, open(house, right)?];
    if cases[0].member == cases[1].member {
        return Err(refused("member.same", "both are one member already", "两者已是同一位会员"));
    }
    if cases.iter().any(|case| case.facts.iter().any(|fact| fact.body == Body::MemberErased)) {
        return Err(refused("member.erased", "one of them was erased", "其中一位会员已被删除"));
    }
    Ok(cases)
}

/// These subjects leave the member.
pub fn preview_split(house: &House, member: MemberId, leaving: &[SubjectId]) -> QueryResult<Preview> {
    let case = open(house, member)?;
    let (stay, leave) = parts(&case, leaving)?;
    let part = |subjects: &[SubjectId]| {
        let own = |subject: &SubjectId| subjects.contains(subject);
        let stored: Vec<StoredFact> = case.stored.iter().filter(|fact| own(&fact.subject)).cloned().collect();
        let facts: Vec<Fact> = case.facts.iter().filter(|fact| own(&fact.subject)).cloned().collect();
        let name = facts.iter().map(|fact| (fact.id, fact.subject)).min().map_or(case.member, |(_, subject)| subject);
        side(house, name, subjects.to_vec(), &stored, &facts)
    };
    Ok(Preview { before: vec![side_of_case(house, &case)?], after: vec![part(&stay)?, part(&leave)?], fields: Vec::new() })
}

/// Puts two members together, whatever identities say. Answers the member that both are now.
pub fn merge(house: &House, left: MemberId, right: MemberId, by: &str, why: &str) -> QueryResult<MemberId> {
    let [left, right] = two(house, left, right)?;
    let formed = rule(house, Ruling { together: vec![(left.member, right.member)], apart: Vec::new(), by: by.to_owned() }, why)?;
    house.audit_about(by, "members_merged", Some(formed), &format!("{} {}: {why}", left.member, right.member))?;
    Ok(formed)
}

/// Lets these subjects leave the member; identities do not join them again. Answers the member that they are now.
pub fn split(house: &House, member: MemberId, leaving: &[SubjectId], by: &str, why: &str) -> QueryResult<MemberId> {
    let case = open(house, member)?;
    let (stay, leave) = parts(&case, leaving)?;
    // Whom the leaving ones had connected stays together.
    let chain = |subjects: &[SubjectId]| subjects.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>();
    let apart = leave.iter().flat_map(|one| stay.iter().map(move |other| (*one, *other))).collect();
    rule(house, Ruling { together: [chain(&stay), chain(&leave)].concat(), apart, by: by.to_owned() }, why)?;
    let formed = open(house, leave[0])?.member;
    house.audit_about(by, "member_split", Some(case.member), &format!("{formed}: {why}"))?;
    Ok(formed)
}

fn parts(case: &Case, leaving: &[SubjectId]) -> QueryResult<(Vec<SubjectId>, Vec<SubjectId>)> {
    let (leave, stay): (Vec<SubjectId>, Vec<SubjectId>) = case.subjects.iter().partition(|subject| leaving.contains(subject));
    if leave.is_empty() || leave.len() != leaving.iter().collect::<BTreeSet<_>>().len() {
        return Err(refused("member.no_part", "names somebody who is no part of this member", "所选部分不属于该会员"));
    }
    if stay.is_empty() {
        return Err(refused("member.all_parts", "somebody has to stay", "至少保留一个部分"));
    }
    Ok((stay, leave))
}

fn rule(house: &House, ruling: Ruling, why: &str) -> QueryResult<MemberId> {
    let (first, _) = ruling.together.iter().chain(&ruling.apart).next().copied().unwrap_or((MemberId::NOBODY, MemberId::NOBODY));
    // Asked twice before anything else was written is asked once.
    let written: u64 = house.reader().heads()?.iter().map(|head| head.seq.0).sum();
    let id = format!("{}:{first}:{written}", house.now());
    let command = Command::Rule { id, ruling, why: why.to_owned() };
    // Whatever the engine says, trying again is safe.
    let failed = |error: std::sync::Arc<crate::engine::EngineError>| PortError::Transient(error.to_string());
    let answers = house.queue().process(vec![command]).map_err(failed)?;
    match answers.into_iter().next() {
        Some(Answer::Recorded(receipt)) => Ok(receipt.member.unwrap_or(first)),
        Some(Answer::Refused(refusal)) => Err(super::QueryError::Refused(refusal)),
        _ => Ok(first),
    }
}

pub fn conflicts(house: &House, limit: usize, cursor: Option<&str>) -> QueryResult<(Vec<Asked>, Option<String>)> {
    let after = match cursor {
        None => None,
        Some(text) => {
            Some(read_cursor(text).ok_or_else(|| refused("cursor.unreadable", "the cursor was not given by this list", "翻页游标无效"))?)
        }
    };
    let mut rows = house.reader().conflicts(after, limit + 1)?;
    let next = (rows.len() > limit).then(|| {
        rows.truncate(limit);
        rows.last().map(|row| format!("{}.{}.{}", row.family, row.left, row.right)).unwrap_or_default()
    });
    let members: Vec<MemberId> = rows.iter().flat_map(|row| [row.left, row.right]).collect::<BTreeSet<_>>().into_iter().collect();
    let people = person::people(house, &members)?;
    let person = |member: MemberId| people.get(&member).cloned().unwrap_or_default();
    Ok((rows.into_iter().map(|row| Asked { left: person(row.left), right: person(row.right), row }).collect(), next))
}

fn read_cursor(text: &str) -> Option<(SubjectId, MemberId, MemberId)> {
    let mut parts = text.split('.').map(SubjectId::parse);
    let key = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(key)
}

/// One conflict with its evidence, as the facts now known make it.
pub fn conflict(house: &House, left: MemberId, right: MemberId) -> QueryResult<AskedInFull> {
    let conflict = find(house, left, right)?;
    let (ours, theirs) = (open(house, conflict.left)?, open(house, conflict.right)?);
    let stored = ours.stored.iter().chain(&theirs.stored).filter(|fact| conflict.evidence.contains(&fact.id()));
    let mut evidence = Vec::new();
    for fact in stored {
        let member = if ours.subjects.contains(&fact.subject) { ours.member } else { theirs.member };
        let identity = identity_in(house, fact)?.map(|(kind, value)| (kind.clone(), mask::identity(&kind, &value)));
        evidence.push(Evidence {
            fact: fact.id(),
            member,
            at: fact.occurred_at,
            source: fact.source.clone(),
            kind: fact.kind.clone(),
            identity,
        });
    }
    evidence.sort_by_key(|one| (one.at, one.fact));
    Ok(AskedInFull { merged: preview_merge(house, conflict.left, conflict.right)?, evidence, conflict })
}

fn find(house: &House, left: MemberId, right: MemberId) -> QueryResult<Conflict> {
    let families = house.reader().families(&Whom { subjects: BTreeSet::from([left]), ..Whom::default() })?;
    let people = people_of(&families);
    let Some(family) = people.who.get(&left).map(|who| who.family) else { return Err(unknown(&left.to_string())) };
    let reference = house.reference();
    let blocked = reference.identities().blocked_values().map(|identity| house.secrets().token(&identity).0).collect();
    let resolution = people.resolution(reference.identities(), &blocked, family);
    let between = |conflict: &Conflict| (conflict.left, conflict.right) == (left.min(right), left.max(right));
    resolution
        .conflicts
        .into_iter()
        .find(between)
        .ok_or_else(|| not_found("conflict.unknown", "these two are not in conflict, or no longer", "这两位会员没有冲突，或冲突已处理"))
}

/// Answers a conflict.
pub fn settle(house: &House, left: MemberId, right: MemberId, how: Resolution, by: &str, why: &str) -> QueryResult<()> {
    let conflict = find(house, left, right)?;
    match how {
        Resolution::Merge => merge(house, conflict.left, conflict.right, by, why).map(drop),
        Resolution::KeepApart => {
            let (left, right) = (open(house, conflict.left)?, open(house, conflict.right)?);
            let apart = left.subjects.iter().flat_map(|one| right.subjects.iter().map(move |other| (*one, *other))).collect();
            rule(house, Ruling { together: Vec::new(), apart, by: by.to_owned() }, why)?;
            Ok(house.audit_about(by, "members_kept_apart", Some(left.member), &format!("{}: {why}", right.member))?)
        }
        Resolution::BlockValue => block(house, &conflict, by, why),
    }
}

/// The value that names both members is blocked by a new version of the identity rules.
fn block(house: &House, conflict: &Conflict, by: &str, why: &str) -> QueryResult<()> {
    let mut named: BTreeMap<String, BTreeSet<MemberId>> = BTreeMap::new();
    for member in [conflict.left, conflict.right] {
        for fact in &open(house, member)?.stored {
            if let Some((kind, value)) = identity_in(house, fact)?
                && kind == conflict.by
            {
                named.entry(value).or_default().insert(member);
            }
        }
    }
    let Some((value, _)) = named.into_iter().find(|(_, members)| members.len() == 2) else {
        return Err(refused("conflict.no_value", "the value that names both can no longer be read", "无法再读取同时指向两位会员的值"));
    };
    let mut rules = house.reference().identities().document.clone();
    // A type without a row of its own is found at the row for all others: it gets one before that.
    let at = house.reference().identities().rank(&conflict.by);
    if rules.types[at].kind != conflict.by {
        let own = Rule { kind: conflict.by.clone(), blocked: Vec::new(), ..rules.types[at].clone() };
        rules.types.insert(at, own);
    }
    rules.types[at].blocked.push(value);
    let yaml = serde_norway::to_string(&rules).map_err(|why| PortError::Failed(why.to_string()))?;
    Ok(put_rules_in_force(house, &yaml, by, why).map(drop)?)
}

/// Stores identity rules as a new version, puts it in force, and decides anew who is whom. Answers the version.
pub fn put_rules_in_force(house: &House, yaml: &str, by: &str, why: &str) -> Result<i64, HouseError> {
    let version = house.add_version(policy::IDENTITY, yaml, by, why)?;
    house.activate(policy::IDENTITY, version)?;
    house.redecide(policy::IDENTITY, version, &mut |_| true)?;
    house.audit(by, "identity_rules_changed", &version.to_string())?;
    Ok(version)
}

/// The identity a fact names in its sealed part, if it can be opened.
fn identity_in(house: &House, fact: &StoredFact) -> QueryResult<Option<(String, String)>> {
    if fact.sealed.is_empty() {
        return Ok(None);
    }
    let keys = house.keys().load(&BTreeSet::from([fact.subject]))?;
    let key = keys.get(&fact.subject).and_then(|wrapped| house.secrets().unwrap(fact.subject, wrapped).ok());
    let Some(personal) = key.and_then(|key| key.open(fact.subject, &fact.sealed).ok()) else { return Ok(None) };
    if let (Some(kind), Some(value)) = (fact.object.strip_prefix("identity:"), personal.get("value")) {
        return Ok(Some((kind.to_owned(), value.to_owned())));
    }
    let dated_back = personal.0.iter().find_map(|(name, value)| Some((name.strip_prefix("identity:")?.to_owned(), value.clone())));
    Ok(dated_back)
}

fn first_of(cases: [&Case; 2]) -> MemberId {
    let born = |case: &&Case| case.stored.iter().filter(|fact| fact.subject == case.member).map(StoredFact::id).min();
    cases.into_iter().min_by_key(born).map_or(MemberId::NOBODY, |case| case.member)
}

fn side_of_case(house: &House, case: &Case) -> QueryResult<Side> {
    side(house, case.member, case.subjects.clone(), &case.stored, &case.facts)
}

fn side(house: &House, member: MemberId, subjects: Vec<SubjectId>, stored: &[StoredFact], facts: &[Fact]) -> QueryResult<Side> {
    let reference = house.reference();
    let now = house.now();
    let history = History::new(facts.to_vec());
    let book = history.book(&reference, now);
    let profile = Profile::of(&book, &reference, reference.calendar.day(now));
    let models = Reference::new(reference.brand.clone(), house.models()?);
    let by_model = history.book(&models, now);
    let stand = |model: &perennial_rules::lifecycle::model::Model| {
        let stand = walk::stand(&models, model, &by_model, now);
        (model.id.clone(), (model.stages[stand.stage].id.clone(), stand.life))
    };
    let bought = profile.purchases;
    let people = person::from_facts(house, stored, &|_| member)?;
    Ok(Side {
        member,
        person: people.into_values().next().unwrap_or_default(),
        subjects,
        stages: models.models().iter().map(stand).collect(),
        orders: bought.f_total,
        money: bought.m_total,
        first_purchase_on: bought.first,
        last_purchase_on: bought.last,
        facts: facts.len(),
    })
}

/// Attributes of the joint book, each with whose word it is: the latest wins.
fn fields_won(house: &House, joint: &[Fact], cases: [&Case; 2]) -> Vec<Won> {
    let reference = house.reference();
    let now = house.now();
    let books = cases.map(|case| (case.member, case.history.book(&reference, now)));
    let joint = History::new(joint.to_vec()).book(&reference, now);
    let value = |attribute: &Attribute| match attribute {
        Attribute::Text(text) => Value::Text(text.as_str().into()),
        Attribute::Number(number) => Value::Decimal(*number),
        Attribute::Bool(flag) => Value::Bool(*flag),
        Attribute::Day(day) => Value::Day(*day),
        Attribute::Money(money) => Value::Money(*money),
        Attribute::Choices(list) => Value::Choices(list.as_slice().into()),
        Attribute::Cleared => Value::Null,
    };
    let catalog = reference.catalog();
    let called = |field: &str| {
        let label = catalog.field_id(field).map(|id| catalog.fields[id.0].label.clone());
        label.unwrap_or_else(|| Name::new(field, field))
    };
    let won = |(name, (since, held)): (&String, &(Instant, Attribute))| {
        let from = books.iter().find(|(_, book)| book.attributes.get(name) == Some(&(*since, held.clone()))).map(|(member, _)| *member)?;
        let others = books.iter().filter(|(member, _)| *member != from);
        let over = others.filter_map(|(member, book)| book.attributes.get(name).map(|(_, held)| (*member, value(held)))).collect();
        Some(Won { name: called(name), field: name.clone(), value: value(held), from, since: *since, over })
    };
    joint.attributes.iter().filter_map(won).collect()
}
