//! Reading what is asked of a metric: period, day, cohort, and the number whose members are wanted.

use axum::http::StatusCode;
use perennial_app::query::metrics::{
    Asked, BasketPlan, CrossGroups, DemandPlan, Due, DuePlan, FirstCell, ItemCell, Number, ProductPlan, When,
};
use perennial_app::query::value::RfmCell;
use perennial_kernel::Currency;
use perennial_metrics::acquisition::{self, AcquiredBy};
use perennial_metrics::basket::{Items, SIZE_MAX};
use perennial_metrics::cohort::{self, Behaviour, Count, Question, Rows, Start};
use perennial_metrics::cross::Discount;
use perennial_metrics::funnel::{self, HORIZON_MAX, STEPS};
use perennial_metrics::product::{ROWS_MAX, WEEKS_MAX};
use perennial_metrics::{GroupBy, Period, Unit, repurchase};

use super::rfm;
use super::simulate::HORIZON_DAYS;
use crate::params::Query;
use crate::problem::Problem;
use crate::wire::FieldError;

pub fn period(query: &mut Query) -> Period {
    Period::new(query.day("from"), query.day("to"))
}

pub fn when(query: &mut Query) -> When {
    When { as_of: query.day("as_of"), known_at: query.instant("known_at") }
}

pub fn horizon(query: &mut Query) -> i32 {
    query.number("horizon_days", 1, HORIZON_MAX as u32).map_or(HORIZON_DAYS, |days| days as i32)
}

pub fn question(query: &mut Query) -> Question {
    let periods = query.number("periods", 0, cohort::COLUMNS_MAX as u32 - 1);
    let is_rolling = query.one_of("retention", &[("classic", false), ("rolling", true)]);
    let (en, zh) = ("must be stretches of units such as 1-7,8-14,15-30", "须为周期区间，例如 1-7,8-14,15-30");
    let brackets = query.parsed("brackets", cohort::brackets, "brackets.unreadable", en, zh);
    if brackets.is_some() && (periods.is_some() || is_rolling.is_some()) {
        let (en, zh) = ("cannot be given beside periods or retention", "不能与 periods 或 retention 同时给出");
        query.refuse([FieldError::new("?brackets", "query.contradictory", en, zh)]);
    }
    let last = periods.unwrap_or(12);
    let columns = brackets.unwrap_or_else(|| if is_rolling == Some(true) { cohort::rolling(last) } else { cohort::classic(last) });
    Question {
        start: query.one_of("start", &Start::ALL.map(|start| (start.as_str(), start))).unwrap_or_default(),
        period: period(query),
        rows: query.one_of("rows", &Rows::ALL.map(|rows| (rows.as_str(), rows))).unwrap_or_default(),
        by: query.one_of("by", &Unit::ALL.map(|unit| (unit.as_str(), unit))).unwrap_or_default(),
        count: query.one_of("count", &Count::ALL.map(|count| (count.as_str(), count))).unwrap_or_default(),
        behaviour: query.text("behaviour").map_or(Behaviour::Buy, |name| Behaviour::parse(&name)),
        columns,
    }
}

pub fn basket_plan(query: &mut Query) -> BasketPlan {
    let period = period(query);
    let share = |query: &mut Query, name, otherwise: u64| {
        let read =
            |text: &str| text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share)).map(|share| (share * 1e6).round() as u64);
        query.parsed(name, read, "number.out_of_range", "must be a share from 0 to 1", "须为 0 到 1 之间的比率").unwrap_or(otherwise)
    };
    BasketPlan {
        items: query.one_of("items", &Items::ALL.map(|items| (items.as_str(), items))).unwrap_or_default(),
        period,
        support_ppm: share(query, "support", 10_000),
        confidence_ppm: share(query, "confidence", 300_000),
        size: query.number("size", 1, SIZE_MAX as u32).map_or(3, |size| size as usize),
    }
}

pub fn acquired_by(query: &mut Query) -> AcquiredBy {
    query.one_of("by", &AcquiredBy::ALL.map(|by| (by.as_str(), by))).unwrap_or_default()
}

/// What is counted and, where one is named, of which group: `reached:registered`, `took:follower:web`, `excluded:`.
fn acquired_cell(text: &str) -> Option<(acquisition::Cell, Option<String>)> {
    let (what, rest) = text.split_once(':').map_or((text, None), |(what, rest)| (what, Some(rest)));
    let step = || {
        let (step, group) = rest?.split_once(':').map_or((rest?, None), |(step, group)| (step, Some(group.to_owned())));
        Some((acquisition::Step::parse(step)?, group))
    };
    Some(match what {
        "reached" => step().map(|(step, group)| (acquisition::Cell::Reached(step), group))?,
        "took" => step().map(|(step, group)| (acquisition::Cell::Took(step), group))?,
        "at_once" => (acquisition::Cell::AtOnce, rest.map(str::to_owned)),
        "excluded" => (acquisition::Cell::Excluded, rest.map(str::to_owned)),
        _ => return None,
    })
}

pub fn group_by(query: &mut Query) -> GroupBy {
    query.one_of("by", &GroupBy::ALL.map(|by| (by.as_str(), by))).unwrap_or_default()
}

pub fn cross_groups(query: &mut Query) -> CrossGroups {
    query.one_of("by", &CrossGroups::ALL.map(|by| (by.as_str(), by))).unwrap_or_default()
}

/// Price band and discount band: `2:to_10`.
fn cross_cell(text: &str) -> Option<(usize, Discount)> {
    let (band, discount) = text.split_once(':')?;
    Some((band.parse().ok()?, Discount::ALL.into_iter().find(|held| held.as_str() == discount)?))
}

fn by(query: &mut Query) -> Items {
    query.one_of("by", &Items::KEYS).unwrap_or_default()
}

fn top(query: &mut Query) -> usize {
    query.number("top", 1, ROWS_MAX as u32).map_or(200, |rows| rows as usize)
}

pub fn product_plan(query: &mut Query) -> ProductPlan {
    ProductPlan { items: by(query), period: period(query), top: top(query) }
}

/// What is asked, and how many rows of it.
pub fn due_plan(query: &mut Query) -> (DuePlan, usize) {
    let plan = DuePlan {
        items: by(query),
        item: query.text("item"),
        times: query.number("times", 1, 100).map_or(2, |times| times as usize),
        least: query.number("least", 1, 1_000_000).map_or(20, u64::from),
        ahead: query.number("ahead", 0, 365).map_or(14, |days| days as i32),
    };
    (plan, top(query))
}

pub fn demand_plan(query: &mut Query) -> DemandPlan {
    DemandPlan {
        items: by(query),
        item: query.text("item"),
        least: query.number("least", 1, 1_000_000).map_or(20, u64::from),
        weeks: query.number("weeks", 1, WEEKS_MAX as u32).map_or(4, |weeks| weeks as usize),
        top: top(query),
    }
}

/// A metric with its parameters.
pub fn asking(metric: &str, query: &mut Query) -> Result<Asked, Problem> {
    Ok(match metric {
        "repurchase" => Asked::Repurchase(period(query)),
        "cohort" => Asked::Cohort(question(query)),
        "funnel" => Asked::Funnel(period(query), horizon(query)),
        "acquisition" => Asked::Acquisition(acquired_by(query), period(query), horizon(query)),
        "pareto" => Asked::Pareto(period(query)),
        "baskets" => Asked::Baskets(basket_plan(query)),
        "contribution" => Asked::Contribution(group_by(query), period(query)),
        "cross" => Asked::Cross(cross_groups(query), period(query)),
        "products" => Asked::Products(product_plan(query)),
        "first-product" => Asked::FirstProduct(product_plan(query), horizon(query)),
        "due" => {
            let (plan, rows) = due_plan(query);
            Asked::Due(plan, rows)
        }
        "demand" => Asked::Demand(demand_plan(query)),
        _ => return Err(unknown(metric)),
    })
}

/// A number of a metric.
pub fn number(metric: &str, query: &mut Query, currency: Currency) -> Result<Number, Problem> {
    if metric == "rfm" {
        let plan = rfm::plan(query, currency);
        return Ok(Number::Rfm(plan, cell(query, RfmCell::parse).unwrap_or(RfmCell::Buyers)));
    }
    Ok(match asking(metric, query)? {
        Asked::Repurchase(period) => Number::Repurchase(period, cell(query, repurchase_cell).unwrap_or(repurchase::Cell::Buyers)),
        Asked::Cohort(question) => Number::Cohort {
            question,
            row: query.text("row"),
            column: query.number("column", 0, cohort::COLUMNS_MAX as u32).map(|column| column as usize),
        },
        Asked::Funnel(period, days) => Number::Funnel(period, days, cell(query, funnel_cell).unwrap_or(funnel::Cell::Buyers)),
        Asked::Acquisition(by, period, days) => {
            let everyone = (acquisition::Cell::Reached(acquisition::Step::Aware), None);
            let (cell, group) = cell(query, acquired_cell).unwrap_or(everyone);
            Number::Acquisition(by, period, days, group, cell)
        }
        // Nobody in particular stands behind a set of baskets.
        Asked::Baskets(_) => return Err(unknown(metric)),
        Asked::Contribution(by, period) => {
            let read = |text: &str| text.strip_prefix("group:").map(str::to_owned);
            Number::Contribution(by, period, cell(query, read).unwrap_or_default())
        }
        Asked::Cross(by, period) => {
            let group = query.text("group");
            let (band, discount) = cell(query, cross_cell).unwrap_or((0, Discount::Unknown));
            Number::Cross(by, period, (band, discount, group))
        }
        Asked::Products(plan) => Number::Products(plan, query.text("item"), cell(query, item_cell).unwrap_or(ItemCell::Buyers)),
        Asked::FirstProduct(plan, days) => {
            let item = query.text("item");
            let (cell, is_nameless) = cell(query, first_cell).unwrap_or((FirstCell::Members, false));
            Number::FirstProduct(plan, days, if is_nameless { Some(String::new()) } else { item }, cell)
        }
        Asked::Due(plan, _) => {
            let states = Due::ALL.map(|due| (due.as_str(), Some(due)));
            Number::Due(plan, query.one_of("cell", &[&[("all", None)], states.as_slice()].concat()).flatten())
        }
        Asked::Demand(plan) => Number::Demand(plan, cell(query, |text| text.strip_prefix("store:").map(str::to_owned))),
        Asked::Pareto(period) => Number::Pareto(period, cell(query, pareto_cell).unwrap_or(100)),
    })
}

fn cell<T>(query: &mut Query, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    query.parsed("cell", read, "query.unknown_value", "is no number of this metric", "不是该指标的数字")
}

fn repurchase_cell(text: &str) -> Option<repurchase::Cell> {
    Some(match text {
        "buyers" => repurchase::Cell::Buyers,
        "repeat" => repurchase::Cell::Repeat,
        "once" => repurchase::Cell::Once,
        "returning" => repurchase::Cell::Returning,
        "new" => repurchase::Cell::New,
        _ => {
            let (from, to) = text.strip_prefix("interval:")?.split_once('-')?;
            repurchase::Cell::Interval { from: from.parse().ok()?, to: to.parse().ok()? }
        }
    })
}

fn funnel_cell(text: &str) -> Option<funnel::Cell> {
    let step = |text: &str| text.parse::<usize>().ok().filter(|step| (1..=STEPS).contains(step));
    Some(match text {
        "excluded" => funnel::Cell::Excluded,
        "buyers" => funnel::Cell::Buyers,
        "once" => funnel::Cell::Once,
        _ => match text.split_once(':')? {
            ("reached", number) => funnel::Cell::Reached(step(number)?),
            ("bought", number) => funnel::Cell::Bought(step(number)?),
            _ => return None,
        },
    })
}

fn item_cell(text: &str) -> Option<ItemCell> {
    Some(match text {
        "buyers" => ItemCell::Buyers,
        "repeat" => ItemCell::Repeat,
        "returning" => ItemCell::Returning,
        _ => return None,
    })
}

/// With whether it is about first orders that name no item.
fn first_cell(text: &str) -> Option<(FirstCell, bool)> {
    Some(match text {
        "members" => (FirstCell::Members, false),
        "second" => (FirstCell::Second, false),
        "excluded" => (FirstCell::Excluded, false),
        "nameless" => (FirstCell::Members, true),
        "nameless_second" => (FirstCell::Second, true),
        _ => return None,
    })
}

fn pareto_cell(text: &str) -> Option<usize> {
    text.strip_prefix("first:")?.parse().ok().filter(|percent| *percent <= 100)
}

fn unknown(metric: &str) -> Problem {
    let (en, zh) = (format!("There is no metric {metric}"), format!("没有名为 {metric} 的指标"));
    Problem::new(StatusCode::NOT_FOUND, "metric.unknown", &en, &zh)
}
