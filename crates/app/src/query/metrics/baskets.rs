//! What is bought together: baskets of everyone, then the sets and rules among them.

use perennial_metrics::Period;
use perennial_metrics::basket::{Basket, ItemSet, Items, MILLION, Rule, SIZE_MAX, frequent, rules, support_of};

use super::{Measured, When, forwards, measure};
use crate::house::House;
use crate::query::{QueryResult, refused};

/// More sets than this nobody reads; the support asked for is then too low.
const SETS_MAX: usize = 100_000;

/// What is asked; shares as parts of a million.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BasketPlan {
    pub items: Items,
    pub period: Period,
    pub support_ppm: u64,
    pub confidence_ppm: u64,
    /// The most items of a set.
    pub size: usize,
}

#[derive(Clone, PartialEq, Debug)]
pub struct BasketTable {
    pub baskets: u64,
    /// The least number of baskets that the support asked for comes to.
    pub least: u64,
    /// Names of items, by their numbers.
    pub names: Vec<String>,
    pub sets: Vec<ItemSet>,
    pub rules: Vec<Rule>,
}

pub fn baskets(house: &House, plan: &BasketPlan, when: When) -> QueryResult<Measured<BasketTable>> {
    forwards(plan.period)?;
    within(plan)?;
    let measured = measure(house, when, || Basket::new(plan.items, plan.period))?;
    let (observed, known_at) = (measured.observed, measured.known_at);
    let gathered = measured.table.finish();
    let count = gathered.baskets.len() as u64;
    let least = support_of(plan.support_ppm, count);
    let sets = frequent(&gathered, least, plan.size);
    if sets.len() > SETS_MAX {
        let en = format!("{} sets are that frequent, more than {SETS_MAX}: ask for a higher support", sets.len());
        return Err(refused("baskets.too_many", en, format!("共 {} 组，超过 {SETS_MAX} 组：请提高支持度", sets.len())));
    }
    let rules = rules(&sets, plan.confidence_ppm);
    Ok(Measured { table: BasketTable { baskets: count, least, names: gathered.names, sets, rules }, observed, known_at })
}

fn within(plan: &BasketPlan) -> QueryResult<()> {
    if !(1..=MILLION).contains(&plan.support_ppm) || plan.confidence_ppm > MILLION {
        let (en, zh) = ("support and confidence are shares above 0 and up to 1", "支持度与置信度须为大于 0 且不超过 1 的比率");
        return Err(refused("baskets.share", en, zh));
    }
    if !(1..=SIZE_MAX).contains(&plan.size) {
        let (en, zh) = (format!("a set holds 1 to {SIZE_MAX} items"), format!("每组须有 1 到 {SIZE_MAX} 项"));
        return Err(refused("baskets.size", en, zh));
    }
    Ok(())
}
