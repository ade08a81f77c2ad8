//! One order, folded from its facts in any order of arrival: what of it counts, on which day, for how much.

use perennial_kernel::{Day, FactId, Instant, Money, Order, Quantity, Refund};

use crate::reference::Reference;

/// What must be remembered of an order to fold the next fact about it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OrderState {
    pub content: Option<Content>,
    pub cancelled: bool,
    pub refunds: Vec<Refunded>,
}

/// The content of the highest version seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    /// Versions decide first; without them, arrival does.
    pub rank: (Option<i64>, FactId),
    pub paid_at: Option<Instant>,
    pub money: Money,
    pub quantity: Quantity,
    pub channel: Option<String>,
    pub store: Option<String>,
}

/// One refund of an order, by the source's refund id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refunded {
    pub id: String,
    pub money: Money,
    pub whole: bool,
    pub quantity: Quantity,
}

/// What an order adds to its member's purchases.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counted {
    /// The day of payment in the brand's zone.
    pub day: Day,
    /// Paid price less refunds; zero or more, unless the source booked a return into the sale.
    pub money: Money,
}

impl OrderState {
    /// Takes in one version of the content; a version below the one held changes nothing.
    pub fn place(&mut self, order: &Order, id: FactId) {
        let rank = (order.version, id);
        if self.content.as_ref().is_some_and(|held| held.rank >= rank) {
            return;
        }
        self.content = Some(Content {
            rank,
            paid_at: order.paid_at,
            money: order.money,
            quantity: order.quantity,
            channel: order.channel.clone(),
            store: order.store.clone(),
        });
    }

    pub fn cancel(&mut self) {
        self.cancelled = true;
    }

    /// Takes in a refund; the same refund id again replaces what it said before.
    pub fn refund(&mut self, refund: &Refund) {
        let quantity = Quantity(refund.lines.iter().map(|line| line.quantity.0).fold(0, i64::saturating_add));
        let refunded = Refunded { id: refund.id.clone(), money: refund.money, whole: refund.whole, quantity };
        match self.refunds.binary_search_by(|held| held.id.cmp(&refunded.id)) {
            Ok(at) => self.refunds[at] = refunded,
            Err(at) => self.refunds.insert(at, refunded),
        }
    }

    /// What counts now: nothing while unpaid, of quantity zero, cancelled or wholly refunded (SPEC, *counted purchase*).
    pub fn counted(&self, reference: &Reference) -> Option<Counted> {
        self.worth().map(|(paid_at, money)| Counted { day: reference.calendar.day(paid_at), money })
    }

    /// When what counts now was paid, and the paid price less refunds.
    pub fn worth(&self) -> Option<(Instant, Money)> {
        let content = self.content.as_ref()?;
        let paid_at = content.paid_at?;
        if self.cancelled || content.quantity <= Quantity::ZERO || self.wholly_refunded(content) {
            return None;
        }
        let back: Money = self.refunds.iter().map(|refund| refund.money).sum();
        Some((paid_at, content.money - back))
    }

    fn wholly_refunded(&self, content: &Content) -> bool {
        let back: Money = self.refunds.iter().map(|refund| refund.money).sum();
        let pieces = self.refunds.iter().map(|refund| refund.quantity.0).fold(0, i64::saturating_add);
        self.refunds.iter().any(|refund| refund.whole)
            || (content.money > Money::ZERO && back >= content.money)
            || pieces >= content.quantity.0
    }
}
