//! From stored rows to what rules read.

use perennial_kernel::{Fact, MemberId};
use perennial_rules::effect::Effect;
use perennial_rules::history::History;
use perennial_rules::{effect_row, payload};

use crate::port::journal::{StoredEffect, StoredFact};
use crate::port::{HistoryScan, PortError, PortResult, ScanRange};

pub fn fact(stored: &StoredFact) -> PortResult<Fact> {
    let body = payload::decode(&stored.kind, stored.version, &stored.payload)
        .map_err(|unreadable| PortError::Damaged(format!("{}: {unreadable}", stored.id())))?;
    Ok(Fact {
        id: stored.id(),
        subject: stored.subject,
        occurred_at: stored.occurred_at,
        origin: stored.origin,
        import: stored.import,
        body,
    })
}

pub fn effect(stored: &StoredEffect) -> PortResult<Effect> {
    effect_row::decode(&stored.kind, &stored.payload).map_err(|unreadable| PortError::Damaged(unreadable.to_string()))
}

/// Reads everyone of a range as histories.
pub fn histories(scan: &mut dyn HistoryScan, range: ScanRange, visit: &mut dyn FnMut(MemberId, History)) -> PortResult<()> {
    let mut failed = None;
    scan.scan(range, &mut |subject, stored| {
        match stored.iter().map(fact).collect::<PortResult<Vec<_>>>() {
            Ok(facts) => visit(subject, History::new(facts)),
            Err(error) => failed = Some(error),
        }
        failed.is_none()
    })?;
    failed.map_or(Ok(()), Err)
}
