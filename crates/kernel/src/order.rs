//! Orders as the journal keeps them: money in minor units, quantities in thousandths, instants in UTC.

use crate::{Instant, Money};

/// An order's name: unique within the source that sent it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OrderKey {
    pub source: String,
    pub id: String,
}

/// A quantity in thousandths, so that 0.5 kg is exact: one piece is 1000.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Quantity(pub i64);

impl Quantity {
    pub const ZERO: Self = Self(0);

    pub const fn pieces(count: i64) -> Self {
        Self(count.saturating_mul(1000))
    }
}

/// One line of an order, with category and list price as they were on that day.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    pub sku: String,
    pub name: Option<String>,
    pub category: Option<String>,
    pub quantity: Quantity,
    /// List price of the whole line.
    pub list: Option<Money>,
    /// What was paid for the whole line; negative only for a return booked into a sale.
    pub paid: Money,
    pub discount: Option<Money>,
}

/// An order's whole content as of one version of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    pub key: OrderKey,
    /// The source's version or modified time (any integer that grows); `None` means arrival order decides.
    pub version: Option<i64>,
    /// `None` while unpaid: an unpaid order is no purchase.
    pub paid_at: Option<Instant>,
    /// Paid price of the lines, without shipping, tax on top, points and coupons (SPEC, *money*).
    pub money: Money,
    /// Sum of the lines' quantities; an order of quantity zero never counts.
    pub quantity: Quantity,
    pub channel: Option<String>,
    pub store: Option<String>,
    pub lines: Vec<Line>,
}

/// A cancellation: acts from its own instant on, never before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cancel {
    pub key: OrderKey,
    pub version: Option<i64>,
}

/// Part of an order's line given back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundLine {
    /// Index of the line in the order, from 0.
    pub line: u32,
    pub quantity: Quantity,
    pub money: Money,
}

/// Money given back. Without `key` it is *unlinked*: it lowers money, not the number of purchases.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refund {
    pub key: Option<OrderKey>,
    pub id: String,
    /// Positive: how much went back.
    pub money: Money,
    /// The whole order is given back, whatever the amount says (a free order has no amount).
    pub whole: bool,
    pub lines: Vec<RefundLine>,
}
