//! A journal and a key store that keep what is written through them, so that the floor can write the same. The time this takes is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Stopwatch};

use perennial_app::port::desk::DocumentRow;
use perennial_app::port::journal::{
    Ask, ConflictRow, Families, KinRow, LaneHead, LinkRow, Loaded, OrderRef, OrderRow, Owner, StoredEffect, StoredFact, TimerRow, Token,
    Whom,
};
use perennial_app::port::keys::WrappedKey;
use perennial_app::port::{Append, HistoryScan, Journal, KeyStore, PortResult, Tx};
use perennial_kernel::{Day, Instant, Lane, MemberId, Seq, SubjectId};

/// What one batch wrote.
#[derive(Default)]
pub struct Written {
    pub keys: Vec<(SubjectId, WrappedKey)>,
    pub claims: Vec<(Token, Owner)>,
    pub links: Vec<LinkRow>,
    pub set: Append,
}

#[derive(Default)]
pub struct Log {
    pub batches: Vec<Written>,
    open: Written,
    /// What recording cost: to be taken off.
    pub spent: Duration,
}

impl Log {
    pub fn take(log: &Mutex<Self>) -> (Vec<Written>, Duration) {
        let taken = std::mem::take(&mut *log.lock().expect("one thread at a time"));
        (taken.batches, taken.spent)
    }

    fn note(log: &Mutex<Self>, work: impl FnOnce(&mut Self)) {
        let began = Stopwatch::now();
        let mut log = log.lock().expect("one thread at a time");
        work(&mut log);
        log.spent += began.elapsed();
    }
}

pub struct Recorder<J> {
    pub inner: J,
    pub log: Arc<Mutex<Log>>,
}

impl<J: KeyStore> KeyStore for Recorder<J> {
    fn load(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<BTreeMap<SubjectId, WrappedKey>> {
        self.inner.load(subjects)
    }

    fn keep(&mut self, keys: Vec<(SubjectId, WrappedKey)>) -> PortResult<BTreeMap<SubjectId, WrappedKey>> {
        Log::note(&self.log, |log| log.open.keys.clone_from(&keys));
        self.inner.keep(keys)
    }

    fn day_key(&mut self, day: Day) -> PortResult<Option<WrappedKey>> {
        self.inner.day_key(day)
    }

    fn keep_day_key(&mut self, day: Day, key: WrappedKey) -> PortResult<WrappedKey> {
        self.inner.keep_day_key(day, key)
    }

    fn drop_day_keys(&mut self, before: Day) -> PortResult<u64> {
        self.inner.drop_day_keys(before)
    }

    fn day_keys(&mut self) -> PortResult<Vec<(Day, WrappedKey)>> {
        self.inner.day_keys()
    }

    fn replace_day_key(&mut self, day: Day, key: &WrappedKey) -> PortResult<()> {
        self.inner.replace_day_key(day, key)
    }

    fn after(&mut self, subject: Option<SubjectId>, limit: usize) -> PortResult<Vec<(SubjectId, WrappedKey)>> {
        self.inner.after(subject, limit)
    }

    fn replace(&mut self, keys: &[(SubjectId, WrappedKey)]) -> PortResult<()> {
        self.inner.replace(keys)
    }

    fn brand(&mut self, name: &str) -> PortResult<Option<Vec<u8>>> {
        self.inner.brand(name)
    }

    fn set_brand(&mut self, name: &str, value: &[u8]) -> PortResult<()> {
        self.inner.set_brand(name, value)
    }

    fn raise(&mut self, name: &str, value: &[u8]) -> PortResult<()> {
        self.inner.raise(name, value)
    }

    fn destroy(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<()> {
        self.inner.destroy(subjects)
    }
}

struct RecordedTx<'a> {
    inner: Box<dyn Tx + 'a>,
    log: Arc<Mutex<Log>>,
}

impl Tx for RecordedTx<'_> {
    fn heads(&self) -> &BTreeMap<Lane, LaneHead> {
        self.inner.heads()
    }

    fn fence(&self) -> u64 {
        self.inner.fence()
    }

    fn documents(&mut self, setting: &str) -> PortResult<(Option<Vec<u8>>, Vec<DocumentRow>)> {
        self.inner.documents(setting)
    }

    fn resolve(&mut self, tokens: &BTreeSet<Token>) -> PortResult<BTreeMap<Token, Owner>> {
        self.inner.resolve(tokens)
    }

    fn families(&mut self, whom: &Whom) -> PortResult<Families> {
        self.inner.families(whom)
    }

    fn claim(&mut self, claims: &[(Token, Owner)], links: &[LinkRow]) -> PortResult<BTreeMap<Token, Owner>> {
        Log::note(&self.log, |log| {
            claims.clone_into(&mut log.open.claims);
            links.clone_into(&mut log.open.links);
        });
        self.inner.claim(claims, links)
    }

    fn parted(&mut self, members: &BTreeSet<MemberId>) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        self.inner.parted(members)
    }

    fn load(&mut self, ask: &Ask) -> PortResult<Loaded> {
        self.inner.load(ask)
    }

    fn past(&mut self, members: &BTreeSet<MemberId>) -> PortResult<(Vec<StoredFact>, Vec<StoredEffect>)> {
        self.inner.past(members)
    }

    fn append(&mut self, set: &Append) -> PortResult<()> {
        Log::note(&self.log, |log| {
            let open = std::mem::take(&mut log.open);
            log.batches.push(Written { set: set.clone(), ..open });
        });
        self.inner.append(set)
    }

    fn commit(self: Box<Self>) -> PortResult<()> {
        self.inner.commit()
    }
}

impl<J: Journal> Journal for Recorder<J> {
    fn lane_count(&self) -> u16 {
        self.inner.lane_count()
    }

    fn forget_identities(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<u64> {
        self.inner.forget_identities(subjects)
    }

    fn peek(&mut self, whom: &Whom) -> PortResult<BTreeSet<Lane>> {
        self.inner.peek(whom)
    }

    fn families(&mut self, whom: &Whom) -> PortResult<Families> {
        self.inner.families(whom)
    }

    fn kin(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<KinRow>> {
        self.inner.kin(subjects)
    }

    fn all_kin(&mut self) -> PortResult<Vec<KinRow>> {
        self.inner.all_kin()
    }

    fn conflicts(&mut self, after: Option<(SubjectId, MemberId, MemberId)>, limit: usize) -> PortResult<Vec<ConflictRow>> {
        self.inner.conflicts(after, limit)
    }

    fn parted(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        self.inner.parted(members)
    }

    fn begin(&mut self, lanes: &BTreeSet<Lane>) -> PortResult<Box<dyn Tx + '_>> {
        Ok(Box::new(RecordedTx { inner: self.inner.begin(lanes)?, log: Arc::clone(&self.log) }))
    }

    fn fence(&mut self) -> PortResult<u64> {
        self.inner.fence()
    }

    fn heads(&mut self) -> PortResult<Vec<LaneHead>> {
        self.inner.heads()
    }

    fn due(&mut self, now: Instant, limit: usize) -> PortResult<Vec<TimerRow>> {
        self.inner.due(now, limit)
    }

    fn tail(&mut self, lane: Lane, after: Seq, limit: usize) -> PortResult<Vec<StoredFact>> {
        self.inner.tail(lane, after, limit)
    }

    fn effects_between(&mut self, lane: Lane, after: Seq, until: Seq) -> PortResult<Vec<StoredEffect>> {
        self.inner.effects_between(lane, after, until)
    }

    fn facts_of(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<StoredFact>> {
        self.inner.facts_of(subjects)
    }

    fn effects_of(&mut self, members: &[MemberId]) -> PortResult<Vec<StoredEffect>> {
        self.inner.effects_of(members)
    }

    fn owner(&mut self, token: Token) -> PortResult<Option<Owner>> {
        self.inner.owner(token)
    }

    fn found(&mut self, token: Token, limit: usize) -> PortResult<Vec<MemberId>> {
        self.inner.found(token, limit)
    }

    fn order(&mut self, order: OrderRef) -> PortResult<Option<OrderRow>> {
        self.inner.order(order)
    }

    fn states(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>> {
        self.inner.states(members)
    }

    fn timers(&mut self) -> PortResult<Vec<TimerRow>> {
        self.inner.timers()
    }

    fn scan(&self) -> PortResult<Box<dyn HistoryScan>> {
        self.inner.scan()
    }

    fn integrity(&mut self) -> PortResult<Vec<String>> {
        self.inner.integrity()
    }
}
