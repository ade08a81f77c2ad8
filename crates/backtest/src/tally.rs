//! How many members stand in each stage.

use std::collections::BTreeMap;

use perennial_kernel::Day;
use perennial_rules::effect::{ModelId, StageId};
use perennial_rules::lifecycle::model::Model;
use perennial_rules::profile::Profile;

/// Members by stage id; every stage of the model is there, also with nobody in it.
pub type StagesById = BTreeMap<StageId, u64>;

/// Members per stage as of the end of a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StageTable {
    pub as_of: Day,
    pub model: ModelId,
    pub version: i64,
    /// Everybody known by then.
    pub members: u64,
    /// Members with at least one counted purchase.
    pub buyers: u64,
    pub members_with_more_than_one_life: u64,
    pub stages: StagesById,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tally {
    members: u64,
    buyers: u64,
    more_lives: u64,
    pub stages: Vec<u64>,
}

impl Tally {
    pub fn new(model: &Model) -> Self {
        Self { members: 0, buyers: 0, more_lives: 0, stages: vec![0; model.stages.len()] }
    }

    pub fn count(&mut self, profile: &Profile, stage: usize) {
        self.members += 1;
        self.buyers += u64::from(profile.purchases.f_total > 0);
        self.more_lives += u64::from(profile.purchases.life > 1);
        self.stages[stage] += 1;
    }

    pub fn merge(&mut self, other: &Self) {
        self.members += other.members;
        self.buyers += other.buyers;
        self.more_lives += other.more_lives;
        add(&mut self.stages, &other.stages);
    }

    pub fn table(&self, model: &Model, as_of: Day) -> StageTable {
        StageTable {
            as_of,
            model: model.id.clone(),
            version: model.version,
            members: self.members,
            buyers: self.buyers,
            members_with_more_than_one_life: self.more_lives,
            stages: by_id(model, &self.stages),
        }
    }
}

pub(crate) fn by_id(model: &Model, counts: &[u64]) -> StagesById {
    model.stages.iter().zip(counts).map(|(stage, count)| (stage.id.clone(), *count)).collect()
}

/// Adds place by place.
pub(crate) fn add(to: &mut [u64], from: &[u64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}
