//! Whether all is well.

use perennial_app::port::LakeStatus;
use perennial_app::query::health;
use perennial_kernel::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Options;

/// Under a tenth free is little.
const FREE_PARTS: u64 = 10;
/// A backup older than this is old.
const BACKUP_OLD_MS: i64 = 7 * 24 * 60 * 60 * 1000;

#[derive(Serialize, ToSchema)]
pub struct HealthDetail {
    /// `ok`, or `attention` while something below is in `concerns`.
    pub status: String,
    /// `queue.full`, `sweep.late`, `disk.low`, `backup.none`, `backup.old`, `lake.damaged`, `lake.away`.
    pub concerns: Vec<String>,
    pub at: String,
    pub version: String,
    pub store: String,
    pub started_at: String,
    pub queue: QueueState,
    pub sweep: SweepState,
    /// Null where the server does not know its disk.
    pub disk: Option<DiskState>,
    pub backup_at: Option<String>,
    pub journal: JournalState,
    pub sources: Vec<String>,
    /// How far the list of members has been read, in percent; null once it is there.
    pub building: Option<u8>,
    pub audit_lines: u64,
    /// Everyone's history as files; null where the journal answers questions about everyone.
    pub lake: Option<LakeState>,
}

#[derive(Serialize, ToSchema)]
pub struct QueueState {
    /// Commands that are not answered yet.
    pub waiting: u64,
    pub waiting_max: u64,
}

#[derive(Serialize, ToSchema)]
pub struct SweepState {
    /// Since when the oldest decision that is due has been due; null when none is.
    pub due_since: Option<String>,
    pub late_ms: i64,
}

#[derive(Serialize, ToSchema)]
pub struct DiskState {
    pub free_bytes: u64,
    pub total_bytes: u64,
}

#[derive(Serialize, ToSchema)]
pub struct JournalState {
    /// Null where the journal is on a database server.
    pub bytes: Option<u64>,
    pub facts: u64,
    pub subjects: u64,
    /// Lanes that were written to.
    pub heads: Vec<LaneState>,
}

#[derive(Serialize, ToSchema)]
pub struct LaneState {
    pub lane: u16,
    pub seq: u64,
}

/// Behind the journal by what is still to be read; what waits is read, and part of every answer.
#[derive(Serialize, ToSchema)]
pub struct LakeState {
    /// Facts in files.
    pub facts: u64,
    pub bytes: u64,
    pub files: u64,
    /// Facts read, not written yet.
    pub waiting: u64,
    /// Facts of the journal not read yet.
    pub lag: u64,
    /// A file cannot be read: the journal answers, and the lake is being built anew.
    pub damaged: bool,
    /// Where it lies cannot be reached: the journal answers, and it is tried again.
    pub away: bool,
}

impl LakeState {
    fn of(status: LakeStatus) -> Self {
        let LakeStatus { facts, bytes, files, waiting, lag, is_damaged, is_away, .. } = status;
        Self { facts, bytes, files, waiting, lag, damaged: is_damaged, away: is_away }
    }
}

impl HealthDetail {
    pub fn new(
        state: health::Health,
        options: &Options,
        started_at: Instant,
        disk: Option<(u64, u64)>,
        journal_bytes: Option<u64>,
    ) -> Self {
        let concerns = concerns(&state, disk);
        let heads = state.heads.iter().map(|(lane, seq)| LaneState { lane: lane.0, seq: seq.0 }).collect();
        Self {
            status: if concerns.is_empty() { "ok" } else { "attention" }.to_owned(),
            concerns: concerns.into_iter().map(str::to_owned).collect(),
            at: state.at.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            store: options.store.clone(),
            started_at: started_at.to_string(),
            queue: QueueState { waiting: state.waiting, waiting_max: state.waiting_max },
            sweep: SweepState { due_since: state.due_since.map(|at| at.to_string()), late_ms: state.late_ms() },
            disk: disk.map(|(free_bytes, total_bytes)| DiskState { free_bytes, total_bytes }),
            backup_at: state.backup_at.map(|at| at.to_string()),
            journal: JournalState { bytes: journal_bytes, facts: state.facts, subjects: state.subjects, heads },
            sources: state.sources,
            building: state.building,
            audit_lines: state.audit_lines,
            lake: state.lake.map(LakeState::of),
        }
    }
}

fn concerns(state: &health::Health, disk: Option<(u64, u64)>) -> Vec<&'static str> {
    let mut concerns = Vec::new();
    if state.is_full() {
        concerns.push("queue.full");
    }
    if state.is_late() {
        concerns.push("sweep.late");
    }
    if disk.is_some_and(|(free, total)| free.saturating_mul(FREE_PARTS) < total) {
        concerns.push("disk.low");
    }
    if state.lake.is_some_and(|lake| lake.is_damaged) {
        concerns.push("lake.damaged");
    }
    if state.lake.is_some_and(|lake| lake.is_away) {
        concerns.push("lake.away");
    }
    match state.backup_at {
        None if state.facts > 0 => concerns.push("backup.none"),
        Some(at) if state.at.0 - at.0 > BACKUP_OLD_MS => concerns.push("backup.old"),
        None | Some(_) => {}
    }
    concerns
}
