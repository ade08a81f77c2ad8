//! Faults put in on purpose, to see the suite catch them. None by default.

use std::cell::Cell;

use perennial_kernel::{Body, Incoming, Instant};

use super::Member;

#[derive(Clone, Default, Debug)]
pub struct Faults {
    /// The n-th timer to fire (from 0) does not, nor does any after it until another fact has come.
    pub timer_dropped: Option<u32>,
    /// Late facts are folded and never corrected.
    pub corrections_skipped: bool,
    /// A refund or cancellation acts from the day of its order.
    pub refunds_backdated: bool,
    /// A timer that runs late is dated when it runs.
    pub timers_dated_late: bool,
    /// An undone import stays.
    pub retractions_skipped: bool,
    /// Timers that fired or were dropped so far.
    pub timers: Cell<u32>,
    /// One was dropped, and no fact has come since.
    pub stuck: Cell<bool>,
}

impl Faults {
    pub(super) fn drops_timer(&self) -> bool {
        let dropped = self.timer_dropped == Some(self.timers.get());
        if dropped {
            self.stuck.set(true);
        } else {
            self.timers.set(self.timers.get() + 1);
        }
        dropped
    }

    /// Another fact came: a dropped timer is past.
    pub(super) fn resume(&self) {
        if self.stuck.take() {
            self.timers.set(self.timers.get() + 1);
        }
    }

    pub(super) fn occurred_at(&self, incoming: &Incoming, member: Option<&Member>) -> Instant {
        let acts_back = self.refunds_backdated && matches!(incoming.body, Body::OrderRefunded(_) | Body::OrderCancelled(_));
        let order = incoming.body.order_key().filter(|_| acts_back);
        let placed = order.and_then(|key| {
            let of_order = |fact: &&perennial_kernel::Fact| matches!(&fact.body, Body::OrderPlaced(order) if order.key == *key);
            member?.facts.iter().find(of_order).map(|fact| fact.occurred_at)
        });
        placed.unwrap_or(incoming.occurred_at)
    }
}
