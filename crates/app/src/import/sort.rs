//! What became of each record, told from the engine's answers.

use std::collections::BTreeSet;

use perennial_kernel::{Body, FactId, Incoming, Instant};
use perennial_source::{BadRow, Record};

use super::Counts;
use crate::engine::Answer;
use crate::house::House;
use crate::port::PortResult;
use crate::port::journal::OrderRef;
use crate::secret::order_ref;

/// What a record turned out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Became {
    New,
    Updated,
    Unchanged,
    Skipped,
    Bad(BadRow),
}

impl Counts {
    pub(super) fn add(&mut self, became: &Became) {
        match became {
            Became::New => self.new += 1,
            Became::Updated => self.updated += 1,
            Became::Unchanged => self.unchanged += 1,
            Became::Skipped => self.skipped += 1,
            Became::Bad(_) => self.bad += 1,
        }
    }
}

/// Facts that an earlier run of this import wrote, but was killed before it counted them: recorded after its mark and before this run.
pub(super) struct Overlap {
    pub after: Instant,
    pub before: Instant,
    counted: BTreeSet<FactId>,
}

impl Overlap {
    pub fn new(after: Instant, before: Instant) -> Self {
        Self { after, before, counted: BTreeSet::new() }
    }

    fn is_ours(&mut self, fact: FactId) -> bool {
        fact.recorded_at > self.after && fact.recorded_at < self.before && self.counted.insert(fact)
    }
}

/// An order that may already be known in another version: only such can be an update.
pub(super) fn versioned_order(record: &Record) -> Option<OrderRef> {
    let first = record.incoming.first()?;
    if first.version.is_empty() { None } else { first.body.order_key().map(order_ref) }
}

/// Which of these records speak of orders known by now. Later records of the same chunk know the earlier ones.
pub(super) fn known_orders(house: &House, records: &[&Record]) -> PortResult<Vec<bool>> {
    let mut reader = house.reader();
    let mut here = BTreeSet::new();
    let mut known = Vec::with_capacity(records.len());
    for record in records {
        known.push(match versioned_order(record) {
            None => false,
            Some(order) => !here.insert(order) || reader.order(order)?.is_some(),
        });
    }
    Ok(known)
}

/// `answers` are those of the record's commands, in order; `known` says whether its order was known before.
pub(super) fn became(record: &Record, answers: &[Answer], known: bool, overlap: Option<&mut Overlap>) -> Became {
    if answers.is_empty() {
        return Became::Skipped;
    }
    let mut ours = false;
    if let Some(overlap) = overlap {
        for answer in answers {
            ours |= matches!(answer, Answer::Repeated(fact) if overlap.is_ours(*fact));
        }
    }
    for answer in answers {
        match answer {
            Answer::Conflict(fact) => return Became::Bad(conflict(record.line, &fact.to_string())),
            Answer::Refused(refusal) => {
                return Became::Bad(bad(record.line, refusal.code, refusal.en.clone(), refusal.zh.clone()));
            }
            Answer::Recorded(_) | Answer::Repeated(_) | Answer::Unchanged => {}
        }
    }
    let recorded = answers.iter().any(|answer| matches!(answer, Answer::Recorded(_)));
    let is_first = matches!(answers[0], Answer::Recorded(_));
    match (recorded, is_first || ours) {
        (false, false) => Became::Unchanged,
        (true, false) => Became::Updated,
        (_, true) if (known && !ours) || record.incoming.first().is_some_and(changes) => Became::Updated,
        (_, true) => Became::New,
    }
}

/// Speaks of an order told before.
fn changes(incoming: &Incoming) -> bool {
    matches!(incoming.body, Body::OrderUpdated(_) | Body::OrderCancelled(_))
}

pub(super) fn conflict(line: u64, fact: &str) -> BadRow {
    bad(
        line,
        "order.conflict",
        format!("the same order was recorded before with other contents (fact {fact}); what was recorded stays"),
        format!("该订单已以不同内容记录（事实 {fact}），保留原记录"),
    )
}

fn bad(line: u64, code: &'static str, en: String, zh: String) -> BadRow {
    BadRow { line, column: None, code, en, zh, raw: Vec::new() }
}
