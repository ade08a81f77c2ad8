//! SQLite: one lane, one file, one writer at a time.
//!
//! A store handle has a connection that writes and, once something is read outside a batch, another that only reads.

mod desk;
mod keys;
mod migrate;
mod read;
mod scan;
mod session;
mod tx;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use perennial_app::port::journal::{
    ConflictRow, Families, KinRow, LaneHead, OrderRef, OrderRow, Owner, StoredEffect, StoredFact, TimerRow, Token, Whom,
};
use perennial_app::port::{HistoryScan, Journal, PortResult, Tx};
use perennial_kernel::{Instant, Lane, MemberId, Position, Seq, SubjectId};

use crate::{columns, schema, sql};
use scan::SqliteScan;
use session::{File, Session};

pub use desk::SqliteDesk;
pub use keys::SqliteKeys;
pub use session::{Options, Synchronous};

/// The journal of one brand in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    options: Options,
    write: Session,
    read: Option<Session>,
}

impl SqliteStore {
    /// Opens the file, and makes it when there is none.
    pub fn open(path: impl AsRef<Path>) -> PortResult<Self> {
        Self::open_with(path, Options::default())
    }

    pub fn open_with(path: impl AsRef<Path>, options: Options) -> PortResult<Self> {
        let path = path.as_ref().to_owned();
        let mut write = Session::open(&path, &options, File::Made)?;
        migrate::migrate(&mut write, schema::JOURNAL, migrate::JOURNAL_FILE)?;
        Ok(Self { path, options, write, read: None })
    }

    /// How many distinct statements the writing connection has prepared so far; for tests.
    pub fn distinct_statements(&self) -> usize {
        self.write.distinct_statements()
    }

    fn read(&mut self) -> PortResult<&Session> {
        let session = match self.read.take() {
            Some(session) => session,
            None => Session::open(&self.path, &self.options, File::OnlyRead)?,
        };
        Ok(self.read.insert(session))
    }
}

impl Journal for SqliteStore {
    fn lane_count(&self) -> u16 {
        1
    }

    fn peek(&mut self, _whom: &Whom) -> PortResult<BTreeSet<Lane>> {
        Ok(BTreeSet::from([Lane(0)]))
    }

    fn begin(&mut self, lanes: &BTreeSet<Lane>) -> PortResult<Box<dyn Tx + '_>> {
        Ok(Box::new(tx::SqliteTx::begin(&self.write, lanes)?))
    }

    fn fence(&mut self) -> PortResult<u64> {
        Ok(self.read()?.rows(sql::FENCE, [], |row| columns::number(row))?.first().map_or(0, |fence| *fence as u64))
    }

    fn heads(&mut self) -> PortResult<Vec<LaneHead>> {
        self.read()?.rows(sql::HEADS, [], |row| columns::lane_head(row))
    }

    fn due(&mut self, now: Instant, limit: usize) -> PortResult<Vec<TimerRow>> {
        self.read()?.rows(sql::DUE, (now.0, sql::limit(limit)), |row| columns::timer(row))
    }

    fn tail(&mut self, lane: Lane, after: Seq, limit: usize) -> PortResult<Vec<StoredFact>> {
        let (after, until) = (Position::new(lane, after), Position::new(lane, Seq(u64::MAX)));
        self.read()?.rows(sql::TAIL, (after.0, until.0, sql::limit(limit)), |row| columns::stored_fact(row))
    }

    fn effects_between(&mut self, lane: Lane, after: Seq, until: Seq) -> PortResult<Vec<StoredEffect>> {
        let (after, until) = (Position::new(lane, after), Position::new(lane, until));
        self.read()?.rows(sql::EFFECTS_BETWEEN, (after.0, until.0), |row| columns::stored_effect(row))
    }

    fn facts_of(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<StoredFact>> {
        read::facts_of(self.read()?, subjects.iter().copied())
    }

    fn effects_of(&mut self, members: &[MemberId]) -> PortResult<Vec<StoredEffect>> {
        read::effects_of(self.read()?, members.iter().copied())
    }

    fn owner(&mut self, token: Token) -> PortResult<Option<Owner>> {
        Ok(read::resolve(self.read()?, std::iter::once(&token))?.remove(&token))
    }

    fn found(&mut self, token: Token, limit: usize) -> PortResult<Vec<MemberId>> {
        self.read()?.rows(sql::FOUND, (token.0, sql::limit(limit)), |row| columns::member(row))
    }

    fn families(&mut self, whom: &Whom) -> PortResult<Families> {
        read::families(self.read()?, whom)
    }

    fn kin(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<KinRow>> {
        read::kin(self.read()?, subjects.iter().copied())
    }

    fn all_kin(&mut self) -> PortResult<Vec<KinRow>> {
        self.read()?.rows(sql::ALL_KIN, [], |row| columns::kin(row))
    }

    fn conflicts(&mut self, after: Option<(SubjectId, MemberId, MemberId)>, limit: usize) -> PortResult<Vec<ConflictRow>> {
        let (family, left, right) = sql::after(after);
        self.read()?.rows(sql::CONFLICTS, (family, left, right, sql::limit(limit)), |row| columns::conflict(row))
    }

    fn parted(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        read::parted(self.read()?, members.iter())
    }

    fn order(&mut self, order: OrderRef) -> PortResult<Option<OrderRow>> {
        Ok(read::orders(self.read()?, std::iter::once(&order))?.remove(&order))
    }

    fn states(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        read::states(self.read()?, members.iter())
    }

    fn timers(&mut self) -> PortResult<Vec<TimerRow>> {
        self.read()?.rows(sql::TIMERS, [], |row| columns::timer(row))
    }

    fn scan(&self) -> PortResult<Box<dyn HistoryScan>> {
        Ok(Box::new(SqliteScan(Session::open(&self.path, &self.options, File::OnlyRead)?)))
    }

    fn forget_identities(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<u64> {
        let tx = self.write.begin()?;
        let mut forgotten = 0;
        for subject in subjects {
            forgotten += write::erase(&self.write, *subject)?;
        }
        tx.commit()?;
        self.write.empty_log()?;
        Ok(forgotten as u64)
    }

    fn integrity(&mut self) -> PortResult<Vec<String>> {
        self.read()?.integrity()
    }
}
