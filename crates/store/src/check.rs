//! What must hold of an append before a byte of it is written. A violation is a bug above; the batch is refused whole.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::journal::{Append, LaneHead, StoredFact};
use perennial_app::port::{PortError, PortResult};
use perennial_kernel::{Lane, Position, Seq};

/// The lanes a batch holds: their heads, and the fence they stand behind.
pub(crate) struct Held {
    pub heads: BTreeMap<Lane, LaneHead>,
    pub fence: u64,
}

/// Of the lanes read, those asked for; a lane that does not exist is a mistake above.
pub(crate) fn held(lanes: &BTreeSet<Lane>, read: Vec<(LaneHead, u64)>) -> PortResult<Held> {
    let mut held = Held { heads: BTreeMap::new(), fence: 0 };
    for (head, fence) in read.into_iter().filter(|(head, _)| lanes.contains(&head.lane)) {
        held.heads.insert(head.lane, head);
        held.fence = held.fence.max(fence);
    }
    match lanes.iter().find(|lane| !held.heads.contains_key(lane)) {
        Some(lane) => Err(PortError::Failed(format!("there is no lane {}", lane.0))),
        None => Ok(held),
    }
}

/// Facts go on from the held heads without a gap, the new heads say what the facts say, effects belong to facts of this append.
///
/// A turn rises the fence of all lanes, so all `lane_count` must be held.
pub(crate) fn append(held: &BTreeMap<Lane, LaneHead>, lane_count: usize, fence: u64, set: &Append) -> PortResult<()> {
    if let Some(turn) = &set.turn
        && (held.len() != lane_count || turn.fence <= fence)
    {
        return Err(bug(format!("a turn from fence {fence} to {} with {} of {lane_count} lanes held", turn.fence, held.len())));
    }
    let mut last: BTreeMap<Lane, &StoredFact> = BTreeMap::new();
    for fact in &set.facts {
        let lane = fact.position.lane();
        let before = match last.get(&lane) {
            Some(before) => before.position.seq(),
            None => held.get(&lane).ok_or_else(|| bug(format!("lane {} is written without being held", lane.0)))?.seq,
        };
        if fact.position != Position::new(lane, Seq(before.0 + 1)) {
            return Err(bug(format!("lane {}: {} follows {}", lane.0, fact.position.seq().0, before.0)));
        }
        last.insert(lane, fact);
    }
    for effect in &set.effects {
        let (lane, seq) = (effect.position.lane(), effect.position.seq());
        let among = last.get(&lane).is_some_and(|last| seq <= last.position.seq()) && held.get(&lane).is_some_and(|head| seq > head.seq);
        if !among {
            return Err(bug(format!("an effect on lane {}, {}, which is no fact of this append", lane.0, seq.0)));
        }
    }
    for head in &set.heads {
        let before = held.get(&head.lane).ok_or_else(|| bug(format!("lane {} moves without being held", head.lane.0)))?;
        let (seq, chain) = last.get(&head.lane).map_or((before.seq, before.chain), |fact| (fact.position.seq(), fact.chain));
        if head.seq != seq || head.chain != chain || head.subjects < before.subjects {
            return Err(bug(format!("lane {}: the head does not say what its facts say", head.lane.0)));
        }
    }
    match last.keys().find(|lane| !set.heads.iter().any(|head| head.lane == **lane)) {
        Some(lane) => Err(bug(format!("lane {} has facts and no new head", lane.0))),
        None => Ok(()),
    }
}

/// A batch in which something failed is half there at best.
pub(crate) fn spoiled() -> PortError {
    PortError::Failed("a batch in which something failed cannot be committed".to_owned())
}

fn bug(why: String) -> PortError {
    PortError::Failed(format!("the append is not sound: {why}"))
}
