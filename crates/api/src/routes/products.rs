//! Products: which are bought again, which first one leads where, and who will need which next.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::QueryError;
use perennial_app::query::metrics::{self as asked, Sheet};

use super::export::Format;
use super::metrics::{sent, written};
use super::metrics_asked::{demand_plan, due_plan, horizon, product_plan, when};
use crate::params::Query;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// Of each product or category bought in the period: buyers, those of them who bought it again, and after how many days.
#[utoipa::path(get, path = "/api/v1/metrics/products", tag = "metrics",
    params(("by" = Option<String>, Query, description = "category (default), sku"),
        ("top" = Option<u32>, Query, description = "The first so many items by buyers, 1 to 10000; 200 when absent"),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Products)))]
pub async fn products(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Products>, Problem> {
    let (plan, when) = (product_plan(&mut query), when(&mut query));
    query.finish()?;
    let measured = site.ask_everyone(move |site| asked::products(&site.house, plan, when)).await?;
    Ok(Json(wire::Products::new(&measured, plan, site.currency())))
}

/// What became of members by the products or categories of their first order: who bought a second time, and what each brought afterwards.
#[utoipa::path(get, path = "/api/v1/metrics/first-product", tag = "metrics",
    params(("by" = Option<String>, Query, description = "category (default), sku"),
        ("horizon_days" = Option<u32>, Query, description = "1 to 3650; 365 when absent"),
        ("top" = Option<u32>, Query, description = "The first so many items by members, 1 to 10000; 200 when absent"),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::FirstProducts)))]
pub async fn first_product(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::FirstProducts>, Problem> {
    let (plan, days, when) = (product_plan(&mut query), horizon(&mut query), when(&mut query));
    query.finish()?;
    let measured = site.ask_everyone(move |site| asked::first_products(&site.house, plan, days, when)).await?;
    Ok(Json(wire::FirstProducts::new(&measured, plan, site.currency())))
}

/// Who will need which product or category again and when, with what that rests on; overdue first.
#[utoipa::path(get, path = "/api/v1/metrics/due", tag = "metrics",
    params(("by" = Option<String>, Query, description = "category (default), sku"),
        ("item" = Option<String>, Query, description = "Only this one"),
        ("times" = Option<u32>, Query, description = "Of members who bought it at least so often, 1 to 100; 2 when absent"),
        ("least" = Option<u32>, Query, description = "Of items bought again at least so often by all, 1 to 1000000; 20 when absent"),
        ("ahead" = Option<u32>, Query, description = "What begins to fall due within so many days, 0 to 365; 14 when absent"),
        ("top" = Option<u32>, Query, description = "So many rows, 1 to 10000; 200 when absent"),
        ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::DueProducts)))]
pub async fn due(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::DueProducts>, Problem> {
    let ((plan, rows), when) = (due_plan(&mut query), when(&mut query));
    query.finish()?;
    let (measured, people, plan) = site
        .ask_everyone(move |site| {
            let measured = asked::due(&site.house, &plan, rows, when)?;
            let people = asked::with_people(&site.house, &measured.table.rows)?;
            Ok::<_, QueryError>((measured, people, plan))
        })
        .await?;
    Ok(Json(wire::DueProducts::new(&measured, people, &plan)))
}

/// How many purchases of each product or category the coming weeks will take, by store, with a 90 % interval: for replenishment.
#[utoipa::path(get, path = "/api/v1/metrics/demand", tag = "metrics",
    params(("by" = Option<String>, Query, description = "category (default), sku"),
        ("item" = Option<String>, Query, description = "Only this one"),
        ("weeks" = Option<u32>, Query, description = "1 to 12; 4 when absent"),
        ("least" = Option<u32>, Query, description = "Of items bought again at least so often by all, 1 to 1000000; 20 when absent"),
        ("top" = Option<u32>, Query, description = "So many rows of an item and a store, 1 to 10000; 200 when absent"),
        ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Demand)))]
pub async fn demand(State(site): State<Arc<Site>>, mut query: Query) -> Result<Json<wire::Demand>, Problem> {
    let (plan, when) = (demand_plan(&mut query), when(&mut query));
    query.finish()?;
    let asked_for = plan.clone();
    let measured = site.ask_everyone(move |site| asked::demand(&site.house, &plan, when)).await?;
    Ok(Json(wire::Demand::new(&measured, &asked_for)))
}

/// The list of who needs what as CSV or as a workbook: member ids, no names. Noted in the audit trail.
#[utoipa::path(get, path = "/api/v1/metrics/due/export", tag = "metrics",
    params(("format" = Option<String>, Query, description = "csv (default), xlsx"), ("by" = Option<String>, Query), ("item" = Option<String>, Query),
        ("times" = Option<u32>, Query), ("least" = Option<u32>, Query), ("ahead" = Option<u32>, Query),
        ("top" = Option<u32>, Query, description = "So many rows, 1 to 10000; 200 when absent"),
        ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String)))]
pub async fn due_export(
    State(site): State<Arc<Site>>,
    Extension(caller): Extension<Caller>,
    mut query: Query,
) -> Result<Response, Problem> {
    let format = query.one_of("format", &[("csv", Format::Csv), ("xlsx", Format::Xlsx)]).unwrap_or(Format::Csv);
    let ((plan, rows), when, who) = (due_plan(&mut query), when(&mut query), caller.name());
    query.finish()?;
    let bytes = site.ask_everyone(move |site| {
        let sheet = Sheet::due(&asked::due(&site.house, &plan, rows, when)?.table);
        written(site, "due", &sheet, format, &who)
    });
    Ok(sent(&site, "due", format, bytes.await?))
}
