//! One batch: BEGIN IMMEDIATE to COMMIT. The file's write lock is the exclusive right to the one lane.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::desk::DocumentRow;
use perennial_app::port::journal::{Append, Ask, Families, LaneHead, LinkRow, Loaded, Owner, StoredEffect, StoredFact, Token, Whom};
use perennial_app::port::{PortResult, Tx};
use perennial_kernel::{Lane, MemberId};

use super::session::{Begun, Session};
use super::{read, write};
use crate::check::Held;
use crate::{check, columns, sql};

pub(super) struct SqliteTx<'a> {
    session: &'a Session,
    begun: Begun<'a>,
    held: Held,
    /// SQLite would commit the half of an append that went well.
    is_spoiled: bool,
}

impl<'a> SqliteTx<'a> {
    pub fn begin(session: &'a Session, lanes: &BTreeSet<Lane>) -> PortResult<Self> {
        let begun = session.begin()?;
        let held = check::held(lanes, session.rows(sql::HELD, [], |row| columns::held_lane(row))?)?;
        Ok(Self { session, begun, held, is_spoiled: false })
    }
}

impl Tx for SqliteTx<'_> {
    fn heads(&self) -> &BTreeMap<Lane, LaneHead> {
        &self.held.heads
    }

    fn fence(&self) -> u64 {
        self.held.fence
    }

    fn documents(&mut self, setting: &str) -> PortResult<(Option<Vec<u8>>, Vec<DocumentRow>)> {
        let setting = self.session.rows(sql::SETTING, [setting], |row| columns::blob(row))?.pop();
        Ok((setting, self.session.rows(sql::DOCUMENTS, [], |row| columns::document(row))?))
    }

    fn resolve(&mut self, tokens: &BTreeSet<Token>) -> PortResult<BTreeMap<Token, Owner>> {
        read::resolve(self.session, tokens.iter())
    }

    fn families(&mut self, whom: &Whom) -> PortResult<Families> {
        read::families(self.session, whom)
    }

    fn parted(&mut self, members: &BTreeSet<MemberId>) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        read::parted(self.session, members.iter())
    }

    fn claim(&mut self, claims: &[(Token, Owner)], links: &[LinkRow]) -> PortResult<BTreeMap<Token, Owner>> {
        write::claims(self.session, claims, links).inspect_err(|_| self.is_spoiled = true)?;
        let tokens: BTreeSet<Token> = claims.iter().map(|(token, _)| *token).collect();
        self.resolve(&tokens)
    }

    fn load(&mut self, ask: &Ask) -> PortResult<Loaded> {
        read::load(self.session, ask)
    }

    fn past(&mut self, members: &BTreeSet<MemberId>) -> PortResult<(Vec<StoredFact>, Vec<StoredEffect>)> {
        Ok((read::facts_of(self.session, members.iter().copied())?, read::effects_of(self.session, members.iter().copied())?))
    }

    fn append(&mut self, set: &Append) -> PortResult<()> {
        let done = check::append(&self.held.heads, 1, self.held.fence, set).and_then(|()| write::append(self.session, set));
        done.inspect_err(|_| self.is_spoiled = true)?;
        self.held.heads.extend(set.heads.iter().map(|head| (head.lane, *head)));
        Ok(())
    }

    fn commit(self: Box<Self>) -> PortResult<()> {
        if self.is_spoiled {
            return Err(check::spoiled());
        }
        self.begun.commit()
    }
}
