//! The journal's port: load a set, append a set, in one transaction per batch. Sets, so that PostgreSQL needs a constant number of round
//! trips and SQLite a constant number of distinct statements.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::{FactId, ImportId, Instant, Lane, MemberId, Origin, Position, Seq, SubjectId};

use super::PortResult;

/// A blind-index token: the keyed hash of an identity, the only form in which identities are searchable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Token(pub [u8; 16]);

/// The keyed hash of (source, object, version).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CommandKey(pub [u8; 16]);

/// The keyed hash of a command's whole content, transport fields left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ContentHash(pub [u8; 16]);

/// The hash of (source, order id).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OrderRef(pub [u8; 16]);

/// A lane's chain value: SHA-256 over the chain before it and the stored bytes of one fact with its effects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Chain(pub [u8; 32]);

impl Chain {
    /// Before the first fact.
    pub const ROOT: Self = Self([0; 32]);
}

/// Where a lane stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LaneHead {
    pub lane: Lane,
    /// The last sequence taken; 0 before the first fact.
    pub seq: Seq,
    /// Subjects created in this lane so far.
    pub subjects: u64,
    pub chain: Chain,
}

/// A fact as it is stored. What rules need of it is in `payload`; `sealed` is opaque outside the subject's key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredFact {
    pub position: Position,
    pub recorded_at: Instant,
    pub kind: String,
    pub version: u16,
    pub subject: SubjectId,
    pub occurred_at: Instant,
    pub origin: Origin,
    pub import: Option<ImportId>,
    pub source: String,
    pub object: String,
    pub object_version: String,
    pub payload: Vec<u8>,
    /// Empty when the fact has no personal part.
    pub sealed: Vec<u8>,
    /// The lane's chain value after this fact.
    pub chain: Chain,
}

impl StoredFact {
    pub fn id(&self) -> FactId {
        FactId { recorded_at: self.recorded_at, position: self.position }
    }
}

/// An effect as it is stored; its id is the fact's position and the ordinal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEffect {
    pub position: Position,
    pub ordinal: u16,
    pub member: MemberId,
    pub kind: String,
    /// When it took effect.
    pub at: Instant,
    pub payload: Vec<u8>,
}

/// Who an identity belongs to, and the lane its subject lives in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owner {
    pub subject: SubjectId,
    pub lane: Lane,
}

/// A fact that says that a value belongs to a subject's person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkRow {
    pub token: Token,
    pub subject: SubjectId,
    pub kind: String,
    pub source: String,
    pub occurred_at: Instant,
    pub fact: FactId,
    pub import: Option<ImportId>,
    /// The value is the subject's own.
    pub is_root: bool,
}

/// Where a subject stands among those that ever shared a value with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KinRow {
    pub subject: SubjectId,
    /// The lane in which the subject was first known.
    pub lane: Lane,
    pub member: MemberId,
    /// A subject of the family, for good.
    pub family: SubjectId,
    /// The fact the subject was first known by.
    pub born: FactId,
}

/// What somebody ruled of two subjects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RulingRow {
    pub a: SubjectId,
    pub b: SubjectId,
    pub together: bool,
    pub fact: FactId,
}

/// Two members that a value names both, and the rules keep apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConflictRow {
    pub family: SubjectId,
    pub left: MemberId,
    pub right: MemberId,
    pub kind: String,
    pub by: String,
}

/// Whose families are asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Whom {
    pub tokens: BTreeSet<Token>,
    /// Their holders.
    pub orders: BTreeSet<OrderRef>,
    pub subjects: BTreeSet<SubjectId>,
}

/// Everything that decides who is whom, of the subjects asked for and of all their families.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Families {
    /// Every value of these subjects and every one asked for, with whose own it is: [`SubjectId::NOBODY`] while it is only linked.
    pub claims: BTreeMap<Token, Owner>,
    pub links: Vec<LinkRow>,
    /// Subjects without a row are a family and a member each by itself.
    pub kin: Vec<KinRow>,
    pub rulings: Vec<RulingRow>,
}

/// What a batch wants to know before it decides.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ask {
    pub keys: BTreeSet<CommandKey>,
    pub members: BTreeSet<MemberId>,
    pub orders: BTreeSet<OrderRef>,
    pub sources: BTreeSet<String>,
}

/// The first answer given under a command key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    pub content: ContentHash,
    pub fact: FactId,
}

/// An order's row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderRow {
    /// The subject whose facts speak of it; [`SubjectId::NOBODY`] for an anonymous sale.
    pub holder: SubjectId,
    pub lane: Lane,
    pub body: Vec<u8>,
}

/// What is known of it. Absent keys are absent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loaded {
    pub seen: BTreeMap<CommandKey, Seen>,
    pub states: BTreeMap<MemberId, Vec<u8>>,
    pub orders: BTreeMap<OrderRef, OrderRow>,
    /// When each source went live.
    pub sources: BTreeMap<String, Instant>,
    /// Positions of facts that wait for their order, by order.
    pub waiting: BTreeMap<OrderRef, Vec<StoredFact>>,
}

/// When a member's decision by one policy falls due next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimerRow {
    pub member: MemberId,
    pub lane: Lane,
    pub policy: String,
    /// `None` clears the timer.
    pub due: Option<Instant>,
}

/// Everything a batch writes, applied in one transaction. Facts and effects ascend by position within each lane.
///
/// What is taken away (`forget`, `drop_orders`, `waited`, `unsearch`) goes before what is added to the same table. Of two rows under one key the
/// later stands, except in `seen`, where a key must be new.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Append {
    pub facts: Vec<StoredFact>,
    pub effects: Vec<StoredEffect>,
    /// New command keys.
    pub seen: Vec<(CommandKey, Seen)>,
    /// Command keys to forget: an undone import's, so that it can come again.
    pub forget: Vec<CommandKey>,
    pub states: Vec<(MemberId, Vec<u8>)>,
    pub orders: Vec<(OrderRef, OrderRow)>,
    /// Orders to forget: an undone import's.
    pub drop_orders: Vec<OrderRef>,
    pub timers: Vec<TimerRow>,
    pub sources: Vec<(String, Instant)>,
    /// Facts (by position) that wait for an order nobody has seen yet.
    pub wait: Vec<(OrderRef, Position)>,
    /// Orders whose waiting facts have been given to their member.
    pub waited: Vec<OrderRef>,
    /// What members can be found by besides their identities. A pair that is there already stays.
    pub search: Vec<(Token, MemberId)>,
    /// Subjects whose person was erased: every value, link and search token of theirs is forgotten.
    pub erased: Vec<SubjectId>,
    /// Members who can be found by nothing of that any more.
    pub unsearch: Vec<MemberId>,
    /// Tokens that were nobody's own, only linked, and are somebody's now. Who links them is known: the lanes of all are held.
    pub roots: Vec<(Token, Owner)>,
    /// Links to forget: an undone import's.
    pub unlink: Vec<LinkRow>,
    pub kin: Vec<KinRow>,
    pub rulings: Vec<RulingRow>,
    /// The conflicts of a family, in place of those it had.
    pub conflicts: Vec<(SubjectId, Vec<ConflictRow>)>,
    /// Snapshots of members that became part of another; empty bytes when they are members again.
    pub parted: Vec<(MemberId, Vec<u8>)>,
    /// The heads after the batch.
    pub heads: Vec<LaneHead>,
    /// What every writer must look at anew from here on; all lanes must be held.
    pub turn: Option<Turn>,
}

/// A batch after which writers decide by other documents: an activation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// The fence after it, on every lane.
    pub fence: u64,
    /// Settings that change with it, in the same transaction.
    pub settings: Vec<(String, Vec<u8>)>,
}

/// The journal of one brand.
pub trait Journal: Send {
    /// The lanes this store divides its journal into.
    fn lane_count(&self) -> u16;

    /// Where these and their families live, read without locks: only to find out which lanes a batch must hold.
    fn peek(&mut self, whom: &Whom) -> PortResult<BTreeSet<Lane>>;

    /// Begins a batch: from here to the commit this process is the only writer of `lanes`.
    fn begin(&mut self, lanes: &BTreeSet<Lane>) -> PortResult<Box<dyn Tx + '_>>;

    /// The fence as it stands now, read without locks: see [`Tx::fence`].
    fn fence(&mut self) -> PortResult<u64>;

    /// The heads of all lanes, ascending by lane.
    fn heads(&mut self) -> PortResult<Vec<LaneHead>>;

    /// Timers due at or before `now` in these lanes, in the order (due, member, policy), at most `limit`.
    fn due(&mut self, now: Instant, limit: usize) -> PortResult<Vec<TimerRow>>;

    /// The facts of a lane from `after` (exclusive) in sequence, at most `limit`.
    fn tail(&mut self, lane: Lane, after: Seq, limit: usize) -> PortResult<Vec<StoredFact>>;

    /// The effects of a lane's facts with sequence in (`after`, `until`], ascending by (position, ordinal).
    fn effects_between(&mut self, lane: Lane, after: Seq, until: Seq) -> PortResult<Vec<StoredEffect>>;

    /// All facts of these subjects, ascending by position.
    fn facts_of(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<StoredFact>>;

    /// All effects of these members, ascending by (position, ordinal).
    fn effects_of(&mut self, members: &[MemberId]) -> PortResult<Vec<StoredEffect>>;

    /// Whose own a token is, for look-ups by full value.
    fn owner(&mut self, token: Token) -> PortResult<Option<Owner>>;

    /// Members found by a search token, ascending, at most `limit`.
    fn found(&mut self, token: Token, limit: usize) -> PortResult<Vec<MemberId>>;

    /// Who is whom around these, read without locks.
    fn families(&mut self, whom: &Whom) -> PortResult<Families>;

    /// The families of these subjects, ascending by (family, subject); subjects that are alone have no row.
    fn kin(&mut self, subjects: &[SubjectId]) -> PortResult<Vec<KinRow>>;

    /// Every family, ascending by (family, subject).
    fn all_kin(&mut self) -> PortResult<Vec<KinRow>>;

    /// The queue of conflicts, ascending by (family, left, right), after a given one.
    fn conflicts(&mut self, after: Option<(SubjectId, MemberId, MemberId)>, limit: usize) -> PortResult<Vec<ConflictRow>>;

    /// The kept snapshots of members that are part of another now.
    fn parted(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>>;

    /// An order's row, for look-ups by order id.
    fn order(&mut self, order: OrderRef) -> PortResult<Option<OrderRow>>;

    /// The stored snapshots of these members.
    fn states(&mut self, members: &[MemberId]) -> PortResult<BTreeMap<MemberId, Vec<u8>>>;

    /// Every timer, ascending by (member, policy): for `doctor`.
    fn timers(&mut self) -> PortResult<Vec<TimerRow>>;

    /// A reader over everyone, independent of this handle.
    fn scan(&self) -> PortResult<Box<dyn super::HistoryScan>>;

    /// Forgets by which identities these subjects were known, and what else finds them: durable when it returns, and no token is left in
    /// the store's own files. Answers how many identities there were.
    fn forget_identities(&mut self, subjects: &BTreeSet<SubjectId>) -> PortResult<u64>;

    /// What the storage engine itself finds wrong with its files; empty when sound.
    fn integrity(&mut self) -> PortResult<Vec<String>>;
}

/// One batch under way. Dropping it rolls back.
pub trait Tx {
    /// The heads of the lanes held.
    fn heads(&self) -> &BTreeMap<Lane, LaneHead>;

    /// Rises with every [`Turn`], on all lanes in one transaction: a writer that knows a lower one decides by documents no longer in force.
    /// 0 where no lane is held.
    fn fence(&self) -> u64;

    /// A setting, and every policy document, as of this transaction.
    fn documents(&mut self, setting: &str) -> PortResult<(Option<Vec<u8>>, Vec<super::desk::DocumentRow>)>;

    /// Who owns these tokens now, under the lanes' locks.
    fn resolve(&mut self, tokens: &BTreeSet<Token>) -> PortResult<BTreeMap<Token, Owner>>;

    /// Who is whom around these, under the lanes' locks.
    fn families(&mut self, whom: &Whom) -> PortResult<Families>;

    /// Claims new tokens for their owners ([`SubjectId::NOBODY`] and the linker's lane for one that is nobody's own), and keeps links; answers
    /// the owner that now holds each token, which is another where a race was lost.
    fn claim(&mut self, claims: &[(Token, Owner)], links: &[LinkRow]) -> PortResult<BTreeMap<Token, Owner>>;

    /// The kept snapshots of members that are part of another now.
    fn parted(&mut self, members: &BTreeSet<MemberId>) -> PortResult<BTreeMap<MemberId, Vec<u8>>>;

    fn load(&mut self, ask: &Ask) -> PortResult<Loaded>;

    /// The facts and effects of members whose past must be folded again: late facts, retractions, lost snapshots.
    fn past(&mut self, members: &BTreeSet<MemberId>) -> PortResult<(Vec<StoredFact>, Vec<StoredEffect>)>;

    /// Refused, with the whole batch, when facts do not go on from the held heads without a gap, or the new heads do not say what the
    /// facts say. The held heads move with it.
    fn append(&mut self, set: &Append) -> PortResult<()>;

    /// Durable when it returns. Fails when anything of the batch failed before. A transient failure may have been durable all the same
    /// (its answer was lost): load again before deciding again.
    fn commit(self: Box<Self>) -> PortResult<()>;
}
