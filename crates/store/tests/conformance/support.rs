//! Builders: a batch that counts its lanes on, and short names for what tests write.

use std::collections::{BTreeMap, BTreeSet};

use perennial_app::port::journal::{Ask, Chain, CommandKey, ContentHash, OrderRef, OrderRow, Owner, Seen, TimerRow};
use perennial_app::port::{Append, Desk, HistoryScan, Journal, KeyStore, LaneHead, StoredEffect, StoredFact, Token, Tx};
use perennial_kernel::{FactId, Instant, Lane, MemberId, Origin, Position, Seq, SubjectId};

/// One empty store; every call opens another handle to it.
pub trait Stores: Sync {
    fn journal(&self) -> Box<dyn Journal>;
    fn desk(&self) -> Box<dyn Desk>;
    fn keys(&self) -> Box<dyn KeyStore>;

    /// A reader over everyone; the lake's tests put theirs in its place.
    fn scan(&self) -> Box<dyn HistoryScan> {
        self.journal().scan().unwrap()
    }
}

/// An append under construction.
pub struct Batch {
    pub set: Append,
    heads: BTreeMap<Lane, LaneHead>,
}

impl Batch {
    pub fn on(tx: &dyn Tx) -> Self {
        Self { set: Append::default(), heads: tx.heads().clone() }
    }

    /// A fact of `subject` at `occurred_at`, the next of its lane.
    pub fn fact(&mut self, lane: Lane, subject: i64, occurred_at: i64) -> Position {
        let head = self.heads.get_mut(&lane).expect("the lane is held");
        head.seq = Seq(head.seq.0 + 1);
        head.chain = Chain([head.seq.0 as u8; 32]);
        let position = Position::new(lane, head.seq);
        self.set.facts.push(StoredFact {
            position,
            recorded_at: Instant(1_700_000_000_000 + head.seq.0 as i64),
            kind: "order.placed".to_owned(),
            version: 1,
            subject: SubjectId(subject),
            occurred_at: Instant(occurred_at),
            origin: Origin::Live,
            import: None,
            source: "shop".to_owned(),
            object: format!("o-{}", head.seq.0),
            object_version: String::new(),
            payload: vec![1, 2, 3],
            sealed: Vec::new(),
            chain: head.chain,
        });
        position
    }

    pub fn effect(&mut self, position: Position, ordinal: u16, member: i64) {
        self.set.effects.push(StoredEffect {
            position,
            ordinal,
            member: SubjectId(member),
            kind: "stage_changed".to_owned(),
            at: Instant(77),
            payload: vec![ordinal as u8; 3],
        });
    }

    pub fn timer(&mut self, member: i64, policy: &str, due: Option<i64>) {
        let due = due.map(Instant);
        self.set.timers.push(TimerRow { member: SubjectId(member), lane: Lane(0), policy: policy.to_owned(), due });
    }

    pub fn new_subject(&mut self, lane: Lane) -> SubjectId {
        let head = self.heads.get_mut(&lane).expect("the lane is held");
        head.subjects += 1;
        SubjectId::nth(lane, head.subjects)
    }

    pub fn finish(mut self) -> Append {
        self.set.heads = self.heads.into_values().collect();
        self.set
    }
}

/// One batch on these lanes, written by `fill` and committed.
pub fn write(journal: &mut dyn Journal, lanes: &[Lane], fill: impl FnOnce(&mut Batch)) -> Append {
    let mut tx = journal.begin(&held(lanes)).unwrap();
    let mut batch = Batch::on(tx.as_ref());
    fill(&mut batch);
    let set = batch.finish();
    tx.append(&set).unwrap();
    tx.commit().unwrap();
    set
}

pub fn held(lanes: &[Lane]) -> BTreeSet<Lane> {
    lanes.iter().copied().collect()
}

/// The last lane of a store, so that a store of many lanes is not only tried on its first.
pub fn last_lane(journal: &dyn Journal) -> Lane {
    Lane(journal.lane_count() - 1)
}

pub fn token(n: u8) -> Token {
    Token([n; 16])
}

pub fn key(n: u8) -> CommandKey {
    CommandKey([n; 16])
}

pub fn order_ref(n: u8) -> OrderRef {
    OrderRef([n; 16])
}

pub fn owner(subject: i64, lane: Lane) -> Owner {
    Owner { subject: SubjectId(subject), lane }
}

pub fn order_row(member: i64, lane: Lane, body: &str) -> OrderRow {
    OrderRow { holder: SubjectId(member), lane, body: body.as_bytes().to_vec() }
}

pub fn seen(content: u8, position: Position) -> Seen {
    Seen { content: ContentHash([content; 16]), fact: FactId { recorded_at: Instant(5), position } }
}

pub fn members<const N: usize>(ids: [i64; N]) -> BTreeSet<MemberId> {
    ids.into_iter().map(SubjectId).collect()
}

/// A batch that uses every table, of `size` facts.
pub fn full_batch(journal: &mut dyn Journal, size: i64) {
    let lane = last_lane(journal);
    let mut tx = journal.begin(&held(&[lane])).unwrap();
    let base = i64::try_from(tx.heads()[&lane].seq.0).unwrap() * 10;
    let id = |n: i64| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(base + n).to_be_bytes());
        id
    };
    let claims: Vec<_> = (0..size).map(|n| (Token(id(n)), owner(n + 1, lane))).collect();
    tx.claim(&claims, &[]).unwrap();
    let ask = Ask {
        keys: (0..size).map(|n| CommandKey(id(n))).collect(),
        members: (0..size).map(SubjectId).collect(),
        orders: (0..size).map(|n| OrderRef(id(n))).collect(),
        sources: (0..size).map(|n| format!("s{n}")).collect(),
    };
    tx.load(&ask).unwrap();
    tx.past(&ask.members).unwrap();
    let mut batch = Batch::on(tx.as_ref());
    for (n, (key, order)) in ask.keys.iter().zip(&ask.orders).enumerate() {
        let n = n as i64;
        let position = batch.fact(lane, n + 1, n);
        batch.effect(position, 0, n + 1);
        batch.set.seen.push((*key, seen(1, position)));
        batch.set.states.push((SubjectId(n), vec![1]));
        batch.set.orders.push((*order, order_row(n, lane, "o")));
        batch.set.sources.push((format!("s{n}"), Instant(1)));
        batch.timer(n, "a", Some(n));
        batch.timer(n, "b", None);
        batch.set.wait.push((*order, position));
    }
    batch.set.forget.push(key(1));
    batch.set.drop_orders.push(order_ref(1));
    batch.set.waited.push(order_ref(1));
    tx.append(&batch.finish()).unwrap();
    tx.commit().unwrap();
}
