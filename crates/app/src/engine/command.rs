//! Commands and answers: what goes into the one write path, and what comes back.

use perennial_kernel::{EffectId, FactId, ImportId, Incoming, Lane, MemberId, Ruling, SubjectId};

use crate::port::journal::CommandKey;

/// One thing to do. Commands of one batch are decided in their order.
#[derive(Clone, Debug)]
pub enum Command {
    /// Record what a source sent.
    Record { incoming: Box<Incoming>, import: Option<ImportId> },
    /// Take back what an import brought for one subject; its command keys are released.
    Retract { import: ImportId, subject: SubjectId, lane: Lane, keys: Vec<CommandKey> },
    /// Say of one subject that its person asked to be forgotten.
    Erase { subject: SubjectId, lane: Lane },
    /// Re-decide one member by a policy just activated.
    Apply { policy: String, version: i64, member: MemberId, lane: Lane },
    /// Somebody rules who belongs together. `id` is the asker's, so that asking twice rules once.
    Rule { id: String, ruling: Ruling, why: String },
    /// Decide anew who is whom around a subject: the identity rules changed.
    Settle { subject: SubjectId, lane: Lane },
}

impl Command {
    /// The subjects it speaks of by name.
    pub(super) fn subjects(&self) -> Vec<SubjectId> {
        match self {
            Self::Record { .. } => Vec::new(),
            Self::Retract { subject, .. } | Self::Erase { subject, .. } | Self::Settle { subject, .. } => vec![*subject],
            Self::Apply { member, .. } => vec![*member],
            Self::Rule { ruling, .. } => ruling.together.iter().chain(&ruling.apart).flat_map(|(a, b)| [*a, *b]).collect(),
        }
    }
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
