//! One member: the page's head, profile and lives, and the case file that timeline and explanation read.

use std::collections::BTreeMap;

use perennial_backtest::Life;
use perennial_condition::{FieldId, Name, Row, Type, Value};
use perennial_kernel::{Day, EffectId, Fact, Instant, MemberId, SubjectId};
use perennial_rules::codec;
use perennial_rules::effect::{Effect, ModelId, StageId};
use perennial_rules::history::History;
use perennial_rules::lifecycle::walk;
use perennial_rules::member::family;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;
use perennial_rules::value::{FIELDS, rounded, whole};

use super::person::{self, Person};
use super::{QueryResult, not_found};
use crate::chronicle::Chronicle;
use crate::house::House;
use crate::port::journal::StoredFact;

/// Everything the journal holds of one member.
pub struct Case {
    /// The member that answers: whoever was asked for may be part of another by now.
    pub member: MemberId,
    /// The subjects it consists of, ascending.
    pub subjects: Vec<SubjectId>,
    /// Ascending by position.
    pub stored: Vec<StoredFact>,
    pub facts: Vec<Fact>,
    /// Decisions recorded about it or about members that are part of it now.
    pub effects: Vec<(EffectId, Effect)>,
    /// Decisions that no longer hold, each with the correction that said so.
    pub superseded: BTreeMap<EffectId, EffectId>,
    family: Vec<Fact>,
    pub history: History,
    /// Decisions are recorded from here on.
    pub live_from: Option<Instant>,
    /// Where the member stood at `live_from` is reconstructed, too.
    pub opened_quietly: bool,
}

#[derive(Clone, Debug)]
pub struct Detail {
    pub member: MemberId,
    pub person: Person,
    pub parts: Vec<Part>,
    pub registered_on: Option<Day>,
    /// The person was erased: what is left is nobody's.
    pub erased: bool,
    pub stages: BTreeMap<ModelId, Standing>,
    pub profile: Vec<Trait>,
    pub lives: Vec<Life>,
}

/// A part of the member: what came under an identity of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    pub subject: SubjectId,
    /// When the earliest of it occurred.
    pub since: Instant,
    pub facts: usize,
    /// When it became part of this member; `None` for the first.
    pub joined_at: Option<Instant>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub stage: StageId,
    pub life: u32,
    /// Since when, restated.
    pub since: Option<Day>,
}

/// One field of the profile as of today.
#[derive(Clone, Debug)]
pub struct Trait {
    pub field: String,
    pub name: Name,
    pub ty: Type,
    pub value: Value,
    /// 90 % of it as far as the parameters of the value model in force are uncertain; for the fields it tells alone.
    pub range: Option<[Value; 2]>,
}

pub fn unknown(member: &str) -> super::QueryError {
    not_found("member.unknown", format!("there is no member {member}"), format!("没有编号为 {member} 的会员"))
}

/// Opens the case file; a member of whom nothing is left (an undone import) is unknown.
pub fn open(house: &House, member: MemberId) -> QueryResult<Case> {
    if member == MemberId::NOBODY {
        return Err(unknown(&member.to_string()));
    }
    let (kin, family, effects, states) = {
        let mut reader = house.reader();
        let kin = reader.kin(&[member])?;
        let everyone: Vec<SubjectId> = if kin.is_empty() { vec![member] } else { kin.iter().map(|row| row.subject).collect() };
        let now = kin.iter().find(|row| row.subject == member).map_or(member, |row| row.member);
        (kin, reader.facts_of(&everyone)?, reader.effects_of(&everyone)?, reader.states(&[now])?)
    };
    let member = kin.iter().find(|row| row.subject == member).map_or(member, |row| row.member);
    let mut subjects: Vec<SubjectId> = kin.iter().filter(|row| row.member == member).map(|row| row.subject).collect();
    if subjects.is_empty() {
        subjects.push(member);
    }
    let told = Chronicle::read(&family, &effects)?;
    let is_own = |subject: &SubjectId| subjects.binary_search(subject).is_ok();
    let stored: Vec<StoredFact> = family.into_iter().filter(|fact| is_own(&fact.subject)).collect();
    if stored.is_empty() {
        return Err(unknown(&member.to_string()));
    }
    let facts: Vec<Fact> = told.facts().iter().filter(|fact| is_own(&fact.subject)).cloned().collect();
    let decided = told.effects().iter().filter(|(_, of, _)| is_own(of)).map(|(id, _, effect)| (*id, effect.clone())).collect();
    let state = states.get(&member).and_then(|bytes| codec::decode_state(bytes));
    let history = History::new(facts.clone());
    Ok(Case {
        member,
        subjects,
        stored,
        facts,
        effects: decided,
        superseded: told.superseded(),
        family: told.facts().to_vec(),
        history,
        live_from: state.as_ref().map(|state| state.live_from),
        opened_quietly: state.as_ref().is_some_and(|state| state.opened_quietly),
    })
}

impl Case {
    /// The history as it was recorded by then, of whoever the member was then.
    pub fn known_at(&self, at: Instant) -> History {
        let then = family::by_member(self.family.clone(), Some(at)).into_iter();
        let mine = |(member, facts): &(MemberId, Vec<Fact>)| *member == self.member || facts.iter().any(|fact| fact.subject == self.member);
        History::new(then.filter(mine).map(|(_, facts)| facts).next().unwrap_or_default())
    }
}

pub fn detail(house: &House, member: MemberId) -> QueryResult<Detail> {
    let case = open(house, member)?;
    let now = house.now();
    // Every field is shown, goodwill and closeness among them.
    let reference = Reference::clone(&house.reference()).weighing();
    let book = case.history.book(&reference, now);
    if book.known_from.is_none() {
        return Err(unknown(&member.to_string()));
    }
    let today = reference.calendar.day(now);
    let profile = Profile::of(&book, &reference, today);
    let mut people = person::from_facts(house, &case.stored, &|_| case.member)?;
    Ok(Detail {
        member: case.member,
        person: people.remove(&case.member).unwrap_or_default(),
        parts: case.subjects.iter().map(|subject| part(&case, *subject)).collect(),
        registered_on: registered_on(&reference, &profile),
        erased: book.is_erased(),
        stages: standings(house, &reference, &case, now)?,
        profile: traits(&reference, &profile, today),
        lives: perennial_backtest::lives(&reference, &case.history, today),
    })
}

fn part(case: &Case, subject: SubjectId) -> Part {
    let told = |fact: &&Fact| fact.subject == subject && !fact.body.is_about_identity_alone();
    let facts: Vec<&Fact> = case.facts.iter().filter(told).collect();
    // The latest membership from which on it was there without a break.
    let mut joined_at = None;
    for fact in case.facts.iter().filter(|fact| fact.subject == case.member) {
        match fact.body.membership().map(|membership| membership.subjects.contains(&subject)) {
            Some(true) if joined_at.is_none() => joined_at = Some(fact.recorded_at()),
            Some(false) => joined_at = None,
            _ => {}
        }
    }
    Part {
        subject,
        since: facts.iter().map(|fact| fact.occurred_at).min().unwrap_or(Instant(0)),
        facts: facts.len(),
        joined_at: joined_at.filter(|_| subject != case.member),
    }
}

fn registered_on(reference: &Reference, profile: &Profile<'_>) -> Option<Day> {
    match profile.field(reference.catalog().field_id("registered_on")?) {
        Value::Day(day) => Some(day),
        _ => None,
    }
}

fn traits(reference: &Reference, profile: &Profile<'_>, today: Day) -> Vec<Trait> {
    let one = |(at, field): (usize, &perennial_condition::Field)| Trait {
        field: field.name.clone(),
        name: field.label.clone(),
        ty: field.ty,
        value: profile.field(FieldId(at)),
        range: range(reference, profile, today, &field.name),
    };
    let known = reference.catalog().fields.iter().enumerate().filter(|(_, field)| field.definition.is_none());
    known.map(one).collect()
}

fn range(reference: &Reference, profile: &Profile<'_>, today: Day, field: &str) -> Option<[Value; 2]> {
    let at = FIELDS.iter().position(|held| *held == field)?;
    let band = reference.brand.value.as_ref()?.ranges(&profile.purchases, today)[at]?;
    let is_money = FIELDS[at] == "expected_spend_365";
    Some([band.low, band.high].map(|end| if is_money { Value::Money(whole(end)) } else { rounded(Some(end)) }))
}

/// Where the member stands in every stored model, and since when.
fn standings(house: &House, reference: &Reference, case: &Case, now: Instant) -> QueryResult<BTreeMap<ModelId, Standing>> {
    let models = Reference::new(reference.brand.clone(), house.models()?);
    let before = case.history.facts().first().map_or(now, |fact| fact.occurred_at.plus_ms(-1));
    let mut standings = BTreeMap::new();
    for model in models.models() {
        let path = walk::path(&models, model, &case.history, before, now);
        let Some(last) = path.moves.last() else { continue };
        let entered = path.moves.iter().rev().find(|walked| walked.step.from.as_ref() != Some(&walked.step.to)).unwrap_or(last);
        let since = Some(reference.calendar.day(entered.step.at));
        standings.insert(model.id.clone(), Standing { stage: last.step.to.clone(), life: last.step.life, since });
    }
    Ok(standings)
}
