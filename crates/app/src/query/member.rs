//! One member: the page's head, profile and lives, and the case file that timeline and explanation read.

use std::collections::BTreeMap;

use perennial_backtest::Life;
use perennial_condition::{FieldId, Name, Row, Type, Value};
use perennial_kernel::{Day, EffectId, Fact, Instant, MemberId};
use perennial_rules::codec;
use perennial_rules::effect::{Effect, ModelId, StageId};
use perennial_rules::history::History;
use perennial_rules::lifecycle::walk;
use perennial_rules::profile::Profile;
use perennial_rules::reference::Reference;

use super::person::{self, Person};
use super::{QueryResult, not_found};
use crate::house::House;
use crate::port::journal::StoredFact;
use crate::port::{PortError, PortResult};
use crate::read;

/// Everything the journal holds of one member.
pub struct Case {
    pub member: MemberId,
    /// Ascending by position.
    pub stored: Vec<StoredFact>,
    pub facts: Vec<Fact>,
    pub effects: Vec<(EffectId, Effect)>,
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
    pub registered_on: Option<Day>,
    /// The person was erased: what is left is nobody's.
    pub erased: bool,
    pub stages: BTreeMap<ModelId, Standing>,
    pub profile: Vec<Trait>,
    pub lives: Vec<Life>,
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
}

pub fn unknown(member: &str) -> super::QueryError {
    not_found("member.unknown", format!("there is no member {member}"), format!("没有编号为 {member} 的会员"))
}

/// Opens the case file; a member of whom nothing is left (an undone import) is unknown.
pub fn open(house: &House, member: MemberId) -> QueryResult<Case> {
    if member == MemberId::NOBODY {
        return Err(unknown(&member.to_string()));
    }
    let (stored, effects, states) = {
        let mut reader = house.reader();
        (reader.facts_of(&[member])?, reader.effects_of(&[member])?, reader.states(&[member])?)
    };
    if stored.is_empty() {
        return Err(unknown(&member.to_string()));
    }
    let facts = stored.iter().map(read::fact).collect::<PortResult<Vec<_>>>()?;
    let mut decided = Vec::with_capacity(effects.len());
    for effect in &effects {
        let Ok(at) = facts.binary_search_by_key(&effect.position, |fact| fact.id.position) else {
            return Err(PortError::Damaged(format!("an effect of member {member} names no fact of it")).into());
        };
        decided.push((EffectId { fact: facts[at].id, ordinal: effect.ordinal }, read::effect(effect)?));
    }
    let state = states.get(&member).and_then(|bytes| codec::decode_state(bytes));
    let history = History::new(facts.clone());
    let case = Case {
        member,
        stored,
        facts,
        effects: decided,
        history,
        live_from: state.as_ref().map(|state| state.live_from),
        opened_quietly: state.as_ref().is_some_and(|state| state.opened_quietly),
    };
    Ok(case)
}

pub fn detail(house: &House, member: MemberId) -> QueryResult<Detail> {
    let case = open(house, member)?;
    let now = house.now();
    let reference = house.reference();
    let book = case.history.book(&reference, now);
    if book.known_from.is_none() {
        return Err(unknown(&member.to_string()));
    }
    let today = reference.calendar.day(now);
    let profile = Profile::of(&book, &reference, today);
    let mut people = person::from_facts(house, &case.stored)?;
    Ok(Detail {
        member,
        person: people.remove(&member).unwrap_or_default(),
        registered_on: registered_on(&reference, &profile),
        erased: book.is_erased(),
        stages: standings(house, &reference, &case, now)?,
        profile: traits(&reference, &profile),
        lives: perennial_backtest::lives(&reference, &case.history, today),
    })
}

fn registered_on(reference: &Reference, profile: &Profile<'_>) -> Option<Day> {
    match profile.field(reference.catalog().field_id("registered_on")?) {
        Value::Day(day) => Some(day),
        _ => None,
    }
}

fn traits(reference: &Reference, profile: &Profile<'_>) -> Vec<Trait> {
    let one = |(at, field): (usize, &perennial_condition::Field)| Trait {
        field: field.name.clone(),
        name: field.label.clone(),
        ty: field.ty,
        value: profile.field(FieldId(at)),
    };
    let known = reference.catalog().fields.iter().enumerate().filter(|(_, field)| field.definition.is_none());
    known.map(one).collect()
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
