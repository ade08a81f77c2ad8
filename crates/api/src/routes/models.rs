//! Lifecycle models, and what is counted by them over everyone.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::query::backtest::{self, DraftError};
use perennial_app::query::{CohortBy, QueryError, everyone, models as asked};
use perennial_kernel::Day;
use serde_json::Value;

use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The stored models, the primary one first.
#[utoipa::path(get, path = "/api/v1/models", tag = "everyone", responses((status = 200, body = Vec<wire::LifecycleModel>)))]
pub async fn models(State(site): State<Arc<Site>>) -> Result<Json<Vec<wire::LifecycleModel>>, Problem> {
    site.ask(|site| {
        let primary = asked::primary(&site.house);
        let models = asked::all(&site.house)?;
        let list = models.iter().map(|model| wire::LifecycleModel::new(model, model.id == primary)).collect();
        Ok::<_, QueryError>(Json(list))
    })
    .await
}

/// Members per stage as of the end of a day, with what is known now or was known at an instant.
#[utoipa::path(get, path = "/api/v1/models/{model}/stages", tag = "everyone",
    params(("model" = String, Path), ("as_of" = Option<String>, Query, description = "A day; today when absent"),
        ("known_at" = Option<String>, Query, description = "Only what was recorded by this instant")),
    responses((status = 200, body = wire::StageCounts)))]
pub async fn stages(
    State(site): State<Arc<Site>>,
    Segments(model): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::StageCounts>, Problem> {
    let (as_of, known_at) = (query.day("as_of"), query.instant("known_at"));
    query.finish()?;
    let today = site.house.calendar().day(site.house.now());
    if known_at.is_none() && as_of.is_none_or(|day| day == today) {
        let id = model.clone();
        // While the board is being read the question is answered the long way.
        let held = site.ask(move |site| match site.board.stages_today(&id) {
            Err(QueryError::Building { .. }) => Ok(None),
            other => other,
        });
        if let Some((table, data_up_to)) = held.await? {
            return Ok(Json(wire::StageCounts::new(table, data_up_to)));
        }
    }
    let counted = site.ask_everyone(move |site| everyone::stages(&site.house, &model, as_of.unwrap_or(today), known_at)).await?;
    Ok(Json(wire::StageCounts::new(counted.table, counted.data_up_to)))
}

/// From stage to stage between the ends of two days.
#[utoipa::path(get, path = "/api/v1/models/{model}/flow", tag = "everyone",
    params(("model" = String, Path), ("from" = String, Query), ("to" = String, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Flow)))]
pub async fn flow(State(site): State<Arc<Site>>, Segments(model): Segments<String>, mut query: Query) -> Result<Json<wire::Flow>, Problem> {
    let (from, to, known_at) = (query.required_day("from"), query.required_day("to"), query.instant("known_at"));
    query.finish()?;
    let counted = site.ask_everyone(move |site| everyone::flow(&site.house, &model, from, to, known_at)).await?;
    Ok(Json(wire::Flow::new(counted.table, counted.data_up_to)))
}

/// Who came into each stage and who went out, day by day, for at most 400 days.
#[utoipa::path(get, path = "/api/v1/models/{model}/daily", tag = "everyone",
    params(("model" = String, Path), ("from" = String, Query), ("to" = String, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Daily)))]
pub async fn daily(
    State(site): State<Arc<Site>>,
    Segments(model): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::Daily>, Problem> {
    let (from, to, known_at) = (query.required_day("from"), query.required_day("to"), query.instant("known_at"));
    query.finish()?;
    let counted = site.ask_everyone(move |site| everyone::daily(&site.house, &model, from, to, known_at)).await?;
    let days = counted.table.days.into_iter().map(Into::into).collect();
    Ok(Json(wire::Daily { days, data_up_to: counted.data_up_to.to_string() }))
}

/// How long members stay in each stage, from the first purchase to the first active or loyal day, and the length of active and loyal
/// spells. What still goes on is counted as longer than seen.
#[utoipa::path(get, path = "/api/v1/models/{model}/times", tag = "everyone",
    params(("model" = String, Path), ("as_of" = Option<String>, Query, description = "A day; today when absent")),
    responses((status = 200, body = wire::Times)))]
pub async fn times(
    State(site): State<Arc<Site>>,
    Segments(model): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::Times>, Problem> {
    let as_of = query.day("as_of");
    query.finish()?;
    let as_of = as_of.unwrap_or_else(|| site.house.calendar().day(site.house.now()));
    let id = model.clone();
    let counted = site.ask_everyone(move |site| everyone::times(&site.house, &model, as_of)).await?;
    Ok(Json(wire::Times::new(id, &counted.table, counted.data_up_to)))
}

/// Survival of members' first lives by cohort of first purchase: Kaplan–Meier with Greenwood's band.
#[utoipa::path(get, path = "/api/v1/survival", tag = "everyone",
    params(("by" = Option<String>, Query, description = "month, quarter (default), year"),
        ("as_of" = Option<String>, Query, description = "A day; today when absent")),
    responses((status = 200, body = wire::Survival)))]
pub async fn survival(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Survival>, Problem> {
    let cohorts = [("month", CohortBy::Month), ("quarter", CohortBy::Quarter), ("year", CohortBy::Year)];
    let (by, as_of) = (query.one_of("by", &cohorts).unwrap_or_default(), query.day("as_of"));
    query.finish()?;
    let as_of = as_of.unwrap_or_else(|| site.house.calendar().day(site.house.now()));
    let counted = site.ask_everyone(move |site| everyone::cohorts(&site.house, by, as_of)).await?;
    Ok(Json(wire::Survival::new(&counted.table, counted.data_up_to)))
}

/// A draft beside the stored model, month by month over a past period; nothing is changed.
#[utoipa::path(post, path = "/api/v1/models/{model}/backtest", tag = "everyone", params(("model" = String, Path)),
    request_body = wire::BacktestRequest, responses((status = 200, body = wire::Backtest)))]
pub async fn backtest(
    State(site): State<Arc<Site>>,
    Segments(model): Segments<String>,
    Body(body): Body,
) -> Result<Json<wire::Backtest>, Problem> {
    let (policy, from, to) = draft(&body)?;
    let counted = site.ask_everyone(move |site| backtest::run(&site.house, &model, &policy, from, to).map_err(draft_problem)).await?;
    Ok(Json(wire::Backtest::new(counted.table, counted.data_up_to)))
}

fn draft(body: &Value) -> Result<(String, Day, Day), Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let policy = fields.required_text("policy");
    let (from, to) = (month(&fields, "from", &problems), month(&fields, "to", &problems));
    fields.close();
    problems.finish()?;
    Ok((policy, from, to))
}

/// The first day of `1997-06`.
pub fn month(fields: &Fields<'_>, name: &'static str, problems: &Problems) -> Day {
    let text = fields.required_text(name);
    let day = Day::parse(&format!("{text}-01"));
    if day.is_none() && !text.is_empty() {
        problems.add(&fields.at(name), "month.unreadable", "must be a month such as 1997-06", "须为月份，例如 1997-06");
    }
    day.unwrap_or(Day(0))
}

/// The draft's own problems point into the draft, after the field that holds it.
fn draft_problem(error: DraftError) -> Problem {
    match error {
        DraftError::Query(error) => error.into(),
        DraftError::Draft(found) => Problem::fields(
            StatusCode::UNPROCESSABLE_ENTITY,
            found.iter().map(|one| wire::FieldError::new(&format!("/policy{}", one.pointer), one.code, &one.en, &one.zh)).collect(),
        ),
    }
}
