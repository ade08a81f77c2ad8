//! The chain and its witness: at start the database may be ahead of the head file, never behind, and never other than it says.

use perennial_kernel::{Lane, Position, Seq};

use crate::chain;
use crate::head::HeadFile;
use crate::port::journal::{Chain, LaneHead, StoredEffect};
use crate::port::{Journal, PortError};

/// Facts read at once.
const CHUNK: usize = 5000;
/// Lanes up to this length are verified whole at every start; longer ones from the witness on, and whole by `doctor`.
const WHOLE_AT_START_MAX: u64 = 2_000_000;

/// Where a lane's chain does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    pub lane: Lane,
    pub seq: Seq,
    pub why: &'static str,
}

/// Why serving was refused.
#[derive(Debug)]
pub enum StartError {
    Port(PortError),
    /// The head file vouches for facts the database no longer has: acknowledged facts are lost from here on.
    Behind {
        lane: Lane,
        first_lost: Seq,
        witnessed: Seq,
    },
    Broken(Broken),
    /// The database has facts, but nothing vouches that it has all of them.
    NoWitness,
    Head(std::io::Error),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Port(error) => write!(f, "{error}"),
            Self::Behind { lane, first_lost, witnessed } => write!(
                f,
                "acknowledged facts are missing: lane {} lacks {} to {}. Restore a backup, or run `perennial doctor --accept-loss`",
                lane.0, first_lost.0, witnessed.0
            ),
            Self::Broken(broken) => write!(f, "the journal is damaged: lane {}, fact {}: {}", broken.lane.0, broken.seq.0, broken.why),
            Self::NoWitness => {
                write!(f, "the head file is missing or empty, so that a loss cannot be ruled out: run `perennial doctor --accept-loss`")
            }
            Self::Head(error) => write!(f, "the head file cannot be used: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<PortError> for StartError {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

/// Compares the journal with its witness before anything is served, and moves the witness up to the journal.
/// `alone` says that no other process writes this journal: then a missing witness is an alarm, too.
pub fn check_at_start(journal: &mut dyn Journal, head: &mut HeadFile, alone: bool) -> Result<(), StartError> {
    let heads = journal.heads()?;
    if alone && head.heads().is_empty() && heads.iter().any(|held| held.seq.0 > 0) {
        return Err(StartError::NoWitness);
    }
    for held in &heads {
        let witness = head.heads().iter().find(|witness| witness.lane == held.lane).copied();
        if let Some(witness) = witness.filter(|witness| witness.seq > held.seq) {
            return Err(StartError::Behind { lane: held.lane, first_lost: Seq(held.seq.0 + 1), witnessed: witness.seq });
        }
        let from = if held.seq.0 <= WHOLE_AT_START_MAX { None } else { witness };
        verify_lane(journal, held, from, witness.as_slice())??;
    }
    head.write(&heads).map_err(StartError::Head)
}

impl From<Broken> for StartError {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// Recomputes a lane's chain from `from` (its first fact by default) to its head, meeting every witness on the way.
pub fn verify_lane(
    journal: &mut dyn Journal,
    head: &LaneHead,
    from: Option<LaneHead>,
    witnesses: &[LaneHead],
) -> Result<Result<(), Broken>, PortError> {
    let broken = |seq: Seq, why| Ok(Err(Broken { lane: head.lane, seq, why }));
    let (mut seq, mut value) = from.map_or((Seq(0), Chain::ROOT), |from| (from.seq, from.chain));
    while seq < head.seq {
        let facts = journal.tail(head.lane, seq, CHUNK)?;
        let Some(last) = facts.last() else { return broken(Seq(seq.0 + 1), "it is missing") };
        let effects = journal.effects_between(head.lane, seq, last.position.seq())?;
        let mut effects = effects.as_slice();
        for fact in &facts {
            let due = Seq(seq.0 + 1);
            if fact.position != Position::new(head.lane, due) {
                return broken(due, "it is missing");
            }
            let own = take_effects(&mut effects, fact.position);
            value = chain::next(value, fact, own);
            if value != fact.chain {
                return broken(due, "its bytes or its effects are not those that were written");
            }
            if witnesses.iter().any(|witness| witness.seq == due && witness.chain != value) {
                return broken(due, "the head file vouches for other bytes");
            }
            seq = due;
        }
        if !effects.is_empty() {
            return broken(seq, "there are effects of no fact");
        }
    }
    if value != head.chain {
        return broken(seq, "the lane's head is not that of its last fact");
    }
    Ok(Ok(()))
}

fn take_effects<'a>(effects: &mut &'a [StoredEffect], position: Position) -> &'a [StoredEffect] {
    let count = effects.iter().take_while(|effect| effect.position == position).count();
    let (own, rest) = effects.split_at(count);
    *effects = rest;
    own
}
