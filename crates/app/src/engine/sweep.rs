//! The due sweep: decisions that time alone changes, written on their day, exactly once, in the order in which they would have happened.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use perennial_kernel::{Instant, Lane, MemberId};

use super::batch::Batch;
use super::people::Place;
use super::{Engine, EngineError};
use crate::port::journal::{Ask, TimerRow};

/// Timers claimed at once.
const DUE_MAX: usize = 1000;

/// What a sweep did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Swept {
    /// Timer facts written.
    pub written: usize,
    /// More is due than one sweep takes.
    pub more: bool,
}

impl Engine {
    /// Writes what has fallen due by now; at most one batch.
    pub fn sweep(&mut self) -> Result<Swept, EngineError> {
        let now = self.clock.now();
        let rows = self.journal.due(now, DUE_MAX)?;
        if rows.is_empty() {
            return Ok(Swept::default());
        }
        let more = rows.len() == DUE_MAX;
        // Beyond the last row taken others may be due earlier than our members' next: those wait for the next sweep.
        let horizon = if more { rows.last().and_then(|row| row.due).unwrap_or(now) } else { now };
        let written = self.sweep_rows(&rows, now, horizon)?;
        Ok(Swept { written, more })
    }

    fn sweep_rows(&mut self, rows: &[TimerRow], now: Instant, horizon: Instant) -> Result<usize, EngineError> {
        let lanes: BTreeSet<Lane> = rows.iter().map(|row| row.lane).collect();
        let members: BTreeSet<MemberId> = rows.iter().map(|row| row.member).collect();
        let count = self.journal.lane_count();
        let mut tx = self.journal.begin(&lanes)?;
        let reference = self.force.current(tx.as_mut())?;
        let states = tx.load(&Ask { members, ..Ask::default() })?.states;
        let mut batch = Batch::open(tx.as_mut(), &reference, &self.secrets, self.blocked.of(&self.secrets, &reference), now, count, &[])?;
        batch.take_states(states)?;
        let mut queue: BinaryHeap<Reverse<(Instant, MemberId, Lane)>> = BinaryHeap::new();
        for row in rows {
            batch.open_member(Place::of_member(row.member, row.lane));
            batch.touch(row.member);
            if let Some((due, _)) = batch.due_by(row.member, horizon) {
                queue.push(Reverse((due, row.member, row.lane)));
            }
        }
        let mut written = 0;
        while let Some(Reverse((due, member, lane))) = queue.pop() {
            let place = Place::of_member(member, lane);
            // A member with timers of two models is in the queue twice: the second finds nothing left at that instant.
            written += batch.fire(place, due)?;
            if let Some((next, _)) = batch.due_by(member, horizon)
                && next > due
            {
                queue.push(Reverse((next, member, lane)));
            }
        }
        let Some(set) = batch.finish(self.keys.as_mut(), &mut self.open_keys)? else { return Ok(written) };
        tx.append(&set)?;
        tx.commit()?;
        self.head.write(&set.heads).map_err(EngineError::Head)?;
        Ok(written)
    }
}
