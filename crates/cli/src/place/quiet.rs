//! A journal that is never written: what commands that only read are opened with, so that they can run beside a server.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::journal::{
    ConflictRow, Families, KinRow, LaneHead, OrderRef, OrderRow, Owner, StoredEffect, StoredFact, TimerRow, Token, Whom,
};
use perennial_app::port::{HistoryScan, Journal, PortError, PortResult, Tx};
use perennial_kernel::{Instant, Lane, MemberId, Seq, SubjectId};

pub struct Quiet(pub Box<dyn Journal>);

impl Journal for Quiet {
    fn lane_count(&self) -> u16 {
        self.0.lane_count()
    }

    fn peek(&mut self, whom: &Whom) -> PortResult<BTreeSet<Lane>> {
        self.0.peek(whom)
    }

    /// Without lanes nothing can be written: that is how a dry run looks up what is recorded.
    fn begin(&mut self, lanes: &BTreeSet<Lane>) -> PortResult<Box<dyn Tx + '_>> {
        if lanes.is_empty() { self.0.begin(lanes) } else { Err(PortError::Failed("this command only reads".to_owned())) }
    }

    fn fence(&mut self) -> PortResult<u64> {
        self.0.fence()
    }

    fn heads(&mut self) -> PortResult<Vec<LaneHead>> {
        self.0.heads()
    }

    /// Whoever serves will see to what is due.
    fn due(&mut self, _: Instant, _: usize) -> PortResult<Vec<TimerRow>> {
        Ok(Vec::new())
    }

    fn tail(&mut self, lane: Lane, after: Seq, limit: usize) -> PortResult<Vec<StoredFact>> {
        self.0.tail(lane, after, limit)
    }

    fn effects_between(&mut self, lane: Lane, after: Seq, until: Seq) -> PortResult<Vec<StoredEffect>> {
        self.0.effects_between(lane, after, until)
    }

    fn facts_of(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<StoredFact>> {
        self.0.facts_of(subjects)
    }

    fn effects_of(&mut self, members: &[MemberId]) -> PortResult<Vec<StoredEffect>> {
        self.0.effects_of(members)
    }

    fn owner(&mut self, token: Token) -> PortResult<Option<Owner>> {
        self.0.owner(token)
    }

    fn found(&mut self, token: Token, limit: usize) -> PortResult<Vec<MemberId>> {
        self.0.found(token, limit)
    }

    fn families(&mut self, whom: &Whom) -> PortResult<Families> {
        self.0.families(whom)
    }

    fn kin(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<KinRow>> {
        self.0.kin(subjects)
    }

    fn all_kin(&mut self) -> PortResult<Vec<KinRow>> {
        self.0.all_kin()
    }

    fn conflicts(&mut self, after: Option<(SubjectId, MemberId, MemberId)>, limit: usize) -> PortResult<Vec<ConflictRow>> {
        self.0.conflicts(after, limit)
    }

    fn parted(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        self.0.parted(members)
    }

    fn order(&mut self, order: OrderRef) -> PortResult<Option<OrderRow>> {
        self.0.order(order)
    }

    fn states(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        self.0.states(members)
    }

    fn timers(&mut self) -> PortResult<Vec<TimerRow>> {
        self.0.timers()
    }

    fn scan(&self) -> PortResult<Box<dyn HistoryScan>> {
        self.0.scan()
    }

    fn forget_identities(&mut self, _: &BTreeSet<SubjectId>) -> PortResult<u64> {
        Err(PortError::Failed("this command only reads".to_owned()))
    }

    fn integrity(&mut self) -> PortResult<Vec<String>> {
        self.0.integrity()
    }
}
