//! Which products are bought again, which first one leads where, and who will need which next.

use std::collections::{BTreeMap, BTreeSet};

use perennial_kernel::Day;
use perennial_metrics::basket::Items;
use perennial_metrics::product::{ROWS_MAX, WEEKS_MAX};
use perennial_metrics::{Cycles, Demand, DemandTable, DueList, FirstProducts, FirstTable, Period, Products, ProductsTable};

use super::{Measured, When, forwards, horizon, measure};
use crate::house::House;
use crate::query::person::{Person, people};
use crate::query::{QueryResult, refused};

pub use perennial_metrics::product::{DemandPlan, Due, DuePlan, DueRow, DueTable, FirstCell, ItemCell};

/// Items of a period; so many of them are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProductPlan {
    pub items: Items,
    pub period: Period,
    pub top: usize,
}

pub fn products(house: &House, plan: ProductPlan, when: When) -> QueryResult<Measured<ProductsTable>> {
    forwards(plan.period)?;
    top(plan.top)?;
    Ok(measure(house, when, || Products::new(plan.items, plan.period))?.map(|metric, _| metric.finish(plan.top)))
}

/// What came of those whose first order held an item, in so many days after it.
pub fn first_products(house: &House, plan: ProductPlan, days: i32, when: When) -> QueryResult<Measured<FirstTable>> {
    forwards(plan.period)?;
    horizon(days)?;
    top(plan.top)?;
    let start = || FirstProducts::new(plan.items, plan.period, days);
    Ok(measure(house, when, start)?.map(|metric, as_of| metric.finish(as_of, plan.top)))
}

/// The first so many rows of who needs what. Two passes, the second with what the first had seen: cycles are those of everyone.
pub fn due(house: &House, plan: &DuePlan, rows: usize, when: When) -> QueryResult<Measured<DueTable>> {
    top(rows)?;
    let mut found = with_cycles(house, plan, when, |cycles, when, as_of| {
        Ok(measure(house, when, || DueList::new(plan, cycles, as_of, rows))?.map(|list, _| list.finish()))
    })?;
    // Whoever was erased since the day asked about is nobody to remind either.
    let erased: BTreeSet<_> = house.erasures().entries().iter().map(|erased| erased.subject).collect();
    found.table.rows.retain(|row| !erased.contains(&row.member));
    Ok(found)
}

/// How many purchases of each item the coming weeks will take, by store.
pub fn demand(house: &House, plan: &DemandPlan, when: When) -> QueryResult<Measured<DemandTable>> {
    top(plan.top)?;
    if !(1..=WEEKS_MAX).contains(&plan.weeks) {
        let (en, zh) = (format!("1 to {WEEKS_MAX} weeks are told"), format!("周数须为 1 到 {WEEKS_MAX}"));
        return Err(refused("metrics.weeks", en, zh));
    }
    Ok(measure(house, when, || Demand::new(plan.clone()))?.map(Demand::finish))
}

type CyclesByName = BTreeMap<String, perennial_metrics::product::Cycle>;

/// Asks `then` with the cycles of all items, as of the day and with what had been recorded when they were found.
pub(super) fn with_cycles<T>(
    house: &House,
    plan: &DuePlan,
    when: When,
    then: impl FnOnce(&CyclesByName, When, Day) -> QueryResult<Measured<T>>,
) -> QueryResult<Measured<T>> {
    let found = measure(house, when, || Cycles::new(plan.items))?;
    let (as_of, known_at) = (found.observed.as_of, found.known_at);
    then(&found.table.finish(plan.least), When { as_of: Some(as_of), known_at: Some(known_at) }, as_of)
}

/// The rows with who they are about, masked.
pub fn with_people(house: &House, rows: &[DueRow]) -> QueryResult<Vec<Person>> {
    let mut members: Vec<_> = rows.iter().map(|row| row.member).collect();
    members.sort_unstable();
    members.dedup();
    let people = people(house, &members)?;
    Ok(rows.iter().map(|row| people.get(&row.member).cloned().unwrap_or_default()).collect())
}

fn top(rows: usize) -> QueryResult<()> {
    if (1..=ROWS_MAX).contains(&rows) {
        return Ok(());
    }
    Err(refused("metrics.rows", format!("1 to {ROWS_MAX} rows are told"), format!("行数须为 1 到 {ROWS_MAX}")))
}
