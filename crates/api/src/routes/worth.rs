//! Super users, and the five kinds of value: counted, listed, and as files.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::everyone::Counted;
use perennial_app::query::value::{self, Kinds, SuperTerms, SuperUsers, ValueKind, sheets};
use perennial_app::query::{QueryError, QueryResult};

use super::warning::{format, sent, written};
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

const WINDOW_MAX: i64 = 3_660;
const LEAST_MAX: u32 = 1_000;

fn terms(query: &mut Query) -> SuperTerms {
    let usual = SuperTerms::default();
    let days = |query: &mut Query, name, usual: i32| query.whole(name, 1, WINDOW_MAX).map_or(usual, |days| days as i32);
    let (window, recent) = (days(query, "window", usual.window), days(query, "recent", usual.recent));
    let names = [("looked", 0), ("carted", 0), ("bought", 1), ("spoke", 0), ("referred", 0)];
    let mut least = usual.least;
    for (held, (name, fewest)) in least.iter_mut().zip(names) {
        *held = query.number(name, fewest, LEAST_MAX).unwrap_or(*held);
    }
    SuperTerms { window, recent, least }
}

fn found(site: &Site, terms: SuperTerms) -> QueryResult<Arc<Counted<SuperUsers>>> {
    site.value.get(&site.house, &format!("super {terms:?}"), || value::super_users(&site.house, terms))
}

/// The place a cursor names, and the cursor of the page after.
pub(super) fn paged(cursor: Option<String>, limit: usize, of: usize) -> (std::ops::Range<usize>, Option<String>) {
    let from = cursor.and_then(|cursor| cursor.strip_prefix('w')?.parse::<usize>().ok()).unwrap_or(0).min(of);
    let until = from.saturating_add(limit).min(of);
    (from..until, (until < of).then(|| format!("w{until}")))
}

/// Members who look, cart, buy often, speak up and bring others: their share of buyers and sales, and how ordinary members and sales moved
/// while their number did, beside what is commonly claimed. Zero takes a test away.
#[utoipa::path(get, path = "/api/v1/value/super-users", tag = "value",
    params(("window" = Option<i64>, Query, description = "Days that end today; 365 when absent"),
        ("recent" = Option<i64>, Query, description = "Days for looking and carting; 90 when absent"),
        ("looked" = Option<u32>, Query, description = "Products looked at or kept, at least; 1 when absent"),
        ("carted" = Option<u32>, Query, description = "Put into the cart, at least; 1 when absent"),
        ("bought" = Option<u32>, Query, description = "Purchases, at least, from 1; 3 when absent"),
        ("spoke" = Option<u32>, Query, description = "Feedback and reviews, at least; 1 when absent"),
        ("referred" = Option<u32>, Query, description = "Referred people who bought, at least; 1 when absent"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when absent"), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = wire::SuperUsers)))]
pub async fn super_users(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::SuperUsers>, Problem> {
    let terms = terms(&mut query);
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    query.finish()?;
    let answer = site.ask_everyone(move |site| {
        let found = found(site, terms)?;
        let (page, next) = paged(cursor, limit, found.table.members.len());
        let page = value::named(&site.house, found.table.members[page].to_vec(), |one| one.member)?;
        Ok::<_, QueryError>(wire::SuperUsers::new(&found.table, page, next, &site.house.reference(), found.data_up_to))
    });
    Ok(Json(answer.await?))
}

/// The whole list as CSV or as a workbook: member ids, no names. Noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/value/super-users/export", tag = "value",
    params(("format" = Option<String>, Query, description = "csv (default), xlsx"), ("window" = Option<i64>, Query), ("recent" = Option<i64>, Query),
        ("looked" = Option<u32>, Query), ("carted" = Option<u32>, Query), ("bought" = Option<u32>, Query), ("spoke" = Option<u32>, Query),
        ("referred" = Option<u32>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn super_users_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let (format, terms, who) = (format(&mut query), terms(&mut query), caller.name());
    query.finish()?;
    let bytes = site.ask_everyone(move |site| written(site, "super-users", &sheets::super_users(&found(site, terms)?.table), format, &who));
    Ok(sent(&site, "super-users", format, bytes.await?))
}

fn asked(query: &mut Query) -> (i32, Option<ValueKind>) {
    let mut words: Vec<(&str, Option<ValueKind>)> = vec![("total", None)];
    words.extend(ValueKind::ALL.map(|kind| (kind.as_str(), Some(kind))));
    let by = query.one_of("by", &words).unwrap_or_default();
    (window(query), by)
}

pub(super) fn window(query: &mut Query) -> i32 {
    query.whole("window", 1, WINDOW_MAX).unwrap_or(365) as i32
}

fn brought(site: &Site, window: i32) -> QueryResult<Arc<Counted<Kinds>>> {
    site.value.get(&site.house, &format!("kinds {window}"), || value::kinds(&site.house, window))
}

/// What members bring by buying, by word of mouth, by information, by knowledge and by trade, by the brand's own weights; who brings most.
#[utoipa::path(get, path = "/api/v1/value/kinds", tag = "value",
    params(("window" = Option<i64>, Query, description = "Days that end today; 365 when absent"),
        ("by" = Option<String>, Query, description = "Whose list: total (default), purchase, word_of_mouth, information, knowledge, trading"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when absent"), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = wire::ValueKinds)))]
pub async fn kinds(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::ValueKinds>, Problem> {
    let (window, by) = asked(&mut query);
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    query.finish()?;
    let answer = site.ask_everyone(move |site| {
        let found = brought(site, window)?;
        let ranked = found.table.ranked(by);
        let (page, next) = paged(cursor, limit, ranked.len());
        let items = value::named(&site.house, ranked[page].to_vec(), |one| one.member)?;
        Ok::<_, QueryError>(wire::ValueKinds::new(&found.table, ranked.len(), items, next, &site.house.reference(), found.data_up_to))
    });
    Ok(Json(answer.await?))
}

/// The whole list as CSV or as a workbook: member ids, no names. Noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/value/kinds/export", tag = "value",
    params(("format" = Option<String>, Query, description = "csv (default), xlsx"), ("window" = Option<i64>, Query), ("by" = Option<String>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn kinds_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let (format, (window, by), who) = (format(&mut query), asked(&mut query), caller.name());
    query.finish()?;
    let bytes = site.ask_everyone(move |site| written(site, "kinds", &sheets::kinds(&brought(site, window)?.table, by), format, &who));
    Ok(sent(&site, "kinds", format, bytes.await?))
}
