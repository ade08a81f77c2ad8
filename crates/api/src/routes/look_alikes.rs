//! Look-alikes: the model with its weights and what it is worth, and whom it scores.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::everyone::Counted;
use perennial_app::query::value::{self, AHEAD_DAYS, LookAlikes, Target, sheets};
use perennial_app::query::{QueryError, QueryResult};

use super::members::{condition, list};
use super::warning::{format, sent, written};
use super::worth::paged;
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

const USUAL_PERCENT: u32 = 20;

fn target(site: &Site, caller: &Caller, query: &mut Query) -> Target {
    let (condition, list) = (condition(site, query), list(caller, query));
    let (percent, until) = (query.number("top", 1, 50), query.day("until"));
    let top = percent.is_some() || until.is_some();
    if u8::from(condition.is_some()) + u8::from(list.is_some()) + u8::from(top) > 1 {
        let (en, zh) = ("give the top with its day, a condition or a list, only one of them", "头部比例与日期、条件、名单三者只能选一");
        let place = if condition.is_some() { "?condition" } else { "?list" };
        query.refuse([wire::FieldError::new(place, "query.contradicting", en, zh)]);
    }
    if let Some(list) = list {
        return Target::Listed(list);
    }
    let today = site.house.calendar().day(site.house.now());
    match condition {
        Some(condition) => Target::Chosen { condition },
        None => Target::Top { percent: percent.unwrap_or(USUAL_PERCENT), until: until.unwrap_or(today - AHEAD_DAYS) },
    }
}

fn found(site: &Site, target: &Target) -> QueryResult<Arc<Counted<LookAlikes>>> {
    site.value.get(&site.house, &format!("alike {target:?}"), || value::look_alikes(&site.house, target.clone()))
}

/// Members who resemble those one would like more of, by a logistic regression over plain traits: every weight is shown, and what the ranking is
/// worth on members it has not seen. Wanted are the top by money after a day, told by their traits on that day, or whom a condition chooses.
#[utoipa::path(get, path = "/api/v1/value/look-alikes", tag = "value",
    params(("top" = Option<u32>, Query, description = "So many percent with most money after the day, 1 to 50; 20 when absent"),
        ("until" = Option<String>, Query, description = "The day whose traits are learnt from; 180 days ago when absent"),
        ("condition" = Option<String>, Query, description = "Whom one would like more of, in the condition language, instead"),
        ("list" = Option<String>, Query, description = "A fixed list such as l_3, instead"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when absent"), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = wire::LookAlikes)))]
pub async fn look_alikes(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Json<wire::LookAlikes>, Problem> {
    let target = target(&site, &caller, &mut query);
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    query.finish()?;
    let answer = site.ask_everyone(move |site| {
        let found = found(site, &target)?;
        let (page, next) = paged(cursor, limit, found.table.scored.len());
        let page = value::named(&site.house, found.table.scored[page].to_vec(), |one| one.member)?;
        Ok::<_, QueryError>(wire::LookAlikes::new(&found.table, page, next, found.data_up_to))
    });
    Ok(Json(answer.await?))
}

/// The whole list with scores as CSV or as a workbook: member ids, no names. Noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/value/look-alikes/export", tag = "value",
    params(("format" = Option<String>, Query, description = "csv (default), xlsx"), ("top" = Option<u32>, Query), ("until" = Option<String>, Query),
        ("condition" = Option<String>, Query), ("list" = Option<String>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn look_alikes_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let (format, target, who) = (format(&mut query), target(&site, &caller, &mut query), caller.name());
    query.finish()?;
    let bytes =
        site.ask_everyone(move |site| written(site, "look-alikes", &sheets::look_alikes(&found(site, &target)?.table), format, &who));
    Ok(sent(&site, "look-alikes", format, bytes.await?))
}
