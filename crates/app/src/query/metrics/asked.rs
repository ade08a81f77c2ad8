//! A question with its parameters, for what is done with any metric alike: its table as a file, and the members behind a number.

use perennial_kernel::{Day, MemberId};
use perennial_metrics::acquisition::{self, AcquiredBy};
use perennial_metrics::behind::Behind;
use perennial_metrics::cohort::Question;
use perennial_metrics::cross::CrossKey;
use perennial_metrics::groups::GroupBy;
use perennial_metrics::pareto::first_of;
use perennial_metrics::product::{DemandPlan, Due, DuePlan, FirstCell, ItemCell};
use perennial_metrics::rfm::{RfmCell, RfmPlan};
use perennial_metrics::{
    Acquired, Cohort, Demand, DueList, FirstProducts, Funnel, Pareto, Period, Products, Repurchase, Seen, funnel, repurchase,
};

use super::cross::cross_members;
use super::groups::group_members;
use super::products::with_cycles;
use super::{BasketPlan, CrossGroups, Measured, ProductPlan, Sheet, When, baskets, cohort, columns, forwards, horizon, measure, pareto};
use crate::house::House;
use crate::query::value::rfm_members;
use crate::query::{QueryResult, not_after_today, refused};

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    Repurchase(Period),
    Cohort(Question),
    Funnel(Period, i32),
    Acquisition(AcquiredBy, Period, i32),
    Pareto(Period),
    Baskets(BasketPlan),
    Contribution(GroupBy, Period),
    Cross(CrossGroups, Period),
    Products(ProductPlan),
    /// Followed for so many days.
    FirstProduct(ProductPlan, i32),
    /// So many rows.
    Due(DuePlan, usize),
    Demand(DemandPlan),
}

/// A number of a metric.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Number {
    Repurchase(Period, repurchase::Cell),
    /// The row as the table names it, `None` for everyone together; the column's place, `None` for all members of the row.
    Cohort {
        question: Question,
        row: Option<String>,
        column: Option<usize>,
    },
    Funnel(Period, i32, funnel::Cell),
    /// Of one group, or of everyone.
    Acquisition(AcquiredBy, Period, i32, Option<String>, acquisition::Cell),
    /// The first so many per cent of buyers.
    Pareto(Period, usize),
    /// The buyers of one group.
    Contribution(GroupBy, Period, String),
    Cross(CrossGroups, Period, CrossKey),
    /// Of one item, or of any.
    Products(ProductPlan, Option<String>, ItemCell),
    FirstProduct(ProductPlan, i32, Option<String>, FirstCell),
    /// Of one state, or all who stand in the list.
    Due(DuePlan, Option<Due>),
    /// Whose last order of it was in one store, or in any.
    Demand(DemandPlan, Option<String>),
    /// Of RFM, which the value room shows.
    Rfm(RfmPlan, RfmCell),
}

/// The table of a metric.
pub fn sheet(house: &House, asked: &Asked, when: When) -> QueryResult<Sheet> {
    Ok(match asked {
        Asked::Repurchase(period) => Sheet::repurchase(&super::repurchase(house, *period, when)?.table),
        Asked::Cohort(question) => Sheet::cohort(&cohort(house, question, when)?.table),
        Asked::Funnel(period, days) => Sheet::funnel(&super::funnel(house, *period, *days, when)?.table),
        Asked::Acquisition(by, period, days) => Sheet::acquisition(&super::acquisition(house, *by, *period, *days, when)?.table),
        Asked::Pareto(period) => Sheet::pareto(&pareto(house, *period, when)?.table),
        Asked::Baskets(plan) => Sheet::baskets(&baskets(house, plan, when)?.table),
        Asked::Contribution(by, period) => Sheet::groups(&super::groups(house, *by, *period, when)?.table),
        Asked::Cross(by, period) => Sheet::cross(&super::cross(house, *by, *period, when)?.table),
        Asked::Products(plan) => Sheet::products(&super::products(house, *plan, when)?.table),
        Asked::FirstProduct(plan, days) => Sheet::first_products(&super::first_products(house, *plan, *days, when)?.table),
        Asked::Due(plan, rows) => Sheet::due(&super::due(house, plan, *rows, when)?.table),
        Asked::Demand(plan) => Sheet::demand(&super::demand(house, plan, when)?.table),
    })
}

/// The members that a number counts, by their ids. As of today where no day is asked for: name the day of the answer.
pub fn members(house: &House, number: &Number, when: When) -> QueryResult<Measured<Vec<MemberId>>> {
    let as_of = when.as_of.unwrap_or_else(|| house.calendar().day(house.now()));
    not_after_today(house, as_of)?;
    let when = When { as_of: Some(as_of), ..when };
    match number {
        Number::Repurchase(period, cell) => {
            forwards(*period)?;
            let metric = Repurchase::new(*period);
            behind(house, when, |seen| metric.counts(seen, *cell))
        }
        Number::Cohort { question, row, column } => cohort_members(house, question, row.as_deref(), *column, when, as_of),
        Number::Funnel(period, days, cell) => {
            forwards(*period)?;
            horizon(*days)?;
            let metric = Funnel::new(*period, *days);
            behind(house, when, |seen| metric.counts(seen, *cell, as_of))
        }
        Number::Acquisition(by, period, days, group, cell) => {
            forwards(*period)?;
            horizon(*days)?;
            let metric = Acquired::new(*by, *period, *days);
            behind(house, when, |seen| metric.counts(seen, group.as_deref(), *cell, as_of))
        }
        Number::Contribution(by, period, key) => group_members(house, *by, *period, key, when),
        Number::Cross(by, period, key) => cross_members(house, *by, *period, key, when),
        Number::Products(plan, item, cell) => {
            forwards(plan.period)?;
            let metric = Products::new(plan.items, plan.period);
            behind(house, when, |seen| metric.counts(seen, item.as_deref(), *cell))
        }
        Number::FirstProduct(plan, days, item, cell) => {
            forwards(plan.period)?;
            horizon(*days)?;
            let metric = FirstProducts::new(plan.items, plan.period, *days);
            behind(house, when, |seen| metric.counts(seen, item.as_deref(), *cell, as_of))
        }
        Number::Due(plan, due) => with_cycles(house, plan, when, |cycles, when, as_of| {
            let list = DueList::new(plan, cycles, as_of, 1);
            behind(house, when, |seen| list.counts(seen, *due))
        }),
        Number::Demand(plan, store) => {
            let metric = Demand::new(plan.clone());
            behind(house, when, |seen| metric.counts(seen, store.as_deref()))
        }
        Number::Rfm(plan, cell) => rfm_members(house, plan, *cell, when),
        Number::Pareto(period, percent) => {
            forwards(*period)?;
            let measured = measure(house, when, || Pareto::new(*period))?;
            Ok(measured.map(|metric, _| {
                let ranking = metric.ranking();
                let first = first_of(ranking.len(), *percent);
                let mut members: Vec<MemberId> = ranking.into_iter().take(first).map(|(_, member)| member).collect();
                members.sort_unstable();
                members
            }))
        }
    }
}

fn cohort_members(
    house: &House,
    question: &Question,
    row: Option<&str>,
    column: Option<usize>,
    when: When,
    as_of: Day,
) -> QueryResult<Measured<Vec<MemberId>>> {
    forwards(question.period)?;
    columns(question)?;
    let named = column.and_then(|at| question.columns.get(at).copied());
    if column.is_some() && named.is_none() {
        let count = question.columns.len();
        let (en, zh) = (format!("the table has {count} columns, counted from 0"), format!("表格共 {count} 列，从 0 起"));
        return Err(refused("metrics.column", en, zh));
    }
    let metric = Cohort::new(question.clone());
    behind(house, when, |seen| metric.counts(seen, row, named, as_of))
}

fn behind(house: &House, when: When, test: impl Fn(&Seen<'_>) -> bool + Send + Sync) -> QueryResult<Measured<Vec<MemberId>>> {
    let test = &test;
    let measured = measure(house, when, || Behind::new(|seen: &Seen<'_>| test(seen)))?;
    Ok(measured.map(|metric, _| metric.finish()))
}
