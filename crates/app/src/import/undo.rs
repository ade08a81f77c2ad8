//! Taking an import back: each subject's part is retracted by a fact, and the command keys are released, so that the file can come again.
//!
//! Nothing is deleted. Identities stay claimed, and recorded decisions stay with their corrections.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use perennial_kernel::{Body, ImportId, Lane, Money, OrderKey, Origin, Seq, SubjectId};

use super::job::Claim;
use super::{FAILED, ImportError, UNDOING, UNDONE};
use crate::engine::Command;
use crate::house::House;
use crate::port::desk::ImportRow;
use crate::port::journal::{CommandKey, StoredFact};
use crate::read;

/// Facts read at once.
const PAGE: usize = 5000;
/// Subjects retracted at once.
const BATCH: usize = 500;

/// What undoing would take back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UndoPreview {
    pub row: ImportRow,
    pub facts: u64,
    pub orders: u64,
    /// Whose history becomes another.
    pub members: u64,
    /// Of them: those nobody else has told anything about.
    pub members_gone: u64,
    /// Money of the orders less refunds, in minor units.
    pub money: Money,
}

/// Looks at everything the import brought.
pub fn preview_undo(house: &House, import: ImportId) -> Result<UndoPreview, ImportError> {
    let row = find(house, import)?;
    if row.state == UNDONE {
        return Err(ImportError::Undone(import));
    }
    let found = Brought::read(house, &row)?;
    let members = found.subjects.keys().filter(|(_, subject)| *subject != SubjectId::NOBODY);
    Ok(UndoPreview {
        facts: found.facts,
        orders: found.orders.len() as u64,
        members: members.clone().count() as u64,
        members_gone: members.filter(|(_, subject)| !found.told_by_others.contains(subject)).count() as u64,
        money: found.orders.values().copied().sum::<Money>() - found.refunded,
        row,
    })
}

/// Takes it back. `progress` hears (subjects done, subjects in all). Told to stop, it ends after a batch and goes on when called again.
pub fn undo(house: &House, import: ImportId, stop: &AtomicBool, progress: &mut dyn FnMut(u64, u64)) -> Result<ImportRow, ImportError> {
    let row = find(house, import)?;
    if row.state == UNDONE {
        return Err(ImportError::Undone(import));
    }
    let _claim = Claim::take(house, import)?;
    let found = Brought::read(house, &row)?;
    let mut row = ImportRow { state: UNDOING.to_owned(), ..row };
    house.desk().update_import(&row)?;
    let all = found.subjects.len() as u64;
    let mut done = 0;
    let mut commands =
        found.subjects.into_iter().map(|((lane, subject), keys)| Command::Retract { import, subject, lane, keys }).peekable();
    while commands.peek().is_some() {
        let batch: Vec<Command> = commands.by_ref().take(BATCH).collect();
        done += batch.len() as u64;
        house.queue().process(batch)?;
        progress(done, all);
        if stop.load(Ordering::Relaxed) && done < all {
            return Ok(row);
        }
    }
    UNDONE.clone_into(&mut row.state);
    row.ended_at = Some(house.now());
    house.desk().update_import(&row)?;
    Ok(row)
}

fn find(house: &House, import: ImportId) -> Result<ImportRow, ImportError> {
    let row = house.desk().imports()?.into_iter().find(|row| row.id == import).ok_or(ImportError::NotFound(import))?;
    debug_assert_ne!(row.state, "", "a stored import has a state, such as {FAILED}");
    Ok(row)
}

/// What an import brought, read from the journal in one pass.
#[derive(Default)]
struct Brought {
    facts: u64,
    subjects: BTreeMap<(Lane, SubjectId), Vec<CommandKey>>,
    orders: BTreeMap<OrderKey, Money>,
    refunded: Money,
    told_by_others: BTreeSet<SubjectId>,
}

impl Brought {
    fn read(house: &House, row: &ImportRow) -> Result<Self, ImportError> {
        let undone: BTreeSet<ImportId> =
            house.desk().imports()?.into_iter().filter(|other| other.state == UNDONE).map(|other| other.id).collect();
        let mut found = Self::default();
        let lanes: Vec<Lane> = house.reader().heads()?.iter().map(|head| head.lane).collect();
        for lane in lanes {
            let mut after = Seq(0);
            loop {
                let page = house.reader().tail(lane, after, PAGE)?;
                let Some(last) = page.last() else { break };
                after = last.position.seq();
                for fact in &page {
                    if fact.import == Some(row.id) {
                        found.take(house, fact)?;
                    } else if tells_of_a_member(fact, &undone) {
                        found.told_by_others.insert(fact.subject);
                    }
                }
            }
        }
        Ok(found)
    }

    fn take(&mut self, house: &House, fact: &StoredFact) -> Result<(), ImportError> {
        self.facts += 1;
        let key = house.secrets().command_key(&fact.source, &fact.object, &fact.object_version);
        self.subjects.entry((fact.position.lane(), fact.subject)).or_default().push(key);
        if !fact.kind.starts_with("order.") || fact.origin == Origin::Correction {
            return Ok(());
        }
        match read::fact(fact)?.body {
            Body::OrderPlaced(order) | Body::OrderUpdated(order) => {
                self.orders.insert(order.key, order.money);
            }
            Body::OrderCancelled(cancel) => {
                self.orders.insert(cancel.key, Money::ZERO);
            }
            Body::OrderRefunded(refund) => self.refunded += refund.money,
            _ => {}
        }
        Ok(())
    }
}

fn tells_of_a_member(fact: &StoredFact, undone: &BTreeSet<ImportId>) -> bool {
    let from_outside = matches!(fact.origin, Origin::Live | Origin::Backfill) && fact.subject != SubjectId::NOBODY;
    from_outside && fact.import.is_none_or(|import| !undone.contains(&import))
}
