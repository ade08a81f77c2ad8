//! Effects: what a decision changes, complete, as values.

use perennial_kernel::{EffectId, Instant};

/// A lifecycle model's id: `rf`, `six-step`.
pub type ModelId = String;
/// A stage's id within its model: `new.first`.
pub type StageId = String;

/// A value a rule saw, by field name, as text that reads back to the same value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    pub field: String,
    pub value: String,
}

/// One move along a member's path through a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Move {
    /// When it took effect: the event's instant, or the start of the day on which it fell due.
    pub at: Instant,
    pub from: Option<StageId>,
    pub to: StageId,
    /// Number of the life the member is in after it; 0 without a counted purchase.
    pub life: u32,
    /// A new life began (SPEC LC-3).
    pub reactivated: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// The stage changed: by an event, by time, or by a policy's activation.
    StageChanged(StageDecision),
    /// A late fact showed that an earlier decision would have been another: it is superseded, and both stay on the timeline.
    StageCorrected {
        model: ModelId,
        version: i64,
        /// The recorded decision that no longer holds, if there was one at this place.
        supersedes: Option<EffectId>,
        /// What holds instead, if anything.
        instead: Option<StageDecision>,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StageDecision {
    pub model: ModelId,
    /// The policy version that decided.
    pub version: i64,
    /// The version of the value model it read, if it reads one.
    pub value: Option<i64>,
    /// The version of the document of signals, likewise.
    pub signals: Option<i64>,
    pub step: Move,
    /// What the stage's condition saw.
    pub seen: Vec<Seen>,
}

impl Effect {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::StageChanged(_) => "stage.changed",
            Self::StageCorrected { .. } => "stage.corrected",
        }
    }

    pub fn model(&self) -> &str {
        match self {
            Self::StageChanged(decision) => &decision.model,
            Self::StageCorrected { model, .. } => model,
        }
    }

    /// The decision that stands after this effect, if it makes one.
    pub fn decision(&self) -> Option<&StageDecision> {
        match self {
            Self::StageChanged(decision) => Some(decision),
            Self::StageCorrected { instead, .. } => instead.as_ref(),
        }
    }
}
