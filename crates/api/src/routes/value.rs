//! What models say of members' worth, and how well they foretell.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use perennial_app::query::QueryResult;
use perennial_app::query::value::{self, Unit};

use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// BG/NBD, MBG/NBD, Pareto/NBD and Gamma-Gamma fitted to everyone who had bought by the end of a day.
#[utoipa::path(get, path = "/api/v1/value/models", tag = "value",
    params(("until" = Option<String>, Query, description = "A day; today when absent"),
        ("unit" = Option<String>, Query, description = "What time is counted in: day, week (default), month")),
    responses((status = 200, body = wire::ValueModels)))]
pub async fn value_models(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::ValueModels>, Problem> {
    let (until, unit) = (query.day("until"), query.one_of("unit", &Unit::ALL.map(|unit| (unit.as_str(), unit))).unwrap_or_default());
    query.finish()?;
    let until = until.unwrap_or_else(|| site.house.calendar().day(site.house.now()));
    let question = format!("models {until} {}", unit.as_str());
    let counted = site.ask_everyone(move |site| site.value.get(&site.house, &question, || value::models(&site.house, until, unit))).await?;
    Ok(Json(wire::ValueModels::new(&counted.table, site.house.reference().brand.currency, counted.data_up_to)))
}

/// The models as fitted on what was known by one day, held against what happened until another: tracking, bins by frequency, and how well
/// they rank who comes back. Without days: the last third of what is known, at most a year of it, is held out.
#[utoipa::path(get, path = "/api/v1/value/holdout", tag = "value",
    params(("until" = Option<String>, Query), ("to" = Option<String>, Query, description = "A day; today when absent")),
    responses((status = 200, body = wire::ValueHoldout)))]
pub async fn holdout(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::ValueHoldout>, Problem> {
    let (until, to) = (query.day("until"), query.day("to"));
    query.finish()?;
    let to = to.unwrap_or_else(|| site.house.calendar().day(site.house.now()));
    let answer = move |site: &Site| -> QueryResult<_> {
        site.value.get(&site.house, &format!("holdout {until:?} {to}"), || {
            let until = until.map_or_else(|| value::split(&site.house, to), Ok)?;
            value::holdout(&site.house, until, to)
        })
    };
    let counted = site.ask_everyone(answer).await?;
    Ok(Json(wire::ValueHoldout::new(&counted.table, counted.data_up_to)))
}
