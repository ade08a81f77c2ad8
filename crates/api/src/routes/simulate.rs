//! The funnel simulator.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::query::metrics::{self as asked, When, plan_problem};
use perennial_kernel::{Currency, Day};
use perennial_metrics::Period;
use perennial_metrics::simulate::{Model, Outcome, Plan};
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire::{self, FieldError};

/// More than this nobody compares at once.
const SCENARIOS_MAX: usize = 20;
/// Members are followed for so long where nobody says otherwise.
pub const HORIZON_DAYS: i32 = 365;

/// Where numbers come from that are not given.
struct Observed {
    period: Period,
    horizon_days: i32,
    when: When,
}

impl Default for Observed {
    fn default() -> Self {
        Self { period: Period::default(), horizon_days: HORIZON_DAYS, when: When::default() }
    }
}

/// Numbers of one plan, as far as they were given.
#[derive(Default)]
struct Given {
    buyers: Option<f64>,
    carried_over: Option<f64>,
    conversions: Option<Vec<f64>>,
    values: Option<Vec<f64>>,
}

/// Members, orders and sales from conversions and order values; each scenario changes some of the numbers. What the first plan is not given is
/// taken from the funnel observed, as `observed` describes it.
#[utoipa::path(post, path = "/api/v1/metrics/simulate", tag = "metrics", request_body = wire::SimulationRequest,
    responses((status = 200, body = wire::Simulation)))]
pub async fn simulate(State(site): State<Arc<Site>>, Body(body): Body) -> Result<Json<wire::Simulation>, Problem> {
    let currency = site.currency();
    let Request { model, base, observed, scenarios } = read(&body, currency)?;
    let first = if let Some(plan) = base.whole(model) {
        plan
    } else {
        let Observed { period, horizon_days, when } = observed;
        let seen = site.ask_everyone(move |site| asked::observed(&site.house, period, horizon_days, model, when)).await?;
        base.over(&seen)
    };
    let changed = scenarios.iter().enumerate().map(|(at, scenario)| (format!("/scenarios/{at}"), scenario.over(&first)));
    let mut told: Vec<(Plan, Outcome)> = Vec::new();
    for (pointer, plan) in std::iter::once((String::new(), first.clone())).chain(changed) {
        match plan.run() {
            Some(outcome) => told.push((plan, outcome)),
            None => return Err(wrong(&pointer, &plan)),
        }
    }
    Ok(Json(wire::Simulation::new(&told, currency)))
}

struct Request {
    model: Model,
    base: Given,
    observed: Observed,
    scenarios: Vec<Given>,
}

fn read(body: &Value, currency: Currency) -> Result<Request, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let model = model(&fields, &problems);
    let base = given(&fields, &problems, currency);
    let observed = fields.object("observed").map_or_else(Observed::default, |fields| observed(&fields, &problems));
    let one = |fields: &Fields<'_>| {
        let scenario = given(fields, &problems, currency);
        fields.close();
        scenario
    };
    let scenarios: Vec<Given> = fields.objects("scenarios").iter().map(one).collect();
    if scenarios.len() > SCENARIOS_MAX {
        problems.add("/scenarios", "list.too_long", "at most 20 at once", "一次最多 20 个");
    }
    fields.close();
    problems.finish()?;
    Ok(Request { model, base, observed, scenarios })
}

fn wrong(pointer: &str, plan: &Plan) -> Problem {
    let one = |problem| {
        let found = plan_problem(problem);
        FieldError::new(&format!("{pointer}{}", found.pointer), found.code, &found.en, &found.zh)
    };
    Problem::fields(StatusCode::UNPROCESSABLE_ENTITY, plan.problems().into_iter().map(one).collect())
}

fn model(fields: &Fields<'_>, problems: &Problems) -> Model {
    let text = fields.text("model").unwrap_or_else(|| Model::Step.as_str().to_owned());
    Model::parse(&text).unwrap_or_else(|| {
        problems.add("/model", "field.unknown_value", "must be step or bucket", "须为 step 或 bucket");
        Model::Step
    })
}

fn given(fields: &Fields<'_>, problems: &Problems, currency: Currency) -> Given {
    Given {
        buyers: fields.decimal("buyers"),
        carried_over: fields.decimal("carried_over"),
        conversions: fields.decimals("conversions"),
        values: fields.has("values").then(|| {
            let texts = fields.texts("values").into_iter();
            let read = |(pointer, text): (String, String)| {
                let amount = currency.parse_amount(&text);
                if amount.is_none() {
                    problems.add(&pointer, "amount.unreadable", "must be an amount such as \"12.50\"", "须为金额，例如 \"12.50\"");
                }
                amount.map_or(0.0, |money| money.0 as f64)
            };
            texts.map(read).collect()
        }),
    }
}

fn observed(fields: &Fields<'_>, problems: &Problems) -> Observed {
    let day = |name: &'static str| {
        let text = fields.text(name)?;
        let day = Day::parse(&text);
        if day.is_none() {
            problems.add(&fields.at(name), "day.unreadable", "must be a day such as 2026-11-22", "须为日期，例如 2026-11-22");
        }
        day
    };
    let period = Period::new(day("from"), day("to"));
    let when = When { as_of: day("as_of"), known_at: None };
    let horizon_days = if fields.has("horizon_days") { fields.index("horizon_days").min(i32::MAX as u32) as i32 } else { HORIZON_DAYS };
    fields.close();
    Observed { period, horizon_days, when }
}

impl Given {
    /// A plan, where nothing is left out.
    fn whole(&self, model: Model) -> Option<Plan> {
        Some(Plan {
            model,
            buyers: self.buyers?,
            conversions: self.conversions.clone()?,
            values: self.values.clone()?,
            carried_over: self.carried_over.unwrap_or(0.0),
        })
    }

    /// What is given, in place of what stands in another plan.
    fn over(&self, plan: &Plan) -> Plan {
        Plan {
            model: plan.model,
            buyers: self.buyers.unwrap_or(plan.buyers),
            conversions: self.conversions.clone().unwrap_or_else(|| plan.conversions.clone()),
            values: self.values.clone().unwrap_or_else(|| plan.values.clone()),
            carried_over: self.carried_over.unwrap_or(plan.carried_over),
        }
    }
}
