//! Commands and answers: what goes into the one write path, and what comes back.

use perennial_kernel::{EffectId, FactId, ImportId, Incoming, Lane, MemberId, SubjectId};

use crate::port::journal::CommandKey;

/// One thing to do. Commands of one batch are decided in their order.
#[derive(Clone, Debug)]
pub enum Command {
    /// Record what a source sent.
    Record { incoming: Box<Incoming>, import: Option<ImportId> },
    /// Take back what an import brought for one subject; its command keys are released.
    Retract { import: ImportId, subject: SubjectId, lane: Lane, keys: Vec<CommandKey> },
    /// Say of one member that the person asked to be forgotten.
    Erase { member: MemberId, lane: Lane },
    /// Re-decide one member by a policy just activated.
    Apply { policy: String, version: i64, member: MemberId, lane: Lane },
}

/// What became of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    Recorded(Receipt),
    /// The same was recorded before: the first answer's fact.
    Repeated(FactId),
    /// Another content was recorded under the same key.
    Conflict(FactId),
    Refused(Refusal),
    /// Nothing had to be written.
    Unchanged,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    pub fact: FactId,
    /// `None` for a sale without member.
    pub member: Option<MemberId>,
    /// Effects of this fact and of the timers that fell due before it.
    pub effects: Vec<EffectId>,
}

/// An expected no, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub code: &'static str,
    pub en: String,
    pub zh: String,
}
