//! Metrics over everyone, their tables as files, and the members behind their numbers.

use std::sync::Arc;

use axum::body::Body as Bytes;
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::QueryResult;
use perennial_app::query::board::{Listed, Listing, Sort};
use perennial_app::query::metrics as asked;

use super::export::{CSV, Format, XLSX, file};
use super::metrics_asked::{acquired_by, asking, basket_plan, cross_groups, group_by, horizon, number, period, question, when};
use crate::params::{Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Who buys again in a period, and after how many days. `from` is the first day, `to` the first day after; an end left out is open.
#[utoipa::path(get, path = "/api/v1/metrics/repurchase", tag = "metrics",
    params(("from" = Option<String>, Query), ("to" = Option<String>, Query),
        ("as_of" = Option<String>, Query, description = "The end of this day; that of the newest order, refund or behaviour when absent"),
        ("known_at" = Option<String>, Query, description = "Only what was recorded by this instant")),
    responses((status = 200, body = wire::Repurchase)))]
pub async fn repurchase(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Repurchase>, Problem> {
    let (period, when) = (period(&mut query), when(&mut query));
    query.finish()?;
    let measured = site.ask_everyone(move |site| asked::repurchase(&site.house, period, when)).await?;
    Ok(Json(wire::Repurchase::new(&measured, period)))
}

/// What becomes of those who began together: active members, rate and money by unit after day 0. Cells nobody has lived through are null.
#[utoipa::path(get, path = "/api/v1/metrics/cohort", tag = "metrics",
    params(("by" = Option<String>, Query, description = "day, week, month (default)"),
        ("count" = Option<String>, Query, description = "calendar (default), or own: each member's own 1, 7 or 30 days"),
        ("retention" = Option<String>, Query, description = "classic (default), rolling"),
        ("periods" = Option<u32>, Query, description = "Units after day 0, 0 to 399; 12 when absent"),
        ("brackets" = Option<String>, Query, description = "Stretches of units instead, such as 1-7,8-14,15-30"),
        ("behaviour" = Option<String>, Query, description = "buy (default), any, or the name of a behaviour"),
        ("start" = Option<String>, Query, description = "first_purchase (default), registration"),
        ("rows" = Option<String>, Query, description = "time (default), channel, store"),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Cohorts)))]
pub async fn cohort(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Cohorts>, Problem> {
    let (question, when) = (question(&mut query), when(&mut query));
    query.finish()?;
    let asked_for = question.clone();
    let measured = site.ask_everyone(move |site| asked::cohort(&site.house, &question, when)).await?;
    Ok(Json(wire::Cohorts::new(&measured, &asked_for, site.currency())))
}

/// How far members go whose first purchase lies in the period, each followed for the same number of days.
#[utoipa::path(get, path = "/api/v1/metrics/funnel", tag = "metrics",
    params(("horizon_days" = Option<u32>, Query, description = "1 to 3650; 365 when absent"),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Funnel)))]
pub async fn funnel(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Funnel>, Problem> {
    let (period, days, when) = (period(&mut query), horizon(&mut query), when(&mut query));
    query.finish()?;
    let measured = site.ask_everyone(move |site| asked::funnel(&site.house, period, days, when)).await?;
    Ok(Json(wire::Funnel::new(&measured, period, site.currency())))
}

/// How members who became known in the period came nearer (follower, registered, first purchase), each followed for the same number of days.
#[utoipa::path(get, path = "/api/v1/metrics/acquisition", tag = "metrics",
    params(("by" = Option<String>, Query, description = "everyone (default), source (of the first record), channel (of the first behaviour or order that names one)"),
        ("horizon_days" = Option<u32>, Query, description = "1 to 3650; 365 when absent"),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Acquisition)))]
pub async fn acquisition(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Acquisition>, Problem> {
    let (by, period, days, when) = (acquired_by(&mut query), period(&mut query), horizon(&mut query), when(&mut query));
    query.finish()?;
    let measured = site.ask_everyone(move |site| asked::acquisition(&site.house, by, period, days, when)).await?;
    Ok(Json(wire::Acquisition::new(&measured, by, period)))
}

/// Buyers of the period ranked by what they paid in it: the curve, the first fifth, and how few bring four fifths.
#[utoipa::path(get, path = "/api/v1/metrics/pareto", tag = "metrics",
    params(("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Pareto)))]
pub async fn pareto(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Pareto>, Problem> {
    let (period, when) = (period(&mut query), when(&mut query));
    query.finish()?;
    let measured = site.ask_everyone(move |site| asked::pareto(&site.house, period, when)).await?;
    Ok(Json(wire::Pareto::new(&measured, period, site.currency())))
}

/// Which groups of buyers bring the money of a period: by stage on the day of the answer, RFM class among them, or channel of the first order.
#[utoipa::path(get, path = "/api/v1/metrics/contribution", tag = "metrics",
    params(("by" = Option<String>, Query, description = "stage (default), rfm, channel"),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Contribution)))]
pub async fn contribution(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Contribution>, Problem> {
    let (by, period, when) = (group_by(&mut query), period(&mut query), when(&mut query));
    query.finish()?;
    let measured = site.ask_everyone(move |site| asked::groups(&site.house, by, period, when)).await?;
    Ok(Json(wire::Contribution::new(&measured, by, period, site.currency())))
}

/// Price band, discount band and group against each other: buyers, lines and money of each cell of the period.
#[utoipa::path(get, path = "/api/v1/metrics/cross", tag = "metrics",
    params(("by" = Option<String>, Query, description = "everyone (default), channel (of the order), stage (on the day of the answer), rfm (class among the period's buyers)"),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Cross)))]
pub async fn cross(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Cross>, Problem> {
    let (by, period, when) = (cross_groups(&mut query), period(&mut query), when(&mut query));
    query.finish()?;
    let measured = site.ask_everyone(move |site| asked::cross(&site.house, by, period, when)).await?;
    Ok(Json(wire::Cross::new(&measured, by, period, site.currency())))
}

/// What is bought together: sets of categories or products that many baskets hold, and rules between them.
#[utoipa::path(get, path = "/api/v1/metrics/baskets", tag = "metrics",
    params(("items" = Option<String>, Query, description = "category (default), product"),
        ("support" = Option<f64>, Query, description = "Share of baskets that hold a set, above 0 to 1; 0.01 when absent"),
        ("confidence" = Option<f64>, Query, description = "Of rules, 0 to 1; 0.3 when absent"),
        ("size" = Option<u32>, Query, description = "The most items of a set, 1 to 6; 3 when absent"),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::BasketSets)))]
pub async fn baskets(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::BasketSets>, Problem> {
    let (plan, when) = (basket_plan(&mut query), when(&mut query));
    query.finish()?;
    let measured = site.ask_everyone(move |site| asked::baskets(&site.house, &plan, when)).await?;
    Ok(Json(wire::BasketSets::new(&measured, &plan)))
}

/// A metric's table as CSV or as a workbook; the parameters are those of the metric. Noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/metrics/{metric}/export", tag = "metrics",
    params(("metric" = String, Path, description = "repurchase, cohort, funnel, acquisition, pareto, baskets, contribution, cross, products, first-product, demand"),
        ("top" = Option<u32>, Query), ("item" = Option<String>, Query), ("least" = Option<u32>, Query), ("weeks" = Option<u32>, Query),
        ("items" = Option<String>, Query), ("support" = Option<f64>, Query), ("confidence" = Option<f64>, Query), ("size" = Option<u32>, Query),
        ("format" = Option<String>, Query, description = "csv (default), xlsx"),
        ("horizon_days" = Option<u32>, Query), ("by" = Option<String>, Query), ("count" = Option<String>, Query),
        ("retention" = Option<String>, Query), ("periods" = Option<u32>, Query), ("brackets" = Option<String>, Query),
        ("behaviour" = Option<String>, Query), ("start" = Option<String>, Query), ("rows" = Option<String>, Query),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn metric_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(metric): Segments<String>,
    mut query: Query,
) -> Result<Response, Problem> {
    let format = query.one_of("format", &[("csv", Format::Csv), ("xlsx", Format::Xlsx)]).unwrap_or(Format::Csv);
    let (asked_for, when) = (asking(&metric, &mut query)?, when(&mut query));
    query.finish()?;
    let (who, name) = (caller.name(), metric.clone());
    let bytes = site.ask_everyone(move |site| written(site, &name, &asked::sheet(&site.house, &asked_for, when)?, format, &who));
    Ok(sent(&site, &metric, format, bytes.await?))
}

/// A table as a file; noted in the audit trail.
pub fn written(site: &Site, name: &str, sheet: &asked::Sheet, format: Format, who: &str) -> QueryResult<Vec<u8>> {
    let (bytes, told) = match format {
        Format::Csv => (sheet.csv(site.currency()).into_bytes(), "csv"),
        Format::Xlsx => (sheet.xlsx(site.currency())?, "xlsx"),
    };
    site.house.audit(who, "metric_exported", &format!("{name} {told}"))?;
    Ok(bytes)
}

pub fn sent(site: &Site, name: &str, format: Format, bytes: Vec<u8>) -> Response {
    let today = site.house.calendar().day(site.house.now());
    let (kind, ending) = if format == Format::Csv { (CSV, "csv") } else { (XLSX, "xlsx") };
    file(kind, &format!("{name}-{today}.{ending}"), Bytes::from(bytes))
}

/// The members behind a number, as rows of the members list of today. Name the `as_of` that the answer told.
#[utoipa::path(get, path = "/api/v1/metrics/{metric}/members", tag = "metrics",
    params(("metric" = String, Path, description = "repurchase, cohort, funnel, acquisition, pareto, contribution, cross, products, first-product, due, demand, rfm"),
        ("cell" = Option<String>, Query, description = "repurchase: buyers, repeat, once, returning, new, interval:7-14 (days). \
            funnel: reached:2, bought:4, excluded, buyers, once. acquisition: reached:STEP, took:STEP (aware, follower, registered, bought), at_once, \
            excluded, each with :GROUP for one source or channel. pareto: first:20 (per cent of buyers). contribution: group:KEY. cross: 2:to_10 (price band from 0, discount band). products: buyers, repeat, returning. \
            first-product: members, second, excluded, nameless, nameless_second (of first orders that name no item). due: all, overdue, due, soon. demand: store:NAME (of the last order of the item; of any when absent). rfm: buyers, class:important_value, scores:5:3 (quintiles of R and F)"),
        ("item" = Option<String>, Query, description = "products, first-product, due, demand: of this item; of any when absent"),
        ("group" = Option<String>, Query, description = "cross: of this group; of everyone when absent"),
        ("window" = Option<i64>, Query, description = "rfm, as its other parameters: those of /value/rfm"), ("cut" = Option<String>, Query),
        ("r" = Option<i64>, Query), ("f" = Option<i64>, Query), ("m" = Option<String>, Query),
        ("channel" = Option<String>, Query), ("category" = Option<String>, Query),
        ("times" = Option<u32>, Query), ("least" = Option<u32>, Query), ("ahead" = Option<u32>, Query), ("weeks" = Option<u32>, Query),
        ("row" = Option<String>, Query, description = "cohort: the row; everyone when absent"),
        ("column" = Option<u32>, Query, description = "cohort: the column's place from 0; all members of the row when absent"),
        ("horizon_days" = Option<u32>, Query), ("by" = Option<String>, Query), ("count" = Option<String>, Query),
        ("retention" = Option<String>, Query), ("periods" = Option<u32>, Query), ("brackets" = Option<String>, Query),
        ("behaviour" = Option<String>, Query), ("start" = Option<String>, Query), ("rows" = Option<String>, Query),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when absent"), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = wire::MembersBehind)))]
pub async fn metric_members(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    Segments(metric): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::MembersBehind>, Problem> {
    let key = query.key_without(&["limit", "cursor"]);
    let (number, when) = (number(&metric, &mut query, site.currency())?, when(&mut query));
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    query.finish()?;
    let stores = caller.stores().map(<[String]>::to_vec);
    let (currency, condition) = (site.currency(), asked::condition_of(&number));
    let (listed, data_up_to) = site
        .ask_everyone(move |site| {
            let found = site.behind.get(&site.house, &format!("{metric}?{key}"), &number, when)?;
            let listing = Listing { members: found.table.clone(), sort: Sort::Money, descending: true, stores, ..Listing::default() };
            // No members are not all of them, as a list would have it.
            if found.table.is_empty() {
                let none = Listed { items: Vec::new(), next: None, total: 0, data_up_to: found.known_at };
                return Ok((none, found.known_at));
            }
            Ok::<_, perennial_app::query::QueryError>((site.board.list(&listing, limit, cursor.as_deref())?, found.known_at))
        })
        .await?;
    let page = wire::MemberPage::new(Listed { data_up_to, ..listed }, currency);
    Ok(Json(wire::MembersBehind { page, condition }))
}
