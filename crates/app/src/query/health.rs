//! Whether all is well: what waits, what is late, how far the journal has come, when it was last backed up.

use perennial_kernel::{Instant, Lane, Seq};

use super::QueryResult;
use super::board::{Audited, Board, Lies};
use crate::engine::Queue;
use crate::port::LakeStatus;
use crate::port::trail::AuditFilter;

/// Late by more than this, decisions need somebody's attention.
const LATE_MS: i64 = 10 * 60 * 1000;

/// The brand's state at one instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Health {
    pub at: Instant,
    /// Commands that are not answered yet, and how many jobs a writer lets wait.
    pub waiting: u64,
    pub waiting_max: u64,
    /// Since when the oldest decision that is due has been due.
    pub due_since: Option<Instant>,
    pub heads: Vec<(Lane, Seq)>,
    pub facts: u64,
    pub subjects: u64,
    pub backup_at: Option<Instant>,
    /// Sources that orders came from, once the board has read them.
    pub sources: Vec<String>,
    /// How far the list of members has been read; `None` once it is there.
    pub building: Option<u8>,
    pub audit_lines: u64,
    /// `None` where the store answers questions about everyone.
    pub lake: Option<LakeStatus>,
    /// The profile columns, once everyone has been read, and what their last audit found.
    pub columns: Option<Lies>,
    pub audited: Option<Audited>,
}

impl Health {
    pub fn late_ms(&self) -> i64 {
        self.due_since.map_or(0, |since| (self.at.0 - since.0).max(0))
    }

    pub fn is_late(&self) -> bool {
        self.late_ms() > LATE_MS
    }

    pub fn is_full(&self) -> bool {
        self.waiting * 10 > self.waiting_max * 9
    }
}

pub fn health(board: &Board) -> QueryResult<Health> {
    let house = board.house();
    let at = house.now();
    let (heads, due) = {
        let mut reader = house.reader();
        (reader.heads()?, reader.due(at, 1)?)
    };
    let (backup, last) = {
        let mut desk = house.desk();
        let backups = AuditFilter { what: "backup_made".to_owned(), ..AuditFilter::default() };
        (desk.audit_page(&backups, 1)?.pop(), desk.audit(1)?.pop())
    };
    let (sources, building) = board.sources()?;
    Ok(Health {
        at,
        waiting: house.queue().waiting(),
        waiting_max: Queue::WAITING_MAX as u64,
        due_since: due.first().and_then(|row| row.due),
        facts: heads.iter().map(|head| head.seq.0).sum(),
        subjects: heads.iter().map(|head| head.subjects).sum(),
        heads: heads.into_iter().filter(|head| head.seq.0 > 0).map(|head| (head.lane, head.seq)).collect(),
        backup_at: backup.map(|row| row.at),
        sources,
        building,
        audit_lines: last.map_or(0, |row| row.id as u64),
        lake: house.lake_status()?,
        columns: board.lies(),
        audited: board.audited(),
    })
}
