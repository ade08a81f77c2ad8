//! What a subject's rows come to, settled while they are written: of each order what counts of it, by the very code that folds books, so
//! that a reader of columns has nothing to fold.

use std::collections::BTreeMap;

use perennial_app::port::StoredFact;
use perennial_app::read;
use perennial_kernel::{Body, Fact, FactId, Instant, OrderKey};
use perennial_rules::book::speaks_of_the_member;
use perennial_rules::history::History;
use perennial_rules::order_state::OrderState;

/// What a row is to a reader of columns.
pub mod what {
    /// Nothing: the journal's own facts, and what was taken back.
    pub const SILENT: i8 = 0;
    /// The person is known by it.
    pub const KNOWN: i8 = 1;
    /// The member did something that adds nothing to purchases: a behaviour, an order's news.
    pub const DEED: i8 = 2;
    /// An order that counts, with what it comes to.
    pub const ORDER: i8 = 3;
    /// A refund that names no order: money less.
    pub const LOOSE: i8 = 4;
    /// A relation was reached.
    pub const RELATION: i8 = 5;
}

/// Nothing any row says is changed by another.
pub const CLEAR: i64 = i64::MIN;
/// Something was taken back: settled as of any day, and to be settled anew with what comes.
pub const MENDED: i64 = i64::MIN + 1;
/// Never settled: somebody must read the facts.
pub const NEVER: i64 = i64::MAX;

/// A row's columns beside the stored ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flat {
    pub what: i8,
    /// The order's hash, of every row that speaks of one.
    pub order: Option<i64>,
    pub paid_at: Option<i64>,
    pub money: Option<i64>,
    pub channel: Option<String>,
    pub store: Option<String>,
    /// The source within whose numbers the order's id stands.
    pub shop: Option<String>,
    pub relation: Option<i8>,
}

impl Flat {
    const SILENT: Self =
        Self { what: what::SILENT, order: None, paid_at: None, money: None, channel: None, store: None, shop: None, relation: None };

    fn of(fact: &Fact) -> Self {
        let (channel, store) = match &fact.body {
            Body::OrderPlaced(order) | Body::OrderUpdated(order) => (order.channel.clone(), order.store.clone()),
            _ => (None, None),
        };
        let key = fact.body.order_key();
        let named = Self { order: key.map(order_hash), shop: key.map(|key| key.source.clone()), channel, store, ..Self::SILENT };
        match &fact.body {
            Body::OrderRefunded(refund) if refund.key.is_none() => {
                Self { what: what::LOOSE, money: Some(refund.money.0.saturating_neg()), ..named }
            }
            Body::OrderPlaced(_) | Body::OrderUpdated(_) | Body::OrderCancelled(_) | Body::OrderRefunded(_) | Body::Behaved { .. } => {
                Self { what: what::DEED, ..named }
            }
            Body::MemberUpdated { relation: Some(relation), .. } => Self { what: what::RELATION, relation: Some(*relation as i8), ..named },
            body if speaks_of_the_member(body) => Self { what: what::KNOWN, ..named },
            _ => named,
        }
    }
}

/// Settles all rows that there are of one subject, in their order; and as of when what they come to holds: not earlier.
pub fn settle(stored: &[&StoredFact]) -> (i64, Vec<Flat>) {
    let facts: Result<Vec<Fact>, _> = stored.iter().map(|stored| read::fact(stored)).collect();
    // What this program cannot read is for whoever opens it to complain of.
    let Ok(facts) = facts else { return (NEVER, vec![Flat::SILENT; stored.len()]) };
    let is_mended = facts.iter().any(|fact| matches!(fact.body, Body::ImportRetracted { .. }));
    let mut flat: Vec<Flat> = facts.iter().map(Flat::of).collect();
    let places: BTreeMap<FactId, usize> = facts.iter().enumerate().map(|(at, fact)| (fact.id, at)).collect();
    if is_mended {
        let stands = History::new(facts.clone());
        let stands: std::collections::BTreeSet<FactId> = stands.facts().iter().map(|fact| fact.id).collect();
        for (fact, flat) in facts.iter().zip(&mut flat) {
            if !stands.contains(&fact.id) {
                *flat = Flat { order: flat.order, ..Flat::SILENT };
            }
        }
    }
    let mut settled = if is_mended { MENDED } else { CLEAR };
    for told in orders(&facts, &flat).values() {
        if told.facts > 1 {
            settled = settled.max(told.last.0);
        }
        if let (Some((paid_at, money)), Some(content)) = (told.state.worth(), &told.state.content) {
            let row = &mut flat[places[&content.rank.1]];
            (row.what, row.paid_at, row.money) = (what::ORDER, Some(paid_at.0), Some(money.0));
        }
    }
    (settled, flat)
}

/// An order with all that is told of it.
struct Told {
    state: OrderState,
    facts: usize,
    last: Instant,
}

fn orders<'a>(facts: &'a [Fact], flat: &[Flat]) -> BTreeMap<&'a OrderKey, Told> {
    let mut orders: BTreeMap<&OrderKey, Told> = BTreeMap::new();
    for (fact, _) in facts.iter().zip(flat).filter(|(_, flat)| flat.what != what::SILENT) {
        let Some(key) = fact.body.order_key() else { continue };
        let told = orders.entry(key).or_insert_with(|| Told { state: OrderState::default(), facts: 0, last: fact.occurred_at });
        told.facts += 1;
        told.last = told.last.max(fact.occurred_at);
        match &fact.body {
            Body::OrderPlaced(order) | Body::OrderUpdated(order) => told.state.place(order, fact.id),
            Body::OrderCancelled(_) => told.state.cancel(),
            Body::OrderRefunded(refund) => told.state.refund(refund),
            _ => {}
        }
    }
    orders
}

/// FNV-1a of source and id. Rows of one subject that share it are settled together, whether they are of one order or not.
fn order_hash(key: &OrderKey) -> i64 {
    let bytes = key.source.bytes().chain([0]).chain(key.id.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)).cast_signed()
}

/// Whether rows of one subject that were settled apart must be settled together.
pub fn is_involved(rows: impl Iterator<Item = (i64, Option<i64>)>) -> bool {
    let mut orders = std::collections::BTreeSet::new();
    for (settled, order) in rows {
        if settled != CLEAR || order.is_some_and(|order| !orders.insert(order)) {
            return true;
        }
    }
    false
}
