//! From stored rows to what rules read.

use std::collections::BTreeMap;

use perennial_backtest::{Fold, Reads};
use perennial_kernel::{Fact, Instant, MemberId};
use perennial_rules::book::speaks_of_the_member;
use perennial_rules::effect::Effect;
use perennial_rules::history::History;
use perennial_rules::member::family;
use perennial_rules::{effect_row, payload};

use crate::port::journal::{StoredEffect, StoredFact};
use crate::port::{HistoryScan, PortError, PortResult, ScanRange, Seen, Shown};

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

/// The members of a family with their facts: as of now, or as was recorded by `known_at`.
pub fn members(stored: &[StoredFact], known_at: Option<Instant>) -> PortResult<BTreeMap<MemberId, Vec<Fact>>> {
    let known = stored.iter().filter(|fact| known_at.is_none_or(|at| fact.recorded_at <= at));
    Ok(family::by_member(known.map(fact).collect::<PortResult<Vec<_>>>()?, known_at))
}

/// One member's history, with the source of the first thing that is known of the member.
fn history(stored: &[StoredFact], facts: Vec<Fact>) -> History {
    let history = History::new(facts);
    let first = history.facts().iter().find(|fact| speaks_of_the_member(&fact.body)).map(|fact| fact.id.position);
    // A subject's facts are stored by event time: the first is near the front.
    let told = first.and_then(|at| stored.iter().find(|stored| stored.position == at));
    let source = told.map(|stored| stored.source.as_str());
    history.first_told_by(source)
}

/// Reads everyone of a range as histories: as of now, or as was recorded by `known_at`.
pub fn histories(
    scan: &mut dyn HistoryScan,
    range: ScanRange,
    known_at: Option<Instant>,
    visit: &mut dyn FnMut(MemberId, History),
) -> PortResult<()> {
    histories_while(scan, range, known_at, &mut |member, history| {
        visit(member, history);
        true
    })
}

/// Shows everyone of a range to a fold as it reads: by columns where they do, else as histories; until `wanted` says no.
pub fn flat_or_histories<F: Fold>(
    scan: &mut dyn HistoryScan,
    range: ScanRange,
    reads: Reads,
    fold: &mut F,
    wanted: &dyn Fn() -> bool,
) -> PortResult<()> {
    let mut failed = None;
    scan.scan_flat(range, reads, &mut |shown| {
        match shown {
            Shown::Flat(flat) if !fold.take_flat(flat) => return Seen::ByFacts,
            Shown::Flat(_) => {}
            Shown::Facts(_, stored) => match members(stored, None) {
                Ok(members) => members.into_iter().for_each(|(member, facts)| fold.take(member, &history(stored, facts))),
                Err(error) => {
                    failed = Some(error);
                    return Seen::Enough;
                }
            },
        }
        if wanted() { Seen::Taken } else { Seen::Enough }
    })?;
    failed.map_or(Ok(()), Err)
}

/// As [`histories`], each with the source of the first record about the member; empty where there is none.
pub fn histories_with_sources(scan: &mut dyn HistoryScan, range: ScanRange, visit: &mut dyn FnMut(&History, &str)) -> PortResult<()> {
    let mut failed = None;
    scan.scan(range, &mut |_, stored| match members(stored, None) {
        Ok(members) => {
            for facts in members.into_values() {
                let history = History::new(facts);
                let first = history.facts().iter().find(|fact| speaks_of_the_member(&fact.body));
                let row = first.and_then(|first| stored.iter().find(|row| row.position == first.id.position));
                visit(&history, row.map_or("", |row| row.source.as_str()));
            }
            true
        }
        Err(error) => {
            failed = Some(error);
            false
        }
    })?;
    failed.map_or(Ok(()), Err)
}

/// As [`histories`], until `visit` answers `false`.
pub fn histories_while(
    scan: &mut dyn HistoryScan,
    range: ScanRange,
    known_at: Option<Instant>,
    visit: &mut dyn FnMut(MemberId, History) -> bool,
) -> PortResult<()> {
    let mut failed = None;
    scan.scan(range, &mut |_, stored| match members(stored, known_at) {
        Ok(members) => members.into_iter().all(|(member, facts)| visit(member, history(stored, facts))),
        Err(error) => {
            failed = Some(error);
            false
        }
    })?;
    failed.map_or(Ok(()), Err)
}
