//! The brand in figures, and the first screen.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use perennial_app::access::Caller;
use perennial_app::query::QueryError;
use perennial_app::query::board::BrandNow;

use crate::problem::Problem;
use crate::site::Site;
use crate::wire;

/// The brand: its settings, and how much there is; whoever is bound to stores is told of their members alone.
#[utoipa::path(get, path = "/api/v1/brand", tag = "everyone", responses((status = 200, body = wire::Brand)))]
pub async fn brand(State(site): State<Arc<Site>>, Extension(caller): Extension<Caller>) -> Result<Json<wire::Brand>, Problem> {
    let answer = move |site: &Site| {
        let now = site.board.brand()?;
        let now = match caller.stores() {
            None => now,
            Some(stores) => BrandNow {
                members: site.board.members_of(stores).or_else(QueryError::unless_building)?,
                facts: 0,
                first_purchase_on: None,
                last_purchase_on: None,
                ..now
            },
        };
        Ok::<_, QueryError>(Json(wire::Brand::new(&site.house.reference(), &now)))
    };
    site.ask(answer).await
}

/// Members per stage today and a week ago, and who moved in between, in the primary model.
#[utoipa::path(get, path = "/api/v1/overview", tag = "everyone", responses((status = 200, body = wire::Overview)))]
pub async fn overview(State(site): State<Arc<Site>>) -> Result<Json<wire::Overview>, Problem> {
    site.ask(|site| {
        let board = site.board.overview()?;
        let brand = site.board.brand()?;
        Ok::<_, perennial_app::query::QueryError>(Json(wire::Overview::new(wire::Brand::new(&site.house.reference(), &brand), board)))
    })
    .await
}
