//! Facts as rows: what the journal holds of a fact in clear, and beside it, flat, what folds over purchases need, so that they need not
//! open payloads. What is sealed never comes here.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, Int8Array, Int64Array, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Int8Type, Int64Type, Schema, SchemaRef};
use perennial_app::port::{PortResult, StoredFact};
use perennial_kernel::{ImportId, Instant, Origin, Position, SubjectId};

use super::depot::damaged;
use super::settle::{Flat, settle};

/// Columns by place.
pub mod column {
    pub const SUBJECT: usize = 0;
    pub const OCCURRED_AT: usize = 1;
    pub const POSITION: usize = 2;
    pub const RECORDED_AT: usize = 3;
    /// See [`super::super::settle`], also of the eight that follow.
    pub const WHAT: usize = 4;
    pub const SETTLED: usize = 5;
    pub const ORDER: usize = 6;
    pub const PAID_AT: usize = 7;
    pub const MONEY: usize = 8;
    pub const CHANNEL: usize = 9;
    pub const STORE: usize = 10;
    pub const SHOP: usize = 11;
    pub const RELATION: usize = 12;
    pub const KIND: usize = 13;
    pub const VERSION: usize = 14;
    pub const ORIGIN: usize = 15;
    pub const IMPORT: usize = 16;
    pub const SOURCE: usize = 17;
    pub const OBJECT: usize = 18;
    pub const OBJECT_VERSION: usize = 19;
    pub const PAYLOAD: usize = 20;
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
        field("settled", DataType::Int64, false),
        field("order", DataType::Int64, true),
        field("paid_at", DataType::Int64, true),
        field("money", DataType::Int64, true),
        field("channel", DataType::Utf8, true),
        field("store", DataType::Utf8, true),
        field("shop", DataType::Utf8, true),
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

/// The same rows with channels, stores and shops as dictionaries.
pub fn schema_with_dictionaries() -> SchemaRef {
    let named = ["channel", "store", "shop"];
    let words = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let plain = schema();
    let fields = plain.fields().iter().map(|field| {
        let field = field.as_ref().clone();
        if named.contains(&field.name().as_str()) { field.with_data_type(words.clone()) } else { field }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The order of rows in a run: a member's facts lie together, by event time and then by arrival.
pub fn sort_key(fact: &StoredFact) -> (SubjectId, Instant, Position) {
    (fact.subject, fact.occurred_at, fact.position)
}

/// Rows of facts that are sorted by [`sort_key`] and hold all that the run has of each of their subjects.
pub fn batch(facts: &[&StoredFact]) -> PortResult<RecordBatch> {
    let (mut settled, mut flat) = (Vec::with_capacity(facts.len()), Vec::with_capacity(facts.len()));
    for rows in facts.chunk_by(|a, b| a.subject == b.subject) {
        let (since, of_rows) = settle(rows);
        settled.extend(std::iter::repeat_n(since, rows.len()));
        flat.extend(of_rows);
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
    let mut payloads = BinaryBuilder::new();
    for fact in facts {
        payloads.append_value(&fact.payload);
    }
    let mut columns: Vec<ArrayRef> = vec![
        ints(&|fact| fact.subject.0),
        ints(&|fact| fact.occurred_at.0),
        ints(&|fact| fact.position.0),
        ints(&|fact| fact.recorded_at.0),
    ];
    columns.extend(flat_columns(&settled, &flat));
    columns.extend([
        texts(&|fact| &fact.kind),
        Arc::new(Int8Array::from_iter_values(facts.iter().map(|fact| fact.version as i8))),
        Arc::new(Int8Array::from_iter_values(facts.iter().map(|fact| origin_code(fact.origin)))),
        Arc::new(facts.iter().map(|fact| fact.import.map(|import| import.0)).collect::<Int64Array>()),
        texts(&|fact| &fact.source),
        texts(&|fact| &fact.object),
        texts(&|fact| &fact.object_version),
        Arc::new(payloads.finish()) as ArrayRef,
    ]);
    RecordBatch::try_new(schema(), columns).map_err(|error| damaged("rows", &error))
}

fn origin_code(origin: Origin) -> i8 {
    Origin::ALL.iter().position(|known| *known == origin).expect("ALL has every origin") as i8
}

/// The columns from [`column::WHAT`] to [`column::RELATION`].
pub fn flat_columns(settled: &[i64], flat: &[Flat]) -> Vec<ArrayRef> {
    let ints = |read: &dyn Fn(&Flat) -> Option<i64>| -> ArrayRef { Arc::new(flat.iter().map(read).collect::<Int64Array>()) };
    let texts = |read: &dyn Fn(&Flat) -> Option<&String>| -> ArrayRef { Arc::new(flat.iter().map(read).collect::<StringArray>()) };
    vec![
        Arc::new(Int8Array::from_iter_values(flat.iter().map(|flat| flat.what))),
        Arc::new(Int64Array::from_iter_values(settled.iter().copied())),
        ints(&|flat| flat.order),
        ints(&|flat| flat.paid_at),
        ints(&|flat| flat.money),
        texts(&|flat| flat.channel.as_ref()),
        texts(&|flat| flat.store.as_ref()),
        texts(&|flat| flat.shop.as_ref()),
        Arc::new(flat.iter().map(|flat| flat.relation).collect::<Int8Array>()),
    ]
}

/// The flat columns of a row of a batch of all columns, as they stand.
pub fn flat_of(batch: &RecordBatch, row: usize) -> Flat {
    let int = |at: usize| {
        let column = batch.column(at).as_primitive::<Int64Type>();
        (!column.is_null(row)).then(|| column.value(row))
    };
    let text = |at: usize| {
        let column = batch.column(at).as_string::<i32>();
        (!column.is_null(row)).then(|| column.value(row).to_owned())
    };
    let relation = batch.column(column::RELATION).as_primitive::<Int8Type>();
    Flat {
        what: batch.column(column::WHAT).as_primitive::<Int8Type>().value(row),
        order: int(column::ORDER),
        paid_at: int(column::PAID_AT),
        money: int(column::MONEY),
        channel: text(column::CHANNEL),
        store: text(column::STORE),
        shop: text(column::SHOP),
        relation: (!relation.is_null(row)).then(|| relation.value(row)),
    }
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
