//! What members are worth.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use perennial_app::query::QueryResult;
use perennial_app::query::value::{self, Cut, Unit};

use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The longest window of RFM, in days.
const WINDOW_MAX: i64 = 3_660;

#[derive(Clone, Copy)]
enum CutBy {
    Mean,
    Median,
    Fixed,
}

/// RFM of the buyers of the last days: the eight classes, and quintiles of R by those of F. Each cell tells its members as a condition.
#[utoipa::path(get, path = "/api/v1/value/rfm", tag = "value",
    params(("window" = Option<i64>, Query, description = "Days that end today; 365 when absent"),
        ("cut" = Option<String>, Query, description = "Where high begins: mean (default), median, fixed"),
        ("r" = Option<i64>, Query, description = "With cut=fixed: at most so many days since the last purchase"),
        ("f" = Option<i64>, Query, description = "With cut=fixed: at least so many purchases"),
        ("m" = Option<String>, Query, description = "With cut=fixed: at least so much money, such as 199.50")),
    responses((status = 200, body = wire::Rfm)))]
pub async fn rfm(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Rfm>, Problem> {
    let currency = site.house.reference().brand.currency;
    let window = query.whole("window", 1, WINDOW_MAX).unwrap_or(365) as i32;
    let cuts = [("mean", CutBy::Mean), ("median", CutBy::Median), ("fixed", CutBy::Fixed)];
    let by = query.one_of("cut", &cuts).unwrap_or(CutBy::Mean);
    let (r, f, m) = (query.whole("r", 0, WINDOW_MAX), query.whole("f", 0, 1_000_000), query.money("m", currency));
    if matches!(by, CutBy::Fixed) {
        let given = [("?r", r.is_some()), ("?f", f.is_some()), ("?m", m.is_some())];
        let missing = given.iter().filter(|(_, given)| !given);
        query.refuse(
            missing.map(|(name, _)| wire::FieldError::new(name, "query.missing", "must be given with cut=fixed", "cut=fixed 时必填")),
        );
    }
    query.finish()?;
    let cut = match (by, r, f, m) {
        (CutBy::Fixed, Some(r), Some(f), Some(m)) => Cut::Fixed { r, f, m },
        (CutBy::Median, ..) => Cut::Median,
        _ => Cut::Mean,
    };
    let question = format!("rfm {window} {cut:?}");
    let counted = site.ask_everyone(move |site| site.value.get(&site.house, &question, || value::rfm(&site.house, window, cut))).await?;
    Ok(Json(wire::Rfm::new(&counted.table, currency, counted.data_up_to)))
}

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
