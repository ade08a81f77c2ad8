//! Metrics over everyone: one pass by the rules of `perennial_metrics`, as of any day, as known at any instant.

mod asked;
mod baskets;
mod cache;
mod condition;
mod cross;
mod groups;
mod products;
mod sheet;
mod sheet_products;
mod words;

use perennial_kernel::{Day, Instant};
use perennial_metrics::acquisition::AcquiredBy;
use perennial_metrics::cohort::{COLUMNS_MAX, Question};
use perennial_metrics::funnel::{HORIZON_MAX, observed_plan};
use perennial_metrics::simulate::{Model, Plan};
use perennial_metrics::{
    Acquired, AcquiredTable, Cohort, CohortTable, Funnel, FunnelTable, Metric, Observed, Pareto, ParetoTable, Pass, Period, Repurchase,
    RepurchaseTable,
};

pub use self::asked::{Asked, Number, members, sheet};
pub use self::baskets::{BasketPlan, BasketTable, baskets};
pub use self::cache::MembersBehind;
pub use self::condition::condition_of;
pub use self::cross::{CrossGroups, cross};
pub use self::groups::groups;
pub use self::products::{
    DemandPlan, Due, DuePlan, DueRow, DueTable, FirstCell, ItemCell, ProductPlan, demand, due, first_products, products, with_people,
};
pub use self::sheet::{Cell, Sheet, rounded};
pub use self::words::plan_problem;
use super::everyone::fold;
use super::{QueryResult, not_after_today, refused};
use crate::house::House;

/// As of which day, and with what had been recorded by then.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct When {
    /// Left out: up to the newest order, refund or behaviour of anybody.
    pub as_of: Option<Day>,
    /// Left out: everything recorded so far.
    pub known_at: Option<Instant>,
}

/// An answer, and what it rests on. Asked again as of the same day, known at the same instant, it is the same.
#[derive(Clone, Debug)]
pub struct Measured<T> {
    pub table: T,
    pub observed: Observed,
    pub known_at: Instant,
}

impl<T> Measured<T> {
    fn map<U>(self, finish: impl FnOnce(T, Day) -> U) -> Measured<U> {
        Measured { table: finish(self.table, self.observed.as_of), observed: self.observed, known_at: self.known_at }
    }
}

/// Shows everyone to a metric; several, as a tuple or a list, share the pass.
pub fn measure<M: Metric>(house: &House, when: When, start: impl Fn() -> M) -> QueryResult<Measured<M>> {
    let day = when.as_of.unwrap_or_else(|| house.calendar().day(house.now()));
    not_after_today(house, day)?;
    let reference = house.reference();
    let (pass, read_at) = fold(house, when.known_at, || Pass::new(&reference, day, start()))?;
    let (table, observed) = pass.end(when.as_of.is_some());
    Ok(Measured { table, observed, known_at: when.known_at.unwrap_or(read_at) })
}

/// Who buys again, and after how many days.
pub fn repurchase(house: &House, period: Period, when: When) -> QueryResult<Measured<RepurchaseTable>> {
    forwards(period)?;
    Ok(measure(house, when, || Repurchase::new(period))?.map(|metric, _| metric.finish()))
}

/// What becomes of those who began together.
pub fn cohort(house: &House, question: &Question, when: When) -> QueryResult<Measured<CohortTable>> {
    forwards(question.period)?;
    columns(question)?;
    Ok(measure(house, when, || Cohort::new(question.clone()))?.map(|metric, as_of| metric.finish(as_of)))
}

/// How far first buyers go.
pub fn funnel(house: &House, period: Period, horizon_days: i32, when: When) -> QueryResult<Measured<FunnelTable>> {
    forwards(period)?;
    horizon(horizon_days)?;
    Ok(measure(house, when, || Funnel::new(period, horizon_days))?.map(|metric, as_of| metric.finish(as_of)))
}

/// How people become buyers.
pub fn acquisition(house: &House, by: AcquiredBy, period: Period, horizon_days: i32, when: When) -> QueryResult<Measured<AcquiredTable>> {
    forwards(period)?;
    horizon(horizon_days)?;
    Ok(measure(house, when, || Acquired::new(by, period, horizon_days))?.map(|metric, as_of| metric.finish(as_of)))
}

/// Who brings the money.
pub fn pareto(house: &House, period: Period, when: When) -> QueryResult<Measured<ParetoTable>> {
    forwards(period)?;
    Ok(measure(house, when, || Pareto::new(period))?.map(|metric, _| metric.finish()))
}

/// What the simulator starts from: conversions and values as they were observed, money in minor units.
pub fn observed(house: &House, period: Period, horizon_days: i32, model: Model, when: When) -> QueryResult<Plan> {
    let table = funnel(house, period, horizon_days, when)?.table;
    let (en, zh) = (
        "nobody whose first purchase lies in the period has been followed long enough: say the numbers yourself, or take an earlier period",
        "统计期内首次消费的会员均未跟踪满：请自行填写数值，或选择更早的统计期",
    );
    observed_plan(&table, model).ok_or_else(|| refused("metrics.nobody_followed", en, zh))
}

fn forwards(period: Period) -> QueryResult<()> {
    if !period.is_backwards() {
        return Ok(());
    }
    let (from, to) = (period.from.unwrap_or(Day(0)), period.to.unwrap_or(Day(0)));
    Err(refused("day.range_backwards", format!("{from} is after {to}"), format!("{from} 晚于 {to}")))
}

fn columns(question: &Question) -> QueryResult<()> {
    if (1..=COLUMNS_MAX).contains(&question.columns.len()) {
        return Ok(());
    }
    let (en, zh) = (format!("a table has 1 to {COLUMNS_MAX} columns"), format!("表格须有 1 到 {COLUMNS_MAX} 列"));
    Err(refused("metrics.columns", en, zh))
}

fn horizon(days: i32) -> QueryResult<()> {
    if (1..=HORIZON_MAX).contains(&days) {
        return Ok(());
    }
    let (en, zh) = (format!("members are followed for 1 to {HORIZON_MAX} days"), format!("跟踪天数须为 1 到 {HORIZON_MAX}"));
    Err(refused("metrics.horizon", en, zh))
}
