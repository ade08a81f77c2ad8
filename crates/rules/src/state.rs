//! A member's state: the book plus where each model's recorded path stands. A snapshot of it is disposable: history rebuilds equal bytes.

use perennial_kernel::{EffectId, Instant};

use crate::book::Book;
use crate::effect::{ModelId, StageId};
use crate::lifecycle::model::Model;

/// Where a member stands in one model, as recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub model: ModelId,
    /// The policy version that put the member here.
    pub version: i64,
    /// The version of the value model that it read then, if it reads one. A refit decides anew like another policy version.
    pub value: Option<i64>,
    /// The version of the document of signals, likewise.
    pub signals: Option<i64>,
    /// Since when that version decides for this member: corrections reach back to here, not into an earlier version's time.
    pub since: Instant,
    /// How the version's decisions about this member began.
    pub opened: Opened,
    pub stage: StageId,
    pub life: u32,
}

impl Standing {
    /// Whether the model, with the documents it reads now, is what put the member here.
    pub fn is_of(&self, model: &Model) -> bool {
        (self.version, self.value, self.signals) == (model.version, model.value, model.signals)
    }
}

/// How a policy version's decisions about a member began: where its recorded path starts from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Opened {
    /// With the member's first fact, a move from nowhere.
    FromNowhere,
    /// Where the member stood is reconstructed, not recorded: its first fact was backfill, or the model came later than the member.
    Quietly,
    /// Where an earlier version had put the member.
    From { stage: StageId, life: u32 },
}

/// A recorded stage decision that has not been superseded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    pub id: EffectId,
    pub decision: crate::effect::StageDecision,
}

/// What a late or retracting fact needs beside the snapshot: the member's whole past.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// All facts of the member recorded before the fact to decide, in any order.
    pub facts: Vec<perennial_kernel::Fact>,
    /// Standing stage decisions, in any order.
    pub recorded: Vec<Recorded>,
}

/// The fold of a member's journal, in journal order.
#[derive(Clone, PartialEq, Debug)]
pub struct State {
    pub book: Book,
    /// Decisions are recorded from here on; before it, stages are reconstructed. Set by the member's first fact.
    pub live_from: Instant,
    /// Everything up to here has been decided. A fact that occurred before is late.
    pub clock: Instant,
    /// The first fact was backfill: where the member stood at `live_from` is reconstructed, not recorded.
    pub opened_quietly: bool,
    /// One for each active model that has been evaluated for this member, ascending by model id.
    pub standings: Vec<Standing>,
    /// Which filtered aggregates `book.named` was kept for.
    pub series_key: u64,
}

impl State {
    /// No decision is recorded yet, so a fact up to the clock has nothing to change or correct: the bulk of an import is of this kind.
    pub fn is_unrecorded(&self) -> bool {
        self.opened_quietly && self.clock == self.live_from
    }

    pub fn standing(&self, model: &str) -> Option<&Standing> {
        self.standings.iter().find(|standing| standing.model == model)
    }

    pub fn stand(&mut self, standing: Standing) {
        match self.standings.binary_search_by(|held| held.model.cmp(&standing.model)) {
            Ok(at) => self.standings[at] = standing,
            Err(at) => self.standings.insert(at, standing),
        }
    }
}

impl Past {
    /// Takes in the effects of one more fact: superseded decisions go, new ones stand.
    pub fn take_effects(&mut self, effects: impl IntoIterator<Item = (EffectId, crate::effect::Effect)>) {
        for (id, effect) in effects {
            if let crate::effect::Effect::StageCorrected { supersedes: Some(gone), .. } = &effect {
                self.recorded.retain(|held| held.id != *gone);
            }
            if let Some(decision) = effect.decision() {
                self.recorded.push(Recorded { id, decision: decision.clone() });
            }
        }
    }
}
