//! The funnel simulator: what is put in, and what comes out.

use perennial_app::query::metrics::rounded;
use perennial_kernel::Currency;
use perennial_metrics::simulate::{Outcome, Plan};
use serde::Serialize;
use utoipa::ToSchema;

use super::{MetricDefinition, Money};

/// A simulated funnel, and what would be otherwise.
#[derive(Serialize, ToSchema)]
pub struct Simulation {
    /// `step` or `bucket`.
    pub model: String,
    pub definitions: Vec<MetricDefinition>,
    /// The first is what the others are compared with.
    pub scenarios: Vec<SimulatedScenario>,
}

#[derive(Serialize, ToSchema)]
pub struct SimulatedScenario {
    pub buyers: f64,
    pub carried_over: f64,
    pub conversions: Vec<f64>,
    /// Order values, rounded to the minor unit.
    pub values: Vec<Money>,
    /// By step: order numbers, the last with all beyond. By bucket: how often members buy in the end, the last so often or more often.
    pub rows: Vec<SimulatedRow>,
    pub orders: f64,
    pub sales: Money,
    /// Sales against the first scenario: 0.24 is 24 % more. Null where that sells nothing.
    pub uplift: Option<f64>,
}

#[derive(Serialize, ToSchema)]
pub struct SimulatedRow {
    pub number: usize,
    pub members: f64,
    pub orders: f64,
    pub sales: Money,
}

impl Simulation {
    /// Of plans of one model with their outcomes, in minor units.
    pub fn new(told: &[(Plan, Outcome)], currency: Currency) -> Self {
        let first = told.first().map_or(0.0, |(_, outcome)| outcome.sales);
        let money = |minor: f64| Money::new(rounded(minor), currency);
        let row = |row: &perennial_metrics::simulate::Row| SimulatedRow {
            number: row.number,
            members: row.members,
            orders: row.orders,
            sales: money(row.sales),
        };
        let scenario = |(plan, outcome): &(Plan, Outcome)| SimulatedScenario {
            buyers: plan.buyers,
            carried_over: plan.carried_over,
            conversions: plan.conversions.clone(),
            values: plan.values.iter().map(|minor| money(*minor)).collect(),
            rows: outcome.rows.iter().map(row).collect(),
            orders: outcome.orders,
            sales: money(outcome.sales),
            uplift: (first > 0.0).then(|| outcome.sales / first - 1.0),
        };
        Self {
            model: told.first().map_or("", |(plan, _)| plan.model.as_str()).to_owned(),
            definitions: MetricDefinition::of("simulate"),
            scenarios: told.iter().map(scenario).collect(),
        }
    }
}

/// A plan; what is left out of it is taken from the funnel observed.
#[derive(ToSchema)]
pub struct SimulationRequest {
    /// `step` (default): each order number has a value of its own. `bucket`: the value depends on how often a member buys in the end.
    pub model: Option<String>,
    /// Members who make their first order.
    pub buyers: Option<f64>,
    /// One-time buyers from before.
    pub carried_over: Option<f64>,
    /// From the first order to the second, from the second to the third, …; the last for every later one.
    pub conversions: Option<Vec<f64>>,
    /// Order values as decimal texts in major units; the last for every later one.
    pub values: Option<Vec<String>>,
    pub observed: Option<SimulationObserved>,
    /// Each with some numbers in place of those above.
    pub scenarios: Option<Vec<SimulationScenario>>,
}

#[derive(ToSchema)]
pub struct SimulationObserved {
    pub from: Option<String>,
    pub to: Option<String>,
    pub horizon_days: Option<u32>,
    pub as_of: Option<String>,
}

#[derive(ToSchema)]
pub struct SimulationScenario {
    pub buyers: Option<f64>,
    pub carried_over: Option<f64>,
    pub conversions: Option<Vec<f64>>,
    pub values: Option<Vec<String>>,
}
