//! One member's lives and reconstructed moves.

use perennial_kernel::{Day, Instant, Money};
use perennial_rules::history::History;
use perennial_rules::lifecycle::model::Model;
use perennial_rules::lifecycle::walk::{self, Walked};
use perennial_rules::reference::{Counting, Reference};

/// A run of counted purchases with gaps under the brand's life gap (SPEC, *life*).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Life {
    /// From 1.
    pub number: u32,
    /// Day of its first counted purchase.
    pub from: Day,
    /// Day of its last counted purchase, once it is over; `None` while a purchase would still belong to it.
    pub to: Option<Day>,
    /// Counted purchases, as the brand counts them.
    pub purchases: i64,
    /// Paid less refunds; a refund that names no order lowers the life in or after which it was paid back.
    pub money: Money,
}

/// The member's lives as of the end of a day, restated.
pub fn lives(reference: &Reference, history: &History, as_of: Day) -> Vec<Life> {
    let book = history.book(reference, reference.calendar.end(as_of));
    let gap = reference.brand.life_gap_days;
    let mut lives: Vec<Life> = Vec::new();
    let mut last: Option<Day> = None;
    for entry in book.purchases.entries().iter().take_while(|entry| entry.day <= as_of) {
        if entry.count > 0 {
            if last.is_none_or(|last| entry.day - last >= gap) {
                if let Some(ended) = lives.last_mut() {
                    ended.to = last;
                }
                lives.push(Life { number: lives.len() as u32 + 1, from: entry.day, to: None, purchases: 0, money: Money::ZERO });
            }
            last = Some(entry.day);
        }
        if let Some(life) = lives.last_mut() {
            life.purchases += match reference.brand.counting {
                Counting::Days => i64::from(entry.count > 0),
                Counting::Orders => entry.count,
            };
            life.money += Money(entry.sum);
        }
    }
    if let (Some(life), Some(last)) = (lives.last_mut(), last) {
        life.to = (as_of - last >= gap).then_some(last);
    }
    lives
}

/// The member's moves after `from` and up to `to`, derived from history, the oldest first: shown as *reconstructed*, not recorded.
pub fn moves(reference: &Reference, model: &Model, history: &History, from: Instant, to: Instant) -> Vec<Walked> {
    walk::path(reference, model, history, from, to).moves
}
