//! Facts and decisions about a family, and of them the past of each member.
//!
//! A decision is recorded under the member of its time. A merge may supersede decisions about another member, so what still stands is
//! known only from the whole family.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{EffectId, Fact, MemberId, SubjectId};
use perennial_rules::effect::Effect;
use perennial_rules::state::{Past, Recorded};

use crate::port::PortError;
use crate::port::journal::{StoredEffect, StoredFact};
use crate::read;

/// Everything written about some subjects.
#[derive(Default)]
pub struct Chronicle {
    facts: Vec<Fact>,
    effects: Vec<(EffectId, MemberId, Effect)>,
}

impl Chronicle {
    pub fn read(facts: &[StoredFact], effects: &[StoredEffect]) -> Result<Self, PortError> {
        let facts = facts.iter().map(read::fact).collect::<Result<Vec<_>, _>>()?;
        let mut told = Self { facts, effects: Vec::with_capacity(effects.len()) };
        for stored in effects {
            let Ok(at) = told.facts.binary_search_by_key(&stored.position, |fact| fact.id.position) else {
                return Err(PortError::Damaged(format!("an effect of member {} names no fact of it", stored.member)));
            };
            let id = EffectId { fact: told.facts[at].id, ordinal: stored.ordinal };
            told.effects.push((id, stored.member, read::effect(stored)?));
        }
        Ok(told)
    }

    pub fn add(&mut self, fact: &Fact, member: MemberId, effects: &[Effect]) {
        self.facts.push(fact.clone());
        let ids = (0..).map(|ordinal| EffectId { fact: fact.id, ordinal });
        self.effects.extend(ids.zip(effects).map(|(id, effect)| (id, member, effect.clone())));
    }

    /// The past of a member of these subjects: their facts, and the decisions recorded about any of them that nothing has superseded.
    pub fn past(&self, subjects: &BTreeSet<SubjectId>) -> Past {
        let gone = self.superseded();
        let standing = self.effects.iter().filter(|(id, member, _)| subjects.contains(member) && !gone.contains_key(id));
        let recorded = |(id, _, effect): &(EffectId, MemberId, Effect)| Some(Recorded { id: *id, decision: effect.decision()?.clone() });
        Past {
            facts: self.facts.iter().filter(|fact| subjects.contains(&fact.subject)).cloned().collect(),
            recorded: standing.filter_map(recorded).collect(),
        }
    }

    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Each with the member it was recorded about, in journal order of each lane.
    pub fn effects(&self) -> &[(EffectId, MemberId, Effect)] {
        &self.effects
    }

    /// Decisions that no longer hold, each with the correction that said so.
    pub fn superseded(&self) -> BTreeMap<EffectId, EffectId> {
        let by = |(id, _, effect): &(EffectId, MemberId, Effect)| match effect {
            Effect::StageCorrected { supersedes, .. } => supersedes.map(|gone| (gone, *id)),
            Effect::StageChanged(_) => None,
        };
        self.effects.iter().filter_map(by).collect()
    }
}
