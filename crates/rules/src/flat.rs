//! A member's purchases as columns hold them: what most questions about everyone need, without opening a fact.
//!
//! Whoever keeps columns has settled them by [`crate::order_state`]: content of the highest version, less refunds, without what was
//! cancelled or taken back. So a book filled from here is the book of the facts, as far as purchases go.

use perennial_kernel::{Instant, MemberId, Money};

/// Of an order that names no channel, store or shop.
pub const NAMELESS: u32 = u32::MAX;

/// An order that counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FlatOrder {
    /// When the fact occurred that tells of it.
    pub told_at: Instant,
    pub paid_at: Instant,
    /// Paid price less refunds.
    pub money: Money,
    /// Places in [`Flat::names`], or [`NAMELESS`].
    pub channel: u32,
    pub store: u32,
}

/// One member, with nothing later than the instant asked about.
#[derive(Clone, Copy, Debug)]
pub struct Flat<'a> {
    pub member: MemberId,
    /// Orders that count, by when they were first told of.
    pub orders: &'a [FlatOrder],
    /// Refunds that name no order: when, and how much less was paid for them.
    pub loose: &'a [(Instant, Money)],
    /// When each relation was first reached, as [`perennial_kernel::Relation::ALL`].
    pub relations: [Option<Instant>; 3],
    /// When the first fact about the member occurred.
    pub known_from: Option<Instant>,
    /// When the newest order, refund or behaviour occurred.
    pub newest: Option<Instant>,
    /// When the last fact of any kind occurred.
    pub last: Option<Instant>,
    /// Channels, stores and shops, by place; empty where nobody asked for names.
    pub names: &'a [String],
    /// As of instants before this one, columns say nothing: what counts of an order was changed by a fact of this instant.
    pub settled: Instant,
    /// Places in `names` of the stores and of the sources that any order of the member names, counted or not.
    pub stores: &'a [u32],
    pub shops: &'a [u32],
}

impl<'a> Flat<'a> {
    pub fn name(&self, place: u32) -> Option<&'a str> {
        self.names.get(place as usize).map(String::as_str)
    }

    /// Whether two orders were paid for at one instant: which came first, the columns do not say.
    pub fn has_ties(&self) -> bool {
        self.orders.windows(2).any(|pair| pair[0].paid_at == pair[1].paid_at)
            || (!self.orders.is_sorted_by_key(|order| order.paid_at) && {
                let mut paid: Vec<Instant> = self.orders.iter().map(|order| order.paid_at).collect();
                paid.sort_unstable();
                paid.windows(2).any(|pair| pair[0] == pair[1])
            })
    }
}
