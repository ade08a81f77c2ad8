//! PostgreSQL: 64 lanes, many nodes, each lane written by one of them at a time.
//!
//! The right to write to a lane is the lock on its row in `lanes`, taken in the batch's own transaction and given up with it. So there is
//! nothing to fence: a session that lost its lock has lost its transaction too, and its commit fails. The lease is
//! `idle_in_transaction_session_timeout`: the server ends the session of a node that stands still with a batch open, and the lanes go on
//! elsewhere. `lanes.epoch` is therefore not raised when a lane changes hands. It is the fence of documents: an activation raises it on all
//! lanes, and a writer that finds another than it knows reads anew what is in force before it decides.
//!
//! Calls block, and must not be made from inside an async task.

mod desk;
mod integrity;
mod keys;
mod link;
mod migrate;
mod read;
mod scan;
mod tx;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use perennial_app::port::journal::{
    ConflictRow, Families, KinRow, LaneHead, OrderRef, OrderRow, Owner, StoredEffect, StoredFact, TimerRow, Token, Whom,
};
use perennial_app::port::{HistoryScan, Journal, PortResult, Tx};
use perennial_kernel::{Instant, Lane, MemberId, Position, Seq, SubjectId};

use crate::{columns, schema, sql};
use link::{Link, Purpose, Server};

pub use desk::PostgresDesk;
pub use keys::PostgresKeys;

/// Lanes of the journal. Never changed: a subject's lane derives from it.
const LANES: u16 = 64;

#[derive(Clone, Debug)]
pub struct Options {
    /// How long a node may stand still with a batch open before the server gives its lanes to others.
    pub lease: Duration,
    /// How long to wait for a lane another node holds. Longer than the lease, so that a dead node's lanes are had at the first try.
    pub lock_timeout: Duration,
    /// The longest a single statement of a batch may take.
    pub statement_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        let lease = Duration::from_secs(10);
        Self { lease, lock_timeout: lease + Duration::from_secs(5), statement_timeout: Duration::from_mins(1) }
    }
}

/// The journal of one brand in one PostgreSQL database, schema `perennial`.
pub struct PostgresStore {
    server: Server,
    write: Link,
    read: Link,
}

impl PostgresStore {
    /// Connects (`postgres://user@host/database` or `host=… user=…`), and makes the tables when there are none.
    pub fn connect(url: &str) -> PortResult<Self> {
        Self::connect_with(url, &Options::default())
    }

    pub fn connect_with(url: &str, options: &Options) -> PortResult<Self> {
        let server = Server::new(url, schema::POSTGRES_JOURNAL_SCHEMA, options)?;
        let mut write = Link::new(server.clone(), Purpose::Write);
        migrate::migrate(write.session()?, schema::POSTGRES_JOURNAL_SCHEMA, schema::JOURNAL)?;
        let read = Link::new(server.clone(), Purpose::Read);
        Ok(Self { server, write, read })
    }

    /// Round trips to the server that this handle has made so far; for tests and metrics.
    pub fn round_trips(&self) -> u64 {
        self.server.round_trips()
    }
}

impl Journal for PostgresStore {
    fn lane_count(&self) -> u16 {
        LANES
    }

    fn peek(&mut self, whom: &Whom) -> PortResult<BTreeSet<Lane>> {
        self.read.again_if_lost(|session| read::lanes(session, whom))
    }

    fn begin(&mut self, lanes: &BTreeSet<Lane>) -> PortResult<Box<dyn Tx + '_>> {
        let held = self.write.again_if_lost(|session| tx::begin(session, lanes))?;
        Ok(Box::new(tx::PostgresTx::new(self.write.session()?, held)))
    }

    fn fence(&mut self) -> PortResult<u64> {
        let read = self.read.again_if_lost(|session| session.all(sql::FENCE, &[], columns::number))?;
        Ok(read.first().map_or(0, |fence| *fence as u64))
    }

    fn heads(&mut self) -> PortResult<Vec<LaneHead>> {
        self.read.again_if_lost(|session| session.all(sql::HEADS, &[], columns::lane_head))
    }

    fn due(&mut self, now: Instant, limit: usize) -> PortResult<Vec<TimerRow>> {
        self.read.again_if_lost(|session| session.all(sql::DUE, &[&now.0, &sql::limit(limit)], columns::timer))
    }

    fn tail(&mut self, lane: Lane, after: Seq, limit: usize) -> PortResult<Vec<StoredFact>> {
        let (after, until) = (Position::new(lane, after).0, Position::new(lane, Seq(u64::MAX)).0);
        self.read.again_if_lost(|session| session.all(sql::TAIL, &[&after, &until, &sql::limit(limit)], columns::stored_fact))
    }

    fn effects_between(&mut self, lane: Lane, after: Seq, until: Seq) -> PortResult<Vec<StoredEffect>> {
        let (after, until) = (Position::new(lane, after).0, Position::new(lane, until).0);
        self.read.again_if_lost(|session| session.all(sql::EFFECTS_BETWEEN, &[&after, &until], columns::stored_effect))
    }

    fn facts_of(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<StoredFact>> {
        self.read.again_if_lost(|session| read::facts_of(session, subjects))
    }

    fn effects_of(&mut self, members: &[MemberId]) -> PortResult<Vec<StoredEffect>> {
        self.read.again_if_lost(|session| read::effects_of(session, members))
    }

    fn owner(&mut self, token: Token) -> PortResult<Option<Owner>> {
        self.read
            .again_if_lost(|session| session.map(sql::OWNER, &[&token.0.as_slice()], columns::owner))
            .map(|mut known| known.remove(&token))
    }

    fn found(&mut self, token: Token, limit: usize) -> PortResult<Vec<MemberId>> {
        self.read.again_if_lost(|session| session.all(sql::FOUND, &[&token.0.as_slice(), &sql::limit(limit)], columns::member))
    }

    fn families(&mut self, whom: &Whom) -> PortResult<Families> {
        self.read.again_if_lost(|session| read::families(session, whom))
    }

    fn kin(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<KinRow>> {
        self.read.again_if_lost(|session| read::kin(session, subjects))
    }

    fn all_kin(&mut self) -> PortResult<Vec<KinRow>> {
        self.read.again_if_lost(|session| session.all(sql::ALL_KIN, &[], columns::kin))
    }

    fn conflicts(&mut self, after: Option<(SubjectId, MemberId, MemberId)>, limit: usize) -> PortResult<Vec<ConflictRow>> {
        let (family, left, right) = sql::after(after);
        self.read.again_if_lost(|session| session.all(sql::CONFLICTS, &[&family, &left, &right, &sql::limit(limit)], columns::conflict))
    }

    fn parted(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        self.read.again_if_lost(|session| read::parted(session, members.iter()))
    }

    fn order(&mut self, order: OrderRef) -> PortResult<Option<OrderRow>> {
        self.read
            .again_if_lost(|session| session.map(sql::ORDER, &[&order.0.as_slice()], columns::order))
            .map(|mut known| known.remove(&order))
    }

    fn states(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        self.read.again_if_lost(|session| read::states(session, members.iter()))
    }

    fn timers(&mut self) -> PortResult<Vec<TimerRow>> {
        self.read.again_if_lost(|session| session.all(sql::TIMERS, &[], columns::timer))
    }

    fn scan(&self) -> PortResult<Box<dyn HistoryScan>> {
        let mut link = Link::new(self.server.clone(), Purpose::Scan);
        link.session()?;
        Ok(Box::new(scan::PostgresScan(link)))
    }

    fn forget_identities(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<u64> {
        let subjects: Vec<i64> = subjects.iter().map(|subject| subject.0).collect();
        self.write.again_if_lost(|session| {
            let forgotten = write::erase(session, &subjects)?;
            for table in ["VACUUM FULL identities", "VACUUM FULL links", "VACUUM FULL search_tokens"] {
                session.rewrite(table)?;
            }
            Ok(forgotten)
        })
    }

    fn integrity(&mut self) -> PortResult<Vec<String>> {
        let mut link = Link::new(self.server.clone(), Purpose::Scan);
        integrity::findings(link.session()?)
    }
}
