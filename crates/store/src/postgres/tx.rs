//! One batch: its lanes' rows locked, then a constant number of round trips, then a durable commit.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::desk::DocumentRow;
use perennial_app::port::journal::{Append, Ask, Families, LaneHead, LinkRow, Loaded, Owner, StoredEffect, StoredFact, Token, Whom};
use perennial_app::port::{PortResult, Tx};
use perennial_kernel::{Lane, MemberId};

use super::link::Session;
use super::{LANES, read, write};
use crate::check::Held;
use crate::{check, columns, sql};

/// In id order, so that two nodes that want the same lanes never wait for each other. A row that had to be waited for is read again
/// after its holder committed.
const HOLD: &str = "SELECT lane, seq, subjects, chain, epoch FROM lanes WHERE lane = ANY($1) ORDER BY lane FOR UPDATE";

pub(super) struct PostgresTx<'a> {
    session: &'a mut Session,
    held: Held,
    state: State,
}

/// PostgreSQL answers the COMMIT of a failed transaction with a friendly ROLLBACK; so failures are remembered here.
#[derive(PartialEq, Eq)]
enum State {
    Open,
    Spoiled,
    Ended,
}

/// Begins the transaction and locks the lanes; where that fails, nothing stays open.
pub(super) fn begin(session: &mut Session, lanes: &BTreeSet<Lane>) -> PortResult<Held> {
    session.command("BEGIN")?;
    let numbers: Vec<i64> = lanes.iter().map(|lane| i64::from(lane.0)).collect();
    let held = session.all(HOLD, &[&numbers], columns::held_lane).and_then(|read| check::held(lanes, read));
    if held.is_err() {
        // What matters is said by the first error.
        let _ = session.command("ROLLBACK");
    }
    held
}

impl<'a> PostgresTx<'a> {
    pub fn new(session: &'a mut Session, held: Held) -> Self {
        Self { session, held, state: State::Open }
    }

    fn guarded<T>(&mut self, work: impl FnOnce(&mut Session) -> PortResult<T>) -> PortResult<T> {
        let answer = work(self.session);
        if answer.is_err() {
            self.state = State::Spoiled;
        }
        answer
    }
}

impl Tx for PostgresTx<'_> {
    fn heads(&self) -> &BTreeMap<Lane, LaneHead> {
        &self.held.heads
    }

    fn fence(&self) -> u64 {
        self.held.fence
    }

    fn documents(&mut self, setting: &str) -> PortResult<(Option<Vec<u8>>, Vec<DocumentRow>)> {
        self.guarded(|session| {
            let setting = session.all(sql::SETTING, &[&setting], |row| columns::blob(row))?.pop();
            Ok((setting, session.all(sql::DOCUMENTS, &[], |row| columns::document(row))?))
        })
    }

    fn resolve(&mut self, tokens: &BTreeSet<Token>) -> PortResult<BTreeMap<Token, Owner>> {
        self.guarded(|session| read::resolve(session, tokens))
    }

    fn families(&mut self, whom: &Whom) -> PortResult<Families> {
        self.guarded(|session| read::families(session, whom))
    }

    fn parted(&mut self, members: &BTreeSet<MemberId>) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        self.guarded(|session| read::parted(session, members.iter()))
    }

    fn claim(&mut self, claims: &[(Token, Owner)], links: &[LinkRow]) -> PortResult<BTreeMap<Token, Owner>> {
        let tokens: BTreeSet<Token> = claims.iter().map(|(token, _)| *token).collect();
        self.guarded(|session| {
            write::claims(session, claims, links)?;
            read::resolve(session, &tokens)
        })
    }

    fn load(&mut self, ask: &Ask) -> PortResult<Loaded> {
        self.guarded(|session| read::load(session, ask))
    }

    fn past(&mut self, members: &BTreeSet<MemberId>) -> PortResult<(Vec<StoredFact>, Vec<StoredEffect>)> {
        if members.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let members: Vec<MemberId> = members.iter().copied().collect();
        self.guarded(|session| Ok((read::facts_of(session, &members)?, read::effects_of(session, &members)?)))
    }

    fn append(&mut self, set: &Append) -> PortResult<()> {
        if let Err(unsound) = check::append(&self.held.heads, usize::from(LANES), self.held.fence, set) {
            self.state = State::Spoiled;
            return Err(unsound);
        }
        self.guarded(|session| write::append(session, set))?;
        self.held.heads.extend(set.heads.iter().map(|head| (head.lane, *head)));
        Ok(())
    }

    /// A commit whose answer is lost may have happened; the batch comes again and then finds its keys seen.
    fn commit(mut self: Box<Self>) -> PortResult<()> {
        if self.state == State::Spoiled {
            return Err(check::spoiled());
        }
        self.state = State::Ended;
        self.session.command("COMMIT")
    }
}

impl Drop for PostgresTx<'_> {
    fn drop(&mut self) {
        if self.state != State::Ended && !self.session.is_lost() {
            // Where this fails the connection is lost, and the server rolls back by itself.
            let _ = self.session.command("ROLLBACK");
        }
    }
}
