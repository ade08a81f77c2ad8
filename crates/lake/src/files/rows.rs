//! Facts as rows: what the journal holds of a fact in clear, and beside it, flat, what folds over purchases need, so that they need not
//! open payloads. What is sealed never comes here.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, BooleanArray, Int8Array, Int64Array, RecordBatch, StringArray, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Int8Type, Int64Type, Schema, SchemaRef};
use perennial_app::port::{PortResult, StoredFact};
use perennial_kernel::{Body, ImportId, Instant, Order, OrderKey, Origin, Position, Quantity, Relation, SubjectId};
use perennial_rules::payload;

use super::depot::damaged;

/// Of which kind a row is to a fold over purchases.
pub mod what {
    /// A fact that may change what another one says: its member is folded fact by fact.
    pub const INVOLVED: i8 = 0;
    /// Nothing to purchases.
    pub const NEUTRAL: i8 = 1;
    /// An order that counts as it stands: paid, of some quantity, and nothing else is said of it among its subject's rows.
    pub const ORDER: i8 = 2;
    /// A relation was reached, or a member behaved: see the columns of these.
    pub const RELATION: i8 = 3;
    pub const BEHAVIOUR: i8 = 4;
}

/// Columns by place.
pub mod column {
    pub const SUBJECT: usize = 0;
    pub const OCCURRED_AT: usize = 1;
    pub const POSITION: usize = 2;
    pub const RECORDED_AT: usize = 3;
    pub const WHAT: usize = 4;
    /// Nothing is involved among the subject's rows of this run, and no two speak of one order.
    pub const PLAIN: usize = 5;
    pub const ORDER: usize = 6;
    // Then paid_at, money, channel, store, relation.
    pub const KIND: usize = 12;
    pub const VERSION: usize = 13;
    pub const ORIGIN: usize = 14;
    pub const IMPORT: usize = 15;
    pub const SOURCE: usize = 16;
    pub const OBJECT: usize = 17;
    pub const OBJECT_VERSION: usize = 18;
    pub const PAYLOAD: usize = 19;
}

/// What makes a [`StoredFact`] again.
pub const WHOLE: [usize; 12] = [
    column::SUBJECT,
    column::OCCURRED_AT,
    column::POSITION,
    column::RECORDED_AT,
    column::KIND,
    column::VERSION,
    column::ORIGIN,
    column::IMPORT,
    column::SOURCE,
    column::OBJECT,
    column::OBJECT_VERSION,
    column::PAYLOAD,
];

pub fn schema() -> SchemaRef {
    let field = |name: &str, ty, nullable| Field::new(name, ty, nullable);
    Arc::new(Schema::new(vec![
        field("subject", DataType::Int64, false),
        field("occurred_at", DataType::Int64, false),
        field("position", DataType::Int64, false),
        field("recorded_at", DataType::Int64, false),
        field("what", DataType::Int8, false),
        field("plain", DataType::Boolean, false),
        field("order", DataType::Int64, true),
        field("paid_at", DataType::Int64, true),
        field("money", DataType::Int64, true),
        field("channel", DataType::Utf8, true),
        field("store", DataType::Utf8, true),
        field("relation", DataType::Int8, true),
        field("kind", DataType::Utf8, false),
        field("version", DataType::Int8, false),
        field("origin", DataType::Int8, false),
        field("import", DataType::Int64, true),
        field("source", DataType::Utf8, false),
        field("object", DataType::Utf8, false),
        field("object_version", DataType::Utf8, false),
        field("payload", DataType::Binary, false),
    ]))
}

/// The order of rows in a run: a member's facts lie together, by event time and then by arrival.
pub fn sort_key(fact: &StoredFact) -> (SubjectId, Instant, Position) {
    (fact.subject, fact.occurred_at, fact.position)
}

/// Rows of facts that are sorted by [`sort_key`] and hold all that the run has of each of their subjects.
pub fn batch(facts: &[&StoredFact]) -> PortResult<RecordBatch> {
    let flat: Vec<Flat> = facts.iter().map(|fact| Flat::of(fact)).collect();
    let mut plain = Vec::with_capacity(facts.len());
    for (of, rows) in facts.chunk_by(|a, b| a.subject == b.subject).scan(0, |at, rows| {
        *at += rows.len();
        Some((*at - rows.len(), rows))
    }) {
        let is_plain = is_plain(flat[of..of + rows.len()].iter().map(|flat| (flat.what, flat.order)));
        plain.extend(std::iter::repeat_n(is_plain, rows.len()));
    }
    let ints =
        |read: &dyn Fn(&StoredFact) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(facts.iter().map(|fact| read(fact)))) };
    let texts = |read: &dyn Fn(&StoredFact) -> &str| -> ArrayRef {
        let mut built = StringBuilder::new();
        for fact in facts {
            built.append_value(read(fact));
        }
        Arc::new(built.finish())
    };
    let flat_ints = |read: &dyn Fn(&Flat) -> Option<i64>| -> ArrayRef { Arc::new(flat.iter().map(read).collect::<Int64Array>()) };
    let flat_texts = |read: &dyn Fn(&Flat) -> Option<&String>| -> ArrayRef { Arc::new(flat.iter().map(read).collect::<StringArray>()) };
    let mut payloads = BinaryBuilder::new();
    for fact in facts {
        payloads.append_value(&fact.payload);
    }
    let columns: Vec<ArrayRef> = vec![
        ints(&|fact| fact.subject.0),
        ints(&|fact| fact.occurred_at.0),
        ints(&|fact| fact.position.0),
        ints(&|fact| fact.recorded_at.0),
        Arc::new(Int8Array::from_iter_values(flat.iter().map(|flat| flat.what))),
        Arc::new(BooleanArray::from(plain)),
        flat_ints(&|flat| flat.order),
        flat_ints(&|flat| flat.paid_at),
        flat_ints(&|flat| flat.money),
        flat_texts(&|flat| flat.channel.as_ref()),
        flat_texts(&|flat| flat.store.as_ref()),
        Arc::new(flat.iter().map(|flat| flat.relation).collect::<Int8Array>()),
        texts(&|fact| &fact.kind),
        Arc::new(Int8Array::from_iter_values(facts.iter().map(|fact| fact.version as i8))),
        Arc::new(Int8Array::from_iter_values(facts.iter().map(|fact| origin_code(fact.origin)))),
        Arc::new(facts.iter().map(|fact| fact.import.map(|import| import.0)).collect::<Int64Array>()),
        texts(&|fact| &fact.source),
        texts(&|fact| &fact.object),
        texts(&|fact| &fact.object_version),
        Arc::new(payloads.finish()),
    ];
    RecordBatch::try_new(schema(), columns).map_err(|error| damaged("rows", &error))
}

fn origin_code(origin: Origin) -> i8 {
    Origin::ALL.iter().position(|known| *known == origin).expect("ALL has every origin") as i8
}

/// Whether a subject's rows say nothing that another of them could change.
pub fn is_plain(rows: impl Iterator<Item = (i8, Option<i64>)>) -> bool {
    let mut orders = BTreeSet::new();
    for (what, order) in rows {
        if what == what::INVOLVED || order.is_some_and(|order| !orders.insert(order)) {
            return false;
        }
    }
    true
}

/// What a fold over purchases needs of a fact.
struct Flat {
    what: i8,
    order: Option<i64>,
    paid_at: Option<i64>,
    money: Option<i64>,
    channel: Option<String>,
    store: Option<String>,
    relation: Option<i8>,
}

impl Flat {
    const INVOLVED: Self =
        Self { what: what::INVOLVED, order: None, paid_at: None, money: None, channel: None, store: None, relation: None };

    /// A payload this program cannot read is for whoever opens it to complain of.
    fn of(fact: &StoredFact) -> Self {
        let Ok(body) = payload::decode(&fact.kind, fact.version, &fact.payload) else { return Self::INVOLVED };
        match body {
            Body::OrderPlaced(order) => Self::of_order(order),
            Body::MemberUpdated { relation: Some(relation), .. } => {
                Self { what: what::RELATION, relation: Some(relation_code(relation)), ..Self::INVOLVED }
            }
            Body::Behaved { .. } => Self { what: what::BEHAVIOUR, ..Self::INVOLVED },
            Body::MemberUpdated { .. }
            | Body::IdentityAttached { .. }
            | Body::ConsentGiven { .. }
            | Body::ConsentWithdrawn { .. }
            | Body::TimerDue { .. }
            | Body::PolicyActivated { .. }
            | Body::PolicyApplied { .. }
            | Body::EpochOpened { .. } => Self { what: what::NEUTRAL, ..Self::INVOLVED },
            Body::OrderUpdated(_)
            | Body::OrderCancelled(_)
            | Body::OrderRefunded(_)
            | Body::MemberErased
            | Body::ImportRetracted { .. }
            | Body::MembersMerged(_)
            | Body::MembersSplit(_)
            | Body::MembersRuled(_) => Self::INVOLVED,
        }
    }

    fn of_order(order: Order) -> Self {
        let Some(paid_at) = order.paid_at.filter(|_| order.quantity > Quantity::ZERO) else { return Self::INVOLVED };
        Self {
            what: what::ORDER,
            order: Some(order_hash(&order.key)),
            paid_at: Some(paid_at.0),
            money: Some(order.money.0),
            channel: order.channel,
            store: order.store,
            relation: None,
        }
    }
}

fn relation_code(relation: Relation) -> i8 {
    relation as i8
}

/// FNV-1a of source and id: two orders of one member that share it only cost a fold fact by fact.
fn order_hash(key: &OrderKey) -> i64 {
    let bytes = key.source.bytes().chain([0]).chain(key.id.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)).cast_signed()
}

/// A batch of [`WHOLE`] columns, in that order, as facts.
pub struct Whole {
    pub subject: Int64Array,
    pub occurred_at: Int64Array,
    pub position: Int64Array,
    recorded_at: Int64Array,
    kind: StringArray,
    version: Int8Array,
    origin: Int8Array,
    import: Int64Array,
    source: StringArray,
    object: StringArray,
    object_version: StringArray,
    payload: BinaryArray,
}

impl Whole {
    pub fn new(batch: &RecordBatch) -> Self {
        let ints = |at: usize| batch.column(at).as_primitive::<Int64Type>().clone();
        let bytes = |at: usize| batch.column(at).as_primitive::<Int8Type>().clone();
        let texts = |at: usize| batch.column(at).as_string::<i32>().clone();
        Self {
            subject: ints(0),
            occurred_at: ints(1),
            position: ints(2),
            recorded_at: ints(3),
            kind: texts(4),
            version: bytes(5),
            origin: bytes(6),
            import: ints(7),
            source: texts(8),
            object: texts(9),
            object_version: texts(10),
            payload: batch.column(11).as_binary::<i32>().clone(),
        }
    }

    pub fn len(&self) -> usize {
        self.subject.len()
    }

    pub fn fact(&self, at: usize) -> PortResult<StoredFact> {
        let origin = Origin::ALL.get(self.origin.value(at) as usize).copied();
        Ok(StoredFact {
            position: Position(self.position.value(at)),
            recorded_at: Instant(self.recorded_at.value(at)),
            kind: self.kind.value(at).to_owned(),
            version: self.version.value(at) as u16,
            subject: SubjectId(self.subject.value(at)),
            occurred_at: Instant(self.occurred_at.value(at)),
            origin: origin.ok_or_else(|| damaged("rows", &"an origin that there is not"))?,
            import: (!self.import.is_null(at)).then(|| ImportId(self.import.value(at))),
            source: self.source.value(at).to_owned(),
            object: self.object.value(at).to_owned(),
            object_version: self.object_version.value(at).to_owned(),
            payload: self.payload.value(at).to_vec(),
            ..bare()
        })
    }
}

/// What the lake does not keep of a fact: the sealed part, and the chain's value.
pub fn bare() -> StoredFact {
    use perennial_app::port::journal::Chain;
    StoredFact {
        position: Position(0),
        recorded_at: Instant(0),
        kind: String::new(),
        version: 0,
        subject: SubjectId::NOBODY,
        occurred_at: Instant(0),
        origin: Origin::Live,
        import: None,
        source: String::new(),
        object: String::new(),
        object_version: String::new(),
        payload: Vec::new(),
        sealed: Vec::new(),
        chain: Chain::ROOT,
    }
}
