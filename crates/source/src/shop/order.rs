//! A platform's order by its table, and what became of it: placed, cancelled, refunded.
//!
//! Platforms send an order's whole content with each change. Its version is the modified time in milliseconds; most platforms stamp whole
//! seconds, so how far the order had come is added below them: of two states of one second, the further one wins however they arrive.

use perennial_kernel::{Body, Cancel, Identity, Incoming, Instant, Line, Money, Order, OrderKey, Personal, Quantity, Refund};

use super::person::PersonTable;
use super::read::{At, Paths, Reader};
use crate::value::amount;

/// An order's fields in a platform's body.
#[derive(Debug)]
pub struct OrderTable {
    /// Written into every order as its channel.
    pub channel: &'static str,
    pub id: Paths,
    pub modified_at: Paths,
    pub created_at: Paths,
    /// When the money came; where a platform does not tell, when it was placed.
    pub paid_at: Paths,
    pub currency: Paths,
    pub store: Paths,
    pub person: PersonTable,
    /// The list of lines.
    pub lines: &'static str,
    pub line: LineTable,
}

#[derive(Debug)]
pub struct LineTable {
    pub sku: Paths,
    pub name: Paths,
    pub quantity: Paths,
    /// What was paid for the whole line, discounts taken off.
    pub paid: Paths,
    /// Tax to be added to what was paid, where prices are told without it.
    pub tax: Paths,
    /// List price of one piece.
    pub unit_price: Paths,
    /// List price of the whole line.
    pub list: Paths,
    /// Discounts of the whole line: a list and the amount in each; they are taken off the list price where nothing says what was paid.
    pub discounts: (&'static str, Paths),
}

/// What a body tells of an order.
#[derive(Debug)]
pub struct Told {
    pub key: OrderKey,
    pub modified_at: Instant,
    pub created_at: Instant,
    pub paid_at: Option<Instant>,
    pub identities: Vec<Identity>,
    personal: Personal,
    store: Option<String>,
    channel: &'static str,
    pub lines: Vec<Line>,
}

impl Reader<'_> {
    /// Reads the order; `None` when a problem was noted. `with_tax` says whether the platform's prices hold it.
    pub fn order(&mut self, at: &At<'_>, table: &OrderTable, with_tax: bool) -> Option<Told> {
        let id = self.id(at, table.id);
        let modified_at = self.instant(at, table.modified_at);
        let created_at = self.instant(at, table.created_at);
        let paid_at = self.optional_instant(at, table.paid_at);
        self.currency(at, table.currency);
        let (identities, personal) = self.person(at, &table.person);
        let store = self.optional_id(at, table.store).filter(|store| store != "0");
        let lines = at.items(table.lines).iter().filter_map(|line| self.line(line, &table.line, with_tax)).collect();
        Some(Told {
            key: OrderKey { source: self.context.source.clone(), id: id? },
            modified_at: modified_at?,
            created_at: created_at?,
            paid_at,
            identities,
            personal,
            store,
            channel: table.channel,
            lines,
        })
    }

    fn line(&mut self, at: &At<'_>, table: &LineTable, with_tax: bool) -> Option<Line> {
        let quantity = self.quantity(at, table.quantity);
        let unit = self.optional_money(at, table.unit_price);
        let list = match (self.optional_money(at, table.list), unit, quantity) {
            (Some(list), ..) => Some(list),
            (None, Some(unit), Some(quantity)) => Some(amount::times(unit, quantity)),
            _ => None,
        };
        let taken_off: Option<Money> = self.discounts(at, table);
        let tax = if with_tax { self.optional_money(at, table.tax).unwrap_or_default() } else { Money::ZERO };
        let paid = match (table.paid.is_empty(), list) {
            (true, Some(list)) => Some(list - taken_off.unwrap_or_default()),
            (true, None) => self.money(at, table.unit_price),
            (false, _) => self.money(at, table.paid),
        };
        Some(Line {
            sku: self.optional_id(at, table.sku).unwrap_or_default(),
            name: at.words(table.name),
            category: None,
            quantity: quantity?,
            list: list.map(|list| list + if table.list.is_empty() { Money::ZERO } else { tax }),
            paid: paid? + tax,
            discount: taken_off.filter(|money| *money != Money::ZERO),
        })
    }

    fn discounts(&mut self, at: &At<'_>, table: &LineTable) -> Option<Money> {
        let (list, paths) = table.discounts;
        if list.is_empty() || !at.has(list) {
            return None;
        }
        Some(at.items(list).iter().filter_map(|discount| self.optional_money(discount, paths)).sum())
    }
}

impl Told {
    /// The version of this state: `progress` (below 1,000) tells how far the order had come.
    pub fn version(&self, progress: i64) -> i64 {
        self.modified_at.0.div_euclid(1000) * 1000 + self.modified_at.0.rem_euclid(1000).max(progress.clamp(0, 999))
    }

    pub fn money(&self) -> Money {
        self.lines.iter().map(|line| line.paid).sum()
    }

    /// The order's whole content; unpaid while `paid_at` is `None`.
    pub fn placed(&self, paid_at: Option<Instant>, progress: i64) -> Incoming {
        let version = self.version(progress);
        let order = Order {
            key: self.key.clone(),
            version: Some(version),
            paid_at,
            money: self.money(),
            quantity: Quantity(self.lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.quantity.0))),
            channel: Some(self.channel.to_owned()),
            store: self.store.clone(),
            lines: self.lines.clone(),
        };
        Incoming {
            source: self.key.source.clone(),
            object: format!("order:{}", self.key.id),
            version: version.to_string(),
            identities: self.identities.clone(),
            personal: self.personal.clone(),
            occurred_at: paid_at.unwrap_or(self.created_at),
            body: Body::OrderPlaced(order),
        }
    }
}

/// Later changes of a cancelled order tell the cancellation again; its own time is its version, so that it stays one. Whose it is the engine
/// knows by the order, here as for refunds: the same change may come by two messages, of which only one tells the buyer.
pub fn cancelled(key: OrderKey, at: Instant) -> Incoming {
    Incoming {
        source: key.source.clone(),
        object: format!("cancel:{}", key.id),
        version: at.0.to_string(),
        identities: Vec::new(),
        personal: Personal::default(),
        occurred_at: at,
        body: Body::OrderCancelled(Cancel { key, version: Some(at.0) }),
    }
}

/// `version` is empty where the platform tells the refund's own time, which never changes.
pub fn refunded(key: OrderKey, id: &str, money: Money, whole: bool, at: Instant, version: &str) -> Incoming {
    Incoming {
        source: key.source.clone(),
        object: format!("refund:{id}"),
        version: version.to_owned(),
        identities: Vec::new(),
        personal: Personal::default(),
        occurred_at: at,
        body: Body::OrderRefunded(Refund { key: Some(key), id: id.to_owned(), money, whole, lines: Vec::new() }),
    }
}
