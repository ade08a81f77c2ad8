//! One member: page, timeline, explanation.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use perennial_app::catalogue::{self, Kind};
use perennial_app::query;
use perennial_app::query::timeline::Show;

use crate::params::{self, Query, Segments};
use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// One member's page.
#[utoipa::path(get, path = "/api/v1/members/{member}", tag = "members", params(("member" = String, Path)),
    responses((status = 200, body = wire::MemberDetail)))]
pub async fn member(State(site): State<Arc<Site>>, Segments(member): Segments<String>) -> Result<Json<wire::MemberDetail>, Problem> {
    let member = params::member(&member)?;
    let detail = site.ask(move |site| query::member::detail(&site.house, member)).await?;
    Ok(Json(wire::MemberDetail::new(detail, site.currency())))
}

/// What happened and what was decided, newest first. Moves from before decisions were recorded are reconstructed, and say so.
#[utoipa::path(get, path = "/api/v1/members/{member}/timeline", tag = "members",
    params(("member" = String, Path), ("limit" = Option<u32>, Query), ("cursor" = Option<String>, Query),
        ("show" = Option<String>, Query, description = "all (default), facts, orders, behaviours, decisions")),
    responses((status = 200, body = wire::TimelinePage)))]
pub async fn timeline(
    State(site): State<Arc<Site>>,
    Segments(member): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::TimelinePage>, Problem> {
    let (limit, cursor) = (query.limit(50, 200), query.text("cursor"));
    let shows = [
        ("all", Show::All),
        ("facts", Show::Facts),
        ("orders", Show::Orders),
        ("behaviours", Show::Behaviours),
        ("decisions", Show::Decisions),
    ];
    let show = query.one_of("show", &shows).unwrap_or_default();
    query.finish()?;
    let member = params::member(&member)?;
    let asked = move |site: &Site| -> Result<_, Problem> {
        let page = query::timeline::timeline_of(&site.house, member, show, limit, cursor.as_deref())?;
        let stores = page.items.iter().filter_map(|entry| entry.order.as_ref()?.store.as_deref());
        let stores = catalogue::names(&site.house, Kind::Store, stores)?;
        let skus = page.items.iter().filter_map(|entry| entry.order.as_ref()).flat_map(|order| &order.products);
        let products = catalogue::names(&site.house, Kind::Product, skus.map(|(sku, _)| sku.as_str()))?;
        Ok((page, wire::CatalogueNames { stores, products }))
    };
    let (page, names) = site.ask(asked).await?;
    Ok(Json(wire::TimelinePage::new(page, site.currency(), &names)))
}

/// Why the member is in this stage as of the end of a day, why in no earlier one, and what would change it.
#[utoipa::path(get, path = "/api/v1/members/{member}/explain", tag = "members",
    params(("member" = String, Path), ("model" = Option<String>, Query), ("as_of" = Option<String>, Query), ("known_at" = Option<String>, Query)),
    responses((status = 200, body = wire::Explanation)))]
pub async fn explain(
    State(site): State<Arc<Site>>,
    Segments(member): Segments<String>,
    mut query: Query,
) -> Result<Json<wire::Explanation>, Problem> {
    let (model, as_of, known_at) = (query.text("model"), query.day("as_of"), query.instant("known_at"));
    query.finish()?;
    let member = params::member(&member)?;
    let explained = site.ask(move |site| query::explain::explain(&site.house, member, model.as_deref(), as_of, known_at)).await?;
    Ok(Json(wire::Explanation::new(explained, site.currency())))
}
