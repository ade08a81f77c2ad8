//! Compact bytes of states and orders for the store: varints, no names. A version byte leads; an unknown one means *rebuild*, not *fail*.

use std::collections::BTreeMap;

use perennial_condition::Contribution;
use perennial_kernel::{Attribute, Day, FactId, Instant, Money, OrderKey, Position, Quantity};

use crate::book::Book;
use crate::order_state::{Content, OrderState, Refunded};
use crate::series::DaySeries;
use crate::state::{Opened, Standing, State};

const STATE_VERSION: u8 = 2;
/// The same, where some standing names a value model: a brand that decides by none keeps the bytes it has.
const STATE_WITH_VALUE: u8 = 3;
/// The same, where some standing names a document of signals.
const STATE_WITH_SIGNALS: u8 = 4;
const ORDER_VERSION: u8 = 1;

/// The bytes of a state, without the orders loaded: those are rows of their own.
pub fn encode_state(state: &State) -> Vec<u8> {
    let with_value = state.standings.iter().any(|standing| standing.value.is_some());
    let with_signals = state.standings.iter().any(|standing| standing.signals.is_some());
    let version = match (with_signals, with_value) {
        (true, _) => STATE_WITH_SIGNALS,
        (false, true) => STATE_WITH_VALUE,
        (false, false) => STATE_VERSION,
    };
    let mut out = Writer(vec![version]);
    out.unsigned(state.series_key);
    out.signed(state.live_from.0);
    out.signed(state.clock.0);
    out.0.push(u8::from(state.opened_quietly));
    out.option(state.book.known_from.map(|at| at.0));
    for relation in state.book.relations {
        out.option(relation.map(|at| at.0));
    }
    out.unsigned(state.book.attributes.len() as u64);
    for (name, (since, value)) in &state.book.attributes {
        out.text(name);
        out.signed(since.0);
        out.attribute(value);
    }
    out.series(&state.book.purchases);
    out.unsigned(state.book.named.len() as u64);
    for series in &state.book.named {
        out.series(series);
    }
    out.unsigned(state.standings.len() as u64);
    for standing in &state.standings {
        out.text(&standing.model);
        out.signed(standing.version);
        if version != STATE_VERSION {
            out.option(standing.value);
        }
        if with_signals {
            out.option(standing.signals);
        }
        out.signed(standing.since.0);
        out.opened(&standing.opened);
        out.text(&standing.stage);
        out.unsigned(u64::from(standing.life));
    }
    out.0
}

/// `None` when the bytes are not of this version or damaged: the snapshot is then rebuilt from history.
pub fn decode_state(bytes: &[u8]) -> Option<State> {
    let mut input = Reader(bytes);
    let (with_value, with_signals) = match input.byte()? {
        STATE_VERSION => (false, false),
        STATE_WITH_VALUE => (true, false),
        STATE_WITH_SIGNALS => (true, true),
        _ => return None,
    };
    let series_key = input.unsigned()?;
    let live_from = Instant(input.signed()?);
    let clock = Instant(input.signed()?);
    let opened_quietly = input.byte()? == 1;
    let known_from = input.option()?.map(Instant);
    let mut relations = [None; 3];
    for relation in &mut relations {
        *relation = input.option()?.map(Instant);
    }
    let mut attributes = BTreeMap::new();
    for _ in 0..input.count()? {
        let name = input.text()?;
        let since = Instant(input.signed()?);
        attributes.insert(name, (since, input.attribute()?));
    }
    let purchases = input.series()?;
    let mut named = Vec::new();
    for _ in 0..input.count()? {
        named.push(input.series()?);
    }
    let mut standings = Vec::new();
    for _ in 0..input.count()? {
        standings.push(Standing {
            model: input.text()?,
            version: input.signed()?,
            value: if with_value { input.option()? } else { None },
            signals: if with_signals { input.option()? } else { None },
            since: Instant(input.signed()?),
            opened: input.opened()?,
            stage: input.text()?,
            life: u32::try_from(input.unsigned()?).ok()?,
        });
    }
    let book = Book { known_from, relations, attributes, purchases, named, orders: BTreeMap::new() };
    input.0.is_empty().then_some(State { book, live_from, clock, opened_quietly, standings, series_key })
}

/// The bytes of one order's state.
pub fn encode_order(order: &OrderState) -> Vec<u8> {
    let mut out = Writer(vec![ORDER_VERSION, u8::from(order.cancelled), u8::from(order.content.is_some())]);
    if let Some(content) = &order.content {
        out.option(content.rank.0);
        out.signed(content.rank.1.recorded_at.0);
        out.signed(content.rank.1.position.0);
        out.option(content.paid_at.map(|at| at.0));
        out.signed(content.money.0);
        out.signed(content.quantity.0);
        out.text_option(content.channel.as_deref());
        out.text_option(content.store.as_deref());
    }
    out.unsigned(order.refunds.len() as u64);
    for refund in &order.refunds {
        out.text(&refund.id);
        out.signed(refund.money.0);
        out.0.push(u8::from(refund.whole));
        out.signed(refund.quantity.0);
    }
    out.0
}

/// `None` when the bytes are not of this version or damaged.
pub fn decode_order(bytes: &[u8]) -> Option<OrderState> {
    let mut input = Reader(bytes);
    if input.byte()? != ORDER_VERSION {
        return None;
    }
    let cancelled = input.byte()? == 1;
    let content = if input.byte()? == 1 {
        let version = input.option()?;
        let id = FactId { recorded_at: Instant(input.signed()?), position: Position(input.signed()?) };
        Some(Content {
            rank: (version, id),
            paid_at: input.option()?.map(Instant),
            money: Money(input.signed()?),
            quantity: Quantity(input.signed()?),
            channel: input.text_option()?,
            store: input.text_option()?,
        })
    } else {
        None
    };
    let mut refunds = Vec::new();
    for _ in 0..input.count()? {
        refunds.push(Refunded {
            id: input.text()?,
            money: Money(input.signed()?),
            whole: input.byte()? == 1,
            quantity: Quantity(input.signed()?),
        });
    }
    input.0.is_empty().then_some(OrderState { content, cancelled, refunds })
}

/// The row of an order: its key, then its state.
pub fn encode_order_row(key: &OrderKey, order: &OrderState) -> Vec<u8> {
    let mut out = Writer(Vec::new());
    out.text(&key.source);
    out.text(&key.id);
    out.0.extend(encode_order(order));
    out.0
}

/// Reads what [`encode_order_row`] wrote.
pub fn decode_order_row(bytes: &[u8]) -> Option<(OrderKey, OrderState)> {
    let mut input = Reader(bytes);
    let key = OrderKey { source: input.text()?, id: input.text()? };
    Some((key, decode_order(input.0)?))
}

/// LEB128 varints, zig-zag for signed numbers.
struct Writer(Vec<u8>);

impl Writer {
    fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)) as u64);
    }

    fn option(&mut self, value: Option<i64>) {
        self.0.push(u8::from(value.is_some()));
        if let Some(value) = value {
            self.signed(value);
        }
    }

    fn text(&mut self, text: &str) {
        self.unsigned(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn text_option(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn opened(&mut self, opened: &Opened) {
        match opened {
            Opened::FromNowhere => self.0.push(0),
            Opened::Quietly => self.0.push(1),
            Opened::From { stage, life } => {
                self.0.push(2);
                self.text(stage);
                self.unsigned(u64::from(*life));
            }
        }
    }

    fn attribute(&mut self, value: &Attribute) {
        match value {
            Attribute::Text(text) => {
                self.0.push(0);
                self.text(text);
            }
            Attribute::Number(number) => {
                self.0.push(1);
                self.0.extend_from_slice(&number.to_le_bytes());
            }
            Attribute::Bool(flag) => self.0.extend_from_slice(&[2, u8::from(*flag)]),
            Attribute::Day(day) => {
                self.0.push(3);
                self.signed(i64::from(day.0));
            }
            Attribute::Money(money) => {
                self.0.push(4);
                self.signed(money.0);
            }
            Attribute::Choices(list) => {
                self.0.push(5);
                self.unsigned(list.len() as u64);
                for one in list {
                    self.text(one);
                }
            }
            Attribute::Cleared => self.0.push(6),
        }
    }

    /// Days as differences: a purchase costs about four bytes.
    fn series(&mut self, series: &DaySeries) {
        self.unsigned(series.entries().len() as u64);
        let mut before = 0;
        for entry in series.entries() {
            self.signed(i64::from(entry.day.0) - before);
            before = i64::from(entry.day.0);
            self.signed(entry.count);
            self.signed(entry.sum);
        }
    }
}

struct Reader<'a>(&'a [u8]);

#[expect(clippy::option_option, reason = "the outer None is damage, the inner one an absent value")]
impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A length: never more than the bytes left, so that damage cannot ask for memory.
    fn count(&mut self) -> Option<u64> {
        let count = self.unsigned()?;
        (count <= self.0.len() as u64).then_some(count)
    }

    fn option(&mut self) -> Option<Option<i64>> {
        if self.byte()? == 0 { Some(None) } else { self.signed().map(Some) }
    }

    fn text(&mut self) -> Option<String> {
        let length = self.count()? as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn text_option(&mut self) -> Option<Option<String>> {
        if self.byte()? == 0 { Some(None) } else { self.text().map(Some) }
    }

    fn opened(&mut self) -> Option<Opened> {
        Some(match self.byte()? {
            0 => Opened::FromNowhere,
            1 => Opened::Quietly,
            2 => Opened::From { stage: self.text()?, life: u32::try_from(self.unsigned()?).ok()? },
            _ => return None,
        })
    }

    fn attribute(&mut self) -> Option<Attribute> {
        Some(match self.byte()? {
            0 => Attribute::Text(self.text()?),
            1 => {
                let (bytes, rest) = self.0.split_at_checked(8)?;
                self.0 = rest;
                Attribute::Number(f64::from_le_bytes(bytes.try_into().ok()?))
            }
            2 => Attribute::Bool(self.byte()? == 1),
            3 => Attribute::Day(Day(i32::try_from(self.signed()?).ok()?)),
            4 => Attribute::Money(Money(self.signed()?)),
            5 => Attribute::Choices((0..self.count()?).map(|_| self.text()).collect::<Option<_>>()?),
            6 => Attribute::Cleared,
            _ => return None,
        })
    }

    fn series(&mut self) -> Option<DaySeries> {
        let count = self.count()?;
        let mut entries: Vec<Contribution> = Vec::with_capacity(count as usize);
        let mut day: i64 = 0;
        for _ in 0..count {
            day = i64::checked_add(day, self.signed()?)?;
            let entry = Contribution { day: Day(i32::try_from(day).ok()?), count: self.signed()?, sum: self.signed()? };
            if entries.last().is_some_and(|last| last.day >= entry.day) {
                return None;
            }
            entries.push(entry);
        }
        Some(DaySeries::from_entries(entries))
    }
}

#[cfg(test)]
mod tests;
