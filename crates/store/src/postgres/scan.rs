//! Everyone, by family, on a connection of its own. Each call reads one snapshot, a portion of rows at a time.

use std::collections::BTreeMap;

use perennial_app::port::gather::{ByFamily, bounds};
use perennial_app::port::{HistoryScan, PortResult, ScanRange, StoredFact};
use perennial_kernel::SubjectId;
use postgres::IsolationLevel;

use super::link::Link;
use crate::sql::facts;
use crate::trouble::OrTrouble;
use crate::{columns, sql};

/// Rows fetched at a time.
const PORTION: i32 = 4096;
const OTHERS: &str = facts!("WHERE subject = ANY($1)");

pub(super) struct PostgresScan(pub Link);

impl HistoryScan for PostgresScan {
    fn scan(&mut self, range: ScanRange, visit: &mut dyn FnMut(SubjectId, &[StoredFact]) -> bool) -> PortResult<()> {
        let Some((first, last)) = bounds(range) else { return Ok(()) };
        let client = self.0.session()?.client();
        let mut tx = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().or_trouble()?;
        let kin = tx.query(sql::ALL_KIN, &[]).or_trouble()?.iter().map(columns::kin).collect::<PortResult<Vec<_>>>()?;
        let mut families = ByFamily::new(visit, kin);
        let portal = tx.bind(sql::SCAN, &[&first, &last]).or_trouble()?;
        loop {
            let rows = tx.query_portal(&portal, PORTION).or_trouble()?;
            let facts = rows.iter().map(columns::stored_fact).collect::<PortResult<Vec<_>>>()?;
            let mut others = others_of(&mut tx, &families, &facts)?;
            for fact in facts {
                if let Some(brought) = others.remove(&fact.subject) {
                    families.bring(brought);
                }
                if !families.add(fact) {
                    return Ok(());
                }
            }
            if rows.len() < PORTION as usize {
                families.finish();
                return tx.commit().or_trouble();
            }
        }
    }
}

/// The facts of everyone else in the families that begin in a portion, by family: one query for all of them.
fn others_of(
    tx: &mut postgres::Transaction<'_>,
    families: &ByFamily<'_>,
    facts: &[StoredFact],
) -> PortResult<BTreeMap<SubjectId, Vec<StoredFact>>> {
    let mut family_of: BTreeMap<i64, SubjectId> = BTreeMap::new();
    let mut before = None;
    for fact in facts {
        if before != Some(fact.subject)
            && let Some(others) = families.others_of(fact.subject)
        {
            family_of.extend(others.into_iter().map(|other| (other.0, fact.subject)));
        }
        before = Some(fact.subject);
    }
    let mut by_family: BTreeMap<SubjectId, Vec<StoredFact>> = family_of.values().map(|family| (*family, Vec::new())).collect();
    if !family_of.is_empty() {
        let subjects: Vec<i64> = family_of.keys().copied().collect();
        for row in &tx.query(OTHERS, &[&subjects]).or_trouble()? {
            let fact = columns::stored_fact(row)?;
            if let Some(family) = family_of.get(&fact.subject.0) {
                by_family.entry(*family).or_default().push(fact);
            }
        }
    }
    Ok(by_family)
}
