//! Trying a draft without putting it in force, in the background: whom it would move today, what it would have made of past months, and which
//! windows the brand's own data proposes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::house::House;
use perennial_app::jobs::{self, JobError, Work};
use perennial_app::query::everyone::Watch;
use perennial_app::query::trial::{self, Span};
use perennial_app::query::{backtest, models};
use perennial_kernel::Day;
use perennial_rules::lifecycle::model::Model;
use serde_json::{Value, json};

use super::jobs::found;
use super::models::month;
use super::policies::draft;
use crate::body::Body;
use crate::fields::{Fields, Problems};
use crate::params::Segments;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire::{self, FieldError};

enum Trial {
    Preview(Box<Model>),
    Backtest(Box<Model>, Day, Day),
    Calibrate([Span; 2]),
}

impl Trial {
    fn kind(&self) -> &'static str {
        match self {
            Self::Preview(_) => "policy_preview",
            Self::Backtest(..) => "policy_backtest",
            Self::Calibrate(_) => "policy_calibrate",
        }
    }
}

/// Begins a trial: `preview`, `backtest` or `calibrate`. Nothing is changed.
#[utoipa::path(post, path = "/api/v1/policies/{model}/trials", tag = "policies", params(("model" = String, Path)),
    request_body = wire::TrialRequest, responses((status = 202, body = wire::JobStarted)))]
pub async fn begin_trial(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(model): Segments<String>,
    Body(body): Body,
) -> Result<(StatusCode, Json<wire::JobStarted>), Problem> {
    let trial = read(&site, &body)?;
    let who = caller.name();
    let id = site.ask(move |site| {
        models::reference(&site.house, &model)?;
        let request = json!({ "model": model });
        jobs::start(&site.house, trial.kind(), &who, &request, move |house, work| run(house, work, &model, trial))
    });
    let job = format!("j_{}", id.await?);
    Ok((StatusCode::ACCEPTED, Json(wire::JobStarted { job })))
}

fn run(house: &House, work: &Work, model: &str, trial: Trial) -> Result<Value, JobError> {
    work.of(house.reader().heads()?.iter().map(|head| head.subjects).sum());
    let (one, goes_on) = (|| work.one_more(), || work.goes_on());
    let watch = Watch { one: &one, goes_on: &goes_on };
    let shown = match trial {
        Trial::Preview(draft) => {
            let counted = trial::preview(house, model, &draft, &watch)?;
            json!({ "preview": wire::PolicyPreview::new(counted.table, counted.data_up_to) })
        }
        Trial::Backtest(draft, from, to) => {
            let counted = backtest::watched(house, model, *draft, from, to, &watch)?;
            json!({ "backtest": wire::Backtest::new(counted.table, counted.data_up_to) })
        }
        Trial::Calibrate(spans) => {
            let counted = trial::calibrate(house, spans, &watch)?;
            json!({ "calibration": wire::Calibration::new(&counted.table) })
        }
    };
    work.check()?;
    Ok(shown)
}

fn read(site: &Site, body: &Value) -> Result<Trial, Problem> {
    let problems = Problems::default();
    let fields = Fields::root(body, &problems)?;
    let kind = fields.required_text("kind");
    let trial = match kind.as_str() {
        "preview" => model(site, &fields, &problems).map(|model| Trial::Preview(Box::new(model))),
        "backtest" => {
            let draft = model(site, &fields, &problems);
            let (from, to) = (month(&fields, "from", &problems), month(&fields, "to", &problems));
            draft.map(|draft| Trial::Backtest(Box::new(draft), from, to))
        }
        "calibrate" => spans(site, &fields, &problems).map(Trial::Calibrate),
        _ => {
            if !kind.is_empty() {
                problems.add("/kind", "trial.kind", "must be preview, backtest or calibrate", "须为 preview、backtest 或 calibrate");
            }
            None
        }
    };
    if trial.is_some() {
        fields.close();
    }
    problems.finish()?;
    trial.ok_or_else(|| Problem::field(StatusCode::UNPROCESSABLE_ENTITY, "/kind", "field.missing", "must be given", "必填"))
}

fn model(site: &Site, fields: &Fields<'_>, problems: &Problems) -> Option<Model> {
    match draft(fields, problems, &(&site.house.reference().brand).into())? {
        Ok(model) => Some(model),
        Err(errors) => {
            problems.extend(errors.into_iter().map(|error| FieldError { pointer: format!("/document{}", error.pointer), ..error }));
            None
        }
    }
}

/// The year named and the next, the latter up to today; or the two years up to today.
fn spans(site: &Site, fields: &Fields<'_>, problems: &Problems) -> Option<[Span; 2]> {
    let today = site.house.calendar().day(site.house.now());
    let Some(year) = fields.number("year") else { return Some(Span::two_years_to(today)) };
    let years = year.parse::<i32>().ok().and_then(|year| Some([Span::year(year)?, Span::year(year + 1)?]));
    match years {
        Some([fit, check]) if check.from <= today => Some([fit, Span { to: check.to.min(today), ..check }]),
        _ => {
            problems.add("/year", "trial.year", "must be a year before this one", "须为今年之前的年份");
            None
        }
    }
}

/// A trial's progress, and what it showed.
#[utoipa::path(get, path = "/api/v1/policies/{model}/trials/{id}", tag = "policies",
    params(("model" = String, Path), ("id" = String, Path)), responses((status = 200, body = wire::Trial)))]
pub async fn shown_trial(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments((model, id)): Segments<(String, String)>,
) -> Result<Json<wire::Trial>, Problem> {
    let mut job = wire::Job::from(found(&site, &caller, &id).await?);
    if job.request["model"] != model.as_str() {
        return Err(Problem::new(StatusCode::NOT_FOUND, "job.unknown", "There is no such job", "没有这个任务"));
    }
    let mut shown = job.result.take().unwrap_or_default();
    let mut of = |name: &str| shown.get_mut(name).map(Value::take);
    Ok(Json(wire::Trial { preview: of("preview"), backtest: of("backtest"), calibration: of("calibration"), job }))
}
